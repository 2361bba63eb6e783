"""A log whose file was changed behind its back: every finding at its position, and none hides another."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuron_ledger.events.difference import Difference
from neuron_ledger.events.entries.envelope import genesis_hash
from neuron_ledger.ledger.log.errors import ForeignSchema, LogWriteError, NotALedger
from neuron_ledger.ledger.log.head_file import head_file_of
from neuron_ledger.ledger.log.schema import TRIGGERS
from neuron_ledger.ledger.log.store import ChainBroken, Entry, Log
from tests.log.log_fixture import numbered, tamper

ENDLESS = "WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n AS name, n AS value FROM r WHERE n < 0"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "test.ledger"


@pytest.fixture
def log(path: Path) -> Iterator[Log]:
    with Log.create(path, spec_version=277) as log:
        yield log


def flipped(value: bytes, at: int = 0, bit: int = 0) -> bytes:
    return value[:at] + bytes([value[at] ^ 1 << bit]) + value[at + 1 :]


def faults(path: Path) -> list[tuple[int, str]]:
    with Log.inspect(path) as log:
        return [(fault.where, fault.what) for fault in log.verify()]


CHANGES: dict[str, Callable[[Entry], tuple[str, object]]] = {
    "payload": lambda entry: ("payload", flipped(entry.payload)),
    "payload is longer": lambda entry: ("payload", entry.payload + b"\0"),
    "hash": lambda entry: ("hash", flipped(entry.hash, 31, 7)),
    "tag": lambda entry: ("tag", entry.tag.replace("Happened", "Iappened")),
    "block": lambda entry: ("block", entry.block ^ 1),
}


@pytest.mark.parametrize("position", [1, 5, 9])
@pytest.mark.parametrize("change", CHANGES)
def test_one_changed_value_is_one_finding_at_its_position(path: Path, change: str, position: int) -> None:
    with Log.create(path) as log:
        log.append(numbered(9), expected_position=0)
        entry = next(log.read(position - 1))
    column, value = CHANGES[change](entry)
    tamper(path, f"UPDATE log SET {column} = ? WHERE seq = {position}", parameters=(value,))
    assert faults(path) == [(position, "hash")]
    with Log.inspect(path) as log, pytest.raises(ChainBroken) as caught:
        list(log.read_verified())
    assert caught.value.position == position


@given(changed=st.dictionaries(st.integers(1, 12), st.sampled_from(["payload", "hash"]), min_size=1, max_size=7))
def test_every_changed_entry_is_found_and_no_other(changed: dict[int, str]) -> None:
    with Log.in_memory() as log:
        log.append(numbered(12), expected_position=0)
        entries = {entry.position: entry for entry in log.read()}
        log.connection.execute("DROP TRIGGER log_refuses_update")
        for position, column in changed.items():
            value = flipped(getattr(entries[position], column))
            log.connection.execute(f"UPDATE log SET {column} = ? WHERE seq = ?", (value, position))
        log.connection.execute(TRIGGERS["log_refuses_update"])
        assert [fault.where for fault in log.verify()] == sorted(changed)


@pytest.mark.parametrize("column", ["payload", "hash"])
def test_a_long_run_of_changed_entries_ends_where_it_ends(log: Log, path: Path, column: str) -> None:
    log.append(numbered(60), expected_position=0)
    tamper(path, f"UPDATE log SET {column} = zeroblob(length({column})) WHERE seq BETWEEN 11 AND 50")
    assert [position for position, _ in faults(path)] == list(range(11, 51))


def test_a_deleted_entry_is_a_gap_at_its_position(path: Path) -> None:
    with Log.create(path) as log:
        log.append(numbered(9), expected_position=0)
    tamper(path, "DELETE FROM log WHERE seq IN (1, 4, 5)")
    assert faults(path) == [(1, "gap"), (4, "gap")]
    with Log.open(path) as log:
        with pytest.raises(ChainBroken, match="position 1: there is no entry, the next one is 2"):
            list(log.read_verified())
        with pytest.raises(ChainBroken, match="position 4"):
            list(log.read_verified(2))


def test_closing_a_gap_by_renumbering_is_found(path: Path) -> None:
    with Log.create(path) as log:
        log.append(numbered(4), expected_position=0)
    tamper(path, "DELETE FROM log WHERE seq = 2", "UPDATE log SET seq = 2 WHERE seq = 3", "UPDATE log SET seq = 3 WHERE seq = 4")
    assert faults(path) == [(2, "hash"), (3, "hash"), (3, "lost")]


def test_swapped_entries_are_both_found(path: Path) -> None:
    with Log.create(path) as log:
        log.append(numbered(5), expected_position=0)
    tamper(path, *(f"UPDATE log SET seq = {new} WHERE seq = {old}" for old, new in ((2, 99), (3, 2), (99, 3))))
    assert [position for position, kind in faults(path) if kind == "hash"][:2] == [2, 3]


def test_an_entry_before_the_first_is_found(path: Path) -> None:
    with Log.create(path) as log:
        log.append(numbered(2), expected_position=0)
    tamper(path, "INSERT INTO log VALUES (-7, 0, 'T/1', x'', zeroblob(32)), (0, 0, 'T/1', x'', zeroblob(32))")
    assert faults(path) == [(-7, "gap"), (0, "gap")]


def test_a_cut_off_end_shows_against_the_head_file_or_a_kept_head(path: Path) -> None:
    with Log.create(path) as log:
        head = log.append(numbered(5), expected_position=0)
        assert log.hash_at(head.position) == head.hash
    tamper(path, "DELETE FROM log WHERE seq = 5")
    assert faults(path) == [(4, "lost")]
    head_file_of(path).unlink()
    assert faults(path) == []
    with Log.open(path) as log:
        assert log.head != head
        assert log.hash_at(head.position) is None
        log.append(numbered(1, first=77), expected_position=4)
        assert log.hash_at(head.position) != head.hash


def test_a_changed_spec_version_is_found_before_the_first_entry(path: Path) -> None:
    with Log.create(path, spec_version=277, origin="example.org/log") as log:
        log.append(numbered(2), expected_position=0)
    tamper(path, "UPDATE meta SET value = '278' WHERE name = 'spec_version'")
    assert faults(path) == [(0, "genesis")]
    with Log.open(path) as log, pytest.raises(ChainBroken, match="parameters"):
        list(log.read_verified())
    forged = genesis_hash({"chain_format": "1", "origin": "example.org/log", "spec_version": "278"}).hex()
    tamper(path, f"UPDATE meta SET value = '{forged}' WHERE name = 'genesis_hash'")
    assert faults(path) == [(1, "hash")]


@pytest.mark.parametrize("value", ["", "zz" * 32])
def test_a_genesis_hash_that_is_none_is_found(path: Path, value: str) -> None:
    with Log.create(path) as log:
        log.append(numbered(2), expected_position=0)
    tamper(path, f"UPDATE meta SET value = '{value}' WHERE name = 'genesis_hash'")
    assert faults(path) == [(0, "genesis")]


def test_missing_changed_and_added_triggers_are_found(path: Path) -> None:
    Log.create(path).close()
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("DROP TRIGGER log_refuses_delete")
        raw.execute("DROP TRIGGER meta_refuses_delete")
        raw.execute("CREATE TRIGGER meta_refuses_delete BEFORE DELETE ON meta BEGIN SELECT 1; END")
        raw.execute("CREATE TRIGGER helper AFTER INSERT ON log BEGIN DELETE FROM log; END")
    for read_only in (True, False):
        with pytest.raises(ForeignSchema, match="does not have the schema of a ledger: trigger helper on log is present, "):
            Log.open(path, read_only=read_only)
    with Log.inspect(path) as log:
        assert [str(fault) for fault in log.verify()] == [
            "0: schema (expected trigger helper on log absent, got present)",
            "0: schema (expected trigger log_refuses_delete on log as created, got missing)",
            "0: schema (expected trigger meta_refuses_delete on meta as created, got changed)",
        ]


def test_values_of_wrong_types_are_found_each(path: Path) -> None:
    with Log.create(path) as log:
        log.append(numbered(6), expected_position=0)
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("CREATE TABLE other (seq INTEGER PRIMARY KEY, block, tag, payload, hash)")
        raw.execute("INSERT INTO other SELECT * FROM log")
        raw.execute("UPDATE other SET block = 'one', payload = 'text' WHERE seq = 2")
        raw.execute("UPDATE other SET tag = x'00', hash = NULL WHERE seq = 3")
        raw.execute("UPDATE other SET block = -1 WHERE seq = 5")
        raw.execute("UPDATE other SET tag = CAST(x'ff' AS TEXT) WHERE seq = 6")
        raw.execute("DROP TABLE log")
        raw.execute("ALTER TABLE other RENAME TO log")
        raw.commit()
    kinds = [found for found in faults(path) if found[1] not in ("schema", "file")]
    assert kinds == [(2, "type"), (2, "type"), (3, "type"), (3, "type"), (5, "type"), (6, "unreadable")]
    with Log.inspect(path) as log:
        for after, position in ((0, 2), (1, 2), (4, 5), (5, 6)):
            with pytest.raises(ChainBroken) as caught:
                list(log.read_verified(after))
            assert caught.value.position == position
        with pytest.raises(ChainBroken, match="position 6: it cannot be read"):
            list(log.read())


def test_a_fault_reads_as_one_line() -> None:
    assert str(Difference(3, "hash", "aa", "bb")) == "3: hash (expected aa, got bb)"


def test_a_log_whose_last_hash_is_malformed_takes_no_more_entries(path: Path) -> None:
    with Log.create(path) as log:
        log.append(numbered(2), expected_position=0)
    tamper(path, "PRAGMA ignore_check_constraints = 1", "UPDATE log SET hash = x'00' WHERE seq = 2")
    with Log.open(path) as log, pytest.raises(ChainBroken, match="position 2: the last entry's hash is not 32 bytes"):
        log.append(numbered(1), expected_position=2)


@pytest.mark.parametrize(
    ("statements", "named"),
    [
        (["CREATE INDEX planted ON log (seq, hash)"], "index planted on log is present"),
        (["CREATE INDEX planted ON log (seq) WHERE seq < 3"], "index planted on log is present"),
        (["CREATE VIEW planted AS SELECT * FROM log"], "view planted is present"),
        (["CREATE TABLE planted (a)"], "table planted is present"),
        (["CREATE TABLE planted (a INTEGER PRIMARY KEY AUTOINCREMENT)"], "table planted is present"),
        (["CREATE TRIGGER planted AFTER INSERT ON snapshots BEGIN SELECT 1; END"], "trigger planted on snapshots is present"),
        (["CREATE TRIGGER planted AFTER INSERT ON log BEGIN SELECT 1; END"], "trigger planted on log is present"),
        (["ALTER TABLE snapshots ADD COLUMN more BLOB AS (zeroblob(1000000000)) VIRTUAL"], "table snapshots is changed"),
        (["ALTER TABLE log ADD COLUMN more INTEGER AS (length(payload)) VIRTUAL"], "table log is changed"),
        (["ANALYZE"], "table sqlite_stat1 is present"),
        (["DROP TABLE snapshots", f"CREATE VIEW snapshots AS {ENDLESS}"], "table snapshots is missing"),
    ],
)
def test_what_was_planted_in_the_schema_is_refused_and_named(path: Path, statements: list[str], named: str) -> None:
    with Log.create(path) as log:
        log.append(numbered(9), expected_position=0)
    with closing(sqlite3.connect(path)) as raw:
        for statement in statements:
            raw.execute(statement)
        raw.commit()
    for read_only in (True, False):
        with pytest.raises(ForeignSchema, match=f"does not have the schema of a ledger: .*{named}"):
            Log.open(path, read_only=read_only)
    with Log.inspect(path) as log:
        found = [fault for fault in log.verify() if fault.what == "schema"]
        assert found
        assert log.head.position == 9
        assert len(list(log.read_verified())) == 9


@pytest.mark.parametrize("name", ["log", "meta"])
def test_a_view_in_place_of_a_table_is_one_line_for_an_audit_too(path: Path, name: str) -> None:
    """A view runs what its author wrote: this one never ends."""
    Log.create(path).close()
    with closing(sqlite3.connect(path)) as raw:
        raw.execute(f"DROP TABLE {name}")
        raw.execute(f"CREATE VIEW {name} AS {ENDLESS}")
    for opening in (Log.open, Log.inspect):
        with pytest.raises(NotALedger, match=f"lacks a part of a ledger \\(a table {name}\\)"):
            opening(path)


def test_entries_gone_behind_an_index_are_seen(path: Path) -> None:
    """The table has 3 entries, and an index that is older answers for 10, where it is asked."""
    with Log.create(path) as log:
        log.append(numbered(10), expected_position=0)
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("CREATE INDEX planted ON log (seq DESC, hash)")
        raw.commit()
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("DROP TRIGGER log_refuses_delete")
        raw.execute("PRAGMA writable_schema = ON")
        row = raw.execute("SELECT type, name, tbl_name, rootpage, sql FROM sqlite_master WHERE name = 'planted'").fetchone()
        raw.execute("DELETE FROM sqlite_master WHERE name = 'planted'")
        raw.commit()
        raw.execute("PRAGMA writable_schema = RESET")
        raw.execute("DELETE FROM log WHERE seq > 3")
        raw.execute("PRAGMA writable_schema = ON")
        raw.execute("INSERT INTO sqlite_master VALUES (?, ?, ?, ?, ?)", row)
        raw.execute(TRIGGERS["log_refuses_delete"])
        raw.commit()
        raw.execute("PRAGMA writable_schema = RESET")
        assert raw.execute("SELECT count(*) FROM log INDEXED BY planted").fetchone() == (10,)
    with Log.inspect(path) as log:
        assert log.head.position == 3
        assert log.hash_at(10) is None
        kinds = {fault.what for fault in log.verify()}
        assert kinds == {"schema", "file", "lost"}
    with pytest.raises(ForeignSchema):
        Log.open(path)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TRIGGER planted BEFORE INSERT ON log BEGIN SELECT RAISE(IGNORE); END",
        "CREATE TRIGGER planted AFTER INSERT ON log BEGIN DELETE FROM snapshots; END",
    ],
)
def test_a_trigger_planted_under_an_open_log_stops_the_append(path: Path, statement: str) -> None:
    with Log.create(path) as log:
        log.append(numbered(2), expected_position=0)
        with closing(sqlite3.connect(path)) as raw:
            raw.execute(statement)
        with pytest.raises(LogWriteError, match="has a trigger or a view that does not belong in a ledger; nothing was recorded"):
            log.append(numbered(1), expected_position=2)
        assert log.head.position == 2
