"""The append-only, hash-chained log in one SQLite file: append under an expected position, read from any position.

Any number of processes may read while one writes. A writer waits for another one's transaction to end, so the entries of one
append, or of one transaction, are never interleaved with another's.
"""

import os
import sqlite3
import struct
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from neuron_ledger.events.entries.envelope import BLOCK_LIMIT, Entry, EntryHasher, Head, NewEntry, genesis_hash, is_hash
from neuron_ledger.ledger.log.errors import (
    ChainBroken,
    ConcurrencyError,
    LogBusy,
    LogError,
    LogExists,
    LogWriteError,
    NewerFormat,
    NotALedger,
    file_error,
    read_error,
)
from neuron_ledger.ledger.log.file import IN_MEMORY, Synchronous, create_file, create_in_memory, is_vacant, open_file
from neuron_ledger.ledger.log.origin import ORIGIN_IN_MEMORY, random_origin, require_origin
from neuron_ledger.ledger.log.schema import read_meta
from neuron_ledger.ledger.log.verify import ChainFault, Row, chain_faults, row_batches

__all__ = [
    "ChainBroken",
    "ChainFault",
    "ConcurrencyError",
    "Entry",
    "Head",
    "Log",
    "LogBusy",
    "LogError",
    "LogExists",
    "LogWriteError",
    "NewEntry",
    "NewerFormat",
    "NotALedger",
]

SPEC_VERSION: Final = 277
WAIT_MS: Final = 10_000
"""How long a writer waits for another process to end its transaction."""

READ_BATCH: Final = 256

# One statement for many rows costs a third less than as many statements: the gap trigger is set up once.
_ROWS_AT_ONCE: Final = 32
_ROW: Final = "(?, ?, ?, ?, ?)"
_INSERTS: Final = [
    "INSERT INTO log (seq, block, tag, payload, hash) VALUES " + ", ".join([_ROW] * count) for count in range(_ROWS_AT_ONCE + 1)
]


