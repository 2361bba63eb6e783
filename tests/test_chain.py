"""The front door: submissions are recorded whole or not at all, seen by others, and rebuilt the same."""

import gc
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread

import pytest

from neuron_ledger.events.calls import AdvanceTo, BurnedRegister, ForceSetBalance, Observe
from neuron_ledger.events.entries.codec import Submission
from neuron_ledger.events.ledger import ExtrinsicFailed
from neuron_ledger.events.storage.changes import canonical_changes
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.decide import Decision, decide
from neuron_ledger.ledger.errors import BadOrigin, BlockIsPast, CannotGoOn, UnknownSpecVersion
from neuron_ledger.ledger.garbage import Pause
from neuron_ledger.ledger.log.errors import LogError, LogWriteError, NotALedger
from neuron_ledger.ledger.rebuild import rebuild
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.projections.storage import Storage
from neuron_ledger.replay.proof.audit import audit
from tests.ledger_fixture import eventful_ledger

ALICE, BOB = b"a" * 32, b"b" * 32


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "chain.ledger"


def test_what_is_submitted_is_there_when_it_is_opened_again(path: Path) -> None:
    with Ledger.create(path, spec_version=277) as ledger:
        ledger.advance_to(3)
        receipt = ledger.submit(ForceSetBalance(ALICE, 10**9)).unwrap()
        digest, head = ledger.storage.digest(), ledger.head
    assert receipt.ok
    assert receipt.block == 3
    with Ledger.open(path) as again:
        assert again.storage.digest() == digest
        assert again.head == head
        assert again.storage.balances[ALICE] == 10**9
        assert again.block == 3


def test_a_refused_call_is_recorded_and_changes_nothing_else() -> None:
    ledger = Ledger.in_memory(spec_version=277)
    before = ledger.storage.digest()
    receipt = ledger.submit(ForceSetBalance(ALICE, 10**9), BOB)
    assert isinstance(receipt.error, BadOrigin)
    assert [type(event) for event in receipt.events] == [ExtrinsicFailed]
    assert ledger.storage.digest() == before
    assert ledger.head.position == 2
    with pytest.raises(BadOrigin):
        receipt.unwrap()


def test_garbage_is_collected_after_a_call_where_it_was_before() -> None:
    ledger = eventful_ledger()
    for collects in (False, True):
        (gc.enable if collects else gc.disable)()
        ledger.submit(ForceSetBalance(ALICE, 10**9))
        ledger.submit(ForceSetBalance(ALICE, 10**9), BOB)
        with pytest.raises(BlockIsPast):
            ledger.advance_to(ledger.block)
        assert gc.isenabled() is collects


