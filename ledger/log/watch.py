"""Whether a name in a ledger's folder was added, removed or replaced, or a file beside the ledger written to: asked before each
commit, so it must cost next to nothing.

Where the system reports changes (Linux: inotify), it is asked for pending ones, at a tenth of the cost of looking at the folder.
Elsewhere the folder's modification time and the lengths of the files are compared.
"""

import ctypes
import os
import select
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from io import FileIO
from os import SEEK_END, lseek
from typing import Final, Protocol

_SETTLED_NS: Final = 100_000_000
_SETTLED_WHOLE_SECONDS_NS: Final = 3_000_000_000
"""The age from which an unchanged folder time proves that no name in it has changed; above the rounding of file systems."""

# From Linux' <sys/inotify.h>, the same on all architectures; the first two are those of open(). A write or a change of length
# counts as a modification, a write through mapped memory does not.
_FLAGS: Final = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
_MODIFY: Final = 0x2
_MOVED_FROM, _MOVED_TO, _CREATE, _DELETE, _DELETE_SELF, _MOVE_SELF = 0x40, 0x80, 0x100, 0x200, 0x400, 0x800
_NAMES: Final = _MOVED_FROM | _MOVED_TO | _CREATE | _DELETE | _DELETE_SELF | _MOVE_SELF
_NEWS_BYTES: Final = 1 << 16


class Watch(Protocol):
    """One folder, and files in it, watched."""

    @property
    def changed(self) -> Callable[[], object]:
        """A function that reports whether a name in the folder, or a file's length, has changed since `forget`; true if unknown.

        Keep the function: looking it up each time would cost more than calling it.
        """

    def forget(self) -> None:
        """Discard the changes so far: the caller is about to look at them."""

    def close(self) -> None:
        """Stop watching."""


def watch(folder: str, files: Sequence[FileIO]) -> Watch:
    """The cheapest watch of `folder` and `files` (which stay open) that this system offers."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # too many watches already, or a C library without inotify
            return InotifyWatch(folder, files)
    return PollingWatch(folder, files)


class InotifyWatch:
    """Changes are reported by the system.

    Those that it does not report (a parent folder renamed, a change made by another machine) need a look now and then.
    """

    def __init__(self, folder: str, files: Sequence[FileIO]) -> None:
        """Raises: OSError, AttributeError where inotify is not available."""
        library = ctypes.CDLL(None, use_errno=True)
        # Kept as an object, so that it is closed with this one.
        self._changes = FileIO(_answer(library.inotify_init1(_FLAGS)))
        of_what = [(folder, _NAMES), *((os.fspath(file.name), _MODIFY) for file in files)]
        for path, mask in of_what:
            _answer(library.inotify_add_watch(self._changes.fileno(), os.fsencode(path), mask))
        asked = select.poll()
        asked.register(self._changes, select.POLLIN)
        self._changed: Final = partial(asked.poll, 0)

    @property
    def changed(self) -> Callable[[], object]:
        """As in `Watch`."""
        return self._changed

    def forget(self) -> None:
        """As in `Watch`."""
        self._changes.read(_NEWS_BYTES)

    def close(self) -> None:
        """As in `Watch`."""
        self._changes.close()


class PollingWatch:
    """Compares the folder's time, and the files' lengths.

    Not the files' times: once a file's time has been asked for, some systems record it more precisely, and a commit takes half as
    long again.
    """

    def __init__(self, folder: str, files: Sequence[FileIO]) -> None:
        self._folder = folder
        self._files = [file.fileno() for file in files]
        self._seen: tuple[int, ...] | None = None

    @property
    def changed(self) -> Callable[[], object]:
        """As in `Watch`."""
        return lambda: self._seen is None or self._seen != self._now()

    def forget(self) -> None:
        """As in `Watch`."""
        now = self._now()
        self._seen = now if now is not None and _is_settled(now[1]) else None

    def close(self) -> None:
        """As in `Watch`."""

    def _now(self) -> tuple[int, ...] | None:
        """Which folder it is, when a name in it was last added, removed or replaced (ns), and the files' lengths."""
        try:
            folder = os.stat(self._folder)  # noqa: PTH116 - Path.stat takes twice as long
        except OSError:
            return None
        return folder.st_ino, folder.st_mtime_ns, *(lseek(file, 0, SEEK_END) for file in self._files)


def _answer(value: int) -> int:
    if value < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return value


def _is_settled(time_ns: int) -> bool:
    # A change right after another may leave the folder's time as it was, so a recent time proves nothing yet.
    enough = _SETTLED_NS if time_ns % 1_000_000_000 else _SETTLED_WHOLE_SECONDS_NS
    return time.time_ns() - time_ns > enough
