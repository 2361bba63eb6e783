"""An audit by the workers of a Dask scheduler reports what a plain one reports, also where workers die.

What cannot be shared is refused, saying why."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import pytest
from click.testing import CliRunner

import neuron_ledger
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.replay.cli import main
from neuron_ledger.replay.fleet.places import Place
from neuron_ledger.replay.proof.audit import audit
from neuron_ledger.replay.proof.fleet import _is_sure, audit_fleet, audited
from neuron_ledger.replay.proof.scheduler import CannotShare, fault_seen
from neuron_ledger.replay.proof.workers import Pool
from tests.ledger_fixture import eventful_ledger
from tests.reliability.tampering import ALWAYS, TABLE, kept
from tests.replay.test_audit import attack
from tests.replay.test_audit_jobs import Here, copied, cuts, doomed, sealed_ledger

distributed = pytest.importorskip("distributed")

DEAD_END = "tcp://127.0.0.1:1"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = str(tmp_path_factory.mktemp("dask"))
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0", local_directory=folder
    ) as cluster:
        yield str(cluster.scheduler_address)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sealed_ledger(tmp_path_factory.mktemp("made") / "chain.ledger")


@pytest.fixture
def path(made: Path, tmp_path: Path) -> Path:
    return copied(made, tmp_path)


def assert_same(path: Path, address: str, **given: Any) -> list[str]:
    """Both reports are equal in everything. Returns: what was noted."""
    said: list[str] = []
    with Log.inspect(path) as log:
        assert audit(log, scheduler=address, note=said.append, **given) == audit(log, **given)
    return said


def test_a_clean_log_and_every_changed_column(path: Path, address: str) -> None:
    assert assert_same(path, address) == []
    at = cuts(path)[2]
    with Log.inspect(path) as log:
        whole = {entry.position: entry for entry in log.read()}
    for position in (at, at + 1):
        for column, change, back in (
            ("payload", "CAST(payload || X'00' AS BLOB)", f"X'{whole[position].payload.hex()}'"),
            ("hash", "zeroblob(32)", f"X'{whole[position].hash.hex()}'"),
            ("tag", "'NeuronRegistered/2'", f"'{whole[position].tag}'"),
            ("block", "block + 1", str(whole[position].block)),
        ):
            attack(path, f"UPDATE log SET {column} = {change} WHERE seq = {position}")
            assert_same(path, address)
            attack(path, f"UPDATE log SET {column} = {back} WHERE seq = {position}")


def test_what_tampering_leaves_is_found_alike(tmp_path: Path, address: str) -> None:
    by_an_audit = [deed for deed, cells in TABLE.values() if cells == ALWAYS]
    assert len(by_an_audit) > 8
    for number, deed in enumerate(by_an_audit):
        (tmp_path / str(number)).mkdir()
        path = tmp_path / str(number) / "chain.ledger"
        honest = kept(path)
        handed_out = deed(path, honest) or honest
        assert_same(path, address, expected_head=handed_out.head, checkpoints=(handed_out.checkpoint,))


def test_the_command_prints_what_a_plain_one_prints(path: Path, address: str) -> None:
    attack(path, f"UPDATE log SET payload = CAST(payload || X'00' AS BLOB) WHERE seq = {cuts(path)[2] + 3}")
    plain = CliRunner().invoke(main, ["audit", str(path), "--json"])
    shared = CliRunner().invoke(main, ["audit", str(path), "--json", "--scheduler", address])
    assert (shared.stdout, shared.exit_code, shared.stderr) == (plain.stdout, 1, "")
    assert json.loads(shared.stdout)["findings"]


def test_workers_that_die_change_nothing(path: Path, address: str) -> None:
    """Whichever begins with a segment after the first is killed, and its nanny starts another."""
    with distributed.Client(address, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=60)
        workers = set(client.nthreads())
        client.run(doomed)
        assert_same(path, address)
        client.wait_for_workers(2, timeout=60)
        assert set(client.nthreads()) != workers


def test_a_fleet_is_audited_as_by_one_process(path: Path, address: str, tmp_path: Path) -> None:
    damaged, letter = tmp_path / "damaged.ledger", tmp_path / "letter.ledger"
    shutil.copy(path, damaged)
    attack(damaged, "UPDATE log SET block = block + 1 WHERE seq = 9")
    letter.write_text("a letter")
    files = fsspec.filesystem("memory")  # of this process: no worker sees what is in it
    files.pipe("/unseen/far.ledger", path.read_bytes())
    named: list[str | Path] = [path, damaged, letter, tmp_path / "gone.ledger", "memory://unseen"]
    assert audit_fleet(named, scheduler=address) == audit_fleet(named)


def test_what_workers_see_of_another_fleet_is_not_believed(path: Path) -> None:
    """A worker that finds a clean log under the path, and not the one that stands here."""
    elsewhere = Pool(1, Here, reads_other_files=True)
    found = audited(Place("chain", path))
    assert _is_sure(elsewhere, found)
    with Ledger.open(path) as ledger:
        ledger.advance_to(ledger.block + 1)
    assert not _is_sure(elsewhere, found)
    assert _is_sure(Pool(1, Here), found)


def test_a_worker_that_sees_another_log_is_named(path: Path, address: str, tmp_path: Path) -> None:
    other = tmp_path / "other.ledger"
    with Log.inspect(path) as log:
        log.file = other  # as if every worker had another disk
        with pytest.raises(CannotShare, match=r"tcp://127.*cannot audit: .*put .*other\.ledger where every worker can read it"):
            audit(log, scheduler=address)
        eventful_ledger(other).close()
        with pytest.raises(CannotShare, match="sees another ledger there, at position"):
            audit(log, scheduler=address)


def test_another_version_is_a_fault() -> None:
    assert "install the same version everywhere" in str(fault_seen("0.0.1", None))
    assert fault_seen(neuron_ledger.__version__, None) is None


@pytest.mark.parametrize("given", ["", "8786", "127.0.0.1:8786", "tcp://", "tcp:// 127.0.0.1"])
def test_what_is_no_address_is_refused(path: Path, given: str) -> None:
    result = CliRunner().invoke(main, ["audit", str(path), "--scheduler", given])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "expected the address of a Dask scheduler that answers, like tcp://127.0.0.1:8786" in result.stderr


def test_a_scheduler_that_does_not_answer_is_named(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("neuron_ledger.replay.proof.scheduler.CONNECT_SECONDS", 0.2)
    result = CliRunner().invoke(main, ["audit", str(path), "--scheduler", DEAD_END])
    assert (result.exit_code, result.stdout) == (2, "")
    assert DEAD_END in result.stderr


def test_a_scheduler_without_workers_is_named(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("neuron_ledger.replay.proof.scheduler.CONNECT_SECONDS", 0.5)
    with (
        distributed.LocalCluster(n_workers=0, host="127.0.0.1", dashboard_address="127.0.0.1:0") as empty,
        Log.inspect(path) as log,
        pytest.raises(CannotShare, match="has no workers; start some: dask worker"),
    ):
        audit(log, scheduler=empty.scheduler_address)


def test_processes_and_a_scheduler_exclude_each_other(path: Path) -> None:
    result = CliRunner().invoke(main, ["audit", str(path), "--scheduler", DEAD_END, "--jobs", "2"])
    assert (result.exit_code, "jobs / scheduler" in result.stderr) == (2, True)
    with Log.inspect(path) as log, pytest.raises(FieldError, match="at most one of the two"):
        audit(log, scheduler=DEAD_END, jobs=2)


def test_a_log_in_memory_is_refused() -> None:
    with pytest.raises(CannotShare, match="a log in memory"):
        audit(eventful_ledger().log, scheduler=DEAD_END)


def test_without_dask_the_extra_is_named(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    result = CliRunner().invoke(main, ["audit", str(path), "--scheduler", DEAD_END])
    assert (result.exit_code, "pip install 'neuron-ledger[cluster]'" in result.stderr) == (2, True)
