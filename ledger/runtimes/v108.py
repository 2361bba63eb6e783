"""spec_version 108 (March 2023): neurons that are inactive, or have no permit, count for nothing in the epoch."""

from attrs import evolve

from neuron_ledger.ledger.rules.epoch import steps
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.change import with_steps


def step_108(before: Runtime) -> Runtime:
    return evolve(
        before,
        epoch=with_steps(before.epoch, {"active_stake": steps.active_stake}),
    )
