"""spec_version 143 (March 2024, commit a625834ea): the root network shares out what a block brings."""

from attrs import evolve

from neuron_ledger.events.storage.layouts_before import LAYOUT_143
from neuron_ledger.ledger.rules.emission import loaded, root_values
from neuron_ledger.ledger.rules.epoch import run
from neuron_ledger.ledger.rules.epoch.early_steps import STEPS_143
from neuron_ledger.ledger.rules.registration import terms
from neuron_ledger.ledger.rules.tao_stake import positions
from neuron_ledger.ledger.runtime import Runtime


def step_143(before: Runtime) -> Runtime:
    """What changed since 103."""
    return evolve(
        before,
        spec_version=143,
        layout=LAYOUT_143,
        increase_tao_stake=positions.INCREASE_143,
        decrease_tao_stake=positions.DECREASE_143,
        block_hook=(
            terms.adjust_registration_terms_for_networks,
            root_values.run_root_epoch_143,
            loaded.pay_loaded_emission_121,
            loaded.generate_emission,
        ),
        emitting=loaded.all_but_root_emit_143,
        on_each_subnet=(loaded.queue_beside_owner_cut_143,),
        run_epoch=run.run_epoch,
        epoch=STEPS_143,
    )
