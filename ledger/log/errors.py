"""What can go wrong with a log: one-line messages that also say what to do next."""

import sqlite3
from pathlib import Path

from neuron_ledger.events.entries.envelope import Head
from neuron_ledger.events.wire.errors import NeuronLedgerError


class LogError(NeuronLedgerError):
    """Any failure of the log or of its file. path: of the file; None where the message names none."""

    def __init__(self, message: str, *, path: str | Path | None = None) -> None:
        super().__init__(message)
        self.path = None if path is None else str(path)


class NotALedger(LogError):
    """The file is missing, empty, damaged, or not a ledger."""


class ForeignSchema(NotALedger):
    """The file's tables, indexes, triggers and views are not those of a ledger; `what` names each that differs."""

    def __init__(self, path: str, what: list[str]) -> None:
        named = ", ".join(what[:3]) + (f" and {len(what) - 3} more" if len(what) > 3 else "")
        super().__init__(
            f"{path} does not have the schema of a ledger: {named}; "
            f"`neuron-ledger audit {path}` lists every finding; restore it from a copy",
            path=path,
        )
        self.what = what


class LogExists(LogError):
    """A ledger was to be created where a file already exists."""


class NewerFormat(LogError):
    """The file was written by a later version of this library."""

    def __init__(self, path: str, found: int, supported: int) -> None:
        super().__init__(
            f"{path} has ledger format {found}, this version reads up to {supported}; upgrade neuron-ledger to open it",
            path=path,
        )
        self.found = found
        self.supported = supported


class ConcurrencyError(LogError):
    """The log is not at the position that the writer decided on."""

    def __init__(self, expected: int, actual: int) -> None:
        super().__init__(f"expected the log at position {expected}, but it is at {actual}; catch up, decide and append again")
        self.expected = expected
        self.actual = actual


class ChainBroken(LogError):
    """An entry does not match its hash, is missing, or cannot be read. Position 0: what precedes the first entry."""

    def __init__(self, position: int, what: str) -> None:
        super().__init__(f"the log is broken at position {position}: {what}; audit it for all findings or restore it from a copy")
        self.position = position
        self.what = what


class LogWriteError(LogError):
    """The file could not be written. Nothing of the transaction is recorded."""


class FileReplaced(LogWriteError):
    """The file that is open, or its write-ahead log, was removed, renamed or replaced. Nothing of the transaction is recorded."""

    def __init__(self, path: str, *, gone: bool) -> None:
        became = "was removed" if gone else "was replaced by another file"
        super().__init__(
            f"{path} {became} while the ledger was open; nothing was recorded, put it back or reopen the ledger", path=path
        )


class EntriesLost(LogError):
    """Entries that were acknowledged as recorded are no longer in the file."""

    def __init__(self, path: str, acknowledged: Head, found: Head | None) -> None:
        if found is None:
            super().__init__(
                f"{path} is gone: a ledger with acknowledged entries up to {acknowledged.position} was here; "
                f"restore it, or remove {path}.head to begin a new one",
                path=path,
            )
        else:
            what = f"entry {acknowledged.position} is not the one that was acknowledged"
            if found.position < acknowledged.position:
                what = f"entries up to {acknowledged.position} were acknowledged and are gone: the log ends at {found.position}"
            super().__init__(
                f"{path}: {what}; restore the file with its -wal, or go on without: `neuron-ledger repair {path} --accept-loss`",
                path=path,
            )
        self.acknowledged = acknowledged
        self.found = found


class LogBusy(LogError):
    """Another process kept the file locked for longer than the time to wait."""


class NotInLog(LogError, ValueError):
    """A position or a block that the log does not reach. position, block: what was asked for, or None; end: the last."""

    def __init__(self, end: int, *, position: int | None = None, block: int | None = None, why: str = "") -> None:
        asked = f"block {block}" if position is None else f"position {position}"
        last = f", which ends at {'block ' if position is None else ''}{end}"
        super().__init__(f"{asked} is not in the log{f': {why}' if why else last}")
        self.position, self.block, self.end = position, block, end


class StillBusy(LogError, RuntimeError):
    """A call or a batch on this ledger has to end first."""


class LogClosed(LogError):
    """The log was closed, perhaps by another user of the same object."""

    def __init__(self) -> None:
        super().__init__("the ledger was closed; open it again")


def read_error(position: int, error: sqlite3.DatabaseError) -> LogError:
    """The error to raise for what SQLite reported while reading the entry at `position`; a misuse of it is raised unchanged."""
    _refuse_closed(error)
    if isinstance(error, sqlite3.ProgrammingError):
        raise error
    if primary_code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return LogBusy(f"the log is locked by another process at position {position}; try again when it is done")
    if primary_code(error) == sqlite3.SQLITE_AUTH:
        return ChainBroken(position, "the file has a view or a trigger that does not belong in a ledger")
    return ChainBroken(position, f"it cannot be read ({error})")


def file_error(path: str, error: sqlite3.Error) -> LogError:
    """The error to raise for what SQLite reported while writing or opening the file at `path`."""
    _refuse_closed(error)
    code = primary_code(error)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return LogBusy(f"{path} is locked by another process; try again when it is done", path=path)
    if code == sqlite3.SQLITE_FULL:
        return LogWriteError(f"{path} cannot grow: the disk is full; nothing was recorded, make room and try again", path=path)
    if code == sqlite3.SQLITE_IOERR:
        return LogWriteError(
            f"{path} cannot be written ({error}); nothing was recorded, check free space and file size limit", path=path
        )
    if code == sqlite3.SQLITE_READONLY:
        return LogWriteError(f"{path} is not writable; check its permissions and those of its folder", path=path)
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return NotALedger(f"{path} is damaged ({error}); restore it from a copy", path=path)
    if code == sqlite3.SQLITE_AUTH:
        return LogWriteError(
            f"{path} has a trigger or a view that does not belong in a ledger; nothing was recorded, audit it", path=path
        )
    if code == sqlite3.SQLITE_CANTOPEN:
        return LogWriteError(f"{path} cannot be opened ({error}); check that its folder exists and is writable", path=path)
    return LogWriteError(f"{path} cannot be written ({error}); nothing was recorded", path=path)


def _refuse_closed(error: sqlite3.Error) -> None:
    """Raises: LogClosed where that is what SQLite reported."""
    if isinstance(error, sqlite3.ProgrammingError) and "closed database" in str(error):
        raise LogClosed from None


def missing(path: Path) -> NotALedger:
    """The error for a path where there is no file."""
    return NotALedger(f"{path} does not exist; create a ledger there with `neuron-ledger init {path}`", path=path)


def primary_code(error: sqlite3.Error) -> int:
    """SQLite's result code without its extension; 0 for an error of Python's own."""
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF
