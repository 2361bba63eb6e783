"""Keys and values of a node's storage, page by page, whatever the node's page size and methods.

A page that is shorter than requested is the last one only if the node has given longer ones: some nodes give fewer keys
than requested. Hex digits may come with 0x or without, in upper or lower case.
"""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any, Final

from neuron_ledger.replay.history.client import NO_SUCH_METHOD, NodeClient, NodeProblem, RpcRefused
from neuron_ledger.replay.history.runtime import hex_bytes

PAGE: Final = 1000
"""Keys in one answer: a node's usual limit."""

MOST_KEPT: Final = 1_000_000
"""How many texts of keys are cached with their bytes."""

Values = dict[bytes, bytes | None]
"""Full key → value; None where there is none."""


class Pages:
    """Storage of one node."""

    def __init__(self, client: NodeClient) -> None:
        self._client = client
        self._longest = 0
        """Keys of the longest page so far."""
        self._asking_for_all = asyncio.Lock()
        self._has_query = True
        self._bytes: dict[str, bytes] = {}
        """Keys as the node writes them → their bytes."""

    async def keys(self, prefix: bytes, at: str) -> list[bytes]:
        """The keys with a prefix, after a block. at: its hash. Raises: NodeProblem."""
        keys: list[bytes] = []
        while True:
            page = await self._page_of_keys(prefix, keys[-1] if keys else None, at)
            if keys and page and page[0] <= keys[-1]:
                raise NodeProblem(f"{self._client.where}: state_getKeysPaged goes in a circle under {_text(prefix)}")
            keys += page
            if not page or (len(page) < PAGE and await self._gives_more_than(len(page), at)):
                return keys

    async def _gives_more_than(self, count: int, at: str) -> bool:
        """Whether the node has ever given more keys than this; if not, it is asked for all."""
        async with self._asking_for_all:
            if count >= self._longest:
                with suppress(RpcRefused):
                    self._longest = max(self._longest, len(await self._page_of_keys(b"", None, at)))
        return count < self._longest

    async def _page_of_keys(self, prefix: bytes, after: bytes | None, at: str) -> list[bytes]:
        start = None if after is None else _text(after)
        page = await self._client.call("state_getKeysPaged", _text(prefix), PAGE, start, at)
        try:
            keys = [self._bytes.get(text) or self._key(text) for text in page]
        except TypeError:
            keys = None
        if keys is None or not isinstance(page, list) or not all(key.startswith(prefix) for key in keys):
            raise NodeProblem(
                f"{self._client.where}: state_getKeysPaged answers with other keys than those under {_text(prefix)}"
            )
        return keys

    def _key(self, text: Any) -> bytes:
        key = hex_bytes(text, "a key")
        if len(self._bytes) >= MOST_KEPT:
            self._bytes.clear()
        self._bytes[text] = key
        return key

    async def values(self, keys: Sequence[bytes], at: str) -> Values:
        """The values of at most a page of keys after a block. at: its hash. Raises: NodeProblem."""
        changes = await self._queried(keys, at) if self._has_query else ()
        found: Values = {
            self._bytes.get(key) or self._key(key): None if value is None else _value(key, value) for key, value in changes
        }
        if len(found) < len(keys) or not found.keys() >= set(keys):
            await self._add_one_by_one(found, [key for key in keys if key not in found], at)
        return found

    async def _queried(self, keys: Sequence[bytes], at: str) -> Iterable[tuple[str, str | None]]:
        try:
            answer = await self._client.call("state_queryStorageAt", [_text(key) for key in keys], at)
            return [(key, value) for part in answer for key, value in part["changes"]]
        except RpcRefused as refused:
            if refused.code != NO_SUCH_METHOD:
                raise
            self._has_query = False
            return ()
        except (TypeError, KeyError, ValueError):
            raise NodeProblem(f"{self._client.where}: the answer of state_queryStorageAt is not a list of changes") from None

    async def _add_one_by_one(self, found: Values, keys: Sequence[bytes], at: str) -> None:
        """Request single values: of keys that an answer left out, or if a node supports no other method."""
        values = await self._client.calls([("state_getStorage", _text(key), at) for key in keys])
        for key, value in zip(keys, values, strict=True):
            found[key] = None if value is None else _value(_text(key), value)


def _text(key: bytes) -> str:
    return f"0x{key.hex()}"


def _value(key: str, value: str) -> bytes:
    try:
        if value[:2] == "0x":
            return bytes.fromhex(value[2:])
    except (TypeError, ValueError):
        pass
    return hex_bytes(value, f"the value of {key}")
