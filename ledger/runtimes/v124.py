"""spec_version 124 (June 2023, commit 7fe2238fb): members of the senate need half the share of all stake that they needed."""

from attrs import evolve

from neuron_ledger.events.storage.layouts_before import early_layout
from neuron_ledger.ledger.runtime import Runtime


def step_124(before: Runtime) -> Runtime:
    return evolve(before, layout=early_layout(124))
