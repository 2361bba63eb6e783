"""One ledger in several hands: threads take turns, interrupts leave nothing open, and a past that changed is noticed."""

import shutil
import sqlite3
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from neuron_ledger.events.calls import AdvanceTo, BurnedRegister, ForceSetBalance
from neuron_ledger.events.entries.catalogue import is_call
from neuron_ledger.events.entries.envelope import NewEntry
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.log.errors import ChainBroken, LogClosed
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.rebuild import rebuild
from neuron_ledger.replay.proof.audit import audit
from tests.ledger_fixture import assert_log_tells_storage, eventful_ledger
from tests.replay.test_audit import attack

ALICE, BOB = b"a" * 32, b"b" * 32


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "chain.ledger"


def in_threads(*works: Callable[[], Any]) -> list[BaseException]:
    """Run all at once. Returns: what they raised."""
    raised: list[BaseException] = []

    def guarded(work: Callable[[], Any]) -> None:
        try:
            work()
        except BaseException as error:  # collected for the test to judge
            raised.append(error)

    threads = [threading.Thread(target=guarded, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


@pytest.mark.parametrize("in_file", [True, False])
def test_a_ledger_made_in_one_thread_serves_another(path: Path, in_file: bool) -> None:
    ledger = Ledger.create(path, spec_version=277) if in_file else Ledger.in_memory(spec_version=277)

    def work() -> None:
        ledger.submit(ForceSetBalance(ALICE, 10**9)).unwrap()
        ledger.advance_to(3)
        ledger.snapshot()
        assert ledger.head.position == 6

    assert in_threads(work) == []
    assert ledger.block == 3
    assert_log_tells_storage(ledger)
    assert in_threads(ledger.close) == []


def test_a_call_from_another_thread_waits_for_the_one_that_is_being_decided() -> None:
    ledger = eventful_ledger()
    begun = threading.Event()
    answer: list[int] = []

    def tell(done: int, _: int) -> None:
        answer.append(done)
        begun.set()

    def long_call() -> None:
        ledger.advance_to(ledger.block + 1000, progress=tell)

    def stray() -> None:
        assert begun.wait(30)
        ledger.submit(ForceSetBalance(ALICE, 10**9)).unwrap()
        with ledger.reading() as storage:
            assert storage.block_number.value == 1200
            assert storage.balances[ALICE] == 10**9

    assert in_threads(long_call, stray) == []
    assert answer[-1] >= 900
    assert_log_tells_storage(ledger)


def test_many_threads_lose_nothing(path: Path) -> None:
    with Ledger.create(path, spec_version=277) as ledger:

        def pay(who: int) -> Callable[[], None]:
            def work() -> None:
                for number in range(10):
                    with ledger.batch():
                        for part in range(3):
                            ledger.submit(ForceSetBalance(bytes([who, number, part]) + bytes(29), 10**9)).unwrap()
                    ledger.submit(ForceSetBalance(bytes([who, number, 3]) + bytes(29), 10**9)).unwrap()

            return work

        assert in_threads(*[pay(who) for who in range(6)]) == []
        assert len(ledger.storage.balances) == 6 * 10 * 4
        assert_log_tells_storage(ledger)


def test_nobody_reads_inside_a_call_or_batch_of_another_thread() -> None:
    ledger = Ledger.in_memory(spec_version=277)
    stop = threading.Event()

    def write() -> None:
        for number in range(200):
            with ledger.batch():
                ledger.submit(ForceSetBalance(ALICE, 10**9 + number))
                ledger.submit(ForceSetBalance(BOB, 10**9 + number))
        stop.set()

    def read() -> None:
        while not stop.is_set():
            with ledger.reading() as storage:
                assert storage.balances[ALICE] == storage.balances[BOB]

    assert in_threads(write, read, read) == []


def test_a_call_inside_a_call_is_refused_before_anything_is_touched() -> None:
    ledger = eventful_ledger()
    refused: list[str] = []

    def inside(*_: int) -> None:
        for submit in (lambda: ledger.submit(ForceSetBalance(ALICE, 1)), lambda: ledger.batch().__enter__(), ledger.snapshot):
            with pytest.raises(RuntimeError) as caught:
                submit()
            refused.append(str(caught.value))

    ledger.advance_to(ledger.block + 100, progress=inside)
    assert refused
    assert set(refused) == {"a call is being decided on this ledger; submit the next one after this one has its receipt"}
    assert_log_tells_storage(ledger)


class Interrupts:
    """Raises KeyboardInterrupt at the n-th place at which Python itself would look for one: a function begins, or a built-in one
    has returned, in the ledger's and the log's own code. But for the first step of a `__del__`, which lets no exception out.
    """

    FILES = ("chain.py", "store.py", "maps.py", "contextlib.py")

    def __init__(self, at: int) -> None:
        self.left = at

    def __call__(self, frame: FrameType, event: str, _: Any) -> None:
        first = event == "call" and frame.f_code.co_name == "__del__"
        if event in ("call", "c_return") and not first and frame.f_code.co_filename.endswith(self.FILES):
            self.left -= 1
            if self.left == 0:
                raise KeyboardInterrupt


def interrupted(work: Callable[[], Any], at: int) -> bool:
    """Whether the interrupt came before the work was done."""
    profiler = sys.getprofile()
    sys.setprofile(Interrupts(at))
    try:
        work()
    except KeyboardInterrupt:
        return True
    finally:
        sys.setprofile(profiler)
    return False


def in_a_batch(ledger: Ledger) -> None:
    with ledger.batch():
        ledger.submit(ForceSetBalance(ALICE, 10**9 + ledger.head.position))
        ledger.submit(ForceSetBalance(BOB, 10**9 + ledger.head.position))


def alone(ledger: Ledger) -> None:
    ledger.submit(ForceSetBalance(ALICE, 10**9 + ledger.head.position))


@pytest.mark.parametrize("work", [alone, in_a_batch])
def test_an_interrupt_anywhere_leaves_no_transaction_open(path: Path, work: Callable[[Ledger], None]) -> None:
    with Ledger.create(path, spec_version=277) as ledger, closing(sqlite3.connect(path, timeout=0)) as other:
        at, left = 0, True
        while left:
            at += 1
            left = interrupted(lambda: work(ledger), at)
            assert not ledger.log.connection.in_transaction, at
            other.execute("BEGIN IMMEDIATE")
            other.execute("ROLLBACK")
            ledger.submit(ForceSetBalance(bytes(32), at)).unwrap()
            assert in_threads(lambda: ledger.head) == []
        assert at > 20
        assert_log_tells_storage(ledger)


@pytest.mark.parametrize(
    "use",
    [
        lambda ledger: ledger.head,
        lambda ledger: ledger.submit(ForceSetBalance(ALICE, 1)),
        lambda ledger: ledger.batch().__enter__(),
        lambda ledger: ledger.snapshot(),
        lambda ledger: ledger.advance_to(5),
    ],
)
def test_a_closed_ledger_says_so(path: Path, use: Callable[[Ledger], object]) -> None:
    ledger = Ledger.create(path, spec_version=277)
    assert in_threads(ledger.close) == []
    with pytest.raises(LogClosed, match="the ledger was closed; open it again"):
        use(ledger)
    assert (ledger.block, ledger.storage.tempo[0]) == (0, ledger.storage.tempo.item.default)
    ledger.close()


def test_advancing_too_far_in_one_call_is_refused_with_how_to_go_on() -> None:
    ledger = eventful_ledger()
    head = ledger.head
    for block in (200 + 100_001, 2**63 - 1, 2**64 - 1):
        with pytest.raises(FieldError, match="block: expected at most 100000 blocks in one call, so up to 100200 here"):
            ledger.advance_to(block)
    assert ledger.head == head
    assert ledger.submit(AdvanceTo(201)).ok


def cut_after(path: Path, position: int) -> None:
    attack(path, f"DELETE FROM log WHERE seq > {position}")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("whole") / "chain.ledger"
    eventful_ledger(path).close()
    return path


def test_a_log_that_was_cut_inside_a_call_takes_no_more_calls(path: Path, whole: Path) -> None:
    with Log.open(whole, read_only=True) as log:
        tags = [entry.tag for entry in log.read()]
    for position in range(1, len(tags)):
        shutil.copy(whole, path)
        cut_after(path, position)
        with Ledger.open(path, read_only=True) as ledger:
            clean = audit(ledger.log).clean
            assert clean == is_call(tags[position]), position
        if clean:
            Ledger.open(path).close()
        else:
            with pytest.raises(ChainBroken, match="audit it for all findings") as caught:
                Ledger.open(path)
            assert caught.value.position in (position, position + 1)


def test_an_open_ledger_notices_that_its_past_was_cut(path: Path) -> None:
    with eventful_ledger(path) as ledger:
        for statement in ("DROP TRIGGER log_refuses_delete", "DELETE FROM log WHERE seq > 60"):
            ledger.log.connection.execute(statement)
        with pytest.raises(ChainBroken, match="position 60: it is not the entry that this ledger saw"):
            ledger.submit(ForceSetBalance(ALICE, 10**9))


def test_an_open_ledger_notices_that_its_past_is_another(path: Path) -> None:
    with eventful_ledger(path) as ledger:
        seen = ledger.head.position
        cut_after(path, 60)
        with Log.open(path, accept_loss=True) as log:
            log.append([NewEntry(200, "Other/1", b"\x90")] * 20, expected_position=60)
        with pytest.raises(ChainBroken, match=f"position {seen}: it is not the entry that this ledger saw"):
            ledger.advance_to(300)
        with pytest.raises(ChainBroken, match="it is not the entry that this ledger saw"), ledger.batch():
            pass


def test_a_failed_open_leaves_no_file_open(path: Path, whole: Path) -> None:
    shutil.copy(whole, path)
    cut_after(path, 72)
    with pytest.raises(ChainBroken):
        Ledger.open(path)
    assert not path.with_name(path.name + "-wal").exists()


def test_a_refused_registration_is_whole() -> None:
    ledger = Ledger.in_memory(spec_version=277)
    assert not ledger.submit(BurnedRegister(9, ALICE), BOB).ok
    assert rebuild(ledger.log).storage.digest() == ledger.storage.digest()
