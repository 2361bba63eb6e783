"""spec_version 122 (June 2023): members of the senate need a share of all stake."""

from attrs import evolve

from neuron_ledger.events.storage.layouts_before import early_layout
from neuron_ledger.ledger.runtime import Runtime


def step_122(before: Runtime) -> Runtime:
    return evolve(
        before,
        layout=early_layout(122),
    )
