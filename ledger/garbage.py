"""No garbage collection while a call is decided, in any thread of the process.

Besides counting references, Python searches for objects that only refer to each other. Rules make no such objects, but the search
goes through all of storage: blocks on a chain of 128 full subnets take 1.5 times as long with it (`docs/performance.md`). There
is one collector per process, so all ledgers that are deciding share one pause: it begins with the first of them and ends with the
last, however their calls end, and leaves the collector as the first found it.
"""

import gc
from threading import Lock
from typing import Any
from weakref import WeakSet


class Pause:
    """The process's pause. Each user ends its own by name, so that a user kept from it by an interrupt can do so later."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._asked: WeakSet[Any] = WeakSet()
        self._collects = False
        self._lasts = False
        """Whether a pause has begun and not ended, even if its last user no longer exists."""

    def begin(self, who: Any) -> None:
        """Collect no garbage until `who`, and every other user, has ended the pause."""
        with self._lock:
            if not self._lasts:
                self._collects = gc.isenabled()
            self._asked.add(who)
            self._lasts = True
            gc.disable()

    def end(self, who: Any) -> None:
        """End the pause for `who`; does nothing if `who` has none."""
        with self._lock:
            if who in self._asked:
                self._asked.discard(who)
                if not self._asked:
                    self._lasts = False
                    if self._collects:
                        gc.enable()


PAUSE = Pause()
"""One for the process, as is the collector."""
