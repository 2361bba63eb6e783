"""Opening and creating the SQLite file of a ledger.

The file is opened through SQLite only: a POSIX process loses all of its locks on a file when it closes any handle to that file.
What must be known without SQLite is asked with `stat`, which opens nothing.
"""

import os
import sqlite3
import stat
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal
from urllib.parse import quote

from neuron_ledger.ledger.log.errors import LogError, LogExists, LogWriteError, NotALedger, file_error, missing, primary_code
from neuron_ledger.ledger.log.schema import (
    FORMAT_VERSION,
    PAGE_SIZE,
    TRIGGERS,
    create_schema,
    format_version,
    migrate,
    require_ledger,
)

Synchronous = Literal["FULL", "NORMAL"]
"""FULL: what append returned survives a loss of power. NORMAL: it survives a crash of the process, not of the machine."""

IN_MEMORY = ":memory:"
_LIMITS: Final = {
    sqlite3.SQLITE_LIMIT_LENGTH: 1 << 29,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 100_000,
    sqlite3.SQLITE_LIMIT_COLUMN: 100,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 50,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 2,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}
"""Limits on any statement, ours or one in the file's schema; far above what the log needs."""

_NO_ROOM = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)


def create_file(path: Path, parameters: Mapping[str, str], *, synchronous: Synchronous, wait_ms: int) -> sqlite3.Connection:
    """A new ledger at a path that `is_vacant`. Raises LogExists, LogWriteError, LogBusy."""
    if not is_vacant(path):
        raise LogExists(f"{path} exists already; open it, or choose another path for the new ledger", path=path)
    if not path.parent.is_dir():
        raise LogWriteError(f"{path} cannot be created: {path.parent} is not a folder; make it first", path=path)
    name = str(path)
    connection = connect(path, "rwc", wait_ms)
    try:
        connection.execute(f"PRAGMA page_size = {PAGE_SIZE}")
        # Not in WAL mode yet, so that after this commit the file alone is a complete ledger.
        connection.execute("BEGIN EXCLUSIVE")
        if connection.execute("SELECT 1 FROM sqlite_master").fetchone() is not None:
            raise LogExists(f"{path} exists already; open it, or choose another path for the new ledger", path=path)
        create_schema(connection, parameters)
        connection.execute("COMMIT")
        _set_up_writer(connection, name, synchronous)
    except BaseException as error:
        connection.close()
        if isinstance(error, sqlite3.Error):
            raise file_error(name, error) from error
        raise
    return connection


def is_vacant(path: Path) -> bool:
    """Whether a ledger can be created here: there is no file, an empty one, or what a killed creation left behind."""
    if not path.exists():
        return True
    return path.is_file() and (path.stat().st_size == 0 or path.with_name(path.name + "-journal").exists())


def create_in_memory(parameters: Mapping[str, str]) -> sqlite3.Connection:
    """A new ledger that lives as long as its connection."""
    return copy_in_memory(_empty(tuple(sorted(parameters.items()))))


@lru_cache(maxsize=8)
def _empty(parameters: tuple[tuple[str, str], ...]) -> sqlite3.Connection:
    """An empty ledger: never written, only copied, which takes a tenth of the time of creating its schema."""
    connection = sqlite3.connect(IN_MEMORY, isolation_level=None, check_same_thread=False)
    connection.execute("BEGIN")
    create_schema(connection, dict(parameters))
    connection.execute("COMMIT")
    connection.execute("PRAGMA query_only = ON")
    return connection


def copy_in_memory(connection: sqlite3.Connection) -> sqlite3.Connection:
    """A copy of a connection's database, open transactions included, that lives as long as its own connection."""
    copy = sqlite3.connect(IN_MEMORY, isolation_level=None, check_same_thread=False)
    connection.backup(copy)
    return copy


def open_file(
    path: Path, *, read_only: bool, synchronous: Synchronous, wait_ms: int, for_audit: bool = False
) -> sqlite3.Connection:
    """An existing ledger; an older format is brought up to date unless it is opened for reading only.

    for_audit: opened whatever is wrong with its schema, as long as it can be read.

    Raises NotALedger, NewerFormat, LogBusy, LogWriteError.
    """
    _require_file(path)
    name = str(path)
    connection = connect(path, "ro" if read_only else "rw", wait_ms)
    try:
        try:
            require_ledger(connection, name, for_audit=for_audit)
        except sqlite3.OperationalError as error:
            if not read_only or primary_code(error) not in _NO_ROOM or wal_of(path).exists():
                raise
            # In a folder that is not writable (a read-only medium) SQLite cannot create its index of the write-ahead log;
            # without such a log the file alone is the whole ledger, and nobody can be writing to it.
            connection.close()
            connection = connect(path, "ro&immutable=1", wait_ms)
            require_ledger(connection, name, for_audit=for_audit)
        if not read_only:
            _migrate_older(connection, name)
            _set_up_writer(connection, name, synchronous)
    except BaseException as error:
        connection.close()
        if isinstance(error, sqlite3.Error):
            raise _unreadable(name, error) from error
        raise
    return connection


