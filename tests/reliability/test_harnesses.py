"""The harnesses in a small, fixed form; docs/reliability.md has the long ones and their figures."""

from pathlib import Path
from random import Random

import pytest

from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.log.errors import ChainBroken
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.rebuild import rebuild
from tests.reliability import cases, power
from tests.reliability.cases import Outcome, Tally, honest_ledger, judged
from tests.reliability.clients import attack
from tests.reliability.crowd import crowd
from tests.reliability.disk import Disk, Inode, Operation
from tests.reliability.flips import flip, flipped, with_live_wal
from tests.reliability.fuzz import fuzz
from tests.reliability.kill import WORKLOADS, kill
from tests.reliability.killed_imports import kill_imports

needs_a_compiler = pytest.mark.skipif(power.COMPILER is None, reason="no C compiler to build the recorder with")


def without_problems(tally: Tally) -> None:
    assert tally.problems == [], "\n".join(tally.lines())


def test_kill() -> None:
    tally = kill(2 * len(WORKLOADS), seed=1)
    without_problems(tally)
    assert set(tally.counts) == set(WORKLOADS)


@pytest.mark.parametrize("full_every", [1, 16])
def test_killed_imports(full_every: int) -> None:
    """Read whole after every block, and by plan, blocks being held back until the next full read."""
    pytest.importorskip("bittensor_core")
    tally = kill_imports(4, blocks=40, full_every=full_every, seed=1)
    without_problems(tally)
    assert (tally.counts["killed"], tally.counts["interrupted"]) == (3, 1)


@needs_a_compiler
def test_power_loss() -> None:
    tally = power.cut(100, seed=1)
    without_problems(tally)
    assert tally.counts["whole"] > 80


@needs_a_compiler
def test_power_loss_would_be_seen() -> None:
    """Without syncs the same cuts lose what was acknowledged: the harness can fail."""
    tally = power.cut(60, "OFF", seed=1)
    assert tally.counts["acknowledged lost"] > 10
    assert len(tally.problems) > 10


def test_flipped_bits() -> None:
    tally = flip(honest_ledger, "chain.ledger", 60, seed=1)
    without_problems(tally)
    assert tally.counts["found"] > 10


def test_flipped_bits_of_the_write_ahead_log() -> None:
    tally = flip(with_live_wal, "chain.ledger-wal", 20, seed=1)
    without_problems(tally)
    assert tally.counts["found"] == 20


def test_a_damaged_tree_never_shortens_a_replay(tmp_path: Path) -> None:
    """A flipped bit in a row's number leads SQLite's search past the rows after it, without a word."""
    path = tmp_path / "chain.ledger"
    honest_ledger(path)
    with Log.open(path, read_only=True) as log:
        digest = rebuild(log).storage.digest()
        tag = next(log.read(100)).tag.encode()
        middle = next(log.read(100)).payload
    content = path.read_bytes()
    at = content.index(tag + middle)
    answer = set()
    for bit in range(8 * (at - 16), 8 * at):
        copy = tmp_path / f"{bit}.ledger"
        copy.write_bytes(flipped(content, bit))
        try:
            with Log.open(copy, read_only=True) as log:
                assert rebuild(log).storage.digest() == digest
        except ChainBroken as error:
            answer.add(error.what.partition(",")[0])
    assert "there is no entry" in answer


def test_mutated_inputs() -> None:
    tally = fuzz(400)
    without_problems(tally)
    assert tally.counts.total() == 400


def test_what_takes_too_long_or_too_much_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cases, "MOST_SECONDS", 3)
    monkeypatch.setattr(cases, "MOST_MEMORY", 50 << 20)

    def judge(case: int) -> Outcome:
        while case == 1:
            pass
        held = bytearray(100 << 20) if case == 2 else b""
        if case == 3:
            raise KeyError("a traceback")
        return Outcome("well", None if len(held) >= 0 else "")

    tally = judged(range(5), judge, each=1)
    assert dict(tally.counts) == {"well": 2, "failed": 2, "too much memory": 1}
    assert sorted(problem[:4] for problem in tally.problems) == ["1: T", "2: 1", "3: K"]


def test_a_crowd() -> None:
    done = crowd(writers=4, readers=1, seconds=3)
    assert done.problems == ()
    assert done.busy == 0
    assert all(one.done for one in done.served)


def test_a_disk_keeps_what_was_synced_and_perhaps_the_rest() -> None:
    """By hand: one file, one confirmed write, one that is not; a second file whose name is not confirmed."""
    disk = Disk("folder", {"a": Inode(b"....")}, {})
    disk.safe_names = dict(disk.names)
    for operation in (
        Operation("w", "a", 0, b"12"),
        Operation("s", "a", 0, b""),
        Operation("w", "a", 2, b"3456"),
        Operation("c", "b", 0, b""),
        Operation("w", "b", 0, b"new"),
        Operation("s", "b", 0, b""),
    ):
        disk.do(operation)
    random = Random(1)
    assert disk.image("dropped", random) == {"a": b"12.."}
    assert disk.image("kept", random) == {"a": b"123456", "b": b"new"}
    seen = {disk.image("some", random).get("a") for _ in range(50)}
    assert seen == {b"12..", b"123456"}
    torn = {disk.image("torn", random)["a"] for _ in range(200)}
    assert {b"12..", b"123.", b"1234", b"12345", b"123456"} <= torn
    disk.do(Operation("s", "folder", 0, b""))
    disk.do(Operation("u", "a", 0, b""))
    assert disk.image("dropped", random) == {"a": b"12..", "b": b"new"}
    assert disk.image("kept", random) == {"b": b"new"}


def test_the_honest_ledger_is_one(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("honest") / "chain.ledger"
    honest_ledger(path)
    with Ledger.open(path, read_only=True) as ledger:
        tags = {entry.tag for entry in ledger.log.read()}
        assert {"WeightsSet/1", "EpochCompleted/1", "NeuronReplaced/1", "ExtrinsicFailed/1", "StorageObserved/1"} <= tags


def test_clients_that_mean_no_good() -> None:
    tally = attack(60, 40, 700, 2, seed=1)
    without_problems(tally)
    assert tally.counts["turned away"] > 100
    assert tally.counts["served"] > 400
    assert tally.counts["2 of 2 let go, memory bounded"] == 1
