"""The log: appending, reading, the hash chain, and what its triggers refuse."""

import sqlite3
import struct
import tracemalloc
from collections.abc import Generator, Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import pytest
from blake3 import blake3
from hypothesis import given, settings
from hypothesis import strategies as st

from neuron_ledger.events.entries.envelope import EntryHasher, Head, NewEntry, genesis_hash, is_tag
from neuron_ledger.ledger.log.schema import TRIGGERS
from neuron_ledger.ledger.log.store import ChainBroken, ConcurrencyError, Entry, Log
from tests.log.log_fixture import ledger_at, numbered, tamper

new_entries = st.lists(
    st.builds(
        NewEntry,
        block=st.integers(0, 2**63 - 1),
        tag=st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=40),
        payload=st.binary(max_size=300),
    ),
    max_size=12,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "test.ledger"


@pytest.fixture
def log(path: Path) -> Iterator[Log]:
    with Log.create(path, spec_version=277) as log:
        yield log


def recorded_by_hand(entries: list[NewEntry], spec_version: int) -> list[Entry]:
    """The chain as docs/log-format.md has it, written out once more."""
    genesis = blake3(b"neuron-ledger/log/1")
    for text in (b"chain_format", b"1", b"origin", b"neuron-ledger/in-memory", b"spec_version", str(spec_version).encode()):
        genesis.update(len(text).to_bytes(4, "little") + text)
    previous = genesis.digest()
    recorded = []
    for position, entry in enumerate(entries, start=1):
        hashed = blake3(previous)
        hashed.update(position.to_bytes(8, "little") + entry.block.to_bytes(8, "little"))
        hashed.update(len(entry.tag).to_bytes(4, "little") + entry.tag.encode("ascii"))
        hashed.update(entry.payload)
        previous = hashed.digest()
        recorded.append(Entry(position, entry.block, entry.tag, entry.payload, previous))
    return recorded


def test_a_new_log_is_empty_and_knows_its_spec_version(path: Path) -> None:
    with Log.create(path, spec_version=301, origin="example.org/log") as log:
        assert (log.spec_version, log.origin) == (301, "example.org/log")
        assert log.head == Head(0, genesis_hash({"chain_format": "1", "origin": "example.org/log", "spec_version": "301"}))
        assert list(log.read()) == list(log.read_verified()) == []
        assert list(log.verify()) == []
    with Log.open(path) as log:
        assert (log.spec_version, log.origin) == (301, "example.org/log")


def test_every_file_has_an_origin_of_its_own_and_memory_a_fixed_one(tmp_path: Path) -> None:
    with Log.create(tmp_path / "a.ledger") as one, Log.open(tmp_path / "b.ledger", create=True) as other:
        assert one.origin != other.origin
        assert one.head != other.head
        assert one.origin.startswith("neuron-ledger/")
    with Log.in_memory() as one, Log.in_memory() as other:
        assert one.head == other.head


@pytest.mark.parametrize("origin", ["", "a b", "a+b", "a\nb", "ü", "x" * 201, 5])
def test_what_cannot_stand_in_a_signature_is_no_origin(path: Path, origin: Any) -> None:
    with pytest.raises(ValueError, match="origin: expected 1 to 200 printable ASCII characters"):
        Log.create(path, origin=origin)
    assert not path.exists()


def test_a_file_from_before_there_were_origins_goes_by_its_genesis_hash(path: Path) -> None:
    Log.create(path, spec_version=277).close()
    genesis = genesis_hash({"chain_format": "1", "spec_version": "277"}).hex()
    tamper(path, "DELETE FROM meta WHERE name = 'origin'", f"UPDATE meta SET value = '{genesis}' WHERE name = 'genesis_hash'")
    with Log.open(path) as log:
        assert log.origin == f"neuron-ledger/{genesis}"
        assert list(log.verify()) == []


def test_the_chain_stays_what_it_is() -> None:
    """A recorded chain: a change of these hashes is a new chain format."""
    with Log.in_memory(spec_version=277, origin="example.org/ledger") as log:
        assert log.head.hash.hex() == "d0ff4223120ad68acff169aaa837eeb137e2880d1503313d02dad2b450af4e19"
        log.append([NewEntry(7, "burned_register/1", b"\x93\x01\x02\x03"), NewEntry(2**63 - 1, "X", b"")], expected_position=0)
        assert [entry.hash.hex() for entry in log.read()] == [
            "ce3216950987aeb0d7e81df46935600215b4c129263da98bb78fca17bd7f62b5",
            "8fbb59234b3cb6684fe4eecab41cfdce5ba95a2638b445bbc07317c470889410",
        ]


