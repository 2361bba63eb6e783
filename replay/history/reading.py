"""What is asked of a node, and how its answers are checked: blocks with their events, and the pallet's storage after them.

If subnets are chosen, only their keys are read, and the single values of the pallet.
"""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, Final

from attrs import frozen

from neuron_ledger.replay.history.client import NodeClient, NodeLost, NodeProblem, RpcRefused
from neuron_ledger.replay.history.paging import PAGE, Pages, Values
from neuron_ledger.replay.history.runtime import NodeRuntime, hex_bytes

EVENTS_KEY: Final = "0x26aa394eea5630e07c48ae0c9558cef780d41e5e16056765bc8461851072c9d7"
"""The key of System.Events, in every runtime: twox128("System") ‖ twox128("Events")."""


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
    """Reads blocks of a node. netuids: the subnets whose storage is read; by default all."""

    def __init__(self, client: NodeClient, netuids: Iterable[int] = ()) -> None:
        self.client = client
        self.netuids = tuple(sorted(set(netuids)))
        self._pages = Pages(client)
        self._runtimes: dict[Version, asyncio.Task[NodeRuntime]] = {}

    async def hash_of(self, number: int) -> bytes:
        """The hash of a block. Raises: NodeProblem if the node has no such block."""
        found = await self.client.call("chain_getBlockHash", number)
        if found is None:
            raise NodeProblem(f"{self.client.where}: there is no block {number}")
        return hex_bytes(found, f"hash of block {number}", 32)

    async def last_final(self, wanted: int | None = None) -> int:
        """The number of the last finalised block, or of the best one if the node has no finality.

        wanted: used if the node has no head at all, as when it replays a recording.
        """
        try:
            return await self._number_of_head()
        except RpcRefused:
            if wanted is None:
                raise
            return wanted

    async def _number_of_head(self) -> int:
        try:
            head = await self.client.call("chain_getFinalizedHead")
            header = await self.client.call("chain_getHeader", head)
        except RpcRefused:
            header = await self.client.call("chain_getHeader")
        return _number(header, "header of the last block")

    async def version_at(self, block_hash: bytes) -> Version:
        """The runtime that a block leaves to the next one."""
        return _version(await self.client.call("state_getRuntimeVersion", f"0x{block_hash.hex()}"))

    async def runtime(self, version: Version, block_hash: bytes, before: NodeRuntime | None = None) -> NodeRuntime:
        """A runtime by its metadata. block_hash: of a block that leaves it. before: that of the block before.

        Metadata is read once, and again when the version changes, since a version may return with other code.
        """
        if before is not None and (before.spec_version, before.transaction_version) == (version.spec, version.transaction):
            return before
        if before is not None or version not in self._runtimes:
            self._runtimes[version] = asyncio.create_task(self._read_runtime(version, f"0x{block_hash.hex()}"))
        return await self._runtimes[version]

    async def version_before(self, number: int, parent_hash: bytes) -> tuple[Version, bytes]:
        """The runtime that executed a block, and a block that leaves it: its parent, or itself if the parent is unknown."""
        try:
            return await self.version_at(parent_hash), parent_hash
        except NodeLost:
            raise
        except NodeProblem:
            block_hash = await self.hash_of(number)
            return await self.version_at(block_hash), block_hash

    async def _read_runtime(self, version: Version, at: str) -> NodeRuntime:
        try:
            metadata = await self.client.call("state_getMetadata", at)
        except RpcRefused:
            metadata = None
        if metadata is None and _version(await self.client.call("state_getRuntimeVersion")) == version:
            metadata = await self.client.call("state_getMetadata")
        return NodeRuntime(hex_bytes(metadata, f"metadata of spec_version {version.spec}"), version.spec, version.transaction)

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
        """Storage after a block; None if the node has none, or no longer. Raises: NodeLost."""
        try:
            block_hash = await self.hash_of(number)
            runtime = await self.runtime(await self.version_at(block_hash), block_hash)
            entries = await self.storage((runtime,), block_hash)
        except NodeLost:
            raise
        except NodeProblem:
            return None
        return StorageRead(number, block_hash, entries) if entries else None

    async def storage(self, runtimes: Iterable[NodeRuntime], block_hash: bytes) -> dict[bytes, bytes]:
        """Every key and value of the pallet after a block, or all of the subnets that are read. Raises: NodeProblem."""
        prefixes, singles = self.places(runtimes)
        values = await self._values([*singles, *await self._listed(prefixes, block_hash)], block_hash)
        return {key: value for key, value in values.items() if value is not None}

    def places(self, runtimes: Iterable[NodeRuntime]) -> tuple[list[bytes], list[bytes]]:
        """The storage of these runtimes to read: prefixes that are read in full, and single keys."""
        places = [runtime.places(self.netuids) for runtime in runtimes]
        prefixes, singles = ({key: None for place in places for key in place[which]} for which in (0, 1))
        return list(prefixes), list(singles)

    async def keys(self, prefixes: Iterable[bytes], block_hash: bytes) -> set[bytes]:
        """The keys with a prefix, after a block. Raises: NodeProblem."""
        return set(await self._listed(prefixes, block_hash))

    async def values(self, keys: Iterable[bytes], block_hash: bytes) -> Values:
        """The values of these keys after a block; None if absent. Raises: NodeProblem."""
        return await self._values(sorted(keys), block_hash)

    async def _listed(self, prefixes: Iterable[bytes], block_hash: bytes) -> Iterator[bytes]:
        at = f"0x{block_hash.hex()}"
        return chain.from_iterable(await asyncio.gather(*(self._pages.keys(prefix, at) for prefix in prefixes)))

    async def _values(self, keys: Sequence[bytes], block_hash: bytes) -> Values:
        at = f"0x{block_hash.hex()}"
        if len(keys) <= PAGE:
            return await self._pages.values(keys, at) if keys else {}
        found: Values = {}
        for page in await asyncio.gather(
            *(self._pages.values(keys[begin : begin + PAGE], at) for begin in range(0, len(keys), PAGE))
        ):
            found |= page
        return found


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
