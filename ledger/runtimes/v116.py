"""spec_version 116 (April 2023): pruning scores are scaled to the greatest one."""

from attrs import evolve

from neuron_ledger.ledger.rules.epoch import steps
from neuron_ledger.ledger.rules.tao_stake import calls as stake
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.change import with_steps


def step_116(before: Runtime) -> Runtime:
    return evolve(
        before,
        calls={**before.calls, **stake.CALLS_116},
        epoch=with_steps(before.epoch, {"pruning_scores": steps.pruning_scores}),
    )
