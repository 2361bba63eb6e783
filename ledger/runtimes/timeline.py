"""Runtimes in the order in which the chain had them, and the one in force at a place in a log.

The order is that of the timeline, not that of the numbers, which were not always monotonic; no rule compares spec_versions.
"""

from collections.abc import Sequence
from functools import partial

from attrs import evolve

from neuron_ledger.events.calls import UpgradeRuntime
from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.events.ledger import RuntimeUpgraded
from neuron_ledger.events.wire.errors import NeuronLedgerError
from neuron_ledger.ledger.errors import SpecVersionNeedsToIncrease, SpecVersionNotBuilt
from neuron_ledger.ledger.runtime import Runtime, Tx, call_table, handles
from neuron_ledger.ledger.runtimes.v277 import V277
from neuron_ledger.ledger.transaction import ensure_root
from neuron_ledger.projections.storage import Storage


class UnknownSpecVersion(NeuronLedgerError, ValueError):
    """No rules are built for this spec_version."""


class Timeline:
    """Runtimes, oldest first. Each of them also decides `upgrade_runtime`, to a later one."""

    def __init__(self, runtimes: Sequence[Runtime]) -> None:
        """Raises: ValueError where two runtimes have one spec_version."""
        upgrade = call_table(handles(UpgradeRuntime, partial(upgrade_runtime, self)))
        self.runtimes = tuple(evolve(runtime, calls={**runtime.calls, **upgrade}) for runtime in runtimes)
        self._places = {runtime.spec_version: place for place, runtime in enumerate(self.runtimes)}
        if len(self._places) != len(self.runtimes):
            raise ValueError("two runtimes have one spec_version")

    @property
    def spec_versions(self) -> tuple[int, ...]:
        """All there are rules for, in order."""
        return tuple(runtime.spec_version for runtime in self.runtimes)

    def runtime(self, spec_version: int) -> Runtime:
        """The rules of a spec_version. Raises: UnknownSpecVersion."""
        place = self._places.get(spec_version)
        if place is None:
            known = ", ".join(map(str, self.spec_versions))
            raise UnknownSpecVersion(f"no rules for spec_version {spec_version}; there are rules for {known}")
        return self.runtimes[place]

    def storage(self, began_with: int) -> Storage:
        """Empty storage of a ledger that was created with this spec_version. Raises: UnknownSpecVersion."""
        layouts = {runtime.spec_version: runtime.layout for runtime in self.runtimes}
        return Storage(self.runtime(began_with).layout, layouts)

    def in_force(self, storage: Storage, began_with: int) -> Runtime:
        """The runtime by which the next call on this storage is decided; storage reads absent entries by it from now on.

        began_with: the spec_version that the ledger was created with. Raises: UnknownSpecVersion.
        """
        upgraded_to = storage.last_runtime_upgrade.value
        runtime = self.runtime(began_with if upgraded_to is None else upgraded_to)
        storage.adopt(runtime.layout)
        return runtime

    def steps(self, from_version: int, to_version: int) -> tuple[Runtime, ...]:
        """The runtimes after the first up to the second; none where the second is not later. Raises: UnknownSpecVersion."""
        places = [self._places[self.runtime(version).spec_version] for version in (from_version, to_version)]
        return self.runtimes[places[0] + 1 : places[1] + 1]


def upgrade_runtime(timeline: Timeline, tx: Tx, origin: Origin, call: UpgradeRuntime) -> None:
    """Go on by the rules of a later runtime; storage migrates through every one in between.

    Raises: BadOrigin, SpecVersionNotBuilt, SpecVersionNeedsToIncrease: in this order.
    Source: polkadot-sdk frame-system lib.rs::can_set_code, as used at spec_version 277.
    """
    ensure_root(origin)
    current = tx.rules.spec_version
    if call.spec_version not in timeline.spec_versions:
        raise SpecVersionNotBuilt(spec_version=call.spec_version, known=", ".join(map(str, timeline.spec_versions)))
    steps = timeline.steps(current, call.spec_version)
    if not steps:
        raise SpecVersionNeedsToIncrease(spec_version=call.spec_version, current=current)
    tx.emit(RuntimeUpgraded(spec_version=call.spec_version))
    tx.rules = steps[-1]
    for runtime in steps:
        for migrate in runtime.migrations:
            migrate(tx)


TIMELINE = Timeline((V277,))
"""Every runtime that is built."""
