"""How the price of a registration came about: every change with its cause, from running the blocks again one by one."""

from collections.abc import Iterator
from itertools import groupby

from attrs import evolve, frozen

from neuron_ledger.events.calls import AdvanceTo, Observe
from neuron_ledger.events.entries.group import Group
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.ledger.decide import decide
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.receipt import Progress
from neuron_ledger.ledger.rules.netuids import subnet_exists
from neuron_ledger.ledger.runtime import BlockStep, Runtime, Tx
from neuron_ledger.ledger.runtimes.timeline import TIMELINE, Timeline
from neuron_ledger.projections.fold import fold
from neuron_ledger.projections.storage import Storage
from neuron_ledger.replay.proof.groups import groups

ADJUSTED, DECAYED, SEEN = "adjusted", "decayed", "seen"
"""Causes of a price besides calls: the end of an interval; the blocks that passed (since spec_version 397); an
observation."""

INPUTS = (
    *("AdjustmentInterval", "TargetRegistrationsPerInterval", "RegistrationsThisInterval", "BurnRegistrationsThisInterval"),
    *("POWRegistrationsThisInterval", "AdjustmentAlpha", "BurnHalfLife", "BurnIncreaseMult", "MinBurn", "MaxBurn"),
)
"""The items that a change of the price reads."""


@frozen
class PriceChange:
    """One change of a price in rao, or several in a row of the same kind.

    position: of the call in which it happened. first_block, last_block: its blocks. why: its cause. before, after: the price.
    count: how many changes. inputs: the items that they depend on, before the first change.
    """

    position: int
    first_block: int
    last_block: int
    why: str
    before: int | None
    after: int | None
    count: int
    inputs: tuple[tuple[str, int], ...]


@frozen
class PriceExplained:
    """The price of a registration on a subnet at the end of a block. changes: the latest of them, oldest first."""

    netuid: int
    block: int
    price: int
    changes: tuple[PriceChange, ...]


def burn(
    log: Log,
    *,
    netuid: int,
    block: int | None = None,
    calls: int = 10,
    timeline: Timeline = TIMELINE,
    progress: Progress | None = None,
) -> PriceExplained:
    """How the price of a registration on a subnet came about, from the latest `calls` that changed it.

    block: the price at its end; by default now. Raises: FieldError for an unknown subnet, ChainBroken, PayloadError.
    """
    watch = _Watch(netuid, block)
    changed = _positions(log, watch, timeline, progress)[-calls:]
    storage = timeline.storage(log.spec_version)
    made: list[PriceChange] = []
    for group in groups(log.read_verified()):
        if block is not None and group.block > block:
            break
        if group.position in changed:
            made += watch.changes(storage, timeline.in_force(storage, log.spec_version), group)
        else:
            _fold(storage, group)
    if not subnet_exists(storage, netuid):
        known = ", ".join(map(str, sorted(storage.networks_added))) or "none"
        raise FieldError("netuid", f"a subnet of this ledger ({known})", netuid)
    price = storage.burn[netuid] if not made or made[-1].after is None else made[-1].after
    return PriceExplained(netuid, storage.block_number.value if block is None else block, price, tuple(_joined(made)))


class _Watch:
    """What is watched: the price of a subnet, up to a block."""

    def __init__(self, netuid: int, until: int | None) -> None:
        self.netuid = netuid
        self.until = until

    def price(self, storage: Storage) -> int | None:
        """None where there is no such subnet; an absent entry reads as the default of the runtime in force."""
        return storage.burn[self.netuid] if subnet_exists(storage, self.netuid) else None

    def changes(self, storage: Storage, rules: Runtime, group: Group) -> list[PriceChange]:
        """The changes that a call made, from running it again; this advances storage."""
        found: list[PriceChange] = []
        before, inputs = self.price(storage), self._inputs(storage)
        call = group.submission.call
        if isinstance(call, Observe):
            _fold(storage, group)
            self._note(found, group.position, group.last_block, SEEN, before, self.price(storage), inputs)
            return found
        begin, end = self._watched(found, group.position)
        steps = (begin, *rules.block_hook, end)
        with storage.transaction():
            decide(storage, evolve(rules, block_hook=steps), group.submission)
        if not isinstance(call, AdvanceTo):
            name = call.tag.partition("/")[0]
            self._note(found, group.position, group.block, name, before, self.price(storage), inputs)
        return found

    def _watched(self, found: list[PriceChange], position: int) -> tuple[BlockStep, BlockStep]:
        """Steps for the beginning and the end of a block, which record how it changed the price."""
        seen: list[tuple[int | None, tuple[tuple[str, int], ...]]] = []

        def begin(tx: Tx) -> None:
            seen[:] = [(self.price(tx.storage), self._inputs(tx.storage))]

        def end(tx: Tx) -> None:
            if self.until is None or tx.block <= self.until:
                why = DECAYED if "BurnHalfLife" in tx.storage.layout.items else ADJUSTED
                (before, inputs) = seen[0]
                self._note(found, position, tx.block, why, before, self.price(tx.storage), inputs)

        return begin, end

    def _note(
        self,
        found: list[PriceChange],
        position: int,
        block: int,
        why: str,
        before: int | None,
        after: int | None,
        inputs: tuple[tuple[str, int], ...],
    ) -> None:
        if before != after:
            found.append(PriceChange(position, block, block, why, before, after, 1, inputs))

    def _inputs(self, storage: Storage) -> tuple[tuple[str, int], ...]:
        items = storage.layout.items
        return tuple((name, storage.map(name)[self.netuid]) for name in INPUTS if name in items)


def _positions(log: Log, watch: _Watch, timeline: Timeline, progress: Progress | None) -> list[int]:
    """The positions of the calls that changed the price."""
    storage = timeline.storage(log.spec_version)
    found = []
    for number, group in enumerate(groups(log.read_verified())):
        if watch.until is not None and group.block > watch.until:
            break
        before = watch.price(storage)
        _fold(storage, group)
        timeline.in_force(storage, log.spec_version)
        if watch.price(storage) != before or _passes(group, watch.until):
            found.append(group.position)
        if progress is not None and number % 100 == 0:
            progress(group.position, log.head.position)
    return found


def _passes(group: Group, until: int | None) -> bool:
    """Whether a call lets blocks pass beyond the one in question, so that it must be run again to see."""
    call = group.submission.call
    return until is not None and isinstance(call, AdvanceTo) and call.block > until


def _fold(storage: Storage, group: Group) -> None:
    with storage.transaction():
        for event in group.events:
            fold(storage, event)


def _joined(made: list[PriceChange]) -> Iterator[PriceChange]:
    """Combine consecutive changes that passing blocks made."""
    for why, several in groupby(made, lambda one: one.why):
        run = list(several)
        if why != DECAYED:
            yield from run
        else:
            first, last = run[0], run[-1]
            yield evolve(first, last_block=last.last_block, after=last.after, count=len(run))
