"""spec_version 139 (December 2023): owners can set fewer parameters."""

from attrs import evolve

from neuron_ledger.ledger.rules.hyperparameters import early_tables as parameters
from neuron_ledger.ledger.rules.hyperparameters.dated_tables import changed
from neuron_ledger.ledger.runtime import Runtime


def step_139(before: Runtime) -> Runtime:
    return evolve(
        before,
        parameter_steps=changed(before.parameter_steps, parameters.STEPS_139, parameters.GONE_139),
    )
