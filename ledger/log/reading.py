"""Reading an open log: its head, its entries, whether each follows the one before, and what is wrong with them."""

import os
import sqlite3
import struct
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Final

from neuron_ledger.events.difference import Difference
from neuron_ledger.events.entries.envelope import Entry, EntryHasher, Head, genesis_hash, is_hash
from neuron_ledger.events.storage.trees import RuntimeName, named, parts_of
from neuron_ledger.ledger.log.errors import ChainBroken, EntriesLost, NotALedger, read_error
from neuron_ledger.ledger.log.file import IN_MEMORY
from neuron_ledger.ledger.log.head_file import read_head_file
from neuron_ledger.ledger.log.schema import read_meta
from neuron_ledger.ledger.log.verify import Row, chain_faults, row_batches

READ_BATCH: Final = 256
_TAGGED: Final = "SELECT seq, payload FROM log WHERE tag = ? AND seq <= ? ORDER BY seq DESC"
_LAST_ROW: Final = "SELECT seq, hash FROM log NOT INDEXED ORDER BY seq DESC LIMIT 1"


class LogReader:
    """The reading half of a `Log`."""

    def __init__(self, connection: sqlite3.Connection, path: str) -> None:
        self.path = path
        self.file = None if path == IN_MEMORY else Path(os.path.realpath(path))
        """The file's absolute path, whatever becomes of the current folder; None for a log in memory."""
        self.connection = connection
        """For tables derived from the log. Statements join the open transaction."""
        self._depth = 0
        # The last entry that this process committed or read: what others write must come after it.
        self._seen: Head | None = None
        self._hasher = EntryHasher()
        self._meta = read_meta(connection)
        self._genesis = genesis_hash({name: value for name, value in self._meta.items() if name != "genesis_hash"})

    @cached_property
    def spec_version(self) -> RuntimeName:
        """The runtime version whose rules the ledger started with. Raises NotALedger if the file does not name it."""
        text = self._meta.get("spec_version", "")
        try:
            return named(*parts_of(text))
        except ValueError:
            raise NotALedger(
                f"{self.path} does not name its spec_version (it has {text[:40]!r}); restore it from a copy"
            ) from None

    @property
    def origin(self) -> str:
        """The name that this history goes by in checkpoints. A file from before there were origins goes by its genesis hash."""
        return self._meta.get("origin", f"neuron-ledger/{self._genesis.hex()}")

    @property
    def genesis(self) -> bytes:
        """The hash that the first entry follows."""
        return self._genesis

    @property
    def head(self) -> Head:
        """The last entry's position and hash, read from the file now. Raises ChainBroken if it cannot be read."""
        row = self._last_row()
        if row is None:
            return Head(0, self._genesis)
        if not is_hash(row[1]):
            raise ChainBroken(row[0], "the last entry's hash is not 32 bytes")
        return Head(row[0], row[1])

    def _last_row(self) -> tuple[int, bytes] | None:
        try:
            row: tuple[int, bytes] | None = self.connection.execute(_LAST_ROW).fetchone()
        except sqlite3.DatabaseError as error:
            raise read_error(0, error) from error
        return row

    def hash_at(self, position: int) -> bytes | None:
        """The recorded hash at a position, the genesis hash at 0; None where there is no entry."""
        if position == 0:
            return self._genesis
        try:
            row = self.connection.execute("SELECT hash FROM log NOT INDEXED WHERE seq = ?", (position,)).fetchone()
        except sqlite3.DatabaseError as error:
            raise read_error(position, error) from error
        return None if row is None else row[0]

    def tagged(self, tag: str, until: int) -> Iterator[tuple[int, bytes]]:
        """(position, payload) of the entries of a tag up to a position, the last one first. The chain is not checked.

        Raises ChainBroken where the file cannot be read.
        """
        try:
            # Not `yield from`, which closes the cursor when this generator is dropped, and fails where the log is already closed.
            for row in self.connection.execute(_TAGGED, (tag, until)):  # noqa: UP028
                yield row
        except sqlite3.DatabaseError as error:
            raise read_error(until, error) from error

    def read(self, after: int = 0, *, until: int | None = None, batch: int = READ_BATCH) -> Iterator[Entry]:
        """The entries after position `after`, up to and including `until` or the current head, read `batch` at a time.

        The chain is not checked. Raises ChainBroken where the file cannot be read.
        """
        for rows in row_batches(self.connection, after, self.head.position if until is None else until, batch):
            for row in rows:
                yield Entry(*row)

    def read_verified(self, after: int = 0, *, until: int | None = None) -> Iterator[Entry]:
        """As `read`, and every entry is checked to follow the one before it.

        Raises ChainBroken at the first that does not, after all before it were yielded.
        """
        for row in self.rows_verified(after, until=until):
            yield Entry(*row)

    def rows_verified(self, after: int = 0, *, until: int | None = None) -> Iterator[Row]:
        """As `read_verified`, with (position, block, tag, payload, hash) as plain tuples: for loops that must be fast."""
        previous = self.hash_at(after)
        if previous is None:
            raise ChainBroken(after, "there is no entry")
        if self._seen is not None and after == self._seen.position:
            self._require_same_past(Head(after, previous))
        if after == 0 and self._meta.get("genesis_hash") != self._genesis.hex():
            raise ChainBroken(0, "the ledger's parameters are not those it was created with")
        hash_of = self._hasher.hash
        position, last = after, self.head.position
        for rows in row_batches(self.connection, after, last if until is None else until, READ_BATCH):
            for row in rows:
                seq, block, tag, payload, recorded = row
                position += 1
                if seq != position:
                    raise ChainBroken(position, f"there is no entry, the next one is {seq}")
                try:
                    computed = hash_of(previous, position, block, tag, payload)
                except (ValueError, TypeError, struct.error) as error:
                    raise ChainBroken(position, f"the entry is malformed ({error})") from error
                if computed != recorded:
                    raise ChainBroken(position, f"the hash of its content is {computed.hex()}, recorded is {recorded.hex()}")
                previous = recorded
                yield row
            if self._depth == 0 and (self._seen is None or self._seen.position < position):
                self._seen = Head(position, previous)
        if position < (last if until is None else min(until, last)):
            raise ChainBroken(position + 1, f"there is no entry, although the log goes on to {last}")

    def verify(self, whole: Head | None = None) -> Iterator[Difference[int]]:
        """Every fault of the log; none where it is whole. Changes nothing. whole: the head up to which entries were checked
        elsewhere (`is_whole`), in stretches that begin at the genesis hash.

        A log whose last entries were cut off, or that was rewritten from some entry on, is detected only by the head file
        beside the file, or by a head that was kept elsewhere (`hash_at(head.position) == head.hash`).
        """
        lost, found_at = self.loss(), 0
        for fault in chain_faults(self.connection, self._meta, whole):
            found_at = max(found_at, fault.where)
            yield fault
        # Where an entry at or before the acknowledged one is damaged, that is what happened to it.
        if lost is not None and lost.found is not None and (lost.found.position < lost.acknowledged.position or not found_at):
            yield Difference(lost.found.position, "lost", f"the acknowledged head {lost.acknowledged}", f"the head {lost.found}")

    def loss(self) -> EntriesLost | None:
        """Entries that are missing although the head file shows them as acknowledged; None where none are."""
        acknowledged = None if self.file is None else read_head_file(self.file)
        if acknowledged is None or acknowledged.position == 0:
            return None
        try:
            held = self.hash_at(acknowledged.position) == acknowledged.hash
            return None if held else EntriesLost(self.path, acknowledged, self.head)
        except ChainBroken:
            return None  # damage of another kind, found by whoever reads on

    def _require_same_past(self, head: Head) -> None:
        """Raises ChainBroken where the last entry that was seen or written here is no longer in the log."""
        seen = self._seen
        if seen is not None and head != seen and (head.position < seen.position or self.hash_at(seen.position) != seen.hash):
            raise ChainBroken(seen.position, "the entry that was here when this log was last used is gone or was replaced")
