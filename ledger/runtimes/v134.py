"""spec_version 134 (October 2023): how many subnets there may be is set, and how soon their cost falls."""

from attrs import evolve

from neuron_ledger.ledger.rules.hyperparameters import early_tables as parameters
from neuron_ledger.ledger.runtime import Runtime


def step_134(before: Runtime) -> Runtime:
    return evolve(
        before,
        parameter_steps={**before.parameter_steps, **parameters.STEPS_134},
    )
