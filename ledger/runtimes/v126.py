"""spec_version 126 (July 2023): prices of registration move by a part of what they would."""

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
