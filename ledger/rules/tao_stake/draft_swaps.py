"""How keys are swapped in the draft of alpha: a hotkey on all subnets at once, a coldkey by root, or as scheduled by itself.

Alpha moves to a new hotkey only for coldkeys that have an entry in Stake, as the one that first registered the hotkey has; what
others staked on it stays with the old one, while the sums move. The owner hotkey of a subnet stays the old one.
Source: subtensor swap/swap_hotkey.rs, swap/swap_coldkey.rs, macros/dispatches.rs, spec_version 218 of that draft.
"""

from attrs import evolve

from neuron_ledger.ledger.key_swaps import ColdkeySwap, HotkeySwap
from neuron_ledger.ledger.rules.netuids import known_netuids
from neuron_ledger.ledger.rules.numbers.saturating import add_u64
from neuron_ledger.ledger.rules.swaps import checks, coldkeys, hotkeys
from neuron_ledger.ledger.rules.swaps.moved import merge, with_last
from neuron_ledger.ledger.rules.tao_stake import set_cost_swap_calls
from neuron_ledger.ledger.rules.tao_stake.positions import staked_on
from neuron_ledger.ledger.rules.tao_stake.swap_calls import KEY_SWAP_COST
from neuron_ledger.ledger.runtime import Tx

# ------------------------------------------------------------------------------------------------------------- hotkeys


def carry_sums_218_draft(tx: Tx, swap: HotkeySwap) -> None:
    """Move the sums of stake on the hotkey, on every subnet."""
    for table in (tx.storage.total_hotkey_alpha, tx.storage.total_hotkey_shares):
        for netuid in known_netuids(tx.storage):
            merge(table, (swap.old, netuid), (swap.new, netuid), add_u64)


def carry_stake_218_draft(tx: Tx, swap: HotkeySwap) -> None:
    """Move the shares of coldkeys that have an entry in Stake, and that entry; append the new hotkey to their lists."""
    storage, old, new = tx.storage, swap.old, swap.new
    for coldkey, _ in staked_on(tx, old):
        merge(storage.stake, (old, coldkey), (new, coldkey), add_u64)
        for netuid in known_netuids(storage):
            merge(storage.alpha, (old, coldkey, netuid), (new, coldkey, netuid), add_u64)
        storage.staking_hotkeys[coldkey] = tuple(with_last(storage.staking_hotkeys[coldkey], new, old, new))


# ------------------------------------------------------------------------------------------------------------ coldkeys


def carry_stake_of_coldkey_218_draft(tx: Tx, swap: ColdkeySwap) -> None:
    """Move the entry in Stake and the shares, on every hotkey of the old coldkey's list, including absent ones, which are 0."""
    storage = tx.storage
    for hotkey in storage.staking_hotkeys[swap.old]:
        merge(storage.stake, (hotkey, swap.old), (hotkey, swap.new), add_u64)
        for netuid in known_netuids(storage):
            merge(storage.alpha, (hotkey, swap.old, netuid), (hotkey, swap.new, netuid), add_u64)


SWAPS = evolve(
    set_cost_swap_calls.SWAPS_205,
    cost=KEY_SWAP_COST,
    all_subnets_before=(
        hotkeys.own_new_hotkey,
        hotkeys.disown_old_hotkey,
        carry_sums_218_draft,
        set_cost_swap_calls.note_on_new_hotkey_195,
        hotkeys.swap_senator,
        hotkeys.carry_delegate,
    ),
    all_subnets_after=(carry_stake_218_draft,),
    coldkey=(
        checks.new_coldkey_is_new,
        set_cost_swap_calls.carry_identity_195,
        set_cost_swap_calls.old_coldkey_pays_195,
        coldkeys.carry_subnets,
        carry_stake_of_coldkey_218_draft,
        coldkeys.carry_staking_hotkeys,
        coldkeys.carry_hotkeys,
        coldkeys.carry_balance,
        coldkeys.note_swap_of_new_coldkey,
        coldkeys.drop_schedule,
        set_cost_swap_calls.report_swap_195,
    ),
)
"""How keys are swapped in the draft of alpha; hotkeys are not swapped on single subnets."""
