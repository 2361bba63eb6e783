"""The append-only, hash-chained log in one SQLite file: append under an expected position, read from any position.

Any number of processes may read while one writes. A writer waits for another one's transaction to end, so the entries of one
append, or of one transaction, are never interleaved with another's.
"""

import os
import sqlite3
from collections.abc import Sequence
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from neuron_ledger.events.entries.envelope import BLOCK_LIMIT, Entry, Head, NewEntry
from neuron_ledger.events.storage.layout import FIRST_SPEC_VERSION
from neuron_ledger.events.storage.trees import RuntimeName, named, parts_of
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.ledger.log.errors import (
    ChainBroken,
    ConcurrencyError,
    EntriesLost,
    LogBusy,
    LogError,
    LogExists,
    LogWriteError,
    NewerFormat,
    NotALedger,
    file_error,
)
from neuron_ledger.ledger.log.file import (
    IN_MEMORY,
    Synchronous,
    closed_on_error,
    copy_in_memory,
    create_file,
    create_in_memory,
    is_vacant,
    open_file,
    wal_of,
)
from neuron_ledger.ledger.log.head_file import read_head_file
from neuron_ledger.ledger.log.origin import ORIGIN_IN_MEMORY, random_origin, require_origin
from neuron_ledger.ledger.log.reading import LogReader
from neuron_ledger.ledger.log.writing import Writing

