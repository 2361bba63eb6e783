"""spec_version 141 (December 2023): setting weights requires stake."""

from attrs import evolve

from neuron_ledger.events.storage.layouts_before import early_layout
from neuron_ledger.ledger.rules.hyperparameters import early_tables as parameters
from neuron_ledger.ledger.rules.weights import early_calls as weights
from neuron_ledger.ledger.runtime import Runtime


def step_141(before: Runtime) -> Runtime:
    return evolve(
        before,
        layout=early_layout(141),
        calls={**before.calls, **weights.CALLS_141},
        parameter_steps={**before.parameter_steps, **parameters.STEPS_141},
    )
