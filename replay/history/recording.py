"""Recordings of a node's answers: one JSON object a line, gzip, and a server that answers with them.

A line is {"method", "params", "result"} or {"method", "params", "error"}: what was asked and what the node answered. The server
passes as a node for what was recorded; what was not is an error that says so.
"""

import asyncio
import gzip
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, Self

from neuron_ledger.events.wire.errors import NeuronLedgerError

NOT_RECORDED: Final = -32601


class RecordingProblem(NeuronLedgerError, ValueError):
    """A file that is no recording."""


class Recording:
    """A recording that is written: call it with every answer. A question that was recorded once is not recorded again."""

    def __init__(self, path: Path) -> None:
        self._file = gzip.GzipFile(path, "xb", mtime=0)
        self._asked: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __call__(self, method: str, params: Sequence[Any], answer: dict[str, Any]) -> None:
        question = _question(method, params)
        if question not in self._asked:
            self._asked.add(question)
            line = json.dumps({"method": method, "params": list(params), **answer}, separators=(",", ":"))
            self._file.write(line.encode() + b"\n")


class Replayed:
    """The answers of recordings, by what was asked."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self.answers: dict[str, dict[str, Any]] = {}
        self.last = 0
        self._values: dict[str, dict[str, str | None]] = {}
        """Block → key → value, of all that was read of storage."""
        self._listed: dict[str, set[str]] = {}
        """Block → with what keys begin of which all were listed."""
        for path in paths:
            for number, line in _lines(path):
                try:
                    method, params = line["method"], line["params"]
                    answer = {name: line[name] for name in ("result", "error") if name in line}
                    if not isinstance(method, str) or not isinstance(params, list) or len(answer) != 1:
                        raise TypeError
                except (KeyError, TypeError):
                    raise RecordingProblem(f"{path}: line {number}: expected method, params, and result or error") from None
                self.answers.setdefault(_question(method, params), answer)
                self._note_storage(method, params, answer.get("result"))
                if method == "chain_getBlockHash" and params and type(params[0]) is int and answer.get("result") is not None:
                    self.last = max(self.last, params[0])

    def answer(self, method: str, params: Sequence[Any]) -> dict[str, Any]:
        """The answer to a question: as recorded; the last recorded block stands for the head of the chain."""
        found = self.answers.get(_question(method, params))
        if found is not None and not (method == "chain_getFinalizedHead" or (method == "chain_getHeader" and not params)):
            return found
        if method in ("chain_getFinalizedHead", "chain_getHead") and not params:
            return self.answer("chain_getBlockHash", [self.last])
        if method == "chain_getHeader":
            at = params[0] if params else self.answer("chain_getBlockHash", [self.last]).get("result")
            block = self.answers.get(_question("chain_getBlock", [at]))
            if block is not None and isinstance(block.get("result"), dict):
                return {"result": block["result"]["block"]["header"]}
        if (read := self._read(method, params)) is not None:
            return {"result": read}
        return {"error": {"code": NOT_RECORDED, "message": f"not recorded: {method} {json.dumps(list(params))[:200]}"}}

    def _note_storage(self, method: str, params: Sequence[Any], result: Any) -> None:
        if method == "state_queryStorageAt" and len(params) == 2 and isinstance(result, list):
            for part in result:
                self._values.setdefault(str(params[1]), {}).update(part["changes"])
        elif method == "state_getKeysPaged" and len(params) == 4:
            self._listed.setdefault(str(params[3]), set()).add(str(params[0]))

    def _read(self, method: str, params: Sequence[Any]) -> Any:
        """What the storage that was read of a block answers to another question about it; None where it does not tell."""
        at = params[-1] if params else None
        values = self._values.get(at) if isinstance(at, str) else None
        if values is None or not isinstance(at, str):
            return None
        if method == "state_queryStorageAt" and isinstance(params[0], list) and all(self._is_known(key, at) for key in params[0]):
            return [{"block": at, "changes": [[key, values.get(key)] for key in params[0]]}]
        if method == "state_getKeysPaged" and len(params) == 4 and self._is_known(params[0], at):
            prefix, count, start, _ = params
            there = sorted(key for key, value in values.items() if value is not None and key.startswith(prefix))
            return [key for key in there if key > (start or "")][:count]
        return values.get(params[0]) if method == "state_getStorage" and self._is_known(params[0], at) else None

    def _is_known(self, key: Any, at: str) -> bool:
        """Whether a key was read, or would have been if it were there."""
        return isinstance(key, str) and (key in self._values[at] or key.startswith(tuple(self._listed.get(at, ()))))


async def serve(replayed: Replayed, host: str, port: int, started: Any = None) -> None:
    """Answer with recordings over a websocket until an interrupt. started: called with the port."""
    from aiohttp import web

    async def connected(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(max_msg_size=16 << 20)
        await socket.prepare(request)
        async for message in socket:
            await socket.send_str(answered(replayed, message.data))
        return socket

    application = web.Application()
    application.router.add_get("/", connected)
    runner = web.AppRunner(application)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        if started is not None:
            started(runner.addresses[0][1])
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()


def answered(replayed: Any, text: str) -> str:
    """The answer to a message: one question, or a list of them."""
    try:
        asked = json.loads(text)
    except ValueError:
        return json.dumps({"jsonrpc": "2.0", "id": None, "error": {"code": -32700, "message": "not JSON"}})
    if isinstance(asked, list):
        return json.dumps([_answer(replayed, one) for one in asked])
    return json.dumps(_answer(replayed, asked))


def _answer(replayed: Any, asked: Any) -> dict[str, Any]:
    if not isinstance(asked, dict) or not isinstance(asked.get("method"), str) or not isinstance(asked.get("params", []), list):
        return {"jsonrpc": "2.0", "id": None, "error": {"code": -32600, "message": "expected an object with method and params"}}
    return {"jsonrpc": "2.0", "id": asked.get("id"), **replayed.answer(asked["method"], asked.get("params", []))}


def _question(method: str, params: Sequence[Any]) -> str:
    given = list(params)
    while given and given[-1] is None:
        given.pop()
    return json.dumps([method, given], separators=(",", ":"))


def _lines(path: Path) -> Iterator[tuple[int, Any]]:
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                yield number, json.loads(line)
    except (ValueError, EOFError, gzip.BadGzipFile) as problem:
        raise RecordingProblem(f"{path}: not a recording, one JSON object a line, gzip ({problem})") from None
