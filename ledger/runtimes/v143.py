"""spec_version 143 (March 2024, commit a625834ea): owners set more parameters again."""

from attrs import evolve

from neuron_ledger.ledger.rules.hyperparameters import early_tables as parameters
from neuron_ledger.ledger.runtime import Runtime


def step_143(before: Runtime) -> Runtime:
    return evolve(
        before,
        parameter_steps={**before.parameter_steps, **parameters.STEPS_143},
    )