@given(entries=new_entries, spec_version=st.integers(0, 2**32 - 1))
def test_entries_come_back_with_the_documented_hashes(entries: list[NewEntry], spec_version: int) -> None:
    with Log.in_memory(spec_version=spec_version) as log:
        head = log.append(entries, expected_position=0)
        expected = recorded_by_hand(entries, spec_version)
        assert list(log.read()) == list(log.read_verified()) == expected
        assert head == log.head == (Head(expected[-1].position, expected[-1].hash) if expected else Head(0, log.head.hash))
        assert list(log.verify()) == []


@given(entries=new_entries, cuts=st.lists(st.integers(0, 12), max_size=4))
def test_the_chain_does_not_depend_on_how_entries_are_batched(entries: list[NewEntry], cuts: list[int]) -> None:
    bounds = sorted({0, len(entries), *(cut for cut in cuts if cut < len(entries))})
    with Log.in_memory() as whole, Log.in_memory() as parts:
        whole.append(entries, expected_position=0)
        for start, end in pairwise(bounds):
            parts.append(entries[start:end], expected_position=start)
        assert parts.head == whole.head


@pytest.mark.parametrize("count", [1, 63, 64, 65, 128, 1000])
def test_batches_of_any_size_are_recorded_in_order(log: Log, count: int) -> None:
    log.append(numbered(2), expected_position=0)
    log.append(numbered(count, first=2), expected_position=2)
    assert [entry.payload for entry in log.read_verified()] == [b"%d" % i for i in range(count + 2)]


@given(after=st.integers(0, 30), until=st.none() | st.integers(0, 30), batch=st.integers(1, 30))
@settings(max_examples=50)
def test_reading_from_any_position_to_any_other(after: int, until: int | None, batch: int) -> None:
    with Log.in_memory() as log:
        log.append(numbered(25), expected_position=0)
        expected = list(range(after + 1, min(25, 25 if until is None else until) + 1))
        assert [entry.position for entry in log.read(after, until=until, batch=batch)] == expected
        if after <= 25:
            assert [entry.position for entry in log.read_verified(after, until=until)] == expected


def test_a_reading_ends_at_the_head_it_began_with(log: Log) -> None:
    log.append(numbered(3), expected_position=0)
    reading = log.read(batch=1)
    positions = [next(reading).position]
    log.append(numbered(3), expected_position=3)
    positions += [entry.position for entry in reading]
    assert positions == [1, 2, 3]


def test_hash_at_tells_the_recorded_hash_and_none_beyond_the_end(log: Log) -> None:
    empty = log.head
    head = log.append(numbered(2), expected_position=0)
    assert log.hash_at(0) == empty.hash
    assert log.hash_at(2) == head.hash
    assert log.hash_at(3) is None


def test_reading_after_a_position_that_is_not_there_is_refused_when_verified(log: Log) -> None:
    with pytest.raises(ChainBroken, match="position 5: there is no entry"):
        list(log.read_verified(5))


