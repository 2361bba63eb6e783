"""A chain's blocks in order, each with what changed in storage: read ahead, by plan, and proved by full reads.

All of the pallet is read every so many blocks, after the last requested one, and around an upgrade. Blocks in between
are read by plan and held back until the next full read has shown that nothing was missed; what was missed is read at each of
them, and they are corrected before they are handed on. When following a chain they are not held back: there a later read reports
what was missed.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import Any, Final

from attrs import define, field, frozen

from neuron_ledger.events.blocks_seen import EventSeen, ExtrinsicSeen
from neuron_ledger.replay.history.client import NodeProblem
from neuron_ledger.replay.history.known import Changes, Known
from neuron_ledger.replay.history.mentions import Mentions, mentions
from neuron_ledger.replay.history.paging import PAGE
from neuron_ledger.replay.history.planning import Plan, Planner
from neuron_ledger.replay.history.reading import BlockRead, Reader, StorageRead
from neuron_ledger.replay.history.runtime import NodeRuntime
from neuron_ledger.replay.history.shapes import Shapes

READ_AHEAD: Final = 16
"""Blocks that are read at a time."""

SMALL: Final = 4 * PAGE
"""With up to this many keys, all of the pallet is read after every block: that takes no more requests than a plan."""

FULL_EVERY_AT_LEAST: Final = 16
FULL_EVERY_AT_MOST: Final = 256


@frozen
class Decoded:
    """A block read by the runtime that executed it. after: the runtime that it leaves. upgrades: whether it runs on a new one."""

    read: BlockRead
    runtime: NodeRuntime
    after: NodeRuntime
    extrinsics: tuple[ExtrinsicSeen, ...]
    events: tuple[EventSeen, ...]
    named: tuple[Mentions, ...]
    upgrades: bool


@frozen
class Missed:
    """Entries that changed unnoticed in blocks after `after`, the last one with a full read."""

    after: int
    keys: tuple[bytes, ...]
    set_right: bool


@define
class Walked:
    """A block and its changes in storage. whole: whether all of storage was read."""

    block: Decoded
    changes: Changes
    replaced: Changes
    whole: bool
    missed: Missed | None = None


@frozen
class _Entries:
    """What was read after a block. whole: whether that is all of the pallet."""

    entries: Mapping[bytes, bytes | None]
    whole: bool


@frozen
class _Reading:
    """A block in progress. The next one waits for the others, never for `before`: the previous values of what
    seemed to have changed."""

    decoded: asyncio.Task[Decoded]
    planned: asyncio.Task[_Entries]
    entries: asyncio.Task[_Entries]
    before: asyncio.Task[Mapping[bytes, bytes | None]]

    @property
    def tasks(self) -> tuple[asyncio.Task[Any], ...]:
        return self.decoded, self.planned, self.entries, self.before


@define
class Walk:
    """Walks along one chain. known: storage after the last block. proved: the last block with a full read.

    full_every: after how many blocks all of the pallet is read; by default by cost. before: the version of the runtime
    that executed the last block, if there was one.
    """

    reader: Reader
    known: Known
    full_every: int | None = None
    proved: int = 0
    before: int | None = None
    _planner: Planner | None = None
    _recent: dict[int, tuple[Mentions, ...]] = field(factory=dict)
    _held: list[Walked] = field(factory=list)
    _last_of: dict[NodeRuntime, int] = field(factory=dict)
    """Runtime → the last block that it executed: its changes are known only some blocks later."""
    _read_last: Mapping[bytes, bytes | None] = field(factory=dict)
    """What was read after the last block: the state before the next one."""
    _end: int = 0

    def begin_with(self, base: StorageRead) -> None:
        """Take over the storage before the first block."""
        self.known.apply(base.entries)
        self.proved = base.number

    async def blocks(self, begin: int, end: int, *, to_the_end: bool) -> AsyncIterator[list[Walked]]:
        """Yields blocks, several at a time. to_the_end: whether storage is read in full after the last. Raises: NodeProblem."""
        self._end = end if to_the_end else 0
        ahead: deque[_Reading] = deque()
        number, before = begin, None
        try:
            while number <= end or ahead:
                while number <= end and len(ahead) < (READ_AHEAD if self.known.entries else 1):
                    before = self._start(number, before)
                    ahead.append(before)
                    number += 1
                await self._arrived(ahead[0])
                ahead.popleft()
                while ahead and ahead[0].before.done():
                    await self._arrived(ahead[0])
                    ahead.popleft()
                if self._held and (self._held[-1].whole or (number > end and not ahead)):
                    ready, self._held = self._held, []
                    yield ready
        finally:
            tasks = [task for reading in ahead for task in reading.tasks]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _start(self, number: int, before: _Reading | None) -> _Reading:
        decoded = asyncio.create_task(self._decoded(number, None if before is None else before.decoded))
        planned = asyncio.create_task(self._planned_entries(decoded))
        entries = asyncio.create_task(self._entries(decoded, planned, None if before is None else before.planned))
        earlier = None if before is None else before.entries
        return _Reading(decoded, planned, entries, asyncio.create_task(self._before(decoded, entries, earlier)))

    async def _decoded(self, number: int, before: asyncio.Task[Decoded] | None) -> Decoded:
        read = await self.reader.block(number)
        runtime = await self._runtime_before(read) if before is None else (await before).after
        after = await self.reader.runtime(read.version, read.block_hash, runtime)
        executed_before = self.before if before is None else (await before).runtime.spec_version
        self._last_of[runtime] = max(number, self._last_of.get(runtime, 0))
        runtime, events, extrinsics = _read_by(runtime, after, read)
        named = () if self._every == 1 else tuple(mentions(extrinsics, events))
        self._recent[number] = named
        upgrades = runtime.spec_version != executed_before or runtime is not after
        return Decoded(read, runtime, after, extrinsics, tuple(events), named, upgrades)

    async def _runtime_before(self, block: BlockRead) -> NodeRuntime:
        """The runtime that executed the first block that is read."""
        return await self.reader.runtime(*await self.reader.version_before(block.number, block.parent_hash))

    # ------------------------------------------------------------------------------------------------------- storage

    @property
    def _every(self) -> int:
        if self.full_every is None:
            keys = len(self.known.entries)
            if not keys or self.reader.netuids:
                return 1
            pages = -(-keys // PAGE)
            self.full_every = 1 if keys <= SMALL else min(max(FULL_EVERY_AT_LEAST, 2 * pages), FULL_EVERY_AT_MOST)
        return self.full_every

    async def _planned_entries(self, decoding: asyncio.Task[Decoded]) -> _Entries:
        """Read what calls and events point to, and what changes by itself; or everything."""
        block = await decoding
        number = block.read.number
        if self.reader.netuids or block.upgrades or number == self._end or number % self._every == 0 or not self.known.entries:
            return await self._whole(block)
        plan = self._planner_of(block.after).of_block(block.named, self._recent_before(number))
        return await self._whole(block) if plan.everything else _Entries(await self._planned(plan, block), whole=False)

    async def _entries(
        self, decoding: asyncio.Task[Decoded], planned: asyncio.Task[_Entries], before: asyncio.Task[_Entries] | None
    ) -> _Entries:
        """Add what these values show to have happened. before: the plan of the previous block."""
        block, found = await decoding, await planned
        if found.whole:
            return found
        earlier = {} if before is None else (await before).entries
        recent = [*self._recent_before(block.read.number), *block.named]
        more = self._planner_of(block.after).after_values(earlier, found.entries, recent)
        return _Entries({**found.entries, **await self._planned(more, block)}, whole=False)

    def _recent_before(self, number: int) -> list[Mentions]:
        """What earlier blocks mentioned whose changes are not known yet."""
        return [group for at, groups in self._recent.items() if at < number for group in groups]

    async def _whole(self, block: Decoded) -> _Entries:
        """Everything, including entries of items that only an earlier runtime named."""
        at, number = block.read.block_hash, block.read.number
        lately = [runtime for runtime, last in self._last_of.items() if number - last <= READ_AHEAD]
        runtimes = dict.fromkeys([block.after, block.runtime, *lately])
        found: dict[bytes, bytes | None] = {**await self.reader.storage(runtimes, at)}
        places = self.reader.places(runtimes)
        if unread := [key for key in self.known.entries if not key.startswith((*places[0], *places[1]))]:
            found |= await self.reader.values(unread, at)
        gone = self.known.entries.keys() - found.keys() if self._every > 1 else ()
        return _Entries(found | dict.fromkeys(gone), whole=True)

    async def _before(
        self, decoding: asyncio.Task[Decoded], reading: asyncio.Task[_Entries], earlier: asyncio.Task[_Entries] | None
    ) -> Mapping[bytes, bytes | None]:
        """The previous values of the keys that seem to have changed: as read after the parent block, or read now."""
        block, read = await decoding, await reading
        if read.whole and (self._every == 1 or not self.known.entries):
            return {}
        there = {} if earlier is None else (await earlier).entries
        changes = self.known.changes(read.entries)
        found = {key: there[key] for key in changes if key in there}
        return found | await self.reader.values(changes.keys() - found.keys(), block.read.parent_hash)

    async def _planned(self, plan: Plan, block: Decoded) -> dict[bytes, bytes | None]:
        at = block.read.block_hash
        listed = await self.reader.keys(plan.prefixes, at)
        return await self.reader.values(plan.keys | listed, at)

    def _planner_of(self, runtime: NodeRuntime) -> Planner:
        if self._planner is None or self._planner.shapes.runtime is not runtime:
            self._planner = Planner(Shapes(runtime), self.known)
        return self._planner

    async def _arrived(self, reading: _Reading) -> None:
        """Accept a block, the next in order."""
        before, read, block = await reading.before, await reading.entries, await reading.decoded
        entries = read.entries
        if read.whole:
            entries = {**dict.fromkeys(self.known.entries), **entries}
        changes = self.known.changes(entries)
        missed = await self._missed(block, changes, before)
        if missed is not None:
            changes = self.known.changes(entries)
        if read.whole:
            self.proved = block.read.number
        replaced = {key: self.known.entries.get(key) for key in changes}
        self.known.apply(changes)
        self._held.append(Walked(block, changes, replaced, read.whole, missed))
        self._recent.pop(block.read.number, None)
        self._read_last = read.entries

    async def _missed(self, block: Decoded, changed: Iterable[bytes], before: Mapping[bytes, bytes | None]) -> Missed | None:
        """What had changed unnoticed before this block. Held-back blocks are corrected."""
        number, known = block.read.number, self.known.entries.get
        if self.proved >= number - 1 or not self.known.entries:
            return None
        before = {**before, **{key: self._read_last[key] for key in changed if key not in before and key in self._read_last}}
        before |= await self.reader.values([key for key in changed if key not in before], block.read.parent_hash)
        keys = sorted(key for key in changed if before[key] != known(key))
        if not keys:
            return None
        held = [walked for walked in self._held if walked.block.read.number > self.proved]
        values = await asyncio.gather(*(self.reader.values(keys, walked.block.read.block_hash) for walked in held))
        for key in keys:
            value = next((walked.replaced[key] for walked in held if key in walked.changes), known(key))
            for walked, seen in zip(held, values, strict=True):
                walked.changes.pop(key, None)
                if seen[key] != value:
                    walked.changes[key], walked.replaced[key] = seen[key], value
                    value = seen[key]
            self.known.apply({key: value})
        return Missed(self.proved, tuple(keys), set_right=len(held) == number - 1 - self.proved)


def _read_by(
    before: NodeRuntime, after: NodeRuntime, block: BlockRead
) -> tuple[NodeRuntime, Sequence[EventSeen], tuple[ExtrinsicSeen, ...]]:
    """Read the contents of a block, by the runtime that its parent left.

    A node whose code was replaced from outside may report it one block late: what the earlier runtime cannot read is read by
    the one that the block leaves. Raises: NodeProblem.
    """
    where = f"block {block.number}"
    try:
        events = before.read_events(block.events, where)
        return before, events, tuple(before.read_extrinsics(block.extrinsics, events, where))
    except NodeProblem:
        if after is before:
            raise
    events = after.read_events(block.events, where)
    return after, events, tuple(after.read_extrinsics(block.extrinsics, events, where))
