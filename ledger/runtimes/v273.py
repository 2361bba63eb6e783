"""spec_version 273 (May 2025): tokens are enabled, Yuma 3 can be, and liquid alpha is its.

Stake below the threshold counts for nothing in epochs, and without stake nobody gets a permit. Whoever gets stake is listed for
it, in whatever way it comes.
"""

from attrs import evolve

from neuron_ledger.events.storage.layouts_dtao import dtao_layout
from neuron_ledger.ledger.rules.epoch import run, steps
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.change import with_steps


def step_273(before: Runtime) -> Runtime:
    """The runtime before it, with what 273 changed."""
    return evolve(
        before,
        layout=dtao_layout(273),
        lists_whoever_gets_stake=True,
        read_epoch=run.read_epoch,
        epoch=with_steps(before.epoch, {"new_permits": steps.new_permits, "bonds": steps.bonds}),
    )
