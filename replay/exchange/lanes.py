"""Connections of a Dendrite: a bounded number of lanes, on each of which requests follow one another.

An Axon accepts only rising nonces for a dendrite's uuid, so if two requests overtake each other on the way, one of them loses
its answer. Here each lane to an Axon has a uuid of its own: on a lane nothing overtakes, and lanes are independent.
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
"""How long an idle connection may be reused: servers of the SDK close theirs after five seconds."""

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
        """The path for a synapse of that name."""
        url = self.urls.get(name)
        if url is None:
            host, port = self.address
            url = self.urls[name] = httpx.URL(scheme="http", host=host, port=port, path=f"/{name}")
        return url


class Lanes:
    """All lanes of a Dendrite, on one event loop. most: open at a time, including idle ones. new_uuid: names the lanes."""

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
        """A lane for exclusive use; if all are in use, the first that becomes free. It is closed after an exception."""
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
        """Close an idle lane; its number is free again."""
        self._open -= 1
        taken = self._numbers[lane.address]
        taken.discard(lane.number)
        if not taken:
            del self._numbers[lane.address]
        with suppress(Exception):  # it may be gone already
            await lane.transport.aclose()

    def _forget_idle(self, lane: Lane) -> None:
        lanes = self._idle[lane.address]
        lanes.remove(lane)
        if not lanes:
            del self._idle[lane.address]

    def _on_this_loop(self) -> None:
        """Connections belong to the event loop that made them; those of another one are abandoned."""
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._idle, self._numbers, self._open, self._freed, self._loop = {}, {}, 0, asyncio.Condition(), loop