def connect(path: Path, mode: str, wait_ms: int) -> sqlite3.Connection:
    """A connection to the file at `path`; mode: as in SQLite's URIs. Raises: LogError."""
    # As a URI, since only that keeps SQLite from creating a missing file. Made from the path's bytes, which need not be UTF-8,
    # with an empty authority, since a path may begin with two slashes.
    uri = f"file://{quote(os.fsencode(path.absolute()))}?mode={mode}"
    try:
        connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=wait_ms / 1000, check_same_thread=False)
        try:
            _trust_nothing(connection)
        except BaseException:
            connection.close()
            raise
    except sqlite3.Error as error:
        raise file_error(str(path), error) from error
    return connection


def _trust_nothing(connection: sqlite3.Connection) -> None:
    """Statements in the file's schema may run only as far as a ledger needs them."""
    for limit, value in _LIMITS.items():
        connection.setlimit(limit, value)
    connection.set_authorizer(_authorize)
    if sys.version_info >= (3, 12):
        connection.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True)
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")


def _authorize(_action: int, _one: str | None, _two: str | None, _database: str | None, source: str | None) -> int:
    # Called for every part of a statement when it is prepared; source: the view or trigger that the part comes from.
    return sqlite3.SQLITE_OK if source is None or source in TRIGGERS else sqlite3.SQLITE_DENY


@contextmanager
def closed_on_error(connection: sqlite3.Connection) -> Iterator[None]:
    """Close the connection if opening fails."""
    try:
        yield
    except BaseException:
        connection.close()
        raise


def sidecars(path: Path) -> tuple[Path, ...]:
    """The files beside the ledger at `path` that may belong to it."""
    return tuple(path.with_name(path.name + end) for end in ("-wal", "-shm", "-journal", ".head"))


def is_same_file(one: Path, other: Path) -> bool:
    """Whether both are names of one file that exists. Opens neither."""
    try:
        return one.samefile(other)
    except OSError:
        return False


def _require_file(path: Path) -> None:
    try:
        status = path.stat()
    except FileNotFoundError:
        raise missing(path) from None
    except OSError as error:
        raise LogError(f"{path} cannot be read ({error.strerror}); check its permissions", path=path) from error
    if stat.S_ISREG(status.st_mode) and status.st_nlink > 1:
        raise NotALedger(
            f"{path} is one of {status.st_nlink} hard links to one file, each of which would have a write-ahead log of its own; "
            "remove the other links, or replace each with a copy",
            path=path,
        )
    if stat.S_ISDIR(status.st_mode):
        raise NotALedger(f"{path} is a folder, not a ledger; give the path of a ledger file", path=path)
    if not stat.S_ISREG(status.st_mode):
        raise NotALedger(f"{path} is not a regular file; give the path of a ledger file", path=path)
    if status.st_size == 0:
        raise NotALedger(f"{path} is empty, not a ledger; create one there with `neuron-ledger init {path}`", path=path)


def _migrate_older(connection: sqlite3.Connection, name: str) -> None:
    if format_version(connection) < FORMAT_VERSION:
        connection.execute("BEGIN IMMEDIATE")
        # Asked again inside the transaction: another process may have been faster.
        require_ledger(connection, name)
        migrate(connection)
        connection.execute("COMMIT")


def _set_up_writer(connection: sqlite3.Connection, name: str, synchronous: Synchronous) -> None:
    (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != "wal":
        raise LogWriteError(
            f"{name} is on a file system that does not support write-ahead logging; move it to a local disk", path=name
        )
    connection.execute(f"PRAGMA synchronous = {synchronous}")


def _unreadable(name: str, error: sqlite3.Error) -> LogError:
    if primary_code(error) == sqlite3.SQLITE_NOTADB:
        return NotALedger(
            f"{name} is not a ledger (it does not begin as an SQLite file); give the path of a ledger file", path=name
        )
    if primary_code(error) == sqlite3.SQLITE_ERROR:
        return NotALedger(f"{name} lacks a part of a ledger ({error}); restore it from a copy", path=name)
    return file_error(name, error)


def wal_of(path: Path) -> Path:
    """The path of SQLite's write-ahead log of a ledger."""
    return path.with_name(path.name + "-wal")
