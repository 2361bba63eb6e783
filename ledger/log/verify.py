"""Reading a log that may be damaged or tampered with: every fault is reported with its position, and none hides another."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Final

from neuron_ledger.events.difference import Difference
from neuron_ledger.events.entries.envelope import HASH_LENGTH, EntryHasher, Head, genesis_hash, is_hash, is_tag
from neuron_ledger.ledger.log.errors import ChainBroken, read_error
from neuron_ledger.ledger.log.schema import schema_faults

Row = tuple[int, int, str, bytes, bytes]
"""(position, block, tag, payload, hash) of one entry."""

_LAST_POSITION: Final = (1 << 63) - 1
_BATCH: Final = 256
_MAX_FILE_FAULTS: Final = 20

# `seq >= ?` rather than `seq > ?`: where a page is damaged, only this reaches the first entry of the next page.
_SELECT: Final = "SELECT seq, block, tag, payload, hash FROM log NOT INDEXED WHERE seq >= ? AND seq <= ? ORDER BY seq LIMIT ?"


def row_batches(connection: sqlite3.Connection, after: int, until: int, batch: int) -> Iterator[list[Row]]:
    """The rows of `log` after one position up to and including another, in lists of at most `batch`.

    No statement stays open between two lists, so a slow reader blocks nobody. Raises ChainBroken at the first position that
    cannot be read, after everything before it was yielded.
    """
    while after < until:
        try:
            rows = connection.execute(_SELECT, (after + 1, until, batch)).fetchall()
        except sqlite3.DatabaseError as error:
            if batch == 1:
                raise read_error(after + 1, error) from error
            batch = 1
            continue
        if not rows:
            return
        if rows[-1][0] <= after:
            raise ChainBroken(after + 1, f"position {rows[-1][0]} comes after {after}")
        yield rows
        after = rows[-1][0]


def is_whole(connection: sqlite3.Connection, after: Head, until: Head) -> bool:
    """Whether the entries after one head chain up to another, without any fault that `chain_faults` would report."""
    checker = _ChainChecker(after.hash, after.hash.hex())
    checker.go_on(after)
    try:
        for rows in row_batches(connection, after.position, until.position, _BATCH):
            for row in rows:
                for _ in checker.faults(row):
                    return False
    except ChainBroken:
        return False
    return checker.ended_with == until


def chain_faults(connection: sqlite3.Connection, meta: Mapping[str, str], whole: Head | None = None) -> Iterator[Difference[int]]:
    """Every fault of the log, in order of position. whole: the head up to which `is_whole` held for all entries."""
    yield from _misplaced(connection)
    yield from _schema_faults(connection)
    yield from _file_faults(connection)
    genesis = genesis_hash({name: value for name, value in meta.items() if name != "genesis_hash"})
    recorded_genesis = meta.get("genesis_hash", "nothing")
    if recorded_genesis != genesis.hex():
        yield Difference(0, "genesis", f"parameters with the hash {recorded_genesis}", genesis.hex())
    checker = _ChainChecker(genesis, recorded_genesis)
    counted, readable = 0, True
    if whole is not None and recorded_genesis == genesis.hex():
        checker.go_on(whole)
        counted = whole.position
    while True:
        try:
            for rows in row_batches(connection, checker.position, _LAST_POSITION, _BATCH):
                for row in rows:
                    yield from checker.faults(row)
                counted += len(rows)
            if readable:
                yield from _counted_otherwise(connection, counted)
            return
        except ChainBroken as broken:
            readable = False
            first = checker.position + 1
            resume = _next_readable(connection, first)
            reach = f"position {resume - 1}" if resume is not None else "the end"
            yield Difference(first, "unreadable", "an entry", f"{broken.what}, up to {reach}")
        if resume is None:
            return
        checker.skip_to(resume)


class _ChainChecker:
    """Checks each row against the one before.

    Where an entry's recorded hash is not that of its content, either may be wrong. So the hashes that the next entry may follow
    are kept as a list: one changed byte is one finding, at its position, and hides no other.
    """

    def __init__(self, genesis: bytes, recorded_genesis: str) -> None:
        self.position = 0
        self._hasher = EntryHasher()
        self._previous: tuple[bytes, ...] = (genesis,)
        if recorded_genesis != genesis.hex() and len(recorded_genesis) == 2 * HASH_LENGTH:
            with suppress(ValueError):
                self._previous = (bytes.fromhex(recorded_genesis), genesis)

    @property
    def ended_with(self) -> Head | None:
        """The entry that the next one must follow; None where there are several possible."""
        return Head(self.position, self._previous[0]) if len(self._previous) == 1 else None

    def go_on(self, head: Head) -> None:
        """Go on after a head up to which all is known to be whole."""
        self.position, self._previous = head.position, (head.hash,)

    def skip_to(self, position: int) -> None:
        """Go on at `position` without knowing what comes before it."""
        self.position = position - 1
        self._previous = ()

    def faults(self, row: Row) -> Iterator[Difference[int]]:
        seq, block, tag, payload, recorded = row
        expected = self.position + 1
        if seq != expected:
            got = f"nothing before position {seq}" if seq > expected else f"position {seq}"
            yield Difference(expected, "gap", f"an entry at position {expected}", got)
            self._previous = ()
        self.position = seq
        wrong_types = list(_type_faults(row))
        if wrong_types:
            yield from wrong_types
            self._previous = (recorded,) if is_hash(recorded) else ()
            return
        computed = [self._hasher.hash(previous, seq, block, tag, payload) for previous in self._previous]
        if recorded in computed or not computed:
            self._previous = (recorded,)
            return
        yield Difference(seq, "hash", computed[0].hex(), recorded.hex())
        # The first is right after entries with wrong content, the last after entries with wrong hashes.
        possible = (recorded, *computed)
        self._previous = possible if len(possible) <= 8 else (*possible[:4], *possible[-4:])


def _type_faults(row: Row) -> Iterator[Difference[int]]:
    seq, block, tag, payload, recorded = row
    if type(block) is not int or block < 0:
        yield Difference(seq, "type", "a block as an integer from 0 to 2^63 - 1", f"{block!r:.100}")
    if not is_tag(tag):
        yield Difference(seq, "type", "a tag of 1 to 255 printable ASCII characters", f"{tag!r:.100}")
    if type(payload) is not bytes:
        yield Difference(seq, "type", "a payload of bytes", f"{payload!r:.100}")
    if not is_hash(recorded):
        yield Difference(seq, "type", f"a hash of {HASH_LENGTH} bytes", f"{recorded!r:.100}")


def _misplaced(connection: sqlite3.Connection) -> Iterator[Difference[int]]:
    try:
        for (seq,) in connection.execute("SELECT seq FROM log NOT INDEXED WHERE seq < 1 ORDER BY seq"):
            yield Difference(seq, "gap", "positions from 1 on", f"position {seq}")
    except sqlite3.DatabaseError as error:
        broken = read_error(0, error)
        yield Difference(0, "unreadable", "a log", broken.what if isinstance(broken, ChainBroken) else str(broken))


def _schema_faults(connection: sqlite3.Connection) -> Iterator[Difference[int]]:
    for fault in schema_faults(connection):
        yield Difference(0, "schema", f"{fault.where} {fault.expected}", fault.got)


def _file_faults(connection: sqlite3.Connection) -> Iterator[Difference[int]]:
    """What SQLite itself finds in the file's pages, and in its indexes against its tables."""
    try:
        said = connection.execute(f"PRAGMA integrity_check({_MAX_FILE_FAULTS})").fetchall()
        found = [line for (text,) in said for line in str(text).splitlines() if not line.startswith("***")]
    except sqlite3.DatabaseError as error:
        found = [str(error)]
    for line in found[:_MAX_FILE_FAULTS]:
        if line != "ok":
            yield Difference(0, "file", "pages and indexes that fit together", line)


def _counted_otherwise(connection: sqlite3.Connection, counted: int) -> Iterator[Difference[int]]:
    """What SQLite counts, against what was read one by one."""
    (count,) = connection.execute("SELECT count(*) FROM log NOT INDEXED WHERE seq > 0").fetchone()
    if count != counted:
        yield Difference(0, "file", f"{counted} entries, as they were read", f"{count} entries, as SQLite counts them")


def _next_readable(connection: sqlite3.Connection, unreadable: int) -> int | None:
    """The first position after an unreadable one at which the log is readable again; None if there is none."""
    step = 1
    while not _is_readable(connection, unreadable + step):
        step *= 2
        if unreadable + step > _LAST_POSITION:
            return None
    low, high = unreadable + step // 2, unreadable + step
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _is_readable(connection, middle) else (middle, high)
    return high


def _is_readable(connection: sqlite3.Connection, position: int) -> bool:
    try:
        connection.execute(_SELECT, (position, _LAST_POSITION, 1)).fetchall()
    except sqlite3.DatabaseError:
        return False
    return True
