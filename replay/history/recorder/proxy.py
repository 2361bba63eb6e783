"""A proxy for a node: requests go to the node, answers to the client, and both are recorded.

Each client has its own connection to the node, so that messages pass unchanged. What is not JSON-RPC passes too, but is
not recorded; nor are the calls that give a secret to a node.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from typing import Any, Final

import msgspec
from aiohttp import ClientError, ClientSession, ClientWebSocketResponse, WSMessage, WSMsgType, web
from attrs import define, field

from neuron_ledger.replay.history.client import LARGEST_ANSWER, NodeProblem, where_of
from neuron_ledger.replay.history.recorder.recording import Noticed, Recording, is_identity
from neuron_ledger.replay.history.recorder.server import interrupted, listening
from neuron_ledger.replay.node.rpc.local import ensure_local
from neuron_ledger.replay.node.rpc.protocol import LARGEST_MESSAGE

SECRET: Final = frozenset({"author_insertKey", "author_rotateKeys", "author_hasKey", "author_hasSessionKeys"})
"""Calls whose arguments or answers are keys of the node's operator: they pass, and are not recorded."""

MOST_WAITING: Final = 10_000
"""Pending requests of one client; more than these pass unrecorded."""

Socket = web.WebSocketResponse | ClientWebSocketResponse


async def record(recording: Recording, url: str, host: str, port: int, started: Callable[[int], None]) -> None:
    """Pass clients on to a node until an interrupt, and record. started: called with the port. Raises: NodeProblem, OSError."""
    where, clients = where_of(url), count(1)
    async with ClientSession() as session:
        try:
            await (await session.ws_connect(url)).close()
        except (ClientError, OSError, TimeoutError) as error:
            raise NodeProblem(f"{where} cannot be reached ({type(error).__name__})") from None

        async def connected(request: web.Request) -> web.StreamResponse:
            ensure_local(request)
            try:
                node = await session.ws_connect(url, max_msg_size=LARGEST_ANSWER, autoping=True)
            except (ClientError, OSError, TimeoutError) as error:
                raise web.HTTPBadGateway(text=f"{where} cannot be reached ({type(error).__name__})\n") from None
            async with node:
                client = web.WebSocketResponse(max_msg_size=LARGEST_MESSAGE, autoping=True)
                await client.prepare(request)
                await _pass_on(client, node, Observed(recording, next(clients)))
            return client

        async with listening(connected, host, port) as at:
            started(at)
            await interrupted()


async def _pass_on(client: web.WebSocketResponse, node: ClientWebSocketResponse, observed: "Observed") -> None:
    """Pass messages both ways until one side disconnects; then disconnect the other."""
    both = [
        asyncio.create_task(_pump(client, node, observed.from_client)),
        asyncio.create_task(_pump(node, client, observed.from_node)),
    ]
    try:
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in both:
            task.cancel()
        await asyncio.gather(*both, return_exceptions=True)
        with suppress(ConnectionError):
            await client.close()


async def _pump(source: Socket, target: Socket, observe: Callable[[str | bytes], None]) -> None:
    message: WSMessage
    async for message in source:
        if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
            break
        observe(message.data)
        if isinstance(message.data, str):
            await target.send_str(message.data)
        else:
            await target.send_bytes(message.data)


@define
class Observed:
    """The recorded conversation of one client and the node. connection: from 1."""

    recording: Recording
    connection: int
    _waiting: dict[bytes, deque[tuple[str, list[Any]]]] = field(factory=dict)
    """Id → the requests that were made under it."""
    _asked: int = 0
    _open: int = 0

    def from_client(self, content: str | bytes) -> None:
        """Note a request."""
        for one in _read(content):
            method, params = one.get("method"), one.get("params")
            if isinstance(method, str) and isinstance(params, (list, type(None))) and self._open < MOST_WAITING:
                self._waiting.setdefault(_key(one.get("id")), deque()).append((method, params or []))
                self._asked += 1
                self._open += 1

    def from_node(self, content: str | bytes) -> None:
        """Record an answer."""
        for one in _read(content):
            if "method" in one:
                self._notice(one)
                continue
            waiting = self._waiting.get(key := _key(one.get("id")))
            if waiting and ("result" in one or "error" in one):
                method, params = waiting.popleft()
                self._open -= 1
                if not waiting:
                    del self._waiting[key]
                name = "error" if one.get("error") is not None else "result"
                if method not in SECRET:
                    self.recording.answered(method, params, {name: one.get(name)}, self.connection)

    def _notice(self, one: dict[str, Any]) -> None:
        params = one.get("params")
        if isinstance(one["method"], str) and isinstance(params, dict) and is_identity(params.get("subscription")):
            self.recording.noticed(
                Noticed(one["method"], params["subscription"], params.get("result"), self._asked, self.connection)
            )


def _key(identity: Any) -> bytes:
    return msgspec.json.encode(identity)


def _read(content: str | bytes) -> list[dict[str, Any]]:
    """The objects of a message; none if it is not JSON."""
    try:
        read = msgspec.json.decode(content)
    except (msgspec.DecodeError, RecursionError, ValueError):
        return []
    return [one for one in (read if isinstance(read, list) else [read]) if isinstance(one, dict)]