class Log:
    """One open log. Threads that share it take turns (`Ledger` sees to that); each process opens its own."""

    def __init__(self, connection: sqlite3.Connection, path: str, *, read_only: bool = False) -> None:
        """Use `Log.create`, `Log.open` or `Log.in_memory`."""
        self.path = path
        self.file = None if path == IN_MEMORY else Path(os.path.realpath(path))
        """Where the file is, whatever becomes of the current folder; None for a log in memory."""
        self.read_only = read_only
        self.connection = connection
        """For tables derived from the log. Statements join the transaction that is open."""
        self._depth = 0
        self._closed = False
        # The head after this process' last append, which spares reading it. Should another process have appended since, the
        # trigger against gaps tells.
        self._appended: Head | None = None
        self._insert = connection.cursor().execute
        self._hasher = EntryHasher()
        self._meta = read_meta(connection)
        self._genesis = genesis_hash({name: value for name, value in self._meta.items() if name != "genesis_hash"})

    @classmethod
    def create(
        cls,
        path: str | os.PathLike[str],
        *,
        spec_version: int = SPEC_VERSION,
        origin: str | None = None,
        synchronous: Synchronous = "FULL",
        wait_ms: int = WAIT_MS,
    ) -> "Log":
        """A new, empty log, whose rules start at `spec_version`. Raises LogExists, LogWriteError, LogBusy.

        origin: the name that this history goes by in checkpoints (ASCII without spaces and plus); a random one if none is given.
        It decides nothing, but is part of what the genesis hash covers.
        """
        parameters = _parameters(spec_version, random_origin() if origin is None else origin)
        connection = create_file(Path(path), parameters, synchronous=synchronous, wait_ms=wait_ms)
        return cls(connection, str(path))

    @classmethod
    def open(
        cls,
        path: str | os.PathLike[str],
        *,
        create: bool = False,
        read_only: bool = False,
        synchronous: Synchronous = "FULL",
        wait_ms: int = WAIT_MS,
    ) -> "Log":
        """An existing log; with `create`, a new one where nothing or an empty file stands.

        Raises NotALedger (missing, empty, damaged, or another kind of file), NewerFormat, LogBusy, LogWriteError.
        """
        file = Path(path)
        if create and not read_only and is_vacant(file):
            try:
                return cls.create(path, synchronous=synchronous, wait_ms=wait_ms)
            except LogExists:
                pass  # another process was faster: its ledger is the one to open
        connection = open_file(file, read_only=read_only, synchronous=synchronous, wait_ms=wait_ms)
        try:
            log = cls(connection, str(path), read_only=read_only)
            log.spec_version  # noqa: B018 - so that a ledger without one is refused here
        except BaseException:
            connection.close()
            raise
        return log

    @classmethod
    def inspect(cls, path: str | os.PathLike[str], *, wait_ms: int = WAIT_MS) -> "Log":
        """An existing log, for an audit: for reading only, and whatever is wrong with it, as long as it can be read at all.

        `verify` names what `open` would have refused. Raises NotALedger, NewerFormat, LogBusy.
        """
        connection = open_file(Path(path), read_only=True, synchronous="FULL", wait_ms=wait_ms, for_audit=True)
        try:
            return cls(connection, str(path), read_only=True)
        except BaseException:
            connection.close()
            raise

    @classmethod
    def in_memory(cls, *, spec_version: int = SPEC_VERSION, origin: str = ORIGIN_IN_MEMORY) -> "Log":
        """A new, empty log that is gone when it is closed."""
        return cls(create_in_memory(_parameters(spec_version, origin)), IN_MEMORY)

    def close(self) -> None:
        """Close the file. The last one to close it folds SQLite's write-ahead log into it, so that the file alone is whole."""
        self._closed = True
        self.connection.close()

    def __enter__(self) -> "Log":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self.close()

    @property
    def spec_version(self) -> int:
        """The runtime version whose rules the ledger started with. Raises NotALedger if the file does not tell."""
        text = self._meta.get("spec_version", "")
        if not (text.isascii() and text.isdecimal()):
            raise NotALedger(f"{self.path} does not tell its spec_version (it has {text[:40]!r}); restore it from a copy")
        return int(text)

    @property
    def origin(self) -> str:
        """The name that this history goes by in checkpoints. A file from before there were origins goes by its genesis hash."""
        return self._meta.get("origin", f"neuron-ledger/{self._genesis.hex()}")

    @property
    def genesis(self) -> bytes:
        """The hash that stands before the first entry."""
        return self._genesis

    @property
    def head(self) -> Head:
        """The last entry's position and hash, read from the file now. Raises ChainBroken if it cannot be read."""
        try:
            row = self.connection.execute("SELECT seq, hash FROM log NOT INDEXED ORDER BY seq DESC LIMIT 1").fetchone()
        except sqlite3.DatabaseError as error:
            raise read_error(0, error) from error
        if row is None:
            return Head(0, self._genesis)
        if not is_hash(row[1]):
            raise ChainBroken(row[0], "the last entry's hash is not 32 bytes")
        return Head(row[0], row[1])

    def hash_at(self, position: int) -> bytes | None:
        """The recorded hash at a position, the genesis hash at 0; None where there is no entry."""
        if position == 0:
            return self._genesis
        try:
            row = self.connection.execute("SELECT hash FROM log NOT INDEXED WHERE seq = ?", (position,)).fetchone()
        except sqlite3.DatabaseError as error:
            raise read_error(position, error) from error
        return None if row is None else row[0]

    def transaction(self) -> AbstractContextManager[None]:
        """Everything done inside is recorded at the end, or nothing of it if an exception leaves the block.

        No other writer gets in between, so what is read inside stays true until the end. Inside another transaction it is a
        part of that one, undone alone if an exception leaves it. Raises LogBusy, LogWriteError.
        """
        return _Transaction(self)

    def begin(self) -> int:
        """Begin a transaction, or a part of the one that is open; `transaction` does so where it can. Returns: how deep it is."""
        self._require_writable()
        depth = self._depth
        if depth > 0:
            self._require_open_transaction()
        try:
            self._execute("BEGIN IMMEDIATE" if depth == 0 else f"SAVEPOINT part{depth}")
            self._depth = depth + 1
        except BaseException:  # an interrupt too, that comes once the statement is done
            if depth == 0:
                self.undo()
            raise
        return depth

    def commit(self, depth: int = 0) -> None:
        """End the transaction, or a part of it: what it did is recorded. Raises LogBusy, LogWriteError."""
        self._require_open_transaction()
        self._execute("COMMIT" if depth == 0 else f"RELEASE part{depth}")
        self._depth = depth

    def undo(self, depth: int = 0) -> None:
        """Undo the transaction that is open, or a part of it; nothing happens if there is none."""
        self._appended = None
        self._depth = depth
        if self._closed:
            return
        if self.connection.in_transaction and depth == 0:
            self.connection.execute("ROLLBACK")
        elif self.connection.in_transaction:
            # An interrupt may come when the part has just ended: then there is nothing of this name to undo.
            with suppress(sqlite3.OperationalError):
                self.connection.execute(f"ROLLBACK TO part{depth}")
                self.connection.execute(f"RELEASE part{depth}")

    def append(self, entries: Sequence[NewEntry], *, expected_position: int) -> Head:
        """Append all entries, or none, if the log is at `expected_position`; gives the new head.

        Durable when it returns (with the default `synchronous`), unless a transaction is open: then when that one ends.

        Raises: ConcurrencyError if the log is elsewhere; ValueError for an entry that is not as `NewEntry` says;
            LogBusy, LogWriteError.
        """
        head = self._appended
        if head is None or head.position != expected_position or self._depth > 0:
            head = self._head_to_append_to(expected_position)
        position, previous = head.position, head.hash
        values: list[Any] = []
        for entry in entries:
            block, payload = entry.block, entry.payload
            if type(block) is not int or not 0 <= block < BLOCK_LIMIT:
                raise ValueError(f"block: expected an integer from 0 to 2^63 - 1, got {block!r}")
            if type(payload) is not bytes:
                raise ValueError(f"payload: expected bytes, got {type(payload).__name__}")
            position += 1
            previous = self._hasher.hash(previous, position, block, entry.tag, payload)
            # As bytearray, which sqlite3 binds at once; for bytes it looks for an adapter first, at a third of the whole cost.
            values += (position, block, entry.tag, bytearray(payload), bytearray(previous))
        try:
            if 0 < len(entries) <= _ROWS_AT_ONCE:
                # One statement, which SQLite does wholly or not at all: outside a transaction it is one by itself.
                self._insert(_INSERTS[len(entries)], values)
            elif entries:
                with self.transaction():
                    for start in range(0, len(values), 5 * _ROWS_AT_ONCE):
                        some = values[start : start + 5 * _ROWS_AT_ONCE]
                        self._insert(_INSERTS[len(some) // 5], some)
        except sqlite3.Error as error:
            self._appended = None
            if isinstance(error, sqlite3.IntegrityError) and (actual := self.head.position) != expected_position:
                raise ConcurrencyError(expected_position, actual) from error
            raise file_error(self.path, error) from error
        self._appended = head = Head(position, previous)
        return head

    def read(self, after: int = 0, *, until: int | None = None, batch: int = READ_BATCH) -> Iterator[Entry]:
        """The entries after position `after`, up to and with `until` or the head of now, in memory for `batch` entries.

        The chain is not checked. Raises ChainBroken where the file cannot be read.
        """
        for rows in row_batches(self.connection, after, self.head.position if until is None else until, batch):
            for row in rows:
                yield Entry(*row)

    def read_verified(self, after: int = 0, *, until: int | None = None) -> Iterator[Entry]:
        """As `read`, and every entry is checked to follow the one before it.

        Raises ChainBroken at the first that does not, after all before it were given.
        """
        for row in self.rows_verified(after, until=until):
            yield Entry(*row)

    def rows_verified(self, after: int = 0, *, until: int | None = None) -> Iterator[Row]:
        """As `read_verified`, with (position, block, tag, payload, hash) as plain tuples: for loops that must be fast."""
        previous = self.hash_at(after)
        if previous is None:
            raise ChainBroken(after, "there is no entry")
        if after == 0 and self._meta.get("genesis_hash") != self._genesis.hex():
            raise ChainBroken(0, "the ledger's parameters are not those that it was created with")
        hash_of = self._hasher.hash
        position = after
        for rows in row_batches(self.connection, after, self.head.position if until is None else until, READ_BATCH):
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

    def verify(self) -> Iterator[ChainFault]:
        """Every fault of the log, in order of position; nothing where it is whole. Changes nothing.

        A log whose last entries were cut off, or that was written anew from some entry on, has no fault: compare a head
        that was kept elsewhere (`hash_at(head.position) == head.hash`).
        """
        return chain_faults(self.connection, self._meta)

    def _head_to_append_to(self, expected_position: int) -> Head:
        self._require_writable()
        if self._depth > 0:
            self._require_open_transaction()
        head = self.head
        if head.position != expected_position:
            raise ConcurrencyError(expected_position, head.position)
        return head

    def _require_writable(self) -> None:
        if self.read_only:
            raise LogWriteError(f"{self.path} is open for reading only; open it for writing to append")

    def _require_open_transaction(self) -> None:
        # On some errors (a full disk, say) SQLite undoes the whole transaction by itself, whoever catches the error inside.
        if not self.connection.in_transaction:
            raise LogWriteError(f"{self.path}: the transaction was undone after an error; nothing was recorded, do it again")

    def _execute(self, statement: str) -> None:
        try:
            self.connection.execute(statement)
        except sqlite3.Error as error:
            raise file_error(self.path, error) from error


class _Transaction:
    """What `Log.transaction` gives. A class, for a generator that an interrupt leaves half-way is closed at an unknown time."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._depth = 0

    def __enter__(self) -> None:
        self._depth = self._log.begin()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        log = self._log
        try:
            if error is None:
                log.commit(self._depth)
        except BaseException:
            log.undo(self._depth)
            raise
        if error is not None:
            log.undo(self._depth)


def _parameters(spec_version: int, origin: str) -> dict[str, str]:
    if type(spec_version) is not int or not 0 <= spec_version < 1 << 32:
        raise ValueError(f"spec_version: expected an integer from 0 to 2^32 - 1, got {spec_version!r}")
    require_origin(origin)
    return {"origin": origin, "spec_version": str(spec_version)}
