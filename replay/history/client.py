"""A client of a node: JSON-RPC over a websocket, with several requests in flight.

A lost connection is opened again, with growing pauses, and unanswered requests are repeated: all requests here
only read. A refusal is an error with the node's own message. Of the node's address only the host is ever shown.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from itertools import count
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import urlsplit

import msgspec

from neuron_ledger.events.wire.errors import NeuronLedgerError

LARGEST_ANSWER: Final = 64 * 1024 * 1024
"""Bytes of one answer: a page of keys with their values has a few, whole metadata less than one million."""

ATTEMPTS: Final = 6
"""How often a request is made before giving up: over about ten seconds."""

MOST_REFUSALS: Final = 3
"""How often a node may refuse a request before this is final."""

FIRST_PAUSE_SECONDS: Final = 0.2
LONGEST_PAUSE_SECONDS: Final = 10.0
ANSWER_WITHIN_SECONDS: Final = 60.0
NO_SUCH_METHOD: Final = -32601
NOT_WORTH_ASKING_AGAIN: Final = (-32600, NO_SUCH_METHOD, -32602)
"""Codes of JSON-RPC: no request, no such method, no such parameters."""

Recorder = Callable[[str, Sequence[Any], dict[str, Any]], None]
"""Takes the method, the parameters, and the `result` or `error` of every answer."""


class NodeProblem(NeuronLedgerError, ConnectionError):
    """A node that cannot be reached, or whose answers cannot be used. What was imported before is kept."""


class NodeLost(NodeProblem):
    """A node that does not answer after several attempts."""


class RpcRefused(NodeProblem):
    """A node's own error. code: of JSON-RPC."""

    def __init__(self, where: str, method: str, code: int, message: str) -> None:
        hint = "; does the node keep old states (an archive)?" if "discarded" in message or "not retained" in message else ""
        super().__init__(f"{where}: {method} is refused: {message[:300]} ({code}){hint}")
        self.code = code


class _Lost(NeuronLedgerError):
    """The connection was lost, or no answer came in time."""


def where_of(url: str) -> str:
    """The part of a node's address that may be shown: host and port. Raises: NodeProblem."""
    try:
        parts = urlsplit(url)
        if parts.scheme in ("ws", "wss") and parts.hostname:
            return parts.hostname if parts.port is None else f"{parts.hostname}:{parts.port}"
    except ValueError:
        pass
    raise NodeProblem("--url: expected an address like ws://127.0.0.1:9944 or wss://host")


class NodeClient:
    """One node. concurrency: how many requests may be in flight. Use it with `async with`."""

    def __init__(self, url: str, *, concurrency: int = 32, attempts: int = ATTEMPTS, recorder: Recorder | None = None) -> None:
        self.where = where_of(url)
        self.endpoint = urlsplit(url).scheme
        self._url = url
        self._attempts = attempts
        self._recorder = recorder
        self._slots = asyncio.Semaphore(concurrency)
        self._connecting = asyncio.Lock()
        self._ids = count(1)
        self.questions = 0
        """How many requests were made; a repeated one counts once."""
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._session: Any = None
        self._socket: Any = None
        self._listener: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        try:
            from aiohttp import ClientSession
        except ImportError:
            raise NodeProblem("reading a node needs aiohttp: pip install 'neuron-ledger[node]'") from None
        self._session = ClientSession()
        return self

    async def __aexit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        if self._listener is not None:
            self._listener.cancel()
            with suppress(asyncio.CancelledError):
                await self._listener
        await self._session.close()

    async def call(self, method: str, *params: Any) -> Any:
        """The result of a call. Raises: RpcRefused, NodeLost."""
        self.questions += 1
        async with self._slots:
            why: Exception | None = None
            refusals = 0
            for attempt in range(self._attempts):
                if attempt:
                    await asyncio.sleep(min(FIRST_PAUSE_SECONDS * 2**attempt, LONGEST_PAUSE_SECONDS))
                try:
                    return await self._ask(method, params)
                except _Lost as lost:
                    why = lost
                except RpcRefused as refused:
                    why = refused
                    refusals += 1  # lost requests do not count as refused
                    if refused.code in NOT_WORTH_ASKING_AGAIN or refusals >= MOST_REFUSALS:
                        raise
            raise NodeLost(f"{self.where}: no answer to {method} after {self._attempts} attempts: {why}")

    async def calls(self, questions: Iterable[tuple[Any, ...]]) -> list[Any]:
        """The results of many calls, each as (method, params…), in their order. Raises: as `call`."""
        return await asyncio.gather(*(self.call(*one) for one in questions))

    async def _ask(self, method: str, params: Sequence[Any]) -> Any:
        number = next(self._ids)
        future: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        socket = await self._connected()
        self._waiting[number] = future
        try:
            await socket.send_str(_text({"jsonrpc": "2.0", "id": number, "method": method, "params": list(params)}))
            answer = await asyncio.wait_for(future, ANSWER_WITHIN_SECONDS)
        except TimeoutError:
            raise _Lost(f"none within {ANSWER_WITHIN_SECONDS:.0f} s") from None
        except (ConnectionResetError, RuntimeError) as error:
            raise _Lost(str(error)) from None
        finally:
            self._waiting.pop(number, None)
        return self._result(method, params, answer)

    def _result(self, method: str, params: Sequence[Any], answer: dict[str, Any]) -> Any:
        error = answer.get("error")
        if self._recorder is not None:
            self._recorder(method, params, {"error": error} if error is not None else {"result": answer.get("result")})
        if error is not None:
            parts = error if isinstance(error, dict) else {"message": error}
            code = parts.get("code")
            message = ": ".join(str(parts[name]) for name in ("message", "data") if parts.get(name) is not None)
            raise RpcRefused(self.where, method, code if isinstance(code, int) else 0, message)
        if "result" not in answer:
            raise NodeProblem(f"{self.where}: the answer to {method} has neither result nor error")
        return answer["result"]

    async def _connected(self) -> Any:
        """The socket, opened again if there is none. Raises: _Lost."""
        from aiohttp import ClientError

        async with self._connecting:
            if self._socket is None or self._socket.closed:
                try:
                    self._socket = await self._session.ws_connect(self._url, max_msg_size=LARGEST_ANSWER, autoping=True)
                except (ClientError, OSError, TimeoutError) as error:
                    raise _Lost(f"cannot connect ({type(error).__name__})") from None
                self._listener = asyncio.create_task(self._listen(self._socket))
            return self._socket

    async def _listen(self, socket: Any) -> None:
        """Dispatch answers to the waiting requests, until the connection ends."""
        from aiohttp import WSMsgType

        why: Exception = _Lost("the connection was closed")
        try:
            async for message in socket:
                if message.type is WSMsgType.ERROR:
                    break
                try:
                    answer = msgspec.json.decode(message.data)
                except (msgspec.DecodeError, RecursionError, ValueError):
                    why = _Lost("an answer that is not JSON")
                    break
                waits = self._waiting.pop(answer.get("id", 0), None) if isinstance(answer, dict) else None
                if waits is not None and not waits.done():
                    waits.set_result(answer)
            if socket.close_code == 1009:
                why = NodeProblem(f"{self.where}: the answer is longer than {LARGEST_ANSWER >> 20} MiB")
        finally:
            waiting, self._waiting = self._waiting, {}
            for future in waiting.values():
                if not future.done():
                    future.set_exception(why)
            await socket.close()


def _text(message: dict[str, Any]) -> str:
    return msgspec.json.encode(message).decode()
