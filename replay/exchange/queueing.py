"""Who is answered first when more ask than can be answered at a time: the highest priority, then who came first.

Requests being answered and waiting are bounded, in total and for one hotkey. If all places are taken, the one with
the lowest priority is refused, whether it is already waiting or has just come.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from typing import Final

from neuron_ledger.events.wire.errors import NeuronLedgerError

MOST_AT_ONCE: Final = 256
MOST_WAITING: Final = 1024
MOST_OF_ONE: Final = 512
"""Being answered and waiting, of one hotkey."""


class NoPlace(NeuronLedgerError):
    """There are more requests than can wait."""


class Turns:
    """The places of requests being answered, and the queue for them. Used on one event loop."""

    def __init__(self, at_once: int = MOST_AT_ONCE, waiting: int = MOST_WAITING, of_one: int = MOST_OF_ONE) -> None:
        self._free = at_once
        self._most_waiting, self._most_of_one = waiting, of_one
        self._number = count()
        self._waiting: dict[int, tuple[float, asyncio.Future[None]]] = {}
        self._of: Counter[str] = Counter()

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._waiting)

    @asynccontextmanager
    async def turn(self, priority: float, hotkey: str) -> AsyncIterator[None]:
        """A place for as long as the block lasts, once it is this one's turn. Raises: NoPlace."""
        if self._of[hotkey] >= self._most_of_one:
            raise NoPlace(f"{self._most_of_one} requests of this hotkey are being answered or wait")
        self._of[hotkey] += 1
        try:
            if self._free:
                self._free -= 1
            else:
                await self._wait(priority)
            try:
                yield
            finally:
                self._pass_on()
        finally:
            self._of[hotkey] -= 1
            if not self._of[hotkey]:
                del self._of[hotkey]

    async def _wait(self, priority: float) -> None:
        if len(self._waiting) >= self._most_waiting:
            self._refuse_lowest(priority)
        number, future = next(self._number), asyncio.get_running_loop().create_future()
        self._waiting[number] = priority, future
        try:
            await future
        except BaseException:
            if future.done() and not future.cancelled() and future.exception() is None:
                self._pass_on()  # its turn had come when it was cancelled
            raise
        finally:
            self._waiting.pop(number, None)

    def _refuse_lowest(self, priority: float) -> None:
        """Make room for one of this priority. Raises: NoPlace if nobody waiting has a lower one."""
        number, (lowest, future) = min(self._waiting.items(), key=_place)
        if lowest >= priority:
            raise NoPlace(f"{self._most_waiting} requests are waiting already")
        del self._waiting[number]
        if not future.done():
            future.set_exception(NoPlace("requests with a higher priority came"))

    def _pass_on(self) -> None:
        """Give a place to whoever is next."""
        waiting = [item for item in self._waiting.items() if not item[1][1].done()]  # some may have been cancelled just now
        if not waiting:
            self._free += 1
            return
        number, (_, future) = max(waiting, key=_place)
        del self._waiting[number]
        future.set_result(None)


def _place(item: tuple[int, tuple[float, asyncio.Future[None]]]) -> tuple[float, int]:
    """The order of the queue: priority, then who came first."""
    number, (priority, _) = item
    return priority, -number
