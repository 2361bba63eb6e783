"""Snapshots: used where the chain has sealed what they hold, passed over where it has not."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from attrs import evolve

from neuron_ledger.events.calls import ForceSetBalance
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.log.schema import MIGRATIONS, create_schema
from neuron_ledger.ledger.log.snapshots import Snapshot, proved_snapshots, save_snapshot, sealed_at
from neuron_ledger.ledger.log.store import Log, LogWriteError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "test.ledger"


@pytest.fixture
def ledger(path: Path) -> Iterator[Ledger]:
    with Ledger.create(path, spec_version=277) as ledger:
        yield ledger


@pytest.fixture
def log(ledger: Ledger) -> Log:
    return ledger.log


def save(ledger: Ledger) -> Snapshot:
    """One more balance, sealed, with its snapshot."""
    ledger.submit(ForceSetBalance(bytes(28) + ledger.head.position.to_bytes(4), 10**9)).unwrap()
    ledger.snapshot()
    return Snapshot(ledger.head, ledger.storage.encode())


def latest(log: Log) -> Snapshot | None:
    return next(proved_snapshots(log), None)


def test_the_newest_one_that_fits_is_found(ledger: Ledger) -> None:
    assert latest(ledger.log) is None
    first, second = save(ledger), save(ledger)
    ledger.submit(ForceSetBalance(b"n" * 32, 10**9))
    assert list(proved_snapshots(ledger.log)) == [second, first]
    assert list(proved_snapshots(ledger.log, second.head.position - 1)) == [first]
    assert list(proved_snapshots(ledger.log, first.head.position - 1)) == []


def test_only_what_is_sealed_at_its_position_is_kept(ledger: Ledger) -> None:
    snapshot = save(ledger)
    for false in (
        evolve(snapshot, storage=snapshot.storage + b"x"),
        evolve(snapshot, head=evolve(snapshot.head, position=snapshot.head.position - 1)),
        evolve(snapshot, head=evolve(snapshot.head, position=snapshot.head.position + 1)),
        evolve(snapshot, head=evolve(snapshot.head, hash=bytes(32))),
    ):
        with pytest.raises(ValueError, match="what is sealed at position"):
            save_snapshot(ledger.log, false)
    assert list(proved_snapshots(ledger.log)) == [snapshot]


def test_a_seal_is_read_from_the_entry_itself(ledger: Ledger) -> None:
    snapshot = save(ledger)
    position = snapshot.head.position
    assert sealed_at(ledger.log, position) == ledger.storage.digest()
    assert [sealed_at(ledger.log, other) for other in (-1, 0, position - 1, position + 1, position + 2)] == [None] * 5


@pytest.mark.parametrize(
    "change",
    [
        "payload = x'00'",
        "payload = zeroblob(6)",
        "payload = CAST(substr(payload, 2) AS BLOB)",
        "position = position - 1",
        "position = position + 1",
        "position = 77",
        "position = -1",
        "format = 'storage/9'",
    ],
)
def test_one_that_does_not_fit_is_passed_over_for_an_older_one(ledger: Ledger, change: str) -> None:
    older, newer = save(ledger), save(ledger)
    ledger.log.connection.execute(f"UPDATE snapshots SET {change} WHERE position = {newer.head.position}")
    assert latest(ledger.log) == older
    ledger.log.connection.execute(f"DELETE FROM snapshots WHERE position = {older.head.position}")
    assert latest(ledger.log) is None


def test_one_that_outlived_its_entries_is_passed_over(ledger: Ledger) -> None:
    older, newer = save(ledger), save(ledger)
    ledger.log.connection.execute("DROP TRIGGER log_refuses_delete")
    ledger.log.connection.execute(f"DELETE FROM log WHERE seq >= {newer.head.position}")
    assert latest(ledger.log) == older


def test_one_whose_seal_was_written_anew_is_passed_over(ledger: Ledger) -> None:
    older, newer = save(ledger), save(ledger)
    ledger.log.connection.execute("DROP TRIGGER log_refuses_update")
    ledger.log.connection.execute("UPDATE log SET payload = CAST(payload || x'00' AS BLOB) WHERE seq = ?", (newer.head.position,))
    assert latest(ledger.log) == older


def test_snapshots_are_no_part_of_the_chain(ledger: Ledger) -> None:
    save(ledger)
    head = ledger.head
    ledger.log.connection.execute("DELETE FROM snapshots")
    assert ledger.log.head == head
    assert list(ledger.log.verify()) == []


def test_a_damaged_page_of_a_snapshot_is_passed_over(ledger: Ledger, path: Path) -> None:
    older = save(ledger)
    with ledger.batch():
        for number in range(1000):
            ledger.submit(ForceSetBalance(number.to_bytes(32), 10**9))
    save(ledger)
    ledger.close()
    with closing(sqlite3.connect(path)) as raw:
        (page,) = raw.execute("SELECT min(pageno) FROM dbstat WHERE name = 'snapshots' AND pagetype = 'overflow'").fetchone()
    with path.open("r+b") as file:
        file.seek((page - 1) * 8192)
        file.write(b"\xff" * 8)
    with Log.open(path) as reopened:
        assert latest(reopened) == older
        assert {fault.what for fault in reopened.verify()} == {"file"}


def test_a_file_without_the_table_has_no_snapshots(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute("BEGIN")
        create_schema(raw, {"spec_version": "277"}, MIGRATIONS[:1])
        raw.execute("COMMIT")
    with Log.open(path, read_only=True) as log:
        assert latest(log) is None
        with pytest.raises(LogWriteError, match="open for reading only"):
            save_snapshot(log, Snapshot(log.head, b""))


def test_only_the_newest_few_are_kept_where_the_log_has_not_grown(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("neuron_ledger.ledger.log.snapshots._WORTH", 100)
    snapshots = [save(ledger) for _ in range(5)]
    assert list(proved_snapshots(ledger.log)) == snapshots[:1:-1]
