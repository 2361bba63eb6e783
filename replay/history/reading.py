"""What is asked of a node, and how its answers are checked: blocks with their events, and the pallet's storage after them.

Where subnets are chosen, only their keys are read, and the single values of the pallet.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from attrs import frozen

from neuron_ledger.replay.history.client import NodeClient, NodeProblem, RpcRefused
from neuron_ledger.replay.history.runtime import NodeRuntime, hex_bytes

PAGE: Final = 1000
"""Keys of one answer: what a node gives at most."""

EVENTS_KEY: Final = "0x26aa394eea5630e07c48ae0c9558cef780d41e5e16056765bc8461851072c9d7"
"""Where System.Events is, in every runtime: twox128("System") ‖ twox128("Events")."""


@frozen
class Version:
    """Of a runtime."""

    spec: int
    transaction: int


@frozen
class BlockRead:
    """A block as the node has it. version: of the runtime that the next block runs on."""

    number: int
    block_hash: bytes
    parent_hash: bytes
    version: Version
    extrinsics: tuple[bytes, ...]
    events: bytes


@frozen
class StorageRead:
    """Storage after a block that is not imported itself. entries: full key → value."""

    number: int
    block_hash: bytes
    entries: Mapping[bytes, bytes]


class Reader:
    """Reads blocks of a node. netuids: of which subnets storage is read; all where none is given."""

    def __init__(self, client: NodeClient, netuids: Iterable[int] = ()) -> None:
        self.client = client
        self.netuids = tuple(sorted(set(netuids)))
        self._runtimes: dict[Version, asyncio.Task[NodeRuntime]] = {}

    async def hash_of(self, number: int) -> bytes:
        """The hash of a block. Raises: NodeProblem where the node has none of that number."""
        found = await self.client.call("chain_getBlockHash", number)
        if found is None:
            raise NodeProblem(f"{self.client.where}: has no block {number}")
        return hex_bytes(found, f"hash of block {number}", 32)

    async def last_final(self) -> int:
        """The number of the last finalised block; of the best one where the node knows nothing of finality."""
        try:
            head = await self.client.call("chain_getFinalizedHead")
            header = await self.client.call("chain_getHeader", head)
        except RpcRefused:
            header = await self.client.call("chain_getHeader")
        return _number(header, "header of the last block")

    async def version_at(self, block_hash: bytes) -> Version:
        """The runtime that a block leaves to the next one."""
        return _version(await self.client.call("state_getRuntimeVersion", f"0x{block_hash.hex()}"))

    async def runtime(self, version: Version, block_hash: bytes) -> NodeRuntime:
        """A runtime by its metadata, which is read once. block_hash: of a block that leaves it."""
        if version not in self._runtimes:
            self._runtimes[version] = asyncio.create_task(self._read_runtime(version, f"0x{block_hash.hex()}"))
        return await self._runtimes[version]

    async def _read_runtime(self, version: Version, at: str) -> NodeRuntime:
        try:
            metadata = await self.client.call("state_getMetadata", at)
        except RpcRefused:
            if _version(await self.client.call("state_getRuntimeVersion")) != version:
                raise
            metadata = await self.client.call("state_getMetadata")
        return NodeRuntime(hex_bytes(metadata, "metadata"), version.spec, version.transaction)

    async def block(self, number: int) -> BlockRead:
        """A block without storage. Raises: NodeProblem."""
        block_hash = await self.hash_of(number)
        at = f"0x{block_hash.hex()}"
        answer, events, version = await asyncio.gather(
            self.client.call("chain_getBlock", at),
            self.client.call("state_getStorage", EVENTS_KEY, at),
            self.version_at(block_hash),
        )
        where = f"block {number}"
        header = _field(_field(answer, "block", where), "header", where)
        if _number(header, where) != number:
            raise NodeProblem(f"{where}: the node answers with block {_number(header, where)}")
        return BlockRead(
            number,
            block_hash,
            hex_bytes(_field(header, "parentHash", where), f"parent hash of block {number}", 32),
            version,
            tuple(hex_bytes(one, f"an extrinsic of block {number}") for one in _field(answer["block"], "extrinsics", where)),
            b"\0" if events is None else hex_bytes(events, f"events of block {number}"),
        )

    async def storage_after(self, number: int) -> StorageRead | None:
        """Storage after a block; None where the node has none, or none any more."""
        try:
            block_hash = await self.hash_of(number)
            runtime = await self.runtime(await self.version_at(block_hash), block_hash)
            entries = await self.storage(runtime, block_hash)
        except NodeProblem:
            return None
        return StorageRead(number, block_hash, entries) if entries else None

    async def storage(self, runtime: NodeRuntime, block_hash: bytes) -> dict[bytes, bytes]:
        """Every key and value of the pallet after a block, or all of the subnets that are read. Raises: NodeProblem."""
        at = f"0x{block_hash.hex()}"
        prefixes, singles = runtime.places(self.netuids)
        pages = await asyncio.gather(*(self._keys(f"0x{prefix.hex()}", at) for prefix in prefixes))
        values = await self._values([f"0x{key.hex()}" for key in singles] + [key for page in pages for key in page], at)
        return {key: value for key, value in values.items() if value is not None}

    async def keys(self, prefixes: Iterable[bytes], block_hash: bytes) -> set[bytes]:
        """The keys that begin so, after a block. Raises: NodeProblem."""
        pages = await asyncio.gather(*(self._keys(f"0x{prefix.hex()}", f"0x{block_hash.hex()}") for prefix in prefixes))
        return {hex_bytes(key, "a key") for page in pages for key in page}

    async def values(self, keys: Iterable[bytes], block_hash: bytes) -> dict[bytes, bytes | None]:
        """What stands under these keys after a block; None where nothing does. Raises: NodeProblem."""
        return await self._values([f"0x{key.hex()}" for key in sorted(keys)], f"0x{block_hash.hex()}")

    async def _keys(self, prefix: str, at: str) -> list[str]:
        keys: list[str] = []
        while True:
            page = await self.client.call("state_getKeysPaged", prefix, PAGE, keys[-1] if keys else None, at)
            if not isinstance(page, list) or not all(isinstance(key, str) and key.startswith(prefix) for key in page):
                raise NodeProblem(f"{self.client.where}: state_getKeysPaged answers with something else than keys under {prefix}")
            if page and keys and page[0] <= keys[-1]:
                raise NodeProblem(f"{self.client.where}: state_getKeysPaged goes in a circle under {prefix}")
            keys += page
            if len(page) < PAGE:
                return keys

    async def _values(self, keys: Sequence[str], at: str) -> dict[bytes, bytes | None]:
        pages = (self._page_of_values(keys[begin : begin + PAGE], at) for begin in range(0, len(keys), PAGE))
        return {key: value for page in await asyncio.gather(*pages) for key, value in page.items()}

    async def _page_of_values(self, keys: Sequence[str], at: str) -> dict[bytes, bytes | None]:
        try:
            answer = await self.client.call("state_queryStorageAt", list(keys), at)
            changes = [change for part in answer for change in part["changes"]]
        except RpcRefused as refused:
            if refused.code != -32601:
                raise
            values = await asyncio.gather(*(self.client.call("state_getStorage", key, at) for key in keys))
            changes = [list(pair) for pair in zip(keys, values, strict=True)]
        except (TypeError, KeyError):
            raise NodeProblem(f"{self.client.where}: state_queryStorageAt answers with something else than changes") from None
        if not {key for key, _ in changes} >= set(keys):
            raise NodeProblem(f"{self.client.where}: state_queryStorageAt leaves out keys that it was asked for")
        return {
            hex_bytes(key, "a key"): None if value is None else hex_bytes(value, f"the value of {key}") for key, value in changes
        }


def _field(answer: Any, name: str, where: str) -> Any:
    if not isinstance(answer, dict) or name not in answer:
        raise NodeProblem(f"{where}: the answer has no {name}")
    return answer[name]


def _number(header: Any, where: str) -> int:
    number = _field(header, "number", where)
    try:
        return int(number, 16) if isinstance(number, str) else int(number)
    except (TypeError, ValueError):
        raise NodeProblem(f"{where}: expected a block number, got {number!r:.80}") from None


def _version(answer: Any) -> Version:
    spec, transaction = (_field(answer, name, "runtime version") for name in ("specVersion", "transactionVersion"))
    if type(spec) is not int or type(transaction) is not int:
        raise NodeProblem(f"runtime version: expected numbers, got {spec!r:.40} and {transaction!r:.40}")
    return Version(spec, transaction)
