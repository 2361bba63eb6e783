"""What moves to the new coldkey when a coldkey is swapped, and scheduled swaps."""

from neuron_ledger.events.swaps import ColdkeySwappedAtCost, ScheduledColdkeySwapFailed
from neuron_ledger.ledger.errors import ChainError
from neuron_ledger.ledger.key_swaps import ColdkeyStep, ColdkeySwap
from neuron_ledger.ledger.rules.accounts.balances import add_balance, set_balance
from neuron_ledger.ledger.rules.netuids import known_netuids
from neuron_ledger.ledger.rules.numbers.saturating import add_u128
from neuron_ledger.ledger.rules.swaps.checks import new_coldkey_is_new, old_coldkey_pays
from neuron_ledger.ledger.rules.swaps.hotkeys import note_swap
from neuron_ledger.ledger.rules.swaps.moved import carry, merge
from neuron_ledger.ledger.runtime import Tx


def carry_identity(tx: Tx, swap: ColdkeySwap) -> None:
    carry(tx.storage.identities_v2, swap.old, swap.new)


def carry_subnets(tx: Tx, swap: ColdkeySwap) -> None:
    owners = tx.storage.subnet_owner
    for netuid in known_netuids(tx.storage):
        if owners[netuid] == swap.old:
            owners[netuid] = swap.new


def carry_shares(tx: Tx, swap: ColdkeySwap) -> None:
    """Move the shares on every hotkey of the old coldkey's list, on every subnet, including absent ones, which count as 0."""
    netuids, alpha = known_netuids(tx.storage), tx.storage.alpha
    for hotkey in tx.storage.staking_hotkeys[swap.old]:
        for netuid in netuids:
            merge(alpha, (hotkey, swap.old, netuid), (hotkey, swap.new, netuid), add_u128)


def carry_staking_hotkeys(tx: Tx, swap: ColdkeySwap) -> None:
    _carry_list(tx, swap, "StakingHotkeys")


def carry_hotkeys(tx: Tx, swap: ColdkeySwap) -> None:
    for hotkey in tx.storage.owned_hotkeys[swap.old]:
        tx.storage.owner[hotkey] = swap.new
    _carry_list(tx, swap, "OwnedHotkeys")


def _carry_list(tx: Tx, swap: ColdkeySwap, name: str) -> None:
    """Append the old coldkey's hotkeys to the new one's list."""
    table = tx.storage.map(name)
    both = tuple(dict.fromkeys((*table[swap.new], *table[swap.old])))
    table.remove(swap.old)
    table[swap.new] = both


def carry_balance(tx: Tx, swap: ColdkeySwap) -> None:
    """Move the balance; the old coldkey's account is closed."""
    balance = tx.storage.balances[swap.old]
    if balance:
        set_balance(tx, swap.old, 0)
        add_balance(tx, swap.new, balance)


def drop_schedule(tx: Tx, swap: ColdkeySwap) -> None:
    """Remove the note that a swap is scheduled; the swap itself stays scheduled, and will find nothing."""
    tx.storage.coldkey_swap_scheduled.remove(swap.old)


def note_swap_of_new_coldkey(tx: Tx, swap: ColdkeySwap) -> None:
    note_swap(tx, swap.new)


def report_swap_at_cost(tx: Tx, swap: ColdkeySwap) -> None:
    tx.emit(ColdkeySwappedAtCost(old_coldkey=swap.old, new_coldkey=swap.new, swap_cost=swap.cost))


COLDKEY: tuple[ColdkeyStep, ...] = (
    new_coldkey_is_new,
    carry_identity,
    old_coldkey_pays,
    carry_subnets,
    carry_shares,
    carry_staking_hotkeys,
    carry_hotkeys,
    carry_balance,
    note_swap_of_new_coldkey,
    drop_schedule,
    report_swap_at_cost,
)


def do_swap_coldkey(tx: Tx, swap: ColdkeySwap) -> None:
    """Give everything a coldkey owns to another.

    Raises: ColdKeyAlreadyAssociated, NewColdKeyIsHotkey, NotEnoughBalanceToPaySwapColdKey, ZeroBalanceAfterWithdrawn: in this
    order. Source: subtensor swap/swap_coldkey.rs::do_swap_coldkey, spec_version 277.
    """
    for step in tx.rules.swaps.coldkey:
        step(tx, swap)


def run_scheduled_swaps(tx: Tx) -> None:
    """Try the swaps scheduled for this block, in the order of scheduling; one that is refused changes nothing.

    Source: polkadot-sdk pallet-scheduler lib.rs::on_initialize, as used at spec_version 277.
    """
    scheduled = tx.storage.scheduled_coldkey_swaps
    if tx.block not in scheduled:
        return
    due = scheduled[tx.block]
    scheduled.remove(tx.block)
    for old, new, cost in due:
        begin = tx.savepoint()
        try:
            do_swap_coldkey(tx, ColdkeySwap(old, new, cost))
        except ChainError as error:
            tx.undo(begin)
            tx.emit(ScheduledColdkeySwapFailed(old_coldkey=old, new_coldkey=new, error=tx.rules.error_name(error)))
