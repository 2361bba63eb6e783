"""Connections of a Dendrite: a bounded number of them, each a lane on which one request follows the other.

An Axon takes the nonces of a dendrite's uuid only as they rise, so two requests that overtake each other on the way cost one of
them its answer. Here each lane to an Axon has a uuid of its own: on a lane nothing overtakes, and lanes do not know each other.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import cached_property
from typing import Final

import httpx
from attrs import define, field

MOST_CONNECTIONS: Final = 128
KEPT_SECONDS: Final = 3.0
"""How long an idle connection is used again: servers of the SDK close theirs after five."""

Address = tuple[str, int]


@define(eq=False)
class Lane:
    """One connection to an Axon, made when it is first used. number: among the lanes to this Axon."""

    address: Address
    number: int
    uuid: str
    transport: httpx.AsyncHTTPTransport
    urls: dict[str, httpx.URL] = field(factory=dict)

    def url(self, name: str) -> httpx.URL:
        """Where a synapse of that name is asked for."""
        url = self.urls.get(name)
        if url is None:
            host, port = self.address
            url = self.urls[name] = httpx.URL(scheme="http", host=host, port=port, path=f"/{name}")
        return url


class Lanes:
    """All lanes of a Dendrite, on one event loop. most: open at a time, idle ones too. new_uuid: names the lanes."""

    def __init__(self, most: int, new_uuid: Callable[[], str]) -> None:
        self._most = most
        self._new_uuid = new_uuid
        self._uuids: list[str] = []
        self._idle: dict[Address, list[Lane]] = {}
        self._numbers: dict[Address, set[int]] = {}
        self._open = 0
        self._freed = asyncio.Condition()
        self._loop: asyncio.AbstractEventLoop | None = None

    @cached_property
    def _ssl(self) -> ssl.SSLContext:
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

    @property
    def open(self) -> int:
        """How many connections there are."""
        return self._open

    @asynccontextmanager
    async def lane(self, address: Address) -> AsyncIterator[Lane]:
        """A lane of one's own; where all are in use, the first that is free. One that an exception leaves is closed."""
        lane = await self._take(address)
        try:
            yield lane
        except BaseException:
            await self._close(lane)
            raise
        await self._give_back(lane)

    async def close(self) -> None:
        """Close all that are idle."""
        for lane in [lane for lanes in self._idle.values() for lane in lanes]:
            self._forget_idle(lane)
            await self._close(lane)

    async def _take(self, address: Address) -> Lane:
        self._on_this_loop()
        async with self._freed:
            while True:
                if idle := self._idle.get(address):
                    lane = idle[-1]
                    self._forget_idle(lane)
                    return lane
                if self._open >= self._most and self._idle:
                    oldest = next(iter(self._idle.values()))[0]
                    self._forget_idle(oldest)
                    await self._shut(oldest)
                if self._open < self._most:
                    return self._made(address)
                await self._freed.wait()

    def _made(self, address: Address) -> Lane:
        taken = self._numbers.setdefault(address, set())
        number = next(number for number in range(self._most) if number not in taken)
        taken.add(number)
        self._open += 1
        while len(self._uuids) <= number:
            self._uuids.append(self._new_uuid())
        limits = httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=KEPT_SECONDS)
        return Lane(address, number, self._uuids[number], httpx.AsyncHTTPTransport(verify=self._ssl, limits=limits))

    async def _give_back(self, lane: Lane) -> None:
        async with self._freed:
            self._idle.setdefault(lane.address, []).append(lane)
            self._freed.notify()

    async def _close(self, lane: Lane) -> None:
        async with self._freed:
            await self._shut(lane)
            self._freed.notify()

    async def _shut(self, lane: Lane) -> None:
        """Close a lane that nobody has; its number is free again."""
        self._open -= 1
        taken = self._numbers[lane.address]
        taken.discard(lane.number)
        if not taken:
            del self._numbers[lane.address]
        with suppress(Exception):  # what is gone already is closed
            await lane.transport.aclose()

    def _forget_idle(self, lane: Lane) -> None:
        lanes = self._idle[lane.address]
        lanes.remove(lane)
        if not lanes:
            del self._idle[lane.address]

    def _on_this_loop(self) -> None:
        """Connections belong to the event loop that made them; those of another one are left."""
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._idle, self._numbers, self._open, self._freed, self._loop = {}, {}, 0, asyncio.Condition(), loop
