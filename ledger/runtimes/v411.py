"""spec_version 411 (May 2026).

The TAO of a subnet is kept in an account of its own. Stake can be locked. Everybody can buy alpha to burn it. A subnet can have
a minimum childkey take. The owner's cut and a subnet's emission can be switched off. Locks move along when keys are swapped, and
nobody can swap to a subnet's account. Clearing a uid also clears its permit and validator trust. The event of a failed item of a
batch includes its netuid.
"""

from attrs import evolve

from neuron_ledger.events.storage.items_424 import added
from neuron_ledger.ledger.key_swaps import ColdkeyStep, HotkeyStep, KeySwaps
from neuron_ledger.ledger.rules.accounts import tao
from neuron_ledger.ledger.rules.emission import coinbase, handout, injection, shares
from neuron_ledger.ledger.rules.hyperparameters import dated_tables, owner_calls
from neuron_ledger.ledger.rules.migrations import emission as emission_migrations
from neuron_ledger.ledger.rules.migrations import keys as keys_migrations
from neuron_ledger.ledger.rules.migrations.once import only_noted
from neuron_ledger.ledger.rules.registration import checks, seats
from neuron_ledger.ledger.rules.stake import after_moves, alpha, childkey_takes, lock_calls, lock_moves, locks, order_calls
from neuron_ledger.ledger.rules.subnets import beginning, ending, new_networks, pay_out
from neuron_ledger.ledger.rules.swaps import checks as swap_checks
from neuron_ledger.ledger.rules.swaps import coldkeys, dated_checks, dated_coldkeys, dated_hotkeys, hotkeys, locked
from neuron_ledger.ledger.rules.weights import calls as weights
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.change import inserted, instead, without

ADDED = added(
    "AlphaAssets.TotalAlphaIssuance",
    "AlphaAssets.AlphaBurned",
    "AlphaAssets.AlphaRecycled",
    "MinChildkeyTakePerSubnet",
    "SubnetEmissionEnabled",
    "SubnetExcessTao",
    "SubnetRootSellTao",
    "SubnetProtocolAlpha",
    "SubnetProtocolFlow",
    "SubnetEmaProtocolFlow",
    "NetTaoFlowEnabled",
    "OwnerCutEnabled",
    "OwnerCutAutoLockEnabled",
    "Lock",
    "LockingColdkeys",
    "HotkeyLock",
    "DecayingHotkeyLock",
    "OwnerLock",
    "DecayingOwnerLock",
    "DecayingLock",
    "MaturityRate",
    "UnlockRate",
)


def swaps_411(before: KeySwaps) -> KeySwaps:
    """The swaps of keys before it, with what 411 changed."""
    own: dict[HotkeyStep, HotkeyStep] = {hotkeys.own_new_hotkey: dated_hotkeys.own_new_hotkey_411}
    coldkey: dict[ColdkeyStep, ColdkeyStep] = {
        coldkeys.carry_hotkeys: dated_coldkeys.carry_hotkeys_411,
        coldkeys.carry_balance: dated_coldkeys.carry_balance_411,
    }
    return evolve(
        before,
        pay=dated_checks.recycle_cost_411,
        one_subnet_checks=inserted(
            before.one_subnet_checks, swap_checks.interval_has_passed, dated_checks.new_hotkey_is_no_subnets_account_411
        ),
        all_subnets_before=(locked.carry_locks_of_hotkey_411, *instead(before.all_subnets_before, own)),
        on_subnet=instead(before.on_subnet, {hotkeys.carry_subnet_ownership: dated_hotkeys.carry_subnet_ownership_411}),
        coldkey=inserted(instead(before.coldkey, coldkey), dated_coldkeys.carry_hotkeys_411, locked.carry_locks_of_coldkey_411),
    )


def step_411(before: Runtime) -> Runtime:
    """The runtime before it, with what 411 changed."""
    return evolve(
        before,
        parameter_steps=dated_tables.changed(before.parameter_steps, dated_tables.STEPS_411),
        swaps=swaps_411(before.swaps),
        every_upgrade=without(before.every_upgrade, emission_migrations.recount_total_issuance),
        migrations=(
            *before.migrations,
            keys_migrations.forget_stake_burns_411,
            emission_migrations.mint_into_subnet_accounts_411,
            only_noted("migrate_remove_deprecated_conviction_maps", "migrate_reset_tnet_conviction_locks"),
        ),
        layout=before.layout.with_items(ADDED),
        tao=tao.TAO_BOOK_411,
        orders=evolve(
            before.orders,
            tao_of_moves=tao.TAO_BOOK_411,
            before_handing=(lock_moves.transfer_lock_411, *before.orders.before_handing),
        ),
        calls={**before.calls, **order_calls.CALLS_411, **lock_calls.CALLS_411, **owner_calls.CALLS_411},
        begin_subnet=instead(before.begin_subnet, {beginning.init_network_397: beginning.init_network_411}),
        register_network=new_networks.STEPS_411,
        dissolve_network=inserted(
            instead(before.dissolve_network, {pay_out.END_STAKES_365: pay_out.END_STAKES_411}),
            pay_out.END_STAKES_411,
            ending.release_locks_411,
        ),
        cleared_with_network=ending.CLEARED_411,
        count_alpha=alpha.count_alpha_411,
        may_unstake=locks.ensure_available_to_unstake,
        least_childkey_take=childkey_takes.least_childkey_take_411,
        nomination_cleared=locks.force_reduce_lock,
        pay_owner=handout.pay_owner_411,
        share_emission=shares.share_by_flow_411,
        emission_steps=(
            injection.forget_root_sales_411,
            *instead(
                instead(before.emission_steps, {injection.inject_334: injection.inject_411}),
                {coinbase.cut_for_owners: injection.cut_for_owners_411},
            ),
        ),
        after_staking=(*before.after_staking, after_moves.clean_lock_up_411),
        after_unstaking=(*before.after_unstaking, after_moves.clean_lock_up_411),
        item_failed=weights.item_failed_411,
        hotkey_checks=(*before.hotkey_checks, checks.not_a_subnets_account_411),
        pay_for_registration=checks.pay_for_registration_411,
        clear_neuron=seats.clear_neuron_411,
    )
