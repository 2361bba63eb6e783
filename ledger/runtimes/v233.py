"""spec_version 233 (February 2025, tag v2.0.0): the first runtime of the main chain with alpha.

It is described backwards, by how it differs from 277, to which the steps of `dtao.py` lead.

Every subnet emits from its first block on. Moving prices move by a constant part, however high prices are. Validators are paid
their full dividends, and root's TAO in addition; a child takes its part of everything it earns, and owners' hotkeys are paid as
miners. Scheduled children are set in every block. No neuron of the owner's coldkey is replaced. Shares of stake lose what a
fraction cannot hold, and a coldkey that is paid stake is not listed for it. All stake counts in epochs, but nobody's weight for
itself.

Unstaking costs as much as staking, and a limit that permits no amount is not refused. Coldkeys move only stake on their own
hotkeys. Raising takes is limited by coldkey. A hotkey is swapped on all subnets at once, and remains the owner hotkey of its
subnets. Owners also set difficulties, the rate limit of weights and the maximum burn, and schedule the removal of their subnets.
"""

from attrs import evolve

from neuron_ledger.events.associations import ScheduleDissolveNetwork, TryAssociateHotkey
from neuron_ledger.events.calls import DecreaseTake, IncreaseTake, StartCall
from neuron_ledger.events.commitments import SetMaxSpace
from neuron_ledger.events.stake_moves import BurnAlpha, RecycleAlpha
from neuron_ledger.events.storage.layouts_dtao import dtao_layout
from neuron_ledger.ledger.rules.commitments import dtao_calls as commitments
from neuron_ledger.ledger.rules.emission import coinbase, dtao, loaded
from neuron_ledger.ledger.rules.epoch import dtao_run, dtao_steps, early_steps
from neuron_ledger.ledger.rules.hyperparameters import dtao_tables
from neuron_ledger.ledger.rules.registration import terms, uids
from neuron_ledger.ledger.rules.serving.checks import AXON_CHECKS
from neuron_ledger.ledger.rules.stake import calls as stake
from neuron_ledger.ledger.rules.stake import children, dtao_orders, dtao_shares, limits
from neuron_ledger.ledger.rules.subnets import dtao_networks
from neuron_ledger.ledger.rules.subnets import early_calls as early_subnets
from neuron_ledger.ledger.rules.swaps import coldkeys
from neuron_ledger.ledger.rules.tao_stake import dtao_swap_calls, positions, take_calls
from neuron_ledger.ledger.runtimes.change import calls_without, instead, with_steps
from neuron_ledger.ledger.runtimes.v277 import V277

NOT_YET = (TryAssociateHotkey, StartCall, RecycleAlpha, BurnAlpha, SetMaxSpace)
"""Calls of 277 that do not exist yet."""

V233 = evolve(
    V277,
    spec_version=233,
    layout=dtao_layout(233),
    calls={
        **calls_without(V277.calls, NOT_YET, dtao_tables.GONE_233),
        **stake.CALLS_195,
        ScheduleDissolveNetwork: early_subnets.schedule_dissolve_network_195,
        **{call: take_calls.CALLS_195[call] for call in (IncreaseTake, DecreaseTake)},
        **dtao_tables.CALLS_233,
        **dtao_swap_calls.CALLS_233,
        **commitments.CALLS_233,
    },
    create_account=positions.create_listed_account_159,
    block_hook=(
        terms.adjust_registration_terms_for_networks,
        coinbase.run_coinbase,
        coinbase.run_due_epochs,
        children.set_pending_children_everywhere_233,
        children.set_pending_children,
        coldkeys.run_scheduled_swaps,
        early_subnets.run_scheduled_dissolutions_195,
    ),
    immune_owner_uids=uids.all_of_owner_233,
    replace_neuron=uids.replace_neuron_233,
    first_parameters=dtao_networks.FIRST_PARAMETERS_233,
    register_network=dtao_networks.STEPS_233,
    begin_subnet=dtao_networks.BEGIN_233,
    cleared_with_network=dtao_networks.CLEARED_233,
    parameter_steps=dtao_tables.STEPS_233,
    prometheus_checks=AXON_CHECKS,
    schedule_children=children.schedule_children_233,
    swaps=dtao_swap_calls.SWAPS_233,
    orders=evolve(
        V277.orders,
        within_limit=limits.whatever_423,
        move=dtao_orders.move_at_fixed_fee_233,
        is_enabled=dtao_orders.everywhere_233,
        before_staking=(),
        movable=dtao_orders.MOVABLE_233,
        unstaking_fee=dtao_orders.fixed_fee_233,
        all_there=dtao_orders.all_there_233,
        name_delegate=dtao_orders.nobody_is_named_233,
        note_block=dtao_orders.nothing_is_noted_233,
    ),
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
