"""Snapshots: used where they fit the log, passed over where they do not."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from neuron_ledger.ledger.log.schema import MIGRATIONS, create_schema
from neuron_ledger.ledger.log.snapshots import Snapshot, latest_snapshot, save_snapshot
from neuron_ledger.ledger.log.store import Head, Log, LogWriteError, NewEntry


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "test.ledger"


@pytest.fixture
def log(path: Path) -> Iterator[Log]:
    with Log.create(path) as log:
        log.append([NewEntry(i, "Happened/1", b"%d" % i) for i in range(10)], expected_position=0)
        yield log


def head_at(log: Log, position: int) -> Head:
    found = log.hash_at(position)
    assert found is not None
    return Head(position, found)


def save(log: Log, position: int, payload: bytes, format_tag: str = "storage/1") -> Snapshot:
    head = head_at(log, position)
    save_snapshot(log, head.position, head.hash, format_tag, payload)
    return Snapshot(head.position, head.hash, format_tag, payload)


def test_the_newest_one_that_fits_is_found(log: Log) -> None:
    assert latest_snapshot(log, "storage/1") is None
    empty, third, eighth = save(log, 0, b""), save(log, 3, b"three"), save(log, 8, b"eight" * 10_000)
    assert latest_snapshot(log, "storage/1") == eighth
    assert latest_snapshot(log, "storage/1", at_most=8) == eighth
    assert latest_snapshot(log, "storage/1", at_most=7) == third
    assert latest_snapshot(log, "storage/1", at_most=2) == empty
    assert latest_snapshot(log, "storage/1", at_most=-1) is None


def test_each_format_has_its_own(log: Log) -> None:
    first, second = save(log, 4, b"old"), save(log, 4, b"new", "storage/2")
    later = save(log, 9, b"old, later")
    assert latest_snapshot(log, "storage/2") == second
    assert latest_snapshot(log, "storage/1") == later
    assert latest_snapshot(log, "storage/1", at_most=8) == first
    assert latest_snapshot(log, "storage/3") is None


def test_saving_again_takes_the_place_of_the_one_before(log: Log) -> None:
    save(log, 4, b"once")
    again = save(log, 4, b"again")
    assert latest_snapshot(log, "storage/1") == again
    assert log.connection.execute("SELECT count(*) FROM snapshots").fetchone() == (1,)


def test_a_snapshot_of_another_log_is_not_taken(log: Log) -> None:
    with pytest.raises(ValueError, match=r"log_hash: the log has [0-9a-f]{64} at position 3, got 0000"):
        save_snapshot(log, 3, bytes(32), "storage/1", b"")
    with pytest.raises(ValueError, match="log_hash: the log has nothing at position 11"):
        save_snapshot(log, 11, bytes(32), "storage/1", b"")
    assert latest_snapshot(log, "storage/1") is None


@pytest.mark.parametrize(
    "change",
    [
        "payload = x'00'",
        "payload = zeroblob(6)",
        "payload = CAST(substr(payload, 2) AS BLOB)",
        "digest = zeroblob(32)",
        "digest = x''",
        "hash = zeroblob(32)",
        "hash = x''",
        "position = 9",
        "position = 77",
        "position = -1",
        "format = 'storage/9'",
    ],
)
def test_one_that_does_not_fit_is_passed_over_for_an_older_one(log: Log, change: str) -> None:
    older = save(log, 3, b"three")
    save(log, 8, b"eight")
    log.connection.execute(f"UPDATE snapshots SET {change} WHERE position = 8")
    assert latest_snapshot(log, "storage/1") == older
    assert latest_snapshot(log, "storage/9") is None
    log.connection.execute("DELETE FROM snapshots WHERE position = 3")
    assert latest_snapshot(log, "storage/1") is None


def test_one_that_outlived_its_entries_is_passed_over(log: Log) -> None:
    older = save(log, 3, b"three")
    save(log, 8, b"eight")
    log.connection.execute("DROP TRIGGER log_refuses_delete")
    log.connection.execute("DELETE FROM log WHERE seq > 5")
    assert latest_snapshot(log, "storage/1") == older
    log.append([NewEntry(9, "Other/1", b"") for _ in range(5)], expected_position=5)
    assert latest_snapshot(log, "storage/1") == older


def test_snapshots_are_no_part_of_the_chain(log: Log) -> None:
    head = log.head
    save(log, 8, b"eight")
    assert log.head == head
    assert list(log.verify()) == []
    log.connection.execute("DELETE FROM snapshots")
    assert list(log.verify()) == []


def test_a_snapshot_is_undone_with_its_transaction(log: Log) -> None:
    with pytest.raises(KeyError):
        save_and_fail(log)
    assert latest_snapshot(log, "storage/1") is None
    assert log.head.position == 10


def save_and_fail(log: Log) -> None:
    with log.transaction():
        log.append([NewEntry(10, "Happened/1", b"")], expected_position=10)
        save(log, 11, b"eleven")
        assert latest_snapshot(log, "storage/1") is not None
        raise KeyError


def test_a_damaged_page_of_a_snapshot_is_passed_over(log: Log, path: Path) -> None:
    older = save(log, 3, b"three")
    save(log, 8, bytes(100_000))
    log.close()
    with closing(sqlite3.connect(path)) as raw:
        (page,) = raw.execute("SELECT min(pageno) FROM dbstat WHERE name = 'snapshots' AND pagetype = 'overflow'").fetchone()
    with path.open("r+b") as file:
        file.seek((page - 1) * 8192)
        file.write(b"\xff" * 8)
    with Log.open(path) as reopened:
        assert latest_snapshot(reopened, "storage/1") == older
        assert {fault.kind for fault in reopened.verify()} == {"file"}


def test_a_file_without_the_table_has_no_snapshots(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute("BEGIN")
        create_schema(raw, {"spec_version": "277"}, MIGRATIONS[:1])
        raw.execute("COMMIT")
    with Log.open(path, read_only=True) as log:
        assert latest_snapshot(log, "storage/1") is None
        with pytest.raises(LogWriteError, match="open for reading only"):
            save_snapshot(log, 0, log.head.hash, "storage/1", b"")


def test_only_the_newest_few_are_kept(log: Log) -> None:
    for position in (1, 2, 3, 4, 5):
        save(log, position, b"x")
    other = save(log, 1, b"y", "storage/2")
    kept = [
        row[0] for row in log.connection.execute("SELECT position FROM snapshots WHERE format = 'storage/1' ORDER BY position")
    ]
    assert kept == [3, 4, 5]
    assert latest_snapshot(log, "storage/2") == other
