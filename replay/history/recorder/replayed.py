"""Answers from recordings: each request as it was answered, repeated ones in their order.

Each client replays one recorded connection: the first client the first, the next one the next, and after the last the first
again. What that connection never asked is answered from another one. Storage that was read of a block answers other requests
about it too.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
from attrs import frozen

from neuron_ledger.replay.history.recorder.recording import (
    LARGEST_RECORDING,
    Answered,
    Identity,
    Noticed,
    question,
    read_recording,
)
from neuron_ledger.replay.node.rpc.protocol import METHOD_NOT_FOUND

HEADS: Final = ("chain_getFinalizedHead", "chain_getHead")
ONE_VALUE: Final = ("state_getStorage", "state_getStorageAt")
LONGEST_SHOWN: Final = 200


@frozen
class Given:
    """An answer, and its connection."""

    answer: dict[str, Any]
    connection: int = 0


class Replayed:
    """The content of recordings. answers: request → its answers, in order."""

    def __init__(self, paths: Sequence[Path], most: int = LARGEST_RECORDING) -> None:
        self.answers: dict[bytes, list[Given]] = {}
        self.notices: dict[tuple[int, Identity], list[Noticed]] = {}
        """(connection, subscription) → its notifications."""
        self.connections: list[int] = []
        self.last = 0
        """The last block whose hash was asked for."""
        self._values: dict[str, dict[str, str | None]] = {}
        """Block → key → value, of all that was read of storage."""
        self._listed: dict[str, set[str]] = {}
        """Block → prefixes whose keys were all listed."""
        before = 0
        for path in paths:
            for line in read_recording(path, most):
                self._take(line, before)
            before = max((0, *self.connections))

    def _take(self, line: Answered | Noticed, before: int) -> None:
        """Add a line. before: how many connections earlier recordings have."""
        connection = line.connection and line.connection + before
        if connection and connection not in self.connections:
            self.connections.append(connection)
        if isinstance(line, Noticed):
            self.notices.setdefault((connection, line.subscription), []).append(line)
            return
        self.answers.setdefault(question(line.method, line.params), []).append(Given(line.answer, connection))
        result = line.answer.get("result")
        self._note_storage(line.method, line.params, result)
        if line.method == "chain_getBlockHash" and line.params and type(line.params[0]) is int and isinstance(result, str):
            self.last = max(self.last, line.params[0])

    def given(self, method: str, params: Sequence[Any], connection: int = 0, times: int = 0) -> Given:
        """The answer to a request that this connection has made this many times before; the last one is repeated."""
        found = self.answers.get(question(method, params), [])
        own = [one for one in found if one.connection == connection] or found
        if own and (own[-1].connection or not _is_head(method, params)):
            return own[min(times, len(own) - 1)]
        return Given(self._derived(method, params))

    def answer(self, method: str, params: Sequence[Any]) -> dict[str, Any]:
        """The answer to a request that is made for the first time."""
        return self.given(method, params).answer

    def _derived(self, method: str, params: Sequence[Any]) -> dict[str, Any]:
        """An answer derived from others; in an import's recording, the last recorded block is the head of the chain."""
        if method in HEADS and not params:
            return self.answer("chain_getBlockHash", [self.last])
        if method == "chain_getHeader":
            at = params[0] if params else self.answer("chain_getBlockHash", [self.last]).get("result")
            block = self.answer("chain_getBlock", [at]).get("result")
            if isinstance(block, dict) and isinstance(block.get("block"), dict):
                return {"result": block["block"].get("header")}
        read = self._read(method, params)
        return not_recorded(method, params) if read is None else {"result": read}

    # ------------------------------------------------------------------------------------------------------- storage

    def _note_storage(self, method: str, params: Sequence[Any], result: Any) -> None:
        if method == "state_queryStorageAt" and len(params) == 2 and isinstance(result, list):
            for part in result:
                for change in part.get("changes", ()) if isinstance(part, dict) else ():
                    if isinstance(change, list) and len(change) == 2 and isinstance(change[0], str):
                        self._values.setdefault(str(params[1]), {})[change[0]] = change[1]
        elif method == "state_getKeysPaged" and len(params) == 4:
            self._listed.setdefault(str(params[3]), set()).add(str(params[0]))

    def _read(self, method: str, params: Sequence[Any]) -> Any:
        """The answer to another request from the storage that was read of a block; None if it does not suffice."""
        at = params[-1] if params else None
        values = self._values.get(at) if isinstance(at, str) else None
        if values is None or not isinstance(at, str):
            return None
        if method == "state_queryStorageAt" and isinstance(params[0], list) and all(self._is_known(key, at) for key in params[0]):
            return [{"block": at, "changes": [[key, values.get(key)] for key in params[0]]}]
        if method == "state_getKeysPaged" and len(params) == 4 and self._is_known(params[0], at) and type(params[1]) is int:
            prefix, count, start, _ = params
            there = sorted(key for key, value in values.items() if value is not None and key.startswith(prefix))
            return [key for key in there if not isinstance(start, str) or key > start][:count]
        return values.get(params[0]) if method in ONE_VALUE and self._is_known(params[0], at) else None

    def _is_known(self, key: Any, at: str) -> bool:
        """Whether a key was read, or would have been if it existed."""
        return isinstance(key, str) and (key in self._values[at] or key.startswith(tuple(self._listed.get(at, ()))))


def not_recorded(method: str, params: Sequence[Any]) -> dict[str, Any]:
    """The error for a request that is not in a recording."""
    asked = msgspec.json.encode(list(params)).decode()
    shown = asked if len(asked) <= LONGEST_SHOWN else f"{asked[:LONGEST_SHOWN]}…"
    return {"error": {"code": METHOD_NOT_FOUND, "message": f"not recorded: {method[:LONGEST_SHOWN]} {shown}"}}


def _is_head(method: str, params: Sequence[Any]) -> bool:
    """Whether a request is about the head of the chain, which changes."""
    return method in HEADS or (method == "chain_getHeader" and not params)
