"""A node for tests: answers over a websocket from a recorded chain, and misbehaves where it is told to."""

import asyncio
import gzip
import json
import threading
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from typing import Any

from aiohttp import web

from tests.shared_data import shared

NAMES = {103: "testfinney103", 185: "testnet185"}
GENESIS_BLOCK = {"parentHash": "0x" + "00" * 32, "number": "0x0", "stateRoot": "0x" + "00" * 32, "digest": {"logs": []}}
EVENTS = "0x26aa394eea5630e07c48ae0c9558cef780d41e5e16056765bc8461851072c9d7"

Answer = dict[str, Any]


@cache
def scenario(spec_version: int) -> dict[str, Any]:
    """A recorded chain, decoded."""
    path = shared(f"chain-recordings/scenario-{NAMES[spec_version]}.json.gz")
    content: dict[str, Any] = json.loads(gzip.decompress(path.read_bytes()))
    return content


@cache
def metadata(spec_version: int) -> str:
    """The runtime's metadata in hex digits."""
    packed = shared(f"chain-recordings/metadata-{NAMES[spec_version]}.hex.gz").read_bytes()
    text = gzip.decompress(packed).decode().strip()
    return text if text.startswith("0x") else f"0x{text}"


class RecordedNode:
    """One recorded chain as a node has it: any key at any block, as the differences from block to block add up to.

    last: the last block that it has. change: of an answer, before it is given.
    """

    def __init__(self, spec_version: int, last: int | None = None) -> None:
        content = scenario(spec_version)
        self.spec_version = spec_version
        self.blocks: list[dict[str, Any]] = content["blocks"] if last is None else content["blocks"][:last]
        self.genesis = content["meta"]["genesis_hash"]
        self.numbers = {self.genesis: 0} | {block["hash"]: block["number"] for block in content["blocks"]}
        self.change: Callable[[str, Sequence[Any], Answer], Answer] = lambda _method, _params, answer: answer
        self.asked: dict[str, int] = {}
        self._states: dict[int, dict[str, str]] = {0: {}}

    def state(self, number: int) -> dict[str, str]:
        """All storage after a block: key → value in hex digits."""
        if number not in self._states:
            state = dict(self.state(number - 1))
            for key, value in scenario(self.spec_version)["blocks"][number - 1]["raw_delta"]:
                if value is None:
                    state.pop(key, None)
                else:
                    state[key] = value
            self._states[number] = state
            self._states.pop(number - 40, None) if number > 40 else None
        return self._states[number]

    def answer(self, method: str, params: Sequence[Any]) -> Answer:
        self.asked[method] = self.asked.get(method, 0) + 1
        try:
            answer = self._answer(method, list(params))
        except KeyError:
            answer = {"error": {"code": -32601, "message": f"Method not found: {method}"}}
        return self.change(method, params, answer)

    def _answer(self, method: str, params: list[Any]) -> Answer:
        return {"result": getattr(self, f"_{METHODS[method]}")(*params)}

    def _hash(self, number: int | None = None) -> str | None:
        number = len(self.blocks) if number is None else number
        if number == 0:
            return str(self.genesis)
        return self.blocks[number - 1]["hash"] if number <= len(self.blocks) else None

    def _finalized(self) -> str | None:
        return self._hash()

    def _header(self, at: str | None = None) -> Any:
        number = self.numbers[at or self._hash() or ""]
        return self.blocks[number - 1]["header"] if number else GENESIS_BLOCK

    def _block(self, at: str | None = None) -> Any:
        number = self.numbers[at or self._hash() or ""]
        extrinsics = [extrinsic["hex"] for extrinsic in self.blocks[number - 1]["extrinsics"]] if number else []
        return {"block": {"header": self._header(at), "extrinsics": extrinsics}, "justifications": None}

    def _version(self, _at: str | None = None) -> Any:
        return {"specName": "node-subtensor", "specVersion": self.spec_version, "transactionVersion": 1}

    def _metadata(self, _at: str | None = None) -> str:
        return metadata(self.spec_version)

    def _storage(self, key: str, at: str) -> str | None:
        return self.state(self.numbers[at]).get(key)

    def _keys(self, prefix: str, count: int, start: str | None, at: str) -> list[str]:
        keys = sorted(key for key in self.state(self.numbers[at]) if key.startswith(prefix) and key > (start or ""))
        return keys[:count]

    def _query(self, keys: list[str], at: str) -> Any:
        state = self.state(self.numbers[at])
        return [{"block": at, "changes": [[key, state.get(key)] for key in keys]}]


METHODS = {
    "chain_getBlockHash": "hash",
    "chain_getFinalizedHead": "finalized",
    "chain_getHeader": "header",
    "chain_getBlock": "block",
    "state_getRuntimeVersion": "version",
    "state_getMetadata": "metadata",
    "state_getStorage": "storage",
    "state_getKeysPaged": "keys",
    "state_queryStorageAt": "query",
}


def answered(node: Any, text: str) -> str:
    """The answer to a message: one question, or a list of them."""
    asked = json.loads(text)
    answers = [
        {"jsonrpc": "2.0", "id": one["id"], **node.answer(one["method"], one["params"])}
        for one in (asked if isinstance(asked, list) else [asked])
    ]
    return json.dumps(answers if isinstance(asked, list) else answers[0])


@contextmanager
def served(
    node: Any, delay: float = 0.0, close_after: int = 0, before: Callable[[], Awaitable[None]] | None = None
) -> Iterator[str]:
    """The node's address. delay: seconds before each answer. before: what else to wait for before it. close_after: each
    connection is closed after so many answers.
    """
    loop = asyncio.new_event_loop()
    started = threading.Event()
    port = 0

    async def connected(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(max_msg_size=64 << 20)
        await socket.prepare(request)
        waiting: set[asyncio.Task[None]] = set()
        count = 0

        async def reply(text: str) -> None:
            await asyncio.sleep(delay)
            if before is not None:
                await before()
            with suppress(ConnectionError):
                await socket.send_str(answered(node, text))

        async for message in socket:
            count += 1
            if close_after and count > close_after:
                break
            if delay or before is not None:
                waiting.add(task := asyncio.create_task(reply(message.data)))
                task.add_done_callback(waiting.discard)
            else:
                with suppress(ConnectionError):  # whoever asked may have been killed
                    await socket.send_str(answered(node, message.data))
        await socket.close()
        return socket

    async def run() -> None:
        nonlocal port
        application = web.Application()
        application.router.add_get("/", connected)
        runner = web.AppRunner(application, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        port = runner.addresses[0][1]
        started.set()
        await stop.wait()
        await runner.cleanup()

    stop = asyncio.Event()
    thread = threading.Thread(target=lambda: loop.run_until_complete(run()), daemon=True)
    thread.start()
    started.wait(10)
    try:
        yield f"ws://127.0.0.1:{port}"
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        loop.close()
