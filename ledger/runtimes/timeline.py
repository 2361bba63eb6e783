"""Runtimes in the order in which the chain had them, and the one in force at a place in a log.

The order is that of the timeline, not that of the numbers, which were not always monotonic; no rule compares spec_versions.
A runtime is identified by its name: its spec_version, with the tree where a number stands for several (`218-draft`).
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial

from attrs import evolve

from neuron_ledger.events.calls import UpgradeRuntime
from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.events.ledger import RuntimeUpgraded
from neuron_ledger.events.storage.items_before import BEFORE_277
from neuron_ledger.events.storage.layout import FIRST_SPEC_VERSION
from neuron_ledger.events.storage.trees import RuntimeName, named, parts_of
from neuron_ledger.events.wire.record import Call
from neuron_ledger.ledger.errors import CannotGoOn, SpecVersionNeedsToIncrease, SpecVersionNotBuilt, UnknownSpecVersion
from neuron_ledger.ledger.runtime import Runtime, Tx, call_table, handles
from neuron_ledger.ledger.runtimes.change import Step, composed
from neuron_ledger.ledger.runtimes.dtao import DTAO_RUNTIMES
from neuron_ledger.ledger.runtimes.early import EARLY_RUNTIMES
from neuron_ledger.ledger.runtimes.v277 import V277
from neuron_ledger.ledger.runtimes.v283 import step_283
from neuron_ledger.ledger.runtimes.v290 import step_290
from neuron_ledger.ledger.runtimes.v292 import step_292
from neuron_ledger.ledger.runtimes.v297 import step_297
from neuron_ledger.ledger.runtimes.v301 import step_301
from neuron_ledger.ledger.runtimes.v306 import step_306
from neuron_ledger.ledger.runtimes.v315 import step_315
from neuron_ledger.ledger.runtimes.v320 import step_320
from neuron_ledger.ledger.runtimes.v323 import step_323
from neuron_ledger.ledger.runtimes.v326 import step_326
from neuron_ledger.ledger.runtimes.v334 import step_334
from neuron_ledger.ledger.runtimes.v338 import step_338
from neuron_ledger.ledger.runtimes.v343 import step_343
from neuron_ledger.ledger.runtimes.v345 import step_345
from neuron_ledger.ledger.runtimes.v361 import step_361
from neuron_ledger.ledger.runtimes.v365 import step_365
from neuron_ledger.ledger.runtimes.v371 import step_371
from neuron_ledger.ledger.runtimes.v385 import step_385
from neuron_ledger.ledger.runtimes.v391 import step_391
from neuron_ledger.ledger.runtimes.v392 import step_392
from neuron_ledger.ledger.runtimes.v393 import step_393
from neuron_ledger.ledger.runtimes.v394 import step_394
from neuron_ledger.ledger.runtimes.v397 import step_397
from neuron_ledger.ledger.runtimes.v411 import step_411
from neuron_ledger.ledger.runtimes.v413 import step_413
from neuron_ledger.ledger.runtimes.v415 import step_415
from neuron_ledger.ledger.runtimes.v416 import step_416
from neuron_ledger.ledger.runtimes.v418 import step_418
from neuron_ledger.ledger.runtimes.v421 import step_421
from neuron_ledger.ledger.runtimes.v423 import step_423
from neuron_ledger.ledger.runtimes.v424 import step_424
from neuron_ledger.ledger.transaction import ensure_root
from neuron_ledger.projections.storage import Storage


class Timeline:
    """Runtimes, oldest first. Each of them also decides `upgrade_runtime`, to a later one."""

    def __init__(
        self, runtimes: Sequence[Runtime], proved: Collection[RuntimeName] = (), earlier: Sequence[Runtime] = ()
    ) -> None:
        """proved: the runtimes whose rules recorded cases prove. earlier: older ones, from which no upgrade leads on.

        Raises: ValueError where two runtimes have one name.
        """
        upgrade = call_table(handles(UpgradeRuntime, partial(upgrade_runtime, self)))
        every = (*earlier, *runtimes)
        self.runtimes = tuple(
            evolve(runtime, calls={**runtime.calls, **upgrade}, who_decides=self.who_decides) for runtime in every
        )
        self._places = {runtime.name: place for place, runtime in enumerate(self.runtimes)}
        self._first = len(earlier)
        if len(self._places) != len(self.runtimes):
            raise ValueError("two runtimes have one spec_version, and one tree")
        self._proved = [runtime for runtime in self.runtimes if runtime.name in proved]

    @property
    def spec_versions(self) -> tuple[RuntimeName, ...]:
        """All runtimes that have rules, in order."""
        return tuple(self._places)

    @property
    def of_new_ledgers(self) -> int:
        """The default spec_version of a new ledger: the latest proved one, or the first."""
        return [self.runtimes[self._first], *self._proved][-1].spec_version

    def doubt(self, spec_version: RuntimeName) -> str | None:
        """A caveat about the rules of a spec_version, in words; None where there are no rules, or recorded cases prove them."""
        if spec_version not in self._places or self.runtime(spec_version) in self._proved:
            return None
        made = "read from the chain's code" if self.is_alone(spec_version) else "composed of dated changes"
        return f"the rules of spec_version {spec_version} are {made}: recorded cases do not prove them as a whole"

    @property
    def known(self) -> str:
        """All runtimes that have rules, in words."""
        return in_words(self.runtimes)

    def who_decides(self, call: Call) -> str:
        """The runtimes that have a call, in words."""
        return in_words(runtime for runtime in self.runtimes if runtime.decides(call))

    def with_block_hashes(self, block_hash: Callable[[int, int], bytes]) -> "Timeline":
        """The same timeline, with the block hashes of one chain for the runtimes from which no upgrade leads on."""
        earlier = [evolve(runtime, block_hash=block_hash) for runtime in self.runtimes[: self._first]]
        return Timeline(self.runtimes[self._first :], [runtime.name for runtime in self._proved], earlier)

    def runtime(self, spec_version: RuntimeName) -> Runtime:
        """The rules of a spec_version, and tree. Raises: UnknownSpecVersion."""
        place = self._places.get(spec_version)
        if place is None:
            raise UnknownSpecVersion(spec_version, self.known)
        return self.runtimes[place]

    def seen(self, name: RuntimeName) -> Runtime:
        """The rules of a spec_version that a chain was seen to have. Where there are none, no call is decided (CannotGoOn), and
        storage is read by the layout of the nearest runtime, leaving out those from which no upgrade leads on.
        """
        if name in self._places:
            return self.runtime(name)
        spec_version, tree = parts_of(name)
        nearest = self.runtime(self.nearest(spec_version))
        is_older = nearest.spec_version == FIRST_SPEC_VERSION > spec_version
        layout = nearest.layout.with_items(BEFORE_277) if is_older else nearest.layout
        guard = partial(decide_nothing, name, self.known)
        return evolve(nearest, spec_version=spec_version, tree=tree, layout=layout, guards=(guard,), calls={})

    def nearest(self, spec_version: int) -> int:
        """The spec_version nearest to another one that has rules and is connected by upgrades."""
        later = [runtime.spec_version for runtime in self.runtimes[self._first :]]
        return min(later, key=lambda known: (abs(known - spec_version), known))

    def is_alone(self, spec_version: RuntimeName) -> bool:
        """Whether no upgrade leads on from the runtime of this spec_version. Raises: UnknownSpecVersion."""
        return self._places[self.runtime(spec_version).name] < self._first

    def storage(self, began_with: RuntimeName) -> Storage:
        """Empty storage of a ledger that was created with this spec_version. Raises: UnknownSpecVersion."""
        layouts = {runtime.spec_version: runtime.layout for runtime in self.runtimes if not runtime.tree}
        return Storage(self.runtime(began_with).layout, layouts)

    def in_force(self, storage: Storage, began_with: RuntimeName) -> Runtime:
        """The runtime that decides the next call on this storage; storage switches to its layout.

        began_with: the spec_version that the ledger was created with. Raises: UnknownSpecVersion.
        """
        seen, upgraded_to = storage.spec_version_seen.value, storage.last_runtime_upgrade.value
        if seen is not None:
            runtime = self.seen(named(seen, storage.tree_seen.value))
        else:
            runtime = self.runtime(began_with if upgraded_to is None else upgraded_to)
        storage.adopt(runtime.layout)
        return runtime

    def steps(self, from_version: RuntimeName, to_version: RuntimeName) -> tuple[Runtime, ...]:
        """The runtimes after the first up to the second; none where the second is not later, or where no upgrades lead to it.

        Raises: UnknownSpecVersion.
        """
        places = [self._places[self.runtime(version).name] for version in (from_version, to_version)]
        return self.runtimes[places[0] + 1 : places[1] + 1] if min(places) >= self._first else ()


def in_words(runtimes: Iterable[Runtime]) -> str:
    """Runtimes by their names, in order: `233, 234, 277 to 424`."""
    runs: list[list[RuntimeName]] = []
    for runtime in runtimes:
        if runs and runtime.name == runtime.spec_version and runtime.spec_version - 1 == runs[-1][-1]:
            runs[-1].append(runtime.name)
        else:
            runs.append([runtime.name])
    return ", ".join(f"{run[0]} to {run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs)


def decide_nothing(spec_version: RuntimeName, known: str, _: Tx, __: Origin, call: Call) -> None:
    """The guard of a runtime without rules. Raises: CannotGoOn."""
    name = call.tag.partition("/")[0]
    raise CannotGoOn(f"{name}: this chain has spec_version {spec_version}, for which there are no rules (there are for {known})")


def upgrade_runtime(timeline: Timeline, tx: Tx, origin: Origin, call: UpgradeRuntime) -> None:
    """Switch to a later runtime; storage migrates through every one in between, by the rules of each.

    Raises: BadOrigin, SpecVersionNotBuilt, SpecVersionNeedsToIncrease: in this order.
    Source: polkadot-sdk frame-system lib.rs::can_set_code, as used at spec_version 277.
    """
    ensure_root(origin)
    current = tx.rules.spec_version
    if call.spec_version not in timeline.spec_versions or timeline.is_alone(tx.rules.name):
        raise SpecVersionNotBuilt(spec_version=call.spec_version, current=current)
    steps = timeline.steps(current, call.spec_version)
    if not steps:
        raise SpecVersionNeedsToIncrease(spec_version=call.spec_version, current=current)
    tx.emit(RuntimeUpgraded(spec_version=call.spec_version))
    tx.rules = steps[-1]
    for migrate in tx.rules.every_upgrade:
        migrate(tx)
    for runtime in steps:
        tx.rules = runtime
        tx.storage.adopt(runtime.layout)
        for migrate in runtime.migrations:
            migrate(tx)


STEPS: Mapping[int, Step] = {
    283: step_283,
    290: step_290,
    292: step_292,
    297: step_297,
    301: step_301,
    306: step_306,
    315: step_315,
    320: step_320,
    323: step_323,
    326: step_326,
    334: step_334,
    338: step_338,
    343: step_343,
    345: step_345,
    361: step_361,
    365: step_365,
    371: step_371,
    385: step_385,
    391: step_391,
    392: step_392,
    393: step_393,
    394: step_394,
    397: step_397,
    411: step_411,
    413: step_413,
    415: step_415,
    416: step_416,
    418: step_418,
    421: step_421,
    423: step_423,
    424: step_424,
}
"""The changes by the spec_version in which they first appear in the reference's main line."""

TIMELINE = Timeline(
    composed(V277, STEPS, range(278, 426)), proved={103, 185, 277, 424}, earlier=(*EARLY_RUNTIMES, *DTAO_RUNTIMES)
)
"""Every runtime that is built. From 277 to 425 the numbers rise one by one, and an upgrade leads from each to the next; before
277 there are those of two lines, and the first with alpha, from which no upgrade leads on. 277 and 424 have recorded cases, and
whole recorded chains of 103 and 185 are run again; the others are composed of steps that were read from the chain's code."""
