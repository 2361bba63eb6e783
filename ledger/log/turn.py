"""Writers of one ledger take turns, in a queue: SQLite alone lets whoever asks at the right moment go first; others wait long.

FILE.head is locked by the writer whose turn it is, FILE.lock by the one that is next. As long as somebody waits, FILE.lock is
not empty, and whoever finds it non-empty queues, even if the turn is free at that moment. Otherwise a turn takes one lock only,
which `Writing` takes directly as long as these files have not changed.
A writer that is killed while it waits leaves FILE.lock non-empty, and the next one to come empties it. The locks end with the
process that holds them. SQLite's own lock is taken as well, so a writer that does not use the queue does no harm.
Holding the turn while SQLite folds its write-ahead log into the file also keeps two of our writers from doing so at once, without
which the WAL-reset bug of SQLite 3.7.0 to 3.51.2 cannot occur.
"""

import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from io import FileIO
from os import SEEK_END, lseek
from pathlib import Path
from typing import Final

from neuron_ledger.ledger.log.errors import LogBusy, LogWriteError
from neuron_ledger.ledger.log.head_file import head_file_of

if sys.platform == "win32":  # pragma: no cover - relies on SQLite's own waiting
    LOCK_EX = LOCK_NB = LOCK_UN = 0

    def flock(_descriptor: int, _operation: int, /) -> None:
        """Locks nothing."""

else:
    from fcntl import LOCK_EX, LOCK_NB, LOCK_UN, flock

ENDING: Final = ".lock"
_EXCLUSIVE_AT_ONCE: Final = LOCK_EX | LOCK_NB
_POLL_QUEUE_SECONDS: Final = 0.002
_POLL_TURN_SECONDS: Final = 0.0003
"""Only one process at a time polls this often: the one that is next."""


class Turn:
    """One writer's place in the queue of a ledger."""

    def __init__(self, file: Path, wait_ms: int) -> None:
        self._name = str(file)
        self._wait_seconds = wait_ms / 1000
        mode = file.stat().st_mode & 0o666
        # Kept as objects, so that they are closed with this one.
        self.files: Final = (_opened(file.with_name(file.name + ENDING), mode), _opened(head_file_of(file), mode))
        self._queue, self.head_file = (opened.fileno() for opened in self.files)
        self.take_at_once: Final[Callable[[], object]] = partial(flock, self.head_file, _EXCLUSIVE_AT_ONCE)
        """Take the turn, ignoring the queue. Raises: OSError where another writer has it, or where there are no locks."""
        self.give_back: Final[Callable[[], object]] = partial(flock, self.head_file, LOCK_UN) if self._has_locks() else bool
        """End the turn, if it was this writer's. Not a method, which would take longer than the call itself."""

    @property
    def is_waited_for(self) -> bool:
        """Whether somebody is in the queue."""
        return lseek(self._queue, 0, SEEK_END) != 0

    def take(self, *, at_once: bool = False) -> None:
        """Wait until it is this writer's turn; at_once: fail rather than wait. Raises: LogBusy."""
        try:
            if (at_once or not self.is_waited_for) and _try_lock(self.head_file):
                return
            self._wait(None if at_once else time.monotonic() + self._wait_seconds)
        except BaseException:  # an interrupt too
            _unlock(self._queue)
            _unlock(self.head_file)
            raise

    def close(self) -> None:
        """Leave the queue for good."""
        for file in self.files:
            file.close()

    def _has_locks(self) -> bool:
        try:
            flock(self.head_file, LOCK_UN)
        except OSError:
            return False
        return True

    def _wait(self, deadline: float | None) -> None:
        _mark(self._queue, waited_in=True)
        while not _try_lock(self._queue):
            self._pause(_POLL_QUEUE_SECONDS, deadline)
        while not _try_lock(self.head_file):
            self._pause(_POLL_TURN_SECONDS, deadline)
        _mark(self._queue, waited_in=False)
        _unlock(self._queue)

    def _pause(self, seconds: float, deadline: float | None) -> None:
        if deadline is None or time.monotonic() >= deadline:
            raise LogBusy(f"{self._name} is locked by another process; try again when it is done", path=self._name)
        _mark(self._queue, waited_in=True)  # again, for whoever left the queue just now took it for empty
        time.sleep(seconds)


def _opened(path: Path, mode: int) -> FileIO:
    try:
        file = FileIO(path, "r+", opener=lambda name, flags: os.open(name, flags | os.O_CREAT, mode))
    except OSError as error:
        raise LogWriteError(
            f"{path} cannot be opened ({error.strerror}); check its permissions and those of its folder", path=path
        ) from error
    with suppress(OSError):
        os.fchmod(file.fileno(), mode)  # whoever may write the ledger may take a turn
    return file


def _mark(queue: int, *, waited_in: bool) -> None:
    if lseek(queue, 0, SEEK_END) != waited_in:
        with suppress(OSError):  # a full disk: fall back on SQLite's own waiting
            os.ftruncate(queue, waited_in)


def _try_lock(descriptor: int) -> bool:
    try:
        flock(descriptor, _EXCLUSIVE_AT_ONCE)
    except BlockingIOError:
        return False
    except OSError:
        pass  # a file system without such locks: fall back on SQLite's own waiting
    return True


def _unlock(descriptor: int) -> None:
    with suppress(OSError):
        flock(descriptor, LOCK_UN)
