"""A copy of a ledger that others may be writing to: made by SQLite itself, checked, and put in place whole or not at all."""

import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from ctypes import CDLL, get_errno
from errno import EEXIST
from pathlib import Path
from typing import Final

from neuron_ledger.events.entries.envelope import Head
from neuron_ledger.ledger.log.errors import ChainBroken, LogError, LogExists, LogWriteError, file_error
from neuron_ledger.ledger.log.file import connect, is_same_file, sidecars
from neuron_ledger.ledger.log.store import WAIT_MS, Log

PAGES_AT_ONCE: Final = 1024
ROWS_PER_PROGRESS: Final = 4096
_WORKING_FOLDER: Final = -100
_REPLACE_NOTHING: Final = 1
"""AT_FDCWD and RENAME_NOREPLACE of Linux's renameat2."""

Progress = Callable[[int, int], None]
"""Called now and then with (done, total): first of the pages copied, then of the entries checked."""


def back_up(log: Log, copy: Path, progress: Progress | None = None) -> Head:
    """Copy the log's file, as last committed, to `copy`, which must not exist yet. Returns: the head of the copy.

    Writers go on meanwhile; what they append is not in the copy. The copy's chain is checked before it gets its name.
    Raises: LogExists, LogWriteError, LogBusy; ChainBroken where the log itself is not whole (there is no copy then).
    """
    if log.file is None and log.connection.in_transaction:
        raise LogError("a batch is open on this log in memory; back it up when the batch has ended")
    _require_vacant(copy)
    part = copy.with_name(f"{copy.name}.part-{os.getpid()}")
    try:
        with _removed_at_the_end(part):
            head = _copy(log, part, progress)
            _check(part, head, progress)
            _put_in_place(part, copy)
    except sqlite3.Error as error:
        raise file_error(str(copy), error) from error
    except OSError as error:
        raise LogWriteError(f"{copy} cannot be written ({error.strerror}); there is no copy", path=copy) from error
    return head


def _require_vacant(copy: Path) -> None:
    if not copy.parent.is_dir():
        raise LogWriteError(f"{copy} cannot be created: {copy.parent} is not a folder; make it first", path=copy)
    for beside in (copy, *sidecars(copy)):
        if os.path.lexists(beside):
            raise _taken(beside)


def _taken(path: Path) -> LogExists:
    return LogExists(f"{path} exists already; a backup overwrites nothing, choose another path", path=path)


def _copy(log: Log, part: Path, progress: Progress | None) -> Head:
    def copied(_: int, remaining: int, total: int) -> None:
        if progress is not None:
            progress(total - remaining, total)

    with _another_reader(log) as source, closing(connect(part, "rwc", wait_ms=0)) as target:
        head = Log(source, log.path, read_only=True).head
        source.backup(target, pages=PAGES_AT_ONCE, progress=copied)
    return head


@contextmanager
def _another_reader(log: Log) -> Iterator[sqlite3.Connection]:
    """A connection that sees the log as last committed, and no later commits, as long as it is open."""
    if log.file is None:
        yield log.connection
        return
    with closing(connect(log.file, "ro", WAIT_MS)) as reader:
        # Inside one read transaction: all pages are of one moment, and no writer makes the copy start over.
        reader.execute("BEGIN")
        yield reader
        reader.execute("COMMIT")


def _check(part: Path, head: Head, progress: Progress | None) -> None:
    # Immutable: nobody else knows of this file, and SQLite needs no other files beside it.
    with closing(connect(part, "ro&immutable=1", wait_ms=0)) as connection:
        log = Log(connection, str(part), read_only=True)
        for row in log.rows_verified():
            if progress is not None and row[0] % ROWS_PER_PROGRESS == 0:
                progress(row[0], head.position)
        if log.head != head:
            raise ChainBroken(head.position, f"the copy ends with {log.head}, the ledger with {head}")


def _put_in_place(part: Path, copy: Path) -> None:
    try:
        if not _renamed(part, copy):
            # Unlike a plain rename this never replaces what somebody else put there meanwhile.
            os.link(part, copy)
    except FileExistsError:
        raise _taken(copy) from None
    except OSError:
        _require_vacant(copy)  # a file system without hard links
        part.rename(copy)
    part.unlink(missing_ok=True)
    folder = os.open(copy.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _renamed(part: Path, copy: Path) -> bool:
    """Rename in one step, so that the file never has two names. Returns: False where the system cannot, True if it is done.

    Raises: LogExists if the new name is taken.
    """
    rename = getattr(CDLL(None, use_errno=True), "renameat2", None) if sys.platform == "linux" else None
    if rename is None:
        return False
    done: bool = rename(_WORKING_FOLDER, os.fsencode(part), _WORKING_FOLDER, os.fsencode(copy), _REPLACE_NOTHING) == 0
    if not done and get_errno() == EEXIST:
        raise _taken(copy)
    return done


@contextmanager
def _removed_at_the_end(part: Path) -> Iterator[None]:
    try:
        yield
    finally:
        for leftover in (part, *sidecars(part)):
            with suppress(FileNotFoundError):
                leftover.unlink()


def require_other_file(log: Log, source: Path) -> None:
    """Refuse a source that is the open ledger itself: closing it would cancel the locks that SQLite holds for this process.

    Raises: LogError.
    """
    if log.file is not None and any(is_same_file(source, file) for file in (log.file, *sidecars(log.file))):
        raise LogError(
            f"{source} is the ledger itself; give another file, or copy it first with `neuron-ledger backup`", path=source
        )