def test_an_unexpected_position_tells_both_and_records_nothing(log: Log) -> None:
    head = log.append(numbered(2), expected_position=0)
    with pytest.raises(ConcurrencyError, match="expected the log at position 1, but it is at 2") as caught:
        log.append(numbered(1), expected_position=1)
    assert (caught.value.expected, caught.value.actual) == (1, 2)
    assert log.head == head


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (NewEntry(-1, "T/1", b""), "block: expected an integer"),
        (NewEntry(2**63, "T/1", b""), "block: expected an integer"),
        (NewEntry(True, "T/1", b""), "block: expected an integer"),
        (NewEntry(1.0, "T/1", b""), "block: expected an integer"),  # type: ignore[arg-type]
        (NewEntry(1, "", b""), "tag: expected 1 to 255"),
        (NewEntry(1, "a b", b""), "tag: expected 1 to 255"),
        (NewEntry(1, "a\n", b""), "tag: expected 1 to 255"),
        (NewEntry(1, "é", b""), "tag: expected 1 to 255"),
        (NewEntry(1, "a" * 256, b""), "tag: expected 1 to 255"),
        (NewEntry(1, b"T/1", b""), "tag: expected 1 to 255"),  # type: ignore[arg-type]
        (NewEntry(1, "T/1", "text"), "payload: expected bytes, got 'text'"),  # type: ignore[arg-type]
        (NewEntry(1, "T/1", bytearray(b"x")), "payload: expected bytes, got bytearray"),  # type: ignore[arg-type]
    ],
)
def test_one_bad_entry_refuses_the_whole_append(log: Log, entry: NewEntry, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        log.append([*numbered(70), entry], expected_position=0)
    assert log.head.position == 0


def test_a_transaction_lets_read_decide_and_append_be_one(log: Log) -> None:
    with log.transaction():
        first = log.append(numbered(1), expected_position=log.head.position)
        assert log.head == first
        log.append(numbered(1, first=1), expected_position=first.position)
    assert log.head.position == 2


def append_and_fail(log: Log, position: int) -> None:
    with log.transaction():
        log.append(numbered(2), expected_position=position)
        raise KeyError


def test_an_exception_undoes_the_transaction(log: Log) -> None:
    head = log.append(numbered(1), expected_position=0)
    with pytest.raises(KeyError):
        append_and_fail(log, position=1)
    assert log.head == head
    log.append(numbered(1), expected_position=1)


def test_a_part_of_a_transaction_can_be_undone_alone(log: Log) -> None:
    with log.transaction():
        log.append(numbered(1), expected_position=0)
        with pytest.raises(KeyError):
            append_and_fail(log, position=1)
        with pytest.raises(ValueError, match="block"):
            log.append([*numbered(1), NewEntry(-1, "T/1", b"")], expected_position=1)
        log.append(numbered(1), expected_position=1)
    assert log.head.position == 2
    assert list(log.verify()) == []


def test_head_reads_its_own_text() -> None:
    head = Head(12, bytes(range(32)))
    assert str(head) == "12:" + bytes(range(32)).hex()
    assert Head.parse(f" {str(head).upper()}\n") == head


@pytest.mark.parametrize("position", ["", "-1", "+1", "1.0", "0x1", "٣", str(2**63)])
def test_a_head_with_another_position_is_refused(position: str) -> None:
    with pytest.raises(ValueError, match="head: expected POSITION:HASH"):
        Head.parse(position + ":" + "0" * 64)


@pytest.mark.parametrize("text", ["", "12", "0" * 64, "1:" + "0" * 63, "1:" + "0" * 65, "1:" + "g" * 64])
def test_a_malformed_head_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="head: expected POSITION:HASH"):
        Head.parse(text)


def test_the_hasher_forgets_tags_without_changing_its_mind() -> None:
    hasher = EntryHasher()
    first = hasher.hash(bytes(32), 1, 1, "T/0", b"")
    for number in range(3000):
        hasher.hash(bytes(32), 1, 1, f"T/{number}", b"")
    assert hasher.hash(bytes(32), 1, 1, "T/0", b"") == first
    assert not is_tag(None)


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("UPDATE log SET payload = x'00' WHERE seq = 2", "UPDATE refused"),
        ("UPDATE log SET seq = 9 WHERE seq = 3", "UPDATE refused"),
        ("UPDATE OR REPLACE log SET rowid = 1 WHERE seq = 3", "UPDATE refused"),
        ("DELETE FROM log WHERE seq = 3", "DELETE refused"),
        ("DELETE FROM log", "DELETE refused"),
        ("INSERT INTO log VALUES (5, 0, 'T/1', x'', zeroblob(32))", "seq must be the last one plus 1"),
        ("INSERT INTO log VALUES (3, 0, 'T/1', x'', zeroblob(32))", "seq must be the last one plus 1"),
        ("INSERT INTO log VALUES (-1, 0, 'T/1', x'', zeroblob(32))", "seq must be the last one plus 1"),
        ("INSERT INTO log VALUES (NULL, 0, 'T/1', x'', zeroblob(32))", "seq must be the last one plus 1"),
        ("INSERT INTO log (block, tag, payload, hash) VALUES (0, 'T/1', x'', zeroblob(32))", "seq must be the last one"),
        ("INSERT OR REPLACE INTO log VALUES (2, 0, 'T/1', x'', zeroblob(32))", "seq must be the last one plus 1"),
        ("REPLACE INTO log VALUES (3, 0, 'T/1', x'', zeroblob(32))", "seq must be the last one plus 1"),
        ("INSERT OR IGNORE INTO log VALUES (9, 0, 'T/1', x'', zeroblob(32))", "seq must be the last one plus 1"),
        (
            "INSERT INTO log VALUES (2, 0, 'T/1', x'', zeroblob(32)) ON CONFLICT (seq) DO UPDATE SET tag = 'U/1'",
            "seq must be the last one plus 1",
        ),
        ("INSERT INTO log SELECT seq + 4, block, tag, payload, hash FROM log", "seq must be the last one plus 1"),
        ("INSERT INTO log VALUES (4, 0, 'T/1', x'', zeroblob(31))", "CHECK constraint failed"),
        ("INSERT INTO log VALUES (4, 0.5, 'T/1', x'', zeroblob(32))", "cannot store REAL value in INTEGER column"),
        ("INSERT INTO log VALUES (4, 0, 'T/1', 'text', zeroblob(32))", "cannot store TEXT value in BLOB column"),
        ("INSERT INTO log VALUES (4, 0, NULL, x'', zeroblob(32))", "NOT NULL constraint failed"),
        ("UPDATE meta SET value = '278' WHERE name = 'spec_version'", "UPDATE refused"),
        ("DELETE FROM meta", "DELETE refused"),
        ("INSERT OR REPLACE INTO meta VALUES ('spec_version', '278')", "INSERT refused"),
        ("INSERT INTO meta VALUES ('other', '1')", "INSERT refused"),
    ],
)
def test_the_file_refuses_every_other_change(log: Log, path: Path, statement: str, message: str) -> None:
    log.append(numbered(3), expected_position=0)
    before = list(log.read())
    for recursive_triggers in (0, 1):
        with closing(sqlite3.connect(path)) as raw:
            raw.execute(f"PRAGMA recursive_triggers = {recursive_triggers}")
            with pytest.raises(sqlite3.IntegrityError, match=message):
                raw.execute(statement)
    assert list(log.read_verified()) == before