__all__ = [
    "ChainBroken",
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

WAIT_MS: Final = 10_000
"""How long a writer waits for another process to end its transaction."""

# One statement for many rows costs a third less than as many statements: the gap trigger is set up once.
_ROWS_AT_ONCE: Final = 32
_ROW: Final = "(?, ?, ?, ?, ?)"
_INSERTS: Final = [
    "INSERT INTO log (seq, block, tag, payload, hash) VALUES " + ", ".join([_ROW] * count) for count in range(_ROWS_AT_ONCE + 1)
]
# The same, but where the last entry is not the expected one, the first row's hash is null, which the table refuses: checking
# within the statement that appends costs a fraction of checking before it.
_LAST_HASH: Final = "(SELECT hash FROM log NOT INDEXED ORDER BY seq DESC LIMIT 1)"
_INSERTS_AFTER: Final = [statement.replace("?)", f"CASE WHEN {_LAST_HASH} IS ? THEN ? END)", 1) for statement in _INSERTS]


class Log(LogReader):
    """One open log. Threads that share it take turns (`Ledger` sees to that); each process opens its own."""

    def __init__(self, connection: sqlite3.Connection, path: str, *, read_only: bool = False) -> None:
        """Use `Log.create`, `Log.open`, `Log.inspect` or `Log.in_memory`."""
        super().__init__(connection, path)
        self.read_only = read_only
        self._closed = False
        self._writing: Writing | None = None
        # The head after the last append of the open transaction, kept to spare reading it.
        self._appended: Head | None = None
        self._cursor = connection.cursor()

    @classmethod
    def create(
        cls,
        path: str | os.PathLike[str],
        *,
        spec_version: RuntimeName = FIRST_SPEC_VERSION,
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
        with closed_on_error(connection):
            log = cls(connection, str(path))
            log._writing = Writing(connection, Path(os.path.realpath(path)), synced=synchronous == "FULL", wait_ms=wait_ms)
            log._writing.accept(log.head)
        return log

    @classmethod
    def open(
        cls,
        path: str | os.PathLike[str],
        *,
        create: bool = False,
        read_only: bool = False,
        synchronous: Synchronous = "FULL",
        wait_ms: int = WAIT_MS,
        accept_loss: bool = False,
    ) -> "Log":
        """An existing log; with `create`, a new one where there is no file or an empty one.

        accept_loss: go on although acknowledged entries are gone; a log open for writing then forgets about them.
        Raises NotALedger (missing, empty, damaged, or another kind of file), NewerFormat, EntriesLost, LogBusy, LogWriteError.
        """
        file = Path(os.path.realpath(path))
        if create and not read_only and is_vacant(file):
            acknowledged = read_head_file(file)
            if acknowledged is not None and acknowledged.position > 0 and not accept_loss:
                raise EntriesLost(str(path), acknowledged, None)
            try:
                return cls.create(path, synchronous=synchronous, wait_ms=wait_ms)
            except LogExists:
                pass  # another process was faster: its ledger is the one to open
        if not read_only and not accept_loss and wal_of(file).exists():
            # Opened for writing, SQLite would discard a write-ahead log that it could not read to its end.
            cls.open(path, read_only=True, wait_ms=wait_ms).close()
        connection = open_file(Path(path), read_only=read_only, synchronous=synchronous, wait_ms=wait_ms)
        with closed_on_error(connection):
            log = cls(connection, str(path), read_only=read_only)
            log.spec_version  # noqa: B018 - refuses a ledger without one here
            lost = log.loss()
            if lost is not None and not accept_loss:
                raise lost
            if not read_only:
                log._writing = Writing(connection, file, synced=synchronous == "FULL", wait_ms=wait_ms)
                if lost is not None or read_head_file(file) is None:
                    log._writing.accept(log.head)
        return log

    @classmethod
    def inspect(cls, path: str | os.PathLike[str], *, wait_ms: int = WAIT_MS) -> "Log":
        """An existing log, for an audit: read-only, and opened whatever is wrong with it, as long as it can be read at all.

        `verify` reports what `open` would have refused. Raises NotALedger, NewerFormat, LogBusy.
        """
        connection = open_file(Path(path), read_only=True, synchronous="FULL", wait_ms=wait_ms, for_audit=True)
        with closed_on_error(connection):
            return cls(connection, str(path), read_only=True)

    @classmethod
    def in_memory(cls, *, spec_version: RuntimeName = FIRST_SPEC_VERSION, origin: str = ORIGIN_IN_MEMORY) -> "Log":
        """A new, empty log that is gone when it is closed."""
        return cls(create_in_memory(_parameters(spec_version, origin)), IN_MEMORY)

    def copied(self) -> "Log":
        """A copy of this log in memory, independent of it. Raises: LogError where a transaction is open."""
        if self._depth > 0:
            raise LogError("a transaction is open on this log; copy it when that has ended")
        return Log(copy_in_memory(self.connection), IN_MEMORY)

    def close(self) -> None:
        """Close the file. The last one to close it folds SQLite's write-ahead log into it, so that the file alone is complete."""
        self._closed = True
        writing, self._writing = self._writing, None
        if writing is None:
            self.connection.close()
        else:
            writing.close(self._seen)

    def __enter__(self) -> "Log":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self.close()

    def transaction(self) -> AbstractContextManager[None]:
        """Everything done inside is recorded at the end, or nothing if an exception leaves the block.

        No other writer gets in between, so what is read inside stays true until the end. A nested transaction is a part of the
        outer one, undone alone if an exception leaves it. Raises LogBusy, LogWriteError.
        """
        return _Transaction(self)

    @property
    def depth(self) -> int:
        """How many nested transactions are open."""
        return self._depth

    def begin(self) -> int:
        """Begin a transaction, or a nested one; prefer `transaction` where possible. Returns: the depth before it."""
        self._require_writable()
        depth = self._depth
        if depth > 0:
            self._require_open_transaction()
        try:
            if depth == 0:
                self._appended = None
                if self._writing is not None:
                    self._writing.begin()
            self._execute("BEGIN IMMEDIATE" if depth == 0 else f"SAVEPOINT part{depth}")
            self._depth = depth + 1
        except BaseException:  # an interrupt too, which may come when the statement is already done
            if depth == 0:
                self.undo()
            raise
        return depth

    def commit(self, depth: int = 0) -> None:
        """End the transaction, or a nested one: what it did is recorded. Raises LogBusy, LogWriteError."""
        self._require_open_transaction()
        if depth == 0 and self._writing is not None:
            self._writing.before_commit()
        self._execute("COMMIT" if depth == 0 else f"RELEASE part{depth}")
        self._depth = depth
        if depth == 0:
            self._seen = self._appended or self._seen
            if self._writing is not None:
                self._writing.committed(self._appended)
                self._writing.end()

    def undo(self, depth: int = 0) -> None:
        """Undo the open transaction, or a nested one; does nothing if there is none."""
        self._appended = None
        self._depth = depth
        if self._closed:
            return
        try:
            if self.connection.in_transaction and depth == 0:
                self.connection.execute("ROLLBACK")
            elif self.connection.in_transaction:
                # An interrupt may come when the nested one has just ended: then there is no savepoint of this name to undo.
                with suppress(sqlite3.OperationalError):
                    self.connection.execute(f"ROLLBACK TO part{depth}")
                    self.connection.execute(f"RELEASE part{depth}")
        finally:
            if depth == 0 and self._writing is not None:
                self._writing.end()

    def append(self, entries: Sequence[NewEntry], *, expected_position: int) -> Head:
        """Append all entries, or none, if the log is at `expected_position`. Returns: the new head.

        Durable when it returns (with the default `synchronous`), or, in a transaction, when that ends.

        Raises: ConcurrencyError if the log is at another position; FieldError for an entry that is not a valid `NewEntry`;
            LogBusy, LogWriteError.
        """
        if self._depth > 0 and len(entries) <= _ROWS_AT_ONCE:
            return self._append(entries, expected_position)
        if self._depth == 0 and 0 < len(entries) <= _ROWS_AT_ONCE:
            head = self._append_alone(entries, expected_position)
            if head is not None:
                return head
        with self.transaction():
            return self._append(entries, expected_position)

    def _append(self, entries: Sequence[NewEntry], expected_position: int) -> Head:
        self._require_open_transaction()
        head = self._appended or self._head_of_same_past()
        if head.position != expected_position:
            raise ConcurrencyError(expected_position, head.position)
        head, values = self._rows_after(head, entries)
        self._appended = None
        for start in range(0, len(values), 5 * _ROWS_AT_ONCE):
            some = values[start : start + 5 * _ROWS_AT_ONCE]
            self._execute(_INSERTS[len(some) // 5], some)
        self._appended = head
        return head

    def _append_alone(self, entries: Sequence[NewEntry], expected_position: int) -> Head | None:
        """Append in one statement, a transaction by itself; None where the log does not end with the entry last seen here."""
        seen, writing = self._seen, self._writing
        if seen is None or seen.position != expected_position or self.read_only:
            return None
        head, values = self._rows_after(seen, entries)
        values.insert(4, bytearray(seen.hash) if seen.position > 0 else None)
        statement = _INSERTS_AFTER[len(entries)]
        try:
            if writing is None:
                self._cursor.execute(statement, values)
            else:
                writing.begin()
                self._cursor.execute(statement, values)
                writing.committed(head)
            self._seen = head
        except sqlite3.IntegrityError:
            return None
        except sqlite3.Error as error:
            raise file_error(self.path, error) from error
        finally:
            if writing is not None:
                writing.end()
        return head

    def _rows_after(self, head: Head, entries: Sequence[NewEntry]) -> tuple[Head, list[Any]]:
        """The new head, and the values of all rows in one flat list."""
        position, previous = head.position, head.hash
        values: list[Any] = []
        for entry in entries:
            block, payload = entry.block, entry.payload
            if type(block) is not int or not 0 <= block < BLOCK_LIMIT:
                raise FieldError("block", "an integer from 0 to 2^63 - 1", block)
            if type(payload) is not bytes:
                raise FieldError("payload", "bytes", payload)
            position += 1
            previous = self._hasher.hash(previous, position, block, entry.tag, payload)
            # As bytearray, which sqlite3 binds directly; for bytes it first looks for an adapter, a third of the whole cost.
            values += (position, block, entry.tag, bytearray(payload), bytearray(previous))
        return Head(position, previous), values

    def _head_of_same_past(self) -> Head:
        row, seen = self._last_row(), self._seen
        if row is not None and seen is not None and row[0] == seen.position and row[1] == seen.hash:
            return seen
        head = self.head
        self._require_same_past(head)
        return head

    def _require_writable(self) -> None:
        if self.read_only:
            raise LogWriteError(f"{self.path} is open for reading only; open it for writing to append", path=self.path)

    def _require_open_transaction(self) -> None:
        # On some errors (such as a full disk) SQLite itself undoes the whole transaction, even if the error is caught inside.
        if not self.connection.in_transaction:
            raise LogWriteError(
                f"{self.path}: the transaction was undone after an error; nothing was recorded, try again", path=self.path
            )

    def _execute(self, statement: str, values: Sequence[Any] = ()) -> None:
        try:
            self._cursor.execute(statement, values)
        except sqlite3.Error as error:
            raise file_error(self.path, error) from error


class _Transaction:
    """What `Log.transaction` returns. A class, since a generator interrupted half-way is closed at an unknown time."""

    _begun = False
    """Of the class too, for an interrupt that comes while an instance is made."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._depth = 0

    def __enter__(self) -> None:
        self._depth = self._log.depth
        try:
            self._log.begin()
            self._begun = True
        except BaseException:  # an interrupt too, which may come when the transaction has already begun
            if self._depth == 0:
                self._log.undo()
            raise

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        try:
            if error is None:
                self._log.commit(self._depth)
            else:
                self._log.undo(self._depth)
            self._begun = False
        except BaseException:
            self._log.undo(self._depth)
            self._begun = False
            raise

    def __del__(self) -> None:
        # After an interrupt at the very beginning of __exit__ nothing else ends the transaction, except an outer one.
        if self._begun and self._log.depth > self._depth:
            with suppress(Exception):
                self._log.undo(self._depth)


def _parameters(spec_version: RuntimeName, origin: str) -> dict[str, str]:
    """Raises: FieldError."""
    name = named(*parts_of(spec_version))
    require_origin(origin)
    return {"origin": origin, "spec_version": str(name)}
