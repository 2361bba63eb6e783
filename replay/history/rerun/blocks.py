"""The blocks of an imported history from its log: what happened in each, and which keys changed in storage."""

from collections.abc import Iterable, Iterator

from attrs import frozen

from neuron_ledger.events.blocks_seen import BlockSeen, EventSeen, ExtrinsicSeen, RuntimeSeen
from neuron_ledger.events.calls import Observe
from neuron_ledger.events.entries.group import Group
from neuron_ledger.events.ledger import StorageObserved
from neuron_ledger.events.storage.recorded_items import RAW
from neuron_ledger.replay.history.importing import SOURCE_OF_BASE
from neuron_ledger.replay.history.in_log import pallet_prefix

RawChanges = dict[bytes, bytes | None]
"""Full key → its new value, None if it was removed."""


@frozen
class SeenBlock:
    """One block. block_hash, parent_hash: of its header. executed_by: the runtime that made it; left: that of the next block.

    base: storage before it, if recorded (only with the first block). position: of its call in the log.
    is_partial: whether only a part of storage was read.
    """

    number: int
    block_hash: bytes
    parent_hash: bytes
    position: int
    executed_by: RuntimeSeen
    left: RuntimeSeen
    extrinsics: tuple[ExtrinsicSeen, ...]
    events: tuple[EventSeen, ...]
    changes: RawChanges
    base: RawChanges | None = None
    is_partial: bool = False


def seen_blocks(groups: Iterable[Group]) -> Iterator[SeenBlock]:
    """Every block of a node that a log has, in order."""
    base: tuple[StorageObserved, ...] = ()
    reading = _Reading()
    for group in groups:
        call = group.submission.call
        if not isinstance(call, Observe):
            continue
        observed = tuple(event for event in group.events if isinstance(event, StorageObserved))
        if call.source == SOURCE_OF_BASE:
            base = observed
        elif isinstance(group.events[0], BlockSeen):
            yield reading.block(group, group.events[0], observed, base)
            base = ()


class _Reading:
    """What was read so far: the runtimes, and the key prefixes of their items."""

    def __init__(self) -> None:
        self.runtimes: dict[int, RuntimeSeen] = {}
        self.prefixes: dict[str, bytes] = {}
        self.left: RuntimeSeen | None = None
        self.is_partial = False

    def block(
        self, group: Group, seen: BlockSeen, observed: tuple[StorageObserved, ...], base: tuple[StorageObserved, ...]
    ) -> SeenBlock:
        for event in group.events:
            if isinstance(event, RuntimeSeen):
                self.runtimes[event.spec_version] = self.left = event
                self.prefixes |= dict(event.items)
        executed_by = self.runtimes[seen.spec_version]
        changes, before = self._raw(observed), self._raw(base) if base else None
        return SeenBlock(
            seen.number,
            seen.block_hash,
            seen.parent_hash,
            group.position,
            executed_by,
            self.left or executed_by,
            tuple(event for event in group.events if isinstance(event, ExtrinsicSeen)),
            tuple(event for event in group.events if isinstance(event, EventSeen)),
            changes,
            before,
            self.is_partial,
        )

    def _raw(self, observed: Iterable[StorageObserved]) -> RawChanges:
        found: RawChanges = {}
        for event in observed:
            for name, entries, removed in event.changes:
                self.is_partial |= name == "NotSeen" and bool(entries)
                if name.startswith(RAW):
                    prefix = self._prefix(name.removeprefix(RAW))
                    found |= {prefix + rest: None for rest in removed}
                    found |= {prefix + rest: value for rest, value in entries}
        return found

    def _prefix(self, name: str) -> bytes:
        """The key prefix of an item, by the name under which it is kept raw."""
        return self.prefixes.get(name) or pallet_prefix(self.prefixes) + bytes.fromhex(name.removeprefix("0x"))
