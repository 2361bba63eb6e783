"""A server that imitates the recorded node, and the listening socket of it and of the proxy."""

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from itertools import count
from typing import Any, Final

from aiohttp import WSMsgType, web

from neuron_ledger.replay.history.recorder.recording import Identity, Noticed, is_identity, question
from neuron_ledger.replay.history.recorder.replayed import Replayed
from neuron_ledger.replay.node.rpc.local import ensure_local
from neuron_ledger.replay.node.rpc.protocol import (
    INVALID_REQUEST,
    LARGEST_MESSAGE,
    MOST_IN_A_BATCH,
    Request,
    RpcError,
    answer,
    fault,
    joined,
    notification,
    read_message,
    read_request,
)

SILENCE_SECONDS: Final = 0.05
"""After this silence a notification is sent even if its client has made fewer requests than in the recording."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Player:
    """Imitates the node for one client. connection: the recorded one whose order it follows. send: to the client."""

    def __init__(self, replayed: Replayed, connection: int, send: Callable[[bytes], Awaitable[None]]) -> None:
        self._replayed = replayed
        self._connection = connection
        self._send = send
        self._times: dict[bytes, int] = {}
        self._asked = 0
        self._is_asked = asyncio.Event()
        self._open: dict[Identity, asyncio.Task[None]] = {}

    async def message(self, content: str | bytes) -> None:
        """Answer a message: one request, or a list of them."""
        try:
            read = read_message(content)
            if isinstance(read, list) and not 0 < len(read) <= MOST_IN_A_BATCH:
                raise RpcError(INVALID_REQUEST, f"Invalid request: a batch has 1 to {MOST_IN_A_BATCH} requests")
        except RpcError as error:
            await self._send(fault(None, error))
            return
        opened: list[tuple[Identity, Sequence[Noticed]]] = []
        given = [self._answered(one, opened) for one in (read if isinstance(read, list) else [read])]
        await self._send(joined(given) if isinstance(read, list) else given[0])
        for subscription, notices in opened:
            self._end(subscription)
            self._open[subscription] = asyncio.create_task(self._notify(notices))

    def close(self) -> None:
        """The client has disconnected."""
        for subscription in list(self._open):
            self._end(subscription)

    def _answered(self, one: Any, opened: list[tuple[Identity, Sequence[Noticed]]]) -> bytes:
        try:
            asked = read_request(one)
        except RpcError as error:
            identity = one.get("id") if isinstance(one, dict) else None
            return fault(identity if isinstance(identity, (int, str)) else None, error)
        self._asked += 1
        self._is_asked.set()
        return self._answer(asked, opened)

    def _answer(self, asked: Request, opened: list[tuple[Identity, Sequence[Noticed]]]) -> bytes:
        params = asked.params.values
        if ("nsubscribe" in asked.method or "unwatch" in asked.method) and params and self._end(params[0]):
            return answer(asked.id, result=True)
        key = question(asked.method, params)
        given = self._replayed.given(asked.method, params, self._connection, self._times.get(key, 0))
        self._times[key] = self._times.get(key, 0) + 1
        if "error" in given.answer:
            return _as_recorded(asked.id, given.answer)
        result = given.answer["result"]
        if is_identity(result) and (notices := self._replayed.notices.get((given.connection, result))):
            opened.append((result, notices))
        return answer(asked.id, result)

    def _end(self, subscription: Any) -> bool:
        """Whether it was open."""
        task = self._open.pop(subscription, None) if is_identity(subscription) else None
        if task is not None:
            task.cancel()
        return task is not None

    async def _notify(self, notices: Sequence[Noticed]) -> None:
        """Send a subscription's notifications: each when as many requests were made as in the recording, or none for a while."""
        for notice in notices:
            while self._asked < notice.asked:
                self._is_asked.clear()
                try:
                    await asyncio.wait_for(self._is_asked.wait(), SILENCE_SECONDS)
                except TimeoutError:
                    break
            with suppress(ConnectionError):
                await self._send(notification(notice.method, notice.subscription, notice.result))


def _as_recorded(identity: Any, given: dict[str, Any]) -> bytes:
    """An error as the node had it."""
    error = given["error"]
    if isinstance(error, dict) and isinstance(error.get("code"), int) and isinstance(error.get("message"), str):
        return fault(identity, RpcError(error["code"], error["message"], error.get("data")))
    return fault(identity, RpcError(0, str(error)))


async def serve(replayed: Replayed, host: str, port: int, started: Callable[[int], None]) -> None:
    """Serve recordings over a websocket until an interrupt. started: called with the port."""
    clients = count()

    async def connected(request: web.Request) -> web.StreamResponse:
        ensure_local(request)
        socket = web.WebSocketResponse(max_msg_size=LARGEST_MESSAGE)
        await socket.prepare(request)
        number = next(clients)
        connection = replayed.connections[number % len(replayed.connections)] if replayed.connections else 0
        player = Player(replayed, connection, lambda content: socket.send_str(content.decode()))
        try:
            async for message in socket:
                if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                    break
                with suppress(ConnectionError):
                    await player.message(message.data)
        finally:
            player.close()
        return socket

    async with listening(connected, host, port) as at:
        started(at)
        await interrupted()


@asynccontextmanager
async def listening(handler: Handler, host: str, port: int) -> AsyncIterator[int]:
    """A websocket server for the duration of the block; yields its port. Raises: OSError if the port is in use."""
    application = web.Application()
    application.router.add_get("/", handler)
    runner = web.AppRunner(application, shutdown_timeout=0.1, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


async def interrupted() -> None:
    """Wait until Ctrl-C, or a signal to end."""
    until = asyncio.Event()
    with suppress(NotImplementedError, RuntimeError, ValueError):  # Windows; a thread of its own
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, until.set)
    await until.wait()
