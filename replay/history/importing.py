"""A chain's blocks, one by one, from a node into a ledger: each is one observation, recorded whole or not at all.

A ledger that follows a node holds that chain alone. It continues after its last block, which the next one must name as
its parent. Several blocks are read ahead (`walking.py`); they are recorded in order, those that arrive together in one
transaction.
"""

import asyncio
from typing import Final

from attrs import frozen

from neuron_ledger.events.blocks_seen import BlockSeen, RuntimeSeen, StorageMissed
from neuron_ledger.events.calls import Observe
from neuron_ledger.events.storage.changes import canonical_changes
from neuron_ledger.events.storage.recorded_items import RAW
from neuron_ledger.events.storage.trees import TREES, RuntimeName
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.receipt import Progress
from neuron_ledger.replay.history.client import NodeClient, NodeProblem, Recorder
from neuron_ledger.replay.history.in_log import (
    ImportedHistoryProblem,
    last_block_seen,
    last_whole_block,
    observed_entries,
    runtimes_seen,
)
from neuron_ledger.replay.history.known import Known
from neuron_ledger.replay.history.reading import Reader, StorageRead
from neuron_ledger.replay.history.runtime import NodeRuntime
from neuron_ledger.replay.history.storing import Storing
from neuron_ledger.replay.history.walking import Missed, Walk, Walked
from neuron_ledger.replay.importers.accounts_seen import Entries

LOOK_AGAIN_SECONDS: Final = 3.0
"""How long to wait for new heads: a block comes every 12 seconds."""

SOURCE: Final = "a node's block"
SOURCE_OF_BASE: Final = "a node's storage before the first block"


@frozen
class HistoryImported:
    """What was imported. first, last: block numbers, None if there was nothing new.

    missed: changed entries that a plan did not include, found by full reads. whole: blocks after which everything was read.
    questions: how many requests the node got.
    """

    blocks: int = 0
    first: int | None = None
    last: int | None = None
    extrinsics: int = 0
    failed: int = 0
    events: int = 0
    entries: int = 0
    missed: int = 0
    whole: int = 0
    questions: int = 0


def import_history(
    ledger: Ledger,
    url: str,
    *,
    first: int | None = None,
    last: int | None = None,
    follow: bool = False,
    netuids: tuple[int, ...] = (),
    full_every: int | None = None,
    progress: Progress | None = None,
    recorder: Recorder | None = None,
    look_again_seconds: float = LOOK_AGAIN_SECONDS,
    attempts: int | None = None,
) -> HistoryImported:
    """Import blocks of a node: from `first` (1 in a new ledger), or from the one after the last that the ledger has, to `last`.

    last: by default the last finalised block. follow: continue with new blocks up to `last`, or until an interrupt. netuids:
    read only these subnets' storage. full_every: read all of the pallet after blocks whose number this divides, and after
    others what calls, events and blocks themselves can have changed; by default depending on the size of storage. An interrupt
    leaves the ledger at the last whole block; importing again continues.
    Raises: NodeProblem, ImportedHistoryProblem; what was recorded before is kept.
    """
    options = {} if attempts is None else {"attempts": attempts}
    client = NodeClient(url, recorder=recorder, **options)
    importing = _Import(ledger, Reader(client, netuids), full_every, progress)
    return asyncio.run(importing.run(first, last, follow, look_again_seconds))


def runtime_before(url: str, first: int | None = None) -> RuntimeName:
    """The name of the runtime that executed a node's block `first` (by default 1). Raises: NodeProblem."""

    async def ask() -> RuntimeName:
        reader = Reader(NodeClient(url))
        async with reader.client:
            number = 1 if first is None else first
            version, block_hash = await reader.version_before(number, await reader.hash_of(max(number - 1, 0)))
            return version.spec if version.spec not in TREES else (await reader.runtime(version, block_hash)).name

    return asyncio.run(ask())


