"""The server: JSON-RPC over websocket and HTTP on one port, and the timing of blocks.

Clients that send what is too large, too deep or not JSON-RPC get an error; one that does not read is disconnected; a
page in a browser is answered only if it comes from this machine.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Final, Literal

from aiohttp import WSCloseCode, WSMsgType, web

from neuron_ledger.ledger.errors import CannotGoOn
from neuron_ledger.replay.node.chain.blocks import Block
from neuron_ledger.replay.node.chain.dev_chain import Chain
from neuron_ledger.replay.node.chain.pool import Waiting
from neuron_ledger.replay.node.rpc.development import DEVELOPMENT
from neuron_ledger.replay.node.rpc.local import ensure_local
from neuron_ledger.replay.node.rpc.methods import METHODS
from neuron_ledger.replay.node.rpc.protocol import (
    INTERNAL_ERROR,
    INVALID_REQUEST,
    LARGEST_MESSAGE,
    METHOD_NOT_FOUND,
    MOST_IN_A_BATCH,
    Request,
    RpcError,
    answer,
    fault,
    joined,
    read_message,
    read_request,
)
from neuron_ledger.replay.node.rpc.subscriptions import SUBSCRIBE, UNSUBSCRIBE, Subscriptions

BlockTime = float | Literal["manual", "instant"]
"""When blocks are made: every so many seconds, on request, or as soon as an extrinsic is waiting."""

BOUND_TO_LOOPBACK: Final = web.AppKey("bound_to_loopback", bool)
MOST_CONNECTIONS: Final = 512
MOST_UNREAD: Final = 2048
"""The most messages that wait for a client that does not read."""


class Node:
    """Serves a chain to clients. block_time: when blocks are made."""

    def __init__(self, chain: Chain, block_time: BlockTime = "instant") -> None:
        self.chain = chain
        self.block_time = block_time
        self._connections: set[Connection] = set()
        self._wakes: asyncio.Event = asyncio.Event()
        chain.on_block.append(self._report_block)
        chain.on_status.append(self._report_status)

    def application(self, *, on_loopback: bool = True) -> web.Application:
        """The aiohttp application. on_loopback: only this machine can reach it."""
        application = web.Application(client_max_size=LARGEST_MESSAGE)
        application[BOUND_TO_LOOPBACK] = on_loopback
        application.router.add_get("/", self._websocket)
        application.router.add_post("/", self._http)
        return application

    async def make_blocks(self) -> None:
        """Make blocks when they are due, for ever."""
        while True:
            if self.block_time == "manual":
                await asyncio.Event().wait()
            elif self.block_time == "instant":
                await self._wakes.wait()
                self._wakes.clear()
            else:
                await asyncio.sleep(float(self.block_time))
            with suppress(CannotGoOn):  # nothing was recorded; `dev_newBlock` reports why
                self.chain.make_block()

    # --------------------------------------------------------------------------------------------------------- asked

    def answers(self, request: Request, connection: "Connection | None") -> bytes | None:
        """The answer to a request; None if none is expected."""
        try:
            result = self._result(request, connection)
        except RpcError as error:
            return fault(request.id, error) if request.has_id else None
        except Exception as error:  # a bug of ours must not stop the node
            return fault(request.id, RpcError(INTERNAL_ERROR, f"Internal error: {type(error).__name__}: {error}"))
        return result if request.has_id else None

    def _result(self, request: Request, connection: "Connection | None") -> bytes:
        method = METHODS.get(request.method) or DEVELOPMENT.get(request.method)
        if method is not None:
            found = answer(request.id, method(self.chain, request.params))
            self._wake_for_waiting()
            return found
        if request.method == "rpc_methods":
            return answer(request.id, {"methods": sorted([*METHODS, *DEVELOPMENT, *SUBSCRIBE, *UNSUBSCRIBE, "rpc_methods"])})
        if request.method in SUBSCRIBE or request.method in UNSUBSCRIBE:
            if connection is None:
                raise RpcError(METHOD_NOT_FOUND, f"Method not found: {request.method} needs a websocket")
            return connection.subscribes(request)
        raise RpcError(METHOD_NOT_FOUND, f"Method not found: {request.method}")

    def answers_all(self, content: bytes | str, connection: "Connection | None" = None) -> bytes | None:
        """The answer to a message with one request or several."""
        self.chain.catch_up()
        try:
            raw = read_message(content)
            if not isinstance(raw, list):
                return self._answers_one(raw, connection)
            if not 0 < len(raw) <= MOST_IN_A_BATCH:
                raise RpcError(INVALID_REQUEST, f"Invalid request: a batch has 1 to {MOST_IN_A_BATCH} requests")
        except RpcError as error:
            return fault(None, error)
        answers = [self._answers_one(one, connection) for one in raw]
        given = [one for one in answers if one is not None]
        return joined(given) if given else None

    def _answers_one(self, raw: object, connection: "Connection | None") -> bytes | None:
        try:
            request = read_request(raw)
        except RpcError as error:
            identity = raw.get("id") if isinstance(raw, dict) else None
            return fault(identity if isinstance(identity, (int, str)) else None, error)
        return self.answers(request, connection)

    def _wake_for_waiting(self) -> None:
        if self.chain.has_ready:
            self._wakes.set()

    # --------------------------------------------------------------------------------------------------- connections

    async def _http(self, request: web.Request) -> web.StreamResponse:
        ensure_local(request, on_loopback=request.app[BOUND_TO_LOOPBACK])
        content = await request.read()
        given = self.answers_all(content)
        return web.Response(body=given or b"", content_type="application/json")

    async def _websocket(self, request: web.Request) -> web.StreamResponse:
        ensure_local(request, on_loopback=request.app[BOUND_TO_LOOPBACK])
        socket = web.WebSocketResponse(max_msg_size=LARGEST_MESSAGE, autoping=True)
        if not socket.can_prepare(request).ok:
            raise web.HTTPUpgradeRequired(
                text="This is a JSON-RPC server: use a websocket, or POST\n", headers={"Upgrade": "websocket"}
            )
        if len(self._connections) >= MOST_CONNECTIONS:
            raise web.HTTPServiceUnavailable(text=f"{MOST_CONNECTIONS} clients are already connected\n")
        await socket.prepare(request)
        connection = Connection(self, socket, request.transport)
        self._connections.add(connection)
        try:
            await connection.serve()
        finally:
            self._connections.discard(connection)
        return socket

    async def close(self) -> None:
        """Disconnect all clients."""
        for connection in list(self._connections):
            await connection.close(WSCloseCode.GOING_AWAY)

    def _report_block(self, _: Block, __: Sequence[Waiting]) -> None:
        for connection in list(self._connections):
            connection.subscriptions.report_block()

    def _report_status(self, waiting: Waiting) -> None:
        for connection in list(self._connections):
            connection.subscriptions.report_status(waiting)


class Connection:
    """One client on a websocket. Messages to it wait in a queue; it is disconnected if the queue grows too long."""

    def __init__(self, node: Node, socket: web.WebSocketResponse, transport: asyncio.Transport | None) -> None:
        self.node = node
        self.socket = socket
        self._transport = transport
        self.subscriptions = Subscriptions(node.chain, self.send)
        self._unread: asyncio.Queue[bytes] = asyncio.Queue(MOST_UNREAD)

    def send(self, message: bytes) -> None:
        """Queue a message."""
        try:
            self._unread.put_nowait(message)
        except asyncio.QueueFull:
            if self._transport is not None:
                self._transport.abort()

    def subscribes(self, request: Request) -> bytes:
        """The answer to a request that opens a subscription or closes one. Raises: RpcError."""
        if request.method in UNSUBSCRIBE:
            return answer(request.id, self.subscriptions.end(request.params))
        identity, first_news = self.subscriptions.begin(request.method, request.params)
        asyncio.get_running_loop().call_soon(first_news)  # after the answer with the id
        asyncio.get_running_loop().call_soon(self.node._wake_for_waiting)
        return answer(request.id, identity)

    async def serve(self) -> None:
        """Read requests and send messages, until the client disconnects."""
        writing = asyncio.create_task(self._write())
        try:
            async for message in self.socket:
                if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                    break
                given = self.node.answers_all(message.data, self)
                if given is not None:
                    self.send(given)
                await asyncio.sleep(0)  # lets others run
        finally:
            writing.cancel()
            with suppress(asyncio.CancelledError, ConnectionError):
                await writing

    async def _write(self) -> None:
        while True:
            message = await self._unread.get()
            await self.socket.send_str(message.decode())

    async def close(self, code: int) -> None:
        with suppress(ConnectionError):
            await self.socket.close(code=code)
