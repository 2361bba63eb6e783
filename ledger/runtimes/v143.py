"""spec_version 143 (March 2024, commit a625834ea): the root network shares out what a block brings."""

from attrs import evolve

from neuron_ledger.events.storage.layouts_before import LAYOUT_143
from neuron_ledger.ledger.rules.epoch.early_steps import STEPS_143
from neuron_ledger.ledger.rules.tao_stake import positions
from neuron_ledger.ledger.runtime import Runtime


def step_143(before: Runtime) -> Runtime:
    """What changed since 103."""
    return evolve(
        before,
        spec_version=143,
        layout=LAYOUT_143,
        epoch=STEPS_143,
        increase_tao_stake=positions.INCREASE_143,
        decrease_tao_stake=positions.DECREASE_143,
    )