class _Import:
    """One import in progress."""

    def __init__(self, ledger: Ledger, reader: Reader, full_every: int | None, progress: Progress | None) -> None:
        self.ledger, self.reader, self.progress = ledger, reader, progress
        self.before = last_block_seen(ledger.log)
        if self.before is None and ledger.head.position:
            raise ImportedHistoryProblem("a node's history needs a ledger of its own; this one has other entries")
        runtimes = runtimes_seen(ledger.log)
        self.recorded_runtime: int | None = runtimes[-1].spec_version if runtimes else None
        self.storing = Storing(ledger, runtimes, reader.netuids)
        known, executed_by = Known(observed_entries(ledger)), None if self.before is None else self.before.spec_version
        self.walk = Walk(reader, known, full_every, last_whole_block(ledger.log), executed_by)
        self.base: StorageRead | None = None
        """Storage before the first block, until it is recorded."""
        self.done = HistoryImported()

    async def run(self, first: int | None, last: int | None, follow: bool, look_again_seconds: float) -> HistoryImported:
        async with self.reader.client:
            genesis = await self.reader.hash_of(0)
            if self.before is not None and self.before.genesis_hash != genesis:
                raise ImportedHistoryProblem(
                    f"genesis hash: expected 0x{self.before.genesis_hash.hex()}, as the ledger has it, got 0x{genesis.hex()}"
                )
            begin = self._begin(first)
            if self.before is None and begin:
                self.base = await self.reader.storage_after(begin - 1)
                if self.base is not None:
                    self.walk.begin_with(self.base)
            while True:
                end = await self.reader.last_final(last)
                end = end if last is None else min(last, end)
                if begin <= end:
                    await self._blocks(genesis, begin, end, to_the_end=not follow or end == last)
                    begin = end + 1
                if not follow or (last is not None and begin > last):
                    return self.done
                await asyncio.sleep(look_again_seconds)

    async def _blocks(self, genesis: bytes, begin: int, end: int, *, to_the_end: bool) -> None:
        async for blocks in self.walk.blocks(begin, end, to_the_end=to_the_end):
            with self.ledger.batch():
                for walked in blocks:
                    await self._record(genesis, walked)
            if self.progress is not None:
                self.progress(blocks[-1].block.read.number - begin + 1, end - begin + 1)

    def _begin(self, first: int | None) -> int:
        after = 1 if self.before is None else self.before.number + 1
        if first is None or first == after or self.before is None:
            return after if first is None else first
        raise ImportedHistoryProblem(f"--from: expected {after}, after the last block that the ledger has, got {first}")

    async def _record(self, genesis: bytes, walked: Walked) -> None:
        block, before = walked.block.read, self.before
        if before is not None and block.parent_hash != before.block_hash:
            raise NodeProblem(
                f"block {block.number} does not follow block {before.number}: its parent is 0x{block.parent_hash.hex()}, and the "
                f"ledger has 0x{before.block_hash.hex()}: a fork, or another chain"
            )
        runtime, after = walked.block.runtime, walked.block.after
        seen = BlockSeen(
            genesis_hash=genesis,
            endpoint=self.reader.client.endpoint,
            number=block.number,
            block_hash=block.block_hash,
            parent_hash=block.parent_hash,
            spec_version=runtime.spec_version,
            whole=walked.whole,
            events=block.events,
        )
        runtimes: list[RuntimeSeen] = []
        for one in (runtime, after):
            if one.spec_version != self.recorded_runtime:
                runtimes.append(one.seen)
                self.recorded_runtime = one.spec_version
        if self.base is not None:
            self._record_base(self.base, runtime)
            self.base = None
        missed = [] if walked.missed is None else [_missed_seen(walked.missed, after)]
        changes = self.storing.changes(block.number, walked.changes, after)
        self.ledger.observe(
            Observe(SOURCE, block.number, block.block_hash),
            canonical_changes(changes),
            seen=(seen, *runtimes, *walked.block.extrinsics, *walked.block.events, *missed),
        )
        self.before = seen
        self._count(walked, changes)

    def _record_base(self, base: StorageRead, runtime: NodeRuntime) -> None:
        """Record the storage before the first block."""
        changes = self.storing.changes(base.number, base.entries, runtime)
        self.ledger.observe(Observe(SOURCE_OF_BASE, base.number, base.block_hash), canonical_changes(changes))

    def _count(self, walked: Walked, changes: Entries) -> None:
        done, number, extrinsics = self.done, walked.block.read.number, walked.block.extrinsics
        self.done = HistoryImported(
            done.blocks + 1,
            number if done.first is None else done.first,
            number,
            done.extrinsics + len(extrinsics),
            done.failed + sum(not extrinsic.ok for extrinsic in extrinsics),
            done.events + len(walked.block.events),
            done.entries + sum(len(put_) + len(gone) for name, (put_, gone) in changes.items() if name.startswith(RAW)),
            done.missed + (0 if walked.missed is None else len(walked.missed.keys)),
            done.whole + walked.whole,
            self.reader.client.questions,
        )


def _missed_seen(missed: Missed, runtime: NodeRuntime) -> StorageMissed:
    """The record of entries that a plan missed, by item."""
    by_item: dict[str, list[bytes]] = {}
    for key in missed.keys:
        name, rest = runtime.item_of(key)
        by_item.setdefault(name, []).append(rest)
    items = tuple((name, tuple(sorted(keys))) for name, keys in sorted(by_item.items()))
    return StorageMissed(after=missed.after, entries=items, set_right=missed.set_right)
