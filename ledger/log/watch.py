"""Whether a name in a ledger's folder was added, removed or replaced: asked before each commit, so it must cost next to nothing.

Where the system tells by itself (Linux: inotify), it is asked whether there is news, which is a tenth of looking at the folder.
Elsewhere the folder's own time tells.
"""

import ctypes
import os
import select
import sys
import time
from contextlib import suppress
from io import FileIO
from typing import Final, Protocol

_SETTLED_NS: Final = 100_000_000
_SETTLED_WHOLE_SECONDS_NS: Final = 3_000_000_000
"""Ages at which a folder's time tells that no name in it has changed since; more than what file systems round it to."""

# From Linux' <sys/inotify.h>, the same on all architectures; the first two are those of open().
_FLAGS: Final = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
_MOVED_FROM, _MOVED_TO, _CREATE, _DELETE, _DELETE_SELF, _MOVE_SELF = 0x40, 0x80, 0x100, 0x200, 0x400, 0x800
_NAMES: Final = _MOVED_FROM | _MOVED_TO | _CREATE | _DELETE | _DELETE_SELF | _MOVE_SELF
_NEWS_BYTES: Final = 1 << 16


class Watch(Protocol):
    """One folder, watched."""

    def unchanged(self) -> bool:
        """Whether no name in the folder has changed since `forget`; False where that is not known."""

    def forget(self) -> None:
        """From now on: what has changed so far is about to be looked at."""

    def close(self) -> None:
        """Watch no more."""


def watch(folder: str) -> Watch:
    """The cheapest way to watch `folder` that there is here."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # too many watches already, or a C library without
            return TellingWatch(folder)
    return LookingWatch(folder)


class TellingWatch:
    """The system tells.

    What it does not tell (a folder further up that was renamed, a change made by another machine) needs a look now and then.
    """

    def __init__(self, folder: str) -> None:
        """Raises: OSError, AttributeError where that is not to be had."""
        library = ctypes.CDLL(None, use_errno=True)
        # Kept as an object, so that it is closed with this one.
        self._told = FileIO(_answer(library.inotify_init1(_FLAGS)))
        _answer(library.inotify_add_watch(self._told.fileno(), os.fsencode(folder), _NAMES))
        asked = select.poll()
        asked.register(self._told, select.POLLIN)
        self._news: Final = asked.poll

    def unchanged(self) -> bool:
        """As `Watch` says."""
        return not self._news(0)

    def forget(self) -> None:
        """As `Watch` says."""
        self._told.read(_NEWS_BYTES)

    def close(self) -> None:
        """As `Watch` says."""
        self._told.close()


class LookingWatch:
    """Looks at the folder's time.

    Not at the files', for once a file's own time has been asked for, some systems write it down more exactly, and a commit takes
    half as long again.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._seen: tuple[int, int] | None = None

    def unchanged(self) -> bool:
        """As `Watch` says."""
        return self._seen is not None and self._seen == self._now()

    def forget(self) -> None:
        """As `Watch` says."""
        now = self._now()
        self._seen = now if now is not None and _is_settled(now[1]) else None

    def close(self) -> None:
        """As `Watch` says."""

    def _now(self) -> tuple[int, int] | None:
        """Which folder it is, and when a name in it was last added, removed or replaced (ns)."""
        try:
            folder = os.stat(self._folder)  # noqa: PTH116 - Path.stat takes twice as long
        except OSError:
            return None
        return folder.st_ino, folder.st_mtime_ns


def _answer(value: int) -> int:
    if value < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return value


def _is_settled(time_ns: int) -> bool:
    # A change right after another may leave the folder's time as it was: one that is young tells nothing yet.
    enough = _SETTLED_NS if time_ns % 1_000_000_000 else _SETTLED_WHOLE_SECONDS_NS
    return time.time_ns() - time_ns > enough