def test_the_header_is_of_fixed_layout() -> None:
    header = struct.pack("<32sQQI", b"p" * 32, 5, 6, 3) + b"T/1"
    assert EntryHasher().hash(b"p" * 32, 5, 6, "T/1", b"rest") == blake3(header + b"rest").digest()


def test_reading_needs_memory_for_one_batch_alone(path: Path) -> None:
    with Log.create(path) as log:
        log.append([NewEntry(0, "Happened/1", bytes(10_000)) for _ in range(2000)], expected_position=0)
        tracemalloc.start()
        try:
            assert sum(len(entry.payload) for entry in log.read_verified()) == 20_000_000
            assert sum(len(entry.payload) for entry in log.read(batch=10)) == 20_000_000
            assert list(log.verify()) == []
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert most < 8_000_000


DOCUMENT = Path(__file__).parents[2] / "docs" / "log-format.md"


def test_the_documented_schema_is_the_one_in_the_file(log: Log) -> None:
    documented = " ".join(DOCUMENT.read_text().split())
    schema = log.connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    assert len(schema) == 3 + len(TRIGGERS)
    for name, statement in schema:
        assert " ".join(statement.split()) + ";" in documented, name


def test_the_documented_reader_reads_and_the_documented_hashes_are_right(path: Path) -> None:
    document = DOCUMENT.read_text()
    with Log.create(path, spec_version=277, origin="example.org/ledger") as log:
        genesis = log.head.hash
        log.append([NewEntry(7, "burned_register/1", b"\x93\x01\x02\x03"), NewEntry(2**63 - 1, "X", b"")], expected_position=0)
        recorded = list(log.read())
    for found in (genesis, *(entry.hash for entry in recorded)):
        assert f"`{found.hex()}`" in document
    names: dict[str, Any] = {}
    exec(document.partition("```python\n")[2].partition("```")[0], names)
    assert list(names["entries"](path)) == [(entry.position, entry.block, entry.tag, entry.payload) for entry in recorded]
    tamper(path, "UPDATE log SET block = 8 WHERE seq = 1")
    with pytest.raises(AssertionError, match="entry 1 is not what was recorded"):
        list(names["entries"](path))


def test_what_reads_a_log_may_be_left_behind_when_it_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "test.ledger"
    ledger_at(path, 3)
    log = Log.open(path, read_only=True)
    left = [log.tagged(next(log.read()).tag, 3), log.read(), log.read_verified(), log.rows_verified()]
    for reading in left:
        next(iter(reading))
    log.close()
    for reading in left:
        cast("Generator[object, None, None]", reading).close()