def test_ledgers_in_two_threads_leave_the_collector_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second begins while the first decides, and ends after it: whatever the order, and however they end."""
    slow, quick = Ledger.in_memory(spec_version=277), Ledger.in_memory(spec_version=277)
    decides, may_end = Event(), Event()
    seen: list[bool] = []

    def held(storage: Storage, rules: Runtime, submission: Submission) -> Decision:
        if submission.call == AdvanceTo(3):
            decides.set()
            may_end.wait(60)
            seen.append(gc.isenabled())
            raise ValueError("the first call ends with an exception")
        return decide(storage, rules, submission)

    def slowly() -> None:
        with suppress(ValueError):
            slow.advance_to(3)

    monkeypatch.setattr("neuron_ledger.ledger.chain.decide", held)
    gc.enable()
    thread = Thread(target=slowly)
    thread.start()
    assert decides.wait(60)
    quick.advance_to(2)
    assert not gc.isenabled()  # the first one still decides
    may_end.set()
    thread.join(60)
    assert seen == [False]
    assert gc.isenabled()


def test_a_pause_that_was_never_ended_ends_with_the_next_one() -> None:
    pause = Pause()
    gc.enable()
    for lost in (Ledger.in_memory(), None):
        pause.begin(lost or Ledger.in_memory())
    del lost
    other = Ledger.in_memory()
    pause.begin(other)
    assert not gc.isenabled()
    pause.end(other)
    assert gc.isenabled()
    pause.end(other)
    gc.disable()
    pause.begin(other)
    pause.end(other)
    assert not gc.isenabled()
    gc.enable()


def test_blocks_that_pass_leave_no_garbage_behind() -> None:
    ledger = eventful_ledger()
    ledger.advance_to(ledger.block + 1)
    gc.collect()
    try:
        gc.disable()
        ledger.advance_to(ledger.block + 50)
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_blocks_only_pass_forward() -> None:
    ledger = Ledger.in_memory(spec_version=277)
    ledger.advance_to(5)
    for block in (5, 4):
        with pytest.raises(BlockIsPast, match=f"asked={block}, current=5"):
            ledger.advance_to(block)
    assert ledger.block == 5


def test_a_batch_is_recorded_whole_or_not_at_all(path: Path) -> None:
    ledger = Ledger.create(path, spec_version=277)
    ledger.advance_to(1)
    head, digest = ledger.head, ledger.storage.digest()

    def interrupted() -> None:
        with ledger.batch():
            ledger.submit(ForceSetBalance(ALICE, 10**9))
            ledger.submit(ForceSetBalance(BOB, 10**9))
            raise KeyError

    with pytest.raises(KeyError):
        interrupted()
    assert (ledger.head, ledger.storage.digest()) == (head, digest)
    with ledger.batch():
        ledger.submit(ForceSetBalance(ALICE, 10**9))
        ledger.submit(ForceSetBalance(BOB, 10**9))
    assert ledger.head.position == head.position + 4
    assert rebuild(ledger.log).storage.digest() == ledger.storage.digest()


def test_a_call_that_cannot_be_recorded_leaves_storage_as_it_was(path: Path) -> None:
    ledger = Ledger.create(path, spec_version=277)
    ledger.advance_to(1)
    (pages,) = ledger.log.connection.execute("PRAGMA page_count").fetchone()
    ledger.log.connection.execute(f"PRAGMA max_page_count = {pages}")
    head, digest, rao = ledger.head, ledger.storage.digest(), 10**9

    def fill_up() -> None:
        nonlocal head, digest, rao
        while True:
            ledger.submit(ForceSetBalance(ALICE, rao)).unwrap()
            head, digest, rao = ledger.head, ledger.storage.digest(), rao + 1

    with pytest.raises(LogWriteError, match="full"):
        fill_up()
    assert (ledger.head, ledger.storage.digest()) == (head, digest)
    ledger.log.connection.execute(f"PRAGMA max_page_count = {pages * 2}")
    ledger.submit(ForceSetBalance(ALICE, 7 * 10**9)).unwrap()
    assert ledger.storage.balances[ALICE] == 7 * 10**9
    assert rebuild(ledger.log).storage.digest() == ledger.storage.digest()


def test_two_writers_take_turns_and_see_each_other(path: Path) -> None:
    first, second = Ledger.create(path, spec_version=277), Ledger.open(path)
    for round_ in range(5):
        first.submit(ForceSetBalance(ALICE, 10**9 + round_)).unwrap()
        second.submit(ForceSetBalance(BOB, 10**9 + round_)).unwrap()
    first.submit(ForceSetBalance(ALICE, 500)).unwrap()
    assert first.storage.balances[BOB] == 10**9 + 4
    second.advance_to(1)
    assert second.storage.balances[ALICE] == 500
    assert rebuild(first.log).storage.digest() == second.storage.digest()


def test_two_ledgers_in_one_process_never_see_each_other() -> None:
    one, other = Ledger.in_memory(spec_version=277), Ledger.in_memory(spec_version=277)
    one.submit(ForceSetBalance(ALICE, 10**9)).unwrap()
    assert other.storage.digest() == Storage().digest()
    assert other.head.position == 0


def test_an_observation_is_taken_over_and_survives_replay() -> None:
    ledger = Ledger.in_memory(spec_version=277)
    changes = canonical_changes({"Balances": ({ALICE: 7 * 10**9}, []), "BalancesTotalIssuance": ({(): 7 * 10**9}, [])})
    ledger.observe(Observe("a test", 42, bytes(32)), changes)
    assert ledger.storage.balances[ALICE] == 7 * 10**9
    assert rebuild(ledger.log).storage.digest() == ledger.storage.digest()


def test_storage_can_be_rebuilt_at_any_block_and_position() -> None:
    ledger = Ledger.in_memory(spec_version=277)
    digests = {}
    for block in (2, 4, 9):
        ledger.advance_to(block)
        ledger.submit(ForceSetBalance(ALICE, 10**9 + block)).unwrap()
        digests[block] = ledger.storage.digest()
    positions = {block: rebuild(ledger.log, block=block).position for block in digests}
    for block, digest in digests.items():
        assert rebuild(ledger.log, block=block).storage.digest() == digest
        assert rebuild(ledger.log, position=positions[block]).storage.digest() == digest
    between = rebuild(ledger.log, block=7)
    assert between.block == between.storage.block_number.value == 7
    assert between.storage.balances[ALICE] == 10**9 + 4
    with pytest.raises(ValueError, match="is not in the log"):
        rebuild(ledger.log, block=10)
    for bad in (ledger.head.position + 1, -1):
        with pytest.raises(ValueError, match="is not in the log"):
            rebuild(ledger.log, position=bad)


def test_an_unknown_call_or_version_is_refused(path: Path) -> None:
    with pytest.raises(UnknownSpecVersion, match="to 425"):
        Ledger.create(path, spec_version=1)
    assert not path.exists()
    with pytest.raises(NotALedger):
        Ledger.open(path)


def test_a_burn_without_a_subnet_names_the_chains_error() -> None:
    receipt = Ledger.in_memory(spec_version=277).submit(BurnedRegister(9, ALICE), BOB)
    assert receipt.error is not None
    assert receipt.error.name == "SubNetworkDoesNotExist"
    assert "netuid=9" in str(receipt.error)


def test_the_same_calls_give_the_same_bytes_on_every_machine_and_python() -> None:
    """Written down once. Where this differs, logs that exist can no longer be audited: not a value to adapt lightly."""
    with eventful_ledger() as ledger:
        assert str(ledger.head) == "73:37121b5ee430f3689aac4ee6c141e4910cba053ecef610972c6a35173e4d7d7c"
        assert ledger.storage.digest().hex() == "08f608cb9adde6e5062675f164a436d9449ae7e7fe908121ae56b91a770aeee1"


def test_progress_is_told_and_changes_nothing() -> None:
    answer: list[tuple[int, int]] = []
    with eventful_ledger() as one, eventful_ledger() as other:
        one.advance_to(500, progress=lambda done, total: answer.append((done, total)))
        other.advance_to(500)
        assert one.head == other.head
    assert answer == [(block - 200, 300) for block in range(256, 500, 64)]


def test_what_the_rules_do_not_have_is_no_refusal_of_the_chain() -> None:
    with Ledger.in_memory(spec_version=277) as ledger:
        before = ledger.head
        with pytest.raises(CannotGoOn, match=r"observe is not a call that the rules of spec_version 277 decide"):
            ledger.submit(Observe("somewhere", 0, bytes(32)))
        assert ledger.head == before


def test_a_copy_goes_on_apart(tmp_path: Path) -> None:
    with Ledger.create(tmp_path / "chain.ledger") as ledger:
        ledger.advance_to(5)
        copy = ledger.copied()
        assert (copy.head, copy.storage.digest()) == (ledger.head, ledger.storage.digest())
        copy.advance_to(9)
        ledger.advance_to(6)
        assert (copy.block, ledger.block) == (9, 6)
        assert audit(copy.log).clean
        with ledger.batch(), pytest.raises(LogError, match="a transaction is open"):
            ledger.copied()
    with Ledger.open(tmp_path / "chain.ledger") as again:
        assert again.block == 6
