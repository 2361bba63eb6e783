"""An audit by several processes reports what one reports: on clean logs, with every kind of damage, and where a process dies."""

import json
import os
import pickle
import shutil
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import msgspec
import pytest
from attrs import evolve
from blake3 import blake3
from click.testing import CliRunner

from neuron_ledger.events.blocks_seen import BlockSeen
from neuron_ledger.events.calls import ForceSetBalance, Observe
from neuron_ledger.events.entries.envelope import Head, NewEntry
from neuron_ledger.events.storage.changes import canonical_changes
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.projections.storage import Storage
from neuron_ledger.replay.cli import main
from neuron_ledger.replay.exchange.recording import observe_exchanges
from neuron_ledger.replay.importers.genesis import import_genesis
from neuron_ledger.replay.importers.source import read_source
from neuron_ledger.replay.proof import segments as segments_module
from neuron_ledger.replay.proof import workers as workers_module
from neuron_ledger.replay.proof.audit import audit
from neuron_ledger.replay.proof.segments import Part, Segment, check_segment, segments, valid
from neuron_ledger.replay.proof.workers import Pool
from tests.chain_fixture import TAO, account
from tests.ledger_fixture import eventful_ledger
from tests.log.snapshots_fixture import genesis, metagraph, written
from tests.reliability.tampering import TABLE, kept
from tests.replay.exchange.exchange_fixture import NETUID, exchange
from tests.replay.test_audit import attack, forge, position_of


