"""spec_version 103 (March 2023, commit c88a37247): the first runtime here, before there was a root network, a burn, or alpha."""

from neuron_ledger.events.storage.layouts_before import LAYOUT_103
from neuron_ledger.ledger.rules.accounts import calls as accounts
from neuron_ledger.ledger.rules.blocks import calls as blocks
from neuron_ledger.ledger.rules.emission import loaded
from neuron_ledger.ledger.rules.epoch import early_run
from neuron_ledger.ledger.rules.epoch.early_steps import STEPS_103
from neuron_ledger.ledger.rules.registration import terms
from neuron_ledger.ledger.rules.tao_stake import positions
from neuron_ledger.ledger.rules.weights import setting
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.not_yet import NOT_YET

V103 = Runtime(
    spec_version=103,
    layout=LAYOUT_103,
    calls={**blocks.CALLS, **accounts.CALLS},
    due_epochs=loaded.due_epochs,
    block_hook=(
        terms.adjust_registration_terms_103,
        loaded.pay_loaded_emission_103,
        loaded.generate_emission,
    ),
    emitting=loaded.every_subnet_emits_103,
    on_each_subnet=(loaded.queue_103,),
    storage_index=setting.storage_index,
    run_epoch=early_run.run_epoch_103,
    read_epoch=early_run.read_epoch,
    epoch=STEPS_103,
    increase_tao_stake=positions.INCREASE,
    decrease_tao_stake=positions.DECREASE_103,
    **NOT_YET,
)
