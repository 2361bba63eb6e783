"""spec_version 233 (February 2025, tag v2.0.0): the first runtime of the main chain with alpha.

It is described backwards, by how it differs from 277, to which the steps of `dtao.py` lead.

Every subnet emits from its first block on. Average prices move by a constant part, however high prices are. Validators are paid
their dividends whole, and root's TAO besides; a child takes its part of all that it earns, and owners' hotkeys are paid as
miners. Scheduled children are set in every block. Of the owner's coldkey no neuron is replaced. Shares of stake lose what a
fraction cannot hold, and who is paid stake is not listed for it. All stake counts in epochs, nobody's weight for itself does.
"""

from attrs import evolve

from neuron_ledger.events.storage.layouts_dtao import dtao_layout
from neuron_ledger.ledger.rules.emission import coinbase, dtao, loaded
from neuron_ledger.ledger.rules.epoch import dtao_run, dtao_steps, early_steps
from neuron_ledger.ledger.rules.registration import terms, uids
from neuron_ledger.ledger.rules.stake import children, dtao_shares
from neuron_ledger.ledger.rules.swaps import coldkeys
from neuron_ledger.ledger.runtimes.change import instead, with_steps
from neuron_ledger.ledger.runtimes.v277 import V277

V233 = evolve(
    V277,
    spec_version=233,
    layout=dtao_layout(233),
    block_hook=(
        terms.adjust_registration_terms_for_networks,
        coinbase.run_coinbase,
        coinbase.run_due_epochs,
        children.set_pending_children_everywhere_233,
        children.set_pending_children,
        coldkeys.run_scheduled_swaps,
    ),
    immune_owner_uids=uids.all_of_owner_233,
    replace_neuron=uids.replace_neuron_233,
    shares=dtao_shares.SHARES_233,
    lists_whoever_gets_stake=False,
    emitting=loaded.all_but_root_emit_143,
    share_emission=dtao.share_by_moving_price_233,
    emission_steps=instead(V277.emission_steps, {coinbase.move_prices: dtao.move_prices_233}),
    drain_pending_emission=dtao.drain_pending_emission_233,
    share_with_parents=dtao.share_with_parents_233,
    pay_miners=dtao.pay_miners_233,
    read_epoch=dtao_run.read_epoch_233,
    epoch=with_steps(V277.epoch, {"new_permits": early_steps.new_permits_143, "bonds": dtao_steps.bonds_233}),
)
