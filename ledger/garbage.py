"""No search for garbage while a call is decided, in whichever of the process's threads.

Python counts references, and looks besides for objects that only each other refer to. Rules make none of these, and what
there is to look at is all of storage: a stretch of blocks on a chain of 128 full subnets takes 1.5 times as long with it
(`docs/performance.md`). The collector is the process's own, so the ledgers that decide share one pause: it begins with the first
of them and ends with the last, however their calls end, and leaves the collector as the first had found it.
"""

import gc
from threading import Lock
from typing import Any
from weakref import WeakSet


class Pause:
    """One process's pause. Whoever asks for it ends it by name, so that one whom an interrupt kept from it does so later."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._asked: WeakSet[Any] = WeakSet()
        self._collects = False
        self._lasts = False
        """Whether one began and has not ended; also where the last who asked is no more."""

    def begin(self, who: Any) -> None:
        """Look for no garbage until `who`, and everybody else who asked, has ended the pause."""
        with self._lock:
            if not self._lasts:
                self._collects = gc.isenabled()
            self._asked.add(who)
            self._lasts = True
            gc.disable()

    def end(self, who: Any) -> None:
        """End the pause for `who`; nothing happens where `who` has none."""
        with self._lock:
            if who in self._asked:
                self._asked.discard(who)
                if not self._asked:
                    self._lasts = False
                    if self._collects:
                        gc.enable()


PAUSE = Pause()
"""The collector's, of which there is one in a process."""