class Here(Executor):
    """Runs each at once, in this process."""

    def submit(self, function: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(sent_back(function(*given, **named)))
        except Exception as error:
            future.set_exception(error)
        return future


def sent_back(part: Part) -> Part:
    """As it comes back from another process."""
    copied = pickle.loads(pickle.dumps(part))
    assert isinstance(copied, Part)
    return copied


HERE = Pool(2, Here)


def sealed_ledger(path: Path) -> Path:
    """Four stretches, of which each begins with a snapshot but the first; the last ends without one."""
    with eventful_ledger(path) as ledger:
        for stretch in range(3):
            ledger.snapshot()
            for number in range(8):
                ledger.submit(ForceSetBalance(account(f"holder {stretch} {number}"), (number + 1) * TAO)).unwrap()
            ledger.advance_to(ledger.block + 30)
    return path


def copied(made: Path, folder: Path) -> Path:
    """A ledger with all that stands beside it, in another folder."""
    for file in made.parent.glob(f"{made.name}*"):
        shutil.copy(file, folder / file.name)
    return folder / made.name


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sealed_ledger(tmp_path_factory.mktemp("made") / "chain.ledger")


@pytest.fixture
def path(made: Path, tmp_path: Path) -> Path:
    return copied(made, tmp_path)


def assert_same(path: Path, **given: Any) -> int:
    """Both reports are equal in everything. Returns: how many findings there are."""
    with Log.inspect(path) as log:
        plain = audit(log, **given)
        shared = audit(log, pool=HERE, **given)
    assert shared == plain
    return len(plain.findings)


def cuts(path: Path) -> list[int]:
    with Log.inspect(path) as log:
        return [segment.after.position for segment in segments(log, log.head, (), 2)]


def test_a_clean_log_is_cut_at_its_snapshots(path: Path) -> None:
    with Log.inspect(path) as log:
        tasks = segments(log, log.head, (), 2)
        assert len(tasks) == 4
        assert [task.until for task in tasks[:-1]] == [task.after for task in tasks[1:]]
        parts = [check_segment(task) for task in tasks]
    assert all(part.is_whole for part in parts)
    assert valid(parts) == 4
    assert assert_same(path) == 0


def test_processes_report_what_one_reports_as_text_and_as_json(path: Path) -> None:
    attack(path, f"UPDATE log SET payload = CAST(payload || X'00' AS BLOB) WHERE seq = {cuts(path)[2] + 3}")
    one, two = (CliRunner().invoke(main, ["audit", str(path), "--json", "--jobs", str(jobs)]) for jobs in (1, 2))
    assert one.stdout == two.stdout
    assert one.exit_code == two.exit_code == 1
    assert json.loads(two.stdout)["findings"]
    assert two.stderr == ""


def test_a_changed_column_is_found_alike(path: Path) -> None:
    with Log.inspect(path) as log:
        whole = {entry.position: entry for entry in log.read()}
    at = cuts(path)[1]
    for position in (1, 17, at, at + 1, len(whole)):
        for column, change, back in (
            ("payload", "CAST(payload || X'00' AS BLOB)", f"X'{whole[position].payload.hex()}'"),
            ("hash", "zeroblob(32)", f"X'{whole[position].hash.hex()}'"),
            ("tag", "'NeuronRegistered/2'", f"'{whole[position].tag}'"),
            ("block", "block + 1", str(whole[position].block)),
        ):
            attack(path, f"UPDATE log SET {column} = {change} WHERE seq = {position}")
            assert assert_same(path) > 0, (position, column)
            attack(path, f"UPDATE log SET {column} = {back} WHERE seq = {position}")
    assert assert_same(path) == 0


def test_missing_entries_are_found_alike(path: Path, tmp_path: Path) -> None:
    for position in (1, 12, *(cuts(path)[1] + offset for offset in (-1, 0, 1, 2))):
        other = tmp_path / f"without-{position}.ledger"
        shutil.copy(path, other)
        attack(other, f"DELETE FROM log WHERE seq = {position}")
        assert assert_same(other) > 0


@pytest.mark.parametrize("tag", ["NeuronReplaced/1", "ExtrinsicFailed/1", "NeuronAppended/1", "StorageSealed/1"])
def test_a_forged_event_is_found_alike_where_later_seals_are_those_of_before(path: Path, tag: str) -> None:
    """Snapshots after it still prove themselves; what leads there does not arrive."""
    position = position_of(path, tag)

    def another(entries: list[NewEntry]) -> list[NewEntry]:
        entries[position - 1] = NewEntry(0, "StorageChanged/1", msgspec.msgpack.encode([[]]))
        return entries

    forge(path, another)
    assert assert_same(path) > 0


def test_a_forged_balance_with_seals_of_its_own_is_found_alike(path: Path) -> None:
    """A snapshot whose storage no call leads to, sealed by somebody who knows how: the parts after it count for nothing."""
    at = cuts(path)[2]
    with Log.inspect(path) as log:
        (payload,) = log.connection.execute("SELECT payload FROM snapshots WHERE position = ?", (at,)).fetchone()
    storage = Storage.decode(payload)
    with storage.transaction():
        storage.balances[account("thief")] = 77 * TAO
    forged = storage.encode()

    def sealed(entries: list[NewEntry]) -> list[NewEntry]:
        entries[at - 1] = NewEntry(entries[at - 1].block, "StorageSealed/1", msgspec.msgpack.encode([blake3(forged).digest()]))
        return entries

    forge(path, sealed)
    with Log.inspect(path) as log:
        hash_, digest = log.hash_at(at) or b"", blake3(forged).digest()
    values = f"payload = X'{forged.hex()}', digest = X'{digest.hex()}', hash = X'{hash_.hex()}'"
    attack(path, f"UPDATE snapshots SET {values} WHERE position = {at}")
    assert at in cuts(path)
    with Log.inspect(path) as log:
        assert valid([check_segment(task) for task in segments(log, log.head, (), 2)]) == 2
    assert assert_same(path) > 0


@pytest.mark.parametrize("change", ["digest = zeroblob(32)", "hash = zeroblob(32)", "payload = x'c0'", "position = position + 1"])
def test_changed_snapshots_are_found_alike(path: Path, change: str) -> None:
    for position in cuts(path)[1:]:
        attack(path, f"UPDATE snapshots SET {change} WHERE position = {position}")
        assert assert_same(path) > 0


@pytest.mark.parametrize("deed", TABLE)
def test_what_tampering_leaves_is_found_alike(tmp_path: Path, deed: str) -> None:
    path = tmp_path / "chain.ledger"
    honest = kept(path)
    handed_out = TABLE[deed][0](path, honest) or honest
    assert_same(path)
    assert_same(path, expected_head=handed_out.head, checkpoints=(handed_out.checkpoint,))


def test_observations_are_joined_and_sources_compared_alike(tmp_path: Path) -> None:
    path, held = tmp_path / "chain.ledger", written(tmp_path, genesis(), "genesis.json")
    other = written(tmp_path, metagraph(), "metagraph.json")
    with Ledger.create(path, spec_version=277) as ledger:
        import_genesis(ledger, held)
        ledger.snapshot()
        ledger.advance_to(5)
        ledger.observe(Observe("a test", 1, bytes(32)), canonical_changes({"TotalStake": ({(): 0}, [])}))
        ledger.snapshot()
        ledger.advance_to(9)
    assert len(cuts(path)) == 3
    assert assert_same(path, sources=[read_source(held), read_source(other)]) > 0


def test_invariants_and_full_issuance_are_found_alike(tmp_path: Path) -> None:
    path = tmp_path / "chain.ledger"
    with Ledger.create(path, spec_version=277) as ledger:
        for name, rao in (("a", 2**64 - 1), ("b", 2**64 - 1), ("a", 0), ("c", 7000), ("b", 600)):
            ledger.submit(ForceSetBalance(account(name), rao)).unwrap()
            ledger.snapshot()
        ledger.observe(Observe("a test", 0, bytes(32)), canonical_changes({"SubnetworkN": ({1: 2}, [])}))
    assert len(cuts(path)) > 1
    assert assert_same(path) > 0


def test_a_log_without_snapshots_is_audited_in_one_process(path: Path) -> None:
    attack(path, "DELETE FROM snapshots")
    said: list[str] = []
    with Log.inspect(path) as log:
        assert audit(log, jobs=2, note=said.append) == audit(log)
    assert ["no proved snapshot" in note for note in said] == [True]
    result = CliRunner().invoke(main, ["audit", str(path), "--jobs", "2"])
    assert (result.exit_code, "no proved snapshot" in result.stderr) == (0, True)


def test_a_log_in_memory_is_audited_in_one_process() -> None:
    said: list[str] = []
    ledger = eventful_ledger()
    ledger.snapshot()
    assert audit(ledger.log, jobs=2, note=said.append).clean
    assert len(said) == 1


def die(segment: Segment) -> Part:
    """The end of a process, in the middle of its work."""
    if segment.after.position > 0:
        os.kill(os.getpid(), 9)
    return check_segment(segment)


def doomed() -> None:
    """Of a process that is to die: `check_segment`, found by its name, is another function there."""
    setattr(segments_module, check_segment.__name__, die)


@pytest.mark.parametrize("deaths", [1, 2])
def test_processes_that_die_change_nothing(path: Path, deaths: int) -> None:
    attack(path, f"UPDATE log SET block = block + 1 WHERE seq = {cuts(path)[1] + 3}")
    pools: Iterator[int] = iter(range(9))

    def start() -> Executor:
        initializer = doomed if next(pools) < deaths else None
        return ProcessPoolExecutor(2, mp_context=get_context("spawn"), initializer=initializer)

    said: list[str] = []
    with Log.inspect(path) as log:
        assert audit(log, pool=Pool(2, start), note=said.append) == audit(log)
    assert len(said) == deaths


class Never(Executor):
    """Takes what is to be run, and dies before it begins."""

    def submit(self, _: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:  # noqa: ARG002
        future: Future[Any] = Future()
        future.set_exception(BrokenExecutor())
        return future


def test_this_process_checks_stretches_while_others_do(path: Path) -> None:
    attack(path, f"UPDATE log SET block = block + 1 WHERE seq = {cuts(path)[1] + 3}")
    begins_anew = iter((Never(), Here()))
    for start in (Here, Never, lambda: next(begins_anew)):
        with Log.inspect(path) as log:
            assert audit(log, pool=Pool(2, start, takes_part=True)) == audit(log)
    assert list(begins_anew) == []


def test_whoever_waits_for_nobody_goes_on_alone(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing comes back, and nobody is there who could still answer."""

    class Silent(Executor):
        def submit(self, _: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:  # noqa: ARG002
            return Future()

    monkeypatch.setattr(workers_module, "_LOOK_EVERY_SECONDS", 0.01)
    said: list[str] = []
    with Log.inspect(path) as log:
        assert audit(log, pool=Pool(2, Silent, is_there=lambda: False), note=said.append) == audit(log)
    assert len(said) == 2


def test_what_is_read_elsewhere_is_read_here_again_where_it_has_a_fault(path: Path, tmp_path: Path) -> None:
    """Others read a copy that is damaged: what they find there is not said of this log."""
    damaged = tmp_path / "copy.ledger"
    shutil.copy(path, damaged)
    attack(damaged, f"UPDATE log SET payload = X'00' WHERE seq = {cuts(path)[1] + 3}")

    class Elsewhere(Here):
        def submit(self, function: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
            return super().submit(function, *(evolve(segment, path=damaged) for segment in given), **named)

    with Log.inspect(path) as log:
        assert audit(log, pool=Pool(2, Elsewhere, reads_other_files=True)) == audit(log)
        assert audit(log).clean


def test_memory_does_not_grow_with_a_stretch(tmp_path: Path) -> None:
    """The most that checking it takes at any time, of one with ten times as many calls of the same accounts."""
    peaks = []
    for calls in (50, 400, 4000):  # the first loads what is loaded once
        path = tmp_path / f"{calls}.ledger"
        with Ledger.create(path, spec_version=277) as ledger, ledger.batch():
            for number in range(calls):
                ledger.submit(ForceSetBalance(account(f"holder {number % 50}"), (1 + number) * TAO)).unwrap()
        with Log.inspect(path) as log:
            segment = Segment(path, Head(0, log.genesis), log.head, log.head, (), {})
        tracemalloc.start()
        part = check_segment(segment)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert (part.is_whole, part.calls.calls) == (True, calls)
    assert peaks[2] < 1.5 * peaks[1], peaks


def test_blocks_of_a_node_are_one_observation_wherever_a_log_is_cut(tmp_path: Path) -> None:
    """Blocks 1 to 3 in a row, another observation, block 4 after it, and one that follows none."""
    path = tmp_path / "chain.ledger"
    with Ledger.create(path, spec_version=277) as ledger:
        for number in (1, 2, 3, 4, 9):
            own, parent = bytes([number]) * 32, bytes([number - 1]) * 32
            if number == 4:
                ledger.observe(Observe("a test", 1, bytes(32)), canonical_changes({}))
            block = BlockSeen(
                genesis_hash=bytes(32),
                endpoint="ws",
                number=number,
                block_hash=own,
                parent_hash=parent,
                spec_version=277,
                whole=True,
                events=b"",
            )
            ledger.observe(Observe("a node", number, own), canonical_changes({}), (block,))
            ledger.snapshot()
    assert len(cuts(path)) > 3
    assert_same(path)
    with Log.inspect(path) as log:
        assert len(audit(log, pool=HERE).observations) == 4


def test_what_exchanges_say_together_is_found_alike(tmp_path: Path) -> None:
    """A nonce twice, with a snapshot between: no stretch begins there."""
    path, positions = tmp_path / "chain.ledger", []
    with eventful_ledger(path) as ledger:
        for _ in range(2):
            ledger.snapshot()
            positions.append(ledger.head.position)
            observe_exchanges(ledger, NETUID, [exchange(0)], "one")
        ledger.snapshot()
        ledger.advance_to(ledger.block + 1)
    assert cuts(path) == [0, positions[0], *cuts(path)[2:]]
    assert positions[1] not in cuts(path)
    assert assert_same(path) > 0
