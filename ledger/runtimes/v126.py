"""spec_version 126 (July 2023): registration prices move only by a part of their former adjustment."""

from attrs import evolve

from neuron_ledger.events.storage.layouts_before import early_layout
from neuron_ledger.ledger.rules.hyperparameters import early_tables as parameters
from neuron_ledger.ledger.runtime import Runtime


def step_126(before: Runtime) -> Runtime:
    return evolve(
        before,
        layout=early_layout(126),
        parameter_steps={**before.parameter_steps, **parameters.STEPS_126},
    )
