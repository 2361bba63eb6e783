"""spec_version 123 (June 2023): the share of all stake that members of the senate need can be set."""

from attrs import evolve

from neuron_ledger.ledger.rules.hyperparameters import early_tables as parameters
from neuron_ledger.ledger.runtime import Runtime


def step_123(before: Runtime) -> Runtime:
    return evolve(
        before,
        parameter_steps={**before.parameter_steps, **parameters.STEPS_123},
    )
