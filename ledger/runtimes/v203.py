"""spec_version 203 (September 2024): for weights, stake counts as it does on the subnet, with what is lent."""

from attrs import evolve

from neuron_ledger.ledger.rules.weights import early_calls as weights
from neuron_ledger.ledger.runtime import Runtime


def step_203(before: Runtime) -> Runtime:
    return evolve(before, calls={**before.calls, **weights.CALLS_203})
