"""spec_version 103 (March 2023, commit c88a37247): the first runtime here, before there was a root network, a burn, or alpha."""

from neuron_ledger.events.storage.layouts_before import LAYOUT_103
from neuron_ledger.ledger.rules.accounts import calls as accounts
from neuron_ledger.ledger.rules.blocks import calls as blocks
from neuron_ledger.ledger.rules.epoch import run
from neuron_ledger.ledger.rules.epoch.early_steps import STEPS_103
from neuron_ledger.ledger.rules.tao_stake import positions
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.not_yet import NOT_YET

V103 = Runtime(
    spec_version=103,
    layout=LAYOUT_103,
    calls={**blocks.CALLS, **accounts.CALLS},
    due_epochs=run.due_epochs,
    block_hook=(),
    epoch=STEPS_103,
    increase_tao_stake=positions.INCREASE,
    decrease_tao_stake=positions.DECREASE_103,
    **NOT_YET,
)
