"""The log's file when things go wrong: other files, damage, a full disk, a killed process, two writers."""

import os
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from neuron_ledger.ledger.log.errors import ForeignSchema
from neuron_ledger.ledger.log.schema import FORMAT_VERSION, MIGRATIONS, TRIGGERS, create_schema
from neuron_ledger.ledger.log.store import (
    ChainBroken,
    ConcurrencyError,
    Entry,
    Log,
    LogExists,
    LogWriteError,
    NewEntry,
    NewerFormat,
    NotALedger,
)
from tests.log.log_fixture import entries, ledger_at


def text_file(path: Path) -> None:
    path.write_text("netuid,uid\n1,2\n" * 20)


def other_database(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE log (seq INTEGER PRIMARY KEY)")


def cut_off(length: int) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        ledger_at(path, 2000)
        os.truncate(path, length)

    return make


@pytest.mark.parametrize("read_only", [True, False])
@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda _: None, "does not exist; create a ledger there with `neuron-ledger init"),
        (lambda path: path.mkdir(), "is a folder, not a ledger"),
        (lambda path: path.touch(), "is empty, not a ledger; create one there"),
        (lambda path: os.mkfifo(path), "is not a regular file"),
        (text_file, "is not a ledger \\(it does not begin as an SQLite file\\)"),
        (other_database, "is an SQLite file but not a ledger"),
        (cut_off(10), "is not a ledger"),
        (cut_off(60), "is an SQLite file but not a ledger"),
        (cut_off(8192), "is damaged \\(database disk image is malformed\\); restore it from a copy"),
        (cut_off(100_000), "is damaged \\(database disk image is malformed\\); restore it from a copy"),
    ],
)
def test_what_is_not_a_ledger_is_told_and_left_alone(
    tmp_path: Path, make: Callable[[Path], None], message: str, read_only: bool
) -> None:
    path = tmp_path / "a file?.ledger"
    make(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(NotALedger, match=message):
        Log.open(path, read_only=read_only)
    assert (path.read_bytes() if path.is_file() else None) == before
    assert path.exists() or list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("pragma", ["user_version = 999", "application_id = 7"])
def test_a_newer_format_and_a_foreign_mark_are_refused(tmp_path: Path, pragma: str) -> None:
    path = tmp_path / "test.ledger"
    ledger_at(path, 3)
    with closing(sqlite3.connect(path)) as raw:
        raw.execute(f"PRAGMA {pragma}")
    before = path.read_bytes()
    expected = NewerFormat if "user_version" in pragma else NotALedger
    for read_only in (True, False):
        with pytest.raises(expected) as caught:
            Log.open(path, read_only=read_only)
    assert path.read_bytes() == before
    if isinstance(caught.value, NewerFormat):
        assert (caught.value.found, caught.value.supported) == (999, FORMAT_VERSION)
        assert str(caught.value) == (
            f"{path} has ledger format 999, this version reads up to {FORMAT_VERSION}; upgrade neuron-ledger to open it"
        )


@pytest.mark.parametrize(
    ("statement", "error", "message"),
    [
        ("UPDATE meta SET value = '2' WHERE name = 'chain_format'", NewerFormat, "has ledger format 2"),
        ("UPDATE meta SET value = 'new' WHERE name = 'spec_version'", NotALedger, "does not name its spec_version"),
        ("DELETE FROM meta WHERE name = 'spec_version'", NotALedger, "does not name its spec_version"),
        ("DROP TABLE meta", NotALedger, "lacks a part of a ledger \\(a table meta\\)"),
        ("DROP TABLE log", NotALedger, "lacks a part of a ledger \\(a table log\\)"),
        (
            "DROP TABLE snapshots",
            ForeignSchema,
            "does not have the schema of a ledger: .*table snapshots is missing",
        ),
        ("PRAGMA user_version = 0", NotALedger, "format version 0"),
    ],
)
def test_a_ledger_that_lacks_a_part_is_refused(tmp_path: Path, statement: str, error: type[Exception], message: str) -> None:
    path = tmp_path / "test.ledger"
    ledger_at(path, 3)
    with closing(sqlite3.connect(path)) as raw:
        for name in ("meta_refuses_update", "meta_refuses_delete"):
            raw.execute(f"DROP TRIGGER {name}")
        raw.execute(statement)
        for name in ("meta_refuses_update", "meta_refuses_delete") if "TABLE meta" not in statement else ():
            raw.execute(TRIGGERS[name])
        raw.commit()
    with pytest.raises(error, match=message):
        Log.open(path)


def test_an_older_format_is_brought_up_to_date_once_it_is_opened_for_writing(tmp_path: Path) -> None:
    path = tmp_path / "test.ledger"
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute("BEGIN")
        create_schema(raw, {"spec_version": "277"}, MIGRATIONS[:1])
        raw.execute("COMMIT")
    before = path.read_bytes()
    with Log.open(path, read_only=True) as log:
        genesis = log.head
        assert list(log.verify()) == []
    assert path.read_bytes() == before
    with Log.open(path) as log:
        assert log.connection.execute("PRAGMA user_version").fetchone() == (FORMAT_VERSION,)
        assert log.connection.execute("SELECT count(*) FROM snapshots").fetchone() == (0,)
        assert log.head == genesis
        log.append(entries(3), expected_position=0)
        assert list(log.verify()) == []


def test_a_migrated_file_has_the_tables_of_a_new_one(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "old.ledger", isolation_level=None)) as raw:
        raw.execute("BEGIN")
        create_schema(raw, {"spec_version": "277"}, MIGRATIONS[:1])
        raw.execute("COMMIT")
    Log.create(tmp_path / "new.ledger").close()
    tables = []
    for name in ("old.ledger", "new.ledger"):
        with Log.open(tmp_path / name) as log:
            tables.append(log.connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name").fetchall())
    assert tables[0] == tables[1]


def test_creating_leaves_what_stands_there_alone(tmp_path: Path) -> None:
    path = tmp_path / "test.ledger"
    for make in (text_file, other_database):
        make(path)
        before = path.read_bytes()
        with pytest.raises(LogExists, match="exists already"):
            Log.create(path)
        assert path.read_bytes() == before
        path.unlink()
    with pytest.raises(LogExists):
        Log.create(tmp_path)
    with pytest.raises(LogWriteError, match="is not a folder; make it first"):
        Log.create(tmp_path / "absent" / "test.ledger")


@pytest.mark.parametrize("spec_version", [-1, 2**32, True, "", "277 ", "277-", "draft"])
def test_a_spec_version_is_a_u32_and_perhaps_a_tree(tmp_path: Path, spec_version: int | str) -> None:
    with pytest.raises(ValueError, match="spec_version: expected a"):
        Log.create(tmp_path / "test.ledger", spec_version=spec_version)
    assert list(tmp_path.iterdir()) == []


def test_open_creates_only_where_it_is_told_to_and_nothing_stands(tmp_path: Path) -> None:
    path = tmp_path / "test.ledger"
    path.touch()
    with Log.open(path, create=True) as log:
        head = log.append(entries(1), expected_position=0)
    with Log.open(path, create=True) as log:
        assert log.head == head
    with pytest.raises(NotALedger, match="is a folder"):
        Log.open(tmp_path, create=True)
    with pytest.raises(NotALedger, match="does not exist"):
        Log.open(tmp_path / "other", create=True, read_only=True)


def test_a_read_only_log_takes_nothing_and_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "test.ledger"
    head = ledger_at(path, 3)
    before = path.read_bytes()
    with Log.open(path, read_only=True) as log:
        with pytest.raises(LogWriteError, match="open for reading only"):
            log.append(entries(1), expected_position=3)
        assert log.head == head
        assert list(log.verify()) == []
    assert path.read_bytes() == before


def test_a_ledger_in_a_folder_that_may_not_be_written_can_be_read() -> None:
    root = os.geteuid() == 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "test.ledger"
        head = ledger_at(path, 3)
        path.chmod(0o444)
        Path(folder).chmod(0o555)
        try:
            if root:
                os.seteuid(65534)
            with Log.open(path, read_only=True) as log:
                assert log.head == head
                assert list(log.verify()) == []
            with pytest.raises(LogWriteError, match="check"):
                Log.open(path)
        finally:
            if root:
                os.seteuid(0)
            Path(folder).chmod(0o755)


def test_opening_and_closing_for_writing_leaves_the_file_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "test.ledger"
    ledger_at(path, 3)
    before = path.read_bytes()
    with Log.open(path) as log, pytest.raises(ConcurrencyError):
        log.append(entries(100), expected_position=0)
    assert path.read_bytes() == before
    beside = sorted(found.name.removeprefix(path.name) for found in tmp_path.iterdir())
    assert beside == ["", ".head", ".lock"]


def test_settings_are_as_documented(tmp_path: Path) -> None:
    with Log.create(tmp_path / "test.ledger") as log:
        pragmas = {
            name: log.connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("application_id", "user_version", "page_size", "journal_mode", "synchronous", "encoding")
        }
    assert pragmas == {
        "application_id": 0x4E4C4447,
        "user_version": 2,
        "page_size": 8192,
        "journal_mode": "wal",
        "synchronous": 2,
        "encoding": "UTF-8",
    }
    with Log.open(tmp_path / "test.ledger", synchronous="NORMAL") as log:
        assert log.connection.execute("PRAGMA synchronous").fetchone() == (1,)


def test_damaged_pages_are_found_and_what_follows_is_checked_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "test.ledger"
    ledger_at(path, 2000)
    pages = path.stat().st_size // 8192
    with path.open("r+b") as file:
        for page in (pages // 3, pages - 8):
            file.seek(page * 8192)
            file.write(b"\xff" * 100)
    with Log.open(path, read_only=True) as log:
        all_found = list(log.verify())
        assert {fault.where for fault in all_found if fault.what == "file"} == {0}
        found = [fault for fault in all_found if fault.what != "file"]
        assert [fault.what for fault in found] == ["unreadable", "unreadable"]
        first = found[0].where
        assert found[0].got.startswith("it cannot be read (database disk image is malformed), up to position ")
        last = int(found[0].got.rpartition(" ")[2])
        assert 1 < first < last < found[1].where < 2000
        assert [entry.position for entry in log.read(last, until=last + 1)] == [last + 1]
        read: list[Entry] = []
        with pytest.raises(ChainBroken) as caught:
            read.extend(log.read())
        assert caught.value.position == first


def test_a_damaged_end_is_found(tmp_path: Path) -> None:
    path = tmp_path / "test.ledger"
    ledger_at(path, 2000)
    with closing(sqlite3.connect(path)) as raw:
        (last_page,) = raw.execute("SELECT max(pageno) FROM dbstat WHERE name = 'log' AND pagetype = 'leaf'").fetchone()
    with path.open("r+b") as file:
        file.seek((last_page - 1) * 8192)
        file.write(b"\xff" * 100)
    with Log.open(path) as log:
        (fault,) = (fault for fault in log.verify() if fault.what != "file")
        assert fault.what == "unreadable"
        assert fault.got.endswith("up to the end")
        with pytest.raises(ChainBroken):
            _ = log.head
        with pytest.raises(ChainBroken):
            log.append(entries(1), expected_position=2000)


def test_every_flipped_bit_of_an_entry_is_found(tmp_path: Path) -> None:
    """In the file's bytes, past SQLite: a bit of the row's tag, payload or hash is found at its position."""
    path = tmp_path / "test.ledger"
    with Log.create(path) as log:
        log.append([NewEntry(9, "Happened/1", bytes([i]) * 40) for i in range(1, 6)], expected_position=0)
        (_, _, _, _, recorded) = next(log.rows_verified(2))
    content = path.read_bytes()
    row = b"Happened/1" + bytes([3]) * 40 + recorded
    start = content.index(row)
    for offset in range(len(row)):
        changed = bytearray(content)
        changed[start + offset] ^= 1 << offset % 8
        path.write_bytes(changed)
        with Log.open(path, read_only=True) as log:
            assert [fault.where for fault in log.verify()] == [3], offset


def test_a_full_disk_is_told_and_the_ledger_goes_on_afterwards(tmp_path: Path) -> None:
    with Log.create(tmp_path / "test.ledger") as log:
        head = log.append(entries(100), expected_position=0)
        (pages,) = log.connection.execute("PRAGMA page_count").fetchone()
        log.connection.execute(f"PRAGMA max_page_count = {pages + 5}")
        with pytest.raises(LogWriteError, match="the disk is full; nothing was recorded, make room and try again"):
            log.append(entries(2000), expected_position=100)
        assert log.head == head
        with log.transaction():
            log.append(entries(1), expected_position=100)
            with pytest.raises(LogWriteError, match="the disk is full"):
                log.append(entries(2000), expected_position=101)
        assert log.head.position == 101
        log.connection.execute("PRAGMA max_page_count = 1000000")
        log.append(entries(2000), expected_position=101)
        assert list(log.verify()) == []


def test_a_transaction_that_sqlite_undid_records_nothing_more(tmp_path: Path) -> None:
    with Log.create(tmp_path / "test.ledger") as log:
        with pytest.raises(LogWriteError, match="undone after an error; nothing was recorded"):
            go_on_after_an_undone_transaction(log)
        assert log.head.position == 0


def go_on_after_an_undone_transaction(log: Log) -> None:
    with log.transaction():
        log.append(entries(1), expected_position=0)
        with pytest.raises(sqlite3.IntegrityError):
            log.connection.execute("INSERT OR ROLLBACK INTO snapshots VALUES (1, NULL, 'f', x'', x'')")
        with pytest.raises(LogWriteError, match="undone after an error"):
            log.append(entries(1), expected_position=0)
