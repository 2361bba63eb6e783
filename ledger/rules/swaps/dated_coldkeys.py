"""Steps of coldkey swaps that differ in later runtimes, each named with the spec_version that introduced it."""

from neuron_ledger.events.swaps import ColdkeySwapped
from neuron_ledger.ledger.errors import CannotUseSystemAccount, NotEnoughBalanceToPaySwapColdKey
from neuron_ledger.ledger.key_swaps import ColdkeyStep, ColdkeySwap
from neuron_ledger.ledger.rules.accounts.balances import EXISTENTIAL_DEPOSIT
from neuron_ledger.ledger.rules.accounts.tao import is_subnet_account, keep_alive_balance, transfer_tao
from neuron_ledger.ledger.rules.netuids import ROOT, known_netuids
from neuron_ledger.ledger.rules.numbers.saturating import add_u128
from neuron_ledger.ledger.rules.stake.positions import (
    decrease_stake_for_hotkey_and_coldkey_on_subnet,
    get_stake_for_hotkey_and_coldkey_on_subnet,
    increase_stake_for_hotkey_and_coldkey_on_subnet,
)
from neuron_ledger.ledger.rules.stake.root_claims import maybe_add_coldkey_index, maybe_remove_coldkey_index
from neuron_ledger.ledger.rules.swaps.checks import new_coldkey_is_new
from neuron_ledger.ledger.rules.swaps.coldkeys import (
    carry_balance,
    carry_hotkeys,
    carry_identity,
    carry_staking_hotkeys,
    carry_subnets,
    note_swap_of_new_coldkey,
)
from neuron_ledger.ledger.rules.swaps.dated_hotkeys import carry_root_claimed
from neuron_ledger.ledger.rules.swaps.moved import merge, with_last
from neuron_ledger.ledger.runtime import Tx


def carry_auto_stake_315(tx: Tx, swap: ColdkeySwap) -> None:
    """On every subnet, the new coldkey takes over the old one's auto-stake hotkey, and is appended to that hotkey's list.

    Source: subtensor swap/swap_coldkey.rs::transfer_auto_stake_destination, spec_version 424.
    """
    chosen, choosers = tx.storage.auto_stake_destination, tx.storage.auto_stake_destination_coldkeys
    for netuid in known_netuids(tx.storage):
        hotkey = chosen[swap.old, netuid]
        if hotkey is not None:
            chosen.remove((swap.old, netuid))
            chosen[swap.new, netuid] = hotkey
            choosers[hotkey, netuid] = tuple(with_last(choosers[hotkey, netuid], swap.new, swap.old, swap.new))


def carry_shares_334(tx: Tx, swap: ColdkeySwap) -> None:
    """As before; where the new coldkey then has shares, what the old one claimed of root dividends counts for it.

    Source: subtensor swap/swap_coldkey.rs::transfer_coldkey_stake, spec_version 385.
    """
    alpha, netuids = tx.storage.alpha, known_netuids(tx.storage)
    for hotkey in tx.storage.staking_hotkeys[swap.old]:
        for netuid in netuids:
            merge(alpha, (hotkey, swap.old, netuid), (hotkey, swap.new, netuid), add_u128)
            if alpha[hotkey, swap.new, netuid]:
                _claimed_by_new_coldkey(tx, swap, hotkey, netuid)


def carry_stake_397(tx: Tx, swap: ColdkeySwap) -> None:
    """Move the stake on every hotkey of the old coldkey's list like a move of stake: shares are bought anew.

    Source: subtensor swap/swap_coldkey.rs::transfer_coldkey_stake, spec_version 424.
    """
    for netuid in known_netuids(tx.storage):
        for hotkey in tuple(tx.storage.staking_hotkeys[swap.old]):
            stake = get_stake_for_hotkey_and_coldkey_on_subnet(tx, hotkey, swap.old, netuid)
            decrease_stake_for_hotkey_and_coldkey_on_subnet(tx, hotkey, swap.old, netuid, stake)
            increase_stake_for_hotkey_and_coldkey_on_subnet(tx, hotkey, swap.new, netuid, stake)
            if get_stake_for_hotkey_and_coldkey_on_subnet(tx, hotkey, swap.new, netuid):
                _claimed_by_new_coldkey(tx, swap, hotkey, netuid)


def _claimed_by_new_coldkey(tx: Tx, swap: ColdkeySwap, hotkey: bytes, netuid: int) -> None:
    carry_root_claimed(tx, netuid, (hotkey, swap.old), (hotkey, swap.new))
    if netuid == ROOT:
        maybe_add_coldkey_index(tx, swap.new)


def drop_number_418(tx: Tx, swap: ColdkeySwap) -> None:
    """Remove the old coldkey from those drawn for automatic claims, since it no longer has stake on root.

    Source: subtensor swap/swap_coldkey.rs::transfer_coldkey_stake, spec_version 424.
    """
    if ROOT in tx.storage.networks_added:
        maybe_remove_coldkey_index(tx, swap.old)


def carry_identity_385(tx: Tx, swap: ColdkeySwap) -> None:
    """Move the identity, unless the new coldkey has one.

    Source: subtensor swap/swap_coldkey.rs::do_swap_coldkey, spec_version 424.
    """
    if swap.new not in tx.storage.identities_v2:
        carry_identity(tx, swap)


def carry_hotkeys_411(tx: Tx, swap: ColdkeySwap) -> None:
    """Raises: CannotUseSystemAccount for one that is the account of a subnet, which no coldkey can own now.

    Source: subtensor swap/swap_coldkey.rs::transfer_hotkeys_ownership, spec_version 424.
    """
    for hotkey in tx.storage.owned_hotkeys[swap.old]:
        if is_subnet_account(hotkey):
            raise CannotUseSystemAccount(hotkey=hotkey)
    carry_hotkeys(tx, swap)


def carry_balance_411(tx: Tx, swap: ColdkeySwap) -> None:
    """Move the balance; the old coldkey's account is closed.

    Source: subtensor coinbase/tao.rs::transfer_all_tao_and_kill, spec_version 424.
    """
    transfer_tao(tx, swap.old, swap.new, tx.storage.balances[swap.old])


def report_swap_385(tx: Tx, swap: ColdkeySwap) -> None:
    tx.emit(ColdkeySwapped(old_coldkey=swap.old, new_coldkey=swap.new))


COLDKEY_385: tuple[ColdkeyStep, ...] = (
    new_coldkey_is_new,
    carry_identity_385,
    carry_subnets,
    carry_auto_stake_315,
    carry_shares_334,
    carry_staking_hotkeys,
    carry_hotkeys,
    carry_balance,
    note_swap_of_new_coldkey,
    report_swap_385,
)
"""The cost of a swap is checked and paid before these."""


def charge_385(tx: Tx, coldkey: bytes, cost: int) -> None:
    """Take the cost of a swap, all of it. Raises: NotEnoughBalanceToPaySwapColdKey.

    Source: subtensor swap/swap_coldkey.rs::charge_swap_cost, spec_version 424.
    """
    if cost > keep_alive_balance(tx, coldkey):
        raise NotEnoughBalanceToPaySwapColdKey(needed=cost + EXISTENTIAL_DEPOSIT, balance=tx.storage.balances[coldkey])
    tx.rules.swaps.pay(tx, coldkey, cost)
