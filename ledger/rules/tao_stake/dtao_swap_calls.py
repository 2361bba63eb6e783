"""How keys are swapped in the first runtimes with alpha, 233 to 274, in contrast to 277: a hotkey on all subnets at once.

What a hotkey has on removed subnets moves as well. If the new one is already a senator, the swap ends there, and what has moved
until then stays moved.
Source: subtensor swap/swap_hotkey.rs, swap/swap_coldkey.rs, spec_versions 233 to 274.
"""

from attrs import evolve

from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.events.storage.items import NOBODY
from neuron_ledger.events.swaps import ScheduleSwapColdkey, SwapHotkey
from neuron_ledger.ledger.errors import SwapAlreadyScheduled
from neuron_ledger.ledger.key_swaps import HotkeySwap
from neuron_ledger.ledger.rules.netuids import known_netuids
from neuron_ledger.ledger.rules.numbers.saturating import add_u64, add_u128
from neuron_ledger.ledger.rules.swaps import calls, coldkeys, hotkeys
from neuron_ledger.ledger.rules.swaps.moved import merge
from neuron_ledger.ledger.rules.tao_stake import set_cost_swap_calls as before_alpha
from neuron_ledger.ledger.runtime import CallTable, Tx, call_table, handles
from neuron_ledger.ledger.transaction import ensure_signed

# ------------------------------------------------------------------------------------------------------------- hotkeys


def carry_sums_233(tx: Tx, swap: HotkeySwap) -> None:
    """Move the sums of stake on the hotkey, on every existing subnet, leaving entries even for 0."""
    for netuid in known_netuids(tx.storage):
        hotkeys.carry_stake_sums(tx, swap, netuid)


def carry_sums_252(tx: Tx, swap: HotkeySwap) -> None:
    """The same, only where there is an entry."""
    storage, old, new = tx.storage, swap.old, swap.new
    for key in storage.total_hotkey_alpha.under(old):
        merge(storage.total_hotkey_alpha, key, (new, key[1]), add_u64)
    for key in storage.total_hotkey_shares.under(old):
        merge(storage.total_hotkey_shares, key, (new, key[1]), add_u128)


def carry_all_shares_233(tx: Tx, swap: HotkeySwap) -> None:
    """Move every coldkey's shares, on every subnet; append the new hotkey to their lists."""
    with_stakers = evolve(swap, stakers=hotkeys.stakers(tx.storage, swap.old))
    for netuid in with_stakers.stakers:
        hotkeys.carry_shares(tx, with_stakers, netuid)
    hotkeys.rename_for_stakers(tx, with_stakers)


def carry_stake_entries_233(tx: Tx, swap: HotkeySwap) -> None:
    """Until spec_version 244: move the entries of stake from before alpha, which are 0 except for what a migration left."""
    stake = tx.storage.stake
    for key in stake.under(swap.old):
        merge(stake, key, (swap.new, key[1]), add_u64)


def carry_earnings_261(tx: Tx, swap: HotkeySwap) -> None:
    """Move the hotkey's alpha of the last epoch and its dividends, wherever it had any alpha."""
    for _, netuid in tx.storage.total_hotkey_alpha_last_epoch.under(swap.old):
        hotkeys.carry_dividends(tx, swap, netuid)
        hotkeys.carry_tao_dividends(tx, swap, netuid)


# ------------------------------------------------------------------------------------------------------------ coldkeys


def schedule_swap_coldkey_233(tx: Tx, origin: Origin, call: ScheduleSwapColdkey) -> None:
    """Schedule the swap of the signing coldkey, once: only the fact is noted, not the new coldkey.

    Raises: BadOrigin, SwapAlreadyScheduled, NotEnoughBalanceToPaySwapColdKey, FailedToSchedule: in this order.
    Source: subtensor macros/dispatches.rs::schedule_swap_coldkey, spec_version 233.
    """
    coldkey = ensure_signed(origin)
    if coldkey in tx.storage.coldkey_swap_scheduled:
        raise SwapAlreadyScheduled(coldkey=coldkey)
    calls.schedule(tx, coldkey, call.new_coldkey)
    tx.storage.coldkey_swap_scheduled[coldkey] = (0, NOBODY)


# ---------------------------------------------------------------------------------------------------- by spec_version

SWAPS_233 = evolve(
    calls.SWAPS,
    hotkey_checks=before_alpha.HOTKEY_CHECKS_195,
    one_subnet_checks=(),
    one_subnet=(),
    all_subnets_before=(
        *hotkeys.ALL_SUBNETS_BEFORE,
        carry_sums_233,
        before_alpha.note_on_new_hotkey_195,
        hotkeys.swap_senator,
        hotkeys.carry_delegate,
    ),
    on_subnet=(
        hotkeys.carry_seat,
        hotkeys.carry_endpoints,
        hotkeys.carry_commits,
        hotkeys.rename_in_loaded_emission,
        hotkeys.carry_children,
        hotkeys.carry_parents,
        hotkeys.carry_pending_children,
        hotkeys.rename_in_pending_children,
    ),
    all_subnets_after=(carry_all_shares_233, carry_stake_entries_233),
    coldkey=tuple(
        step
        for each in calls.SWAPS.coldkey
        for step in ((before_alpha.carry_stake_of_coldkey_195, each) if each is coldkeys.carry_shares else (each,))
    ),
)
"""Hotkeys are not swapped on single subnets."""

SWAPS_238 = evolve(SWAPS_233, on_subnet=(*SWAPS_233.on_subnet, hotkeys.carry_subnet_ownership))

SWAPS_244 = evolve(
    SWAPS_238,
    all_subnets_after=(carry_all_shares_233,),
    coldkey=calls.SWAPS.coldkey,
)

SWAPS_252 = evolve(
    SWAPS_244,
    all_subnets_before=(
        *hotkeys.ALL_SUBNETS_BEFORE,
        carry_sums_252,
        hotkeys.carry_last_blocks,
        hotkeys.forget_last_blocks,
        hotkeys.swap_senator,
        hotkeys.carry_delegate,
    ),
)

SWAPS_261 = evolve(SWAPS_252, all_subnets_after=(*SWAPS_252.all_subnets_after, carry_earnings_261))

CALLS_233: CallTable = call_table(
    handles(SwapHotkey, before_alpha.swap_hotkey_195),
    handles(ScheduleSwapColdkey, schedule_swap_coldkey_233),
)
