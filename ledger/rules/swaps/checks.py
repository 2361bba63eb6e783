"""What swaps of keys must pass, and what they cost."""

from collections.abc import Sequence

from neuron_ledger.ledger.errors import (
    ColdKeyAlreadyAssociated,
    HotKeyAlreadyRegisteredInSubNet,
    HotKeySetTxRateLimitExceeded,
    HotKeySwapOnSubnetIntervalNotPassed,
    NewColdKeyIsHotkey,
    NewHotKeyIsSameWithOld,
    NotEnoughBalanceToPaySwapColdKey,
    NotEnoughBalanceToPaySwapHotKey,
)
from neuron_ledger.ledger.key_swaps import ColdkeySwap, HotkeySwap
from neuron_ledger.ledger.rules.accounts.balances import can_remove_balance, remove_balance
from neuron_ledger.ledger.rules.accounts.owners import ensure_coldkey_owns_hotkey, hotkey_account_exists
from neuron_ledger.ledger.rules.last_blocks import TX
from neuron_ledger.ledger.rules.numbers.saturating import add_u64, sub_u64
from neuron_ledger.ledger.runtime import Tx

KEY_SWAP_COST = 100_000_000
"""Rao for a swap of a hotkey on all subnets, and for a swap of a coldkey that its owner requests."""

KEY_SWAP_ON_SUBNET_COST = 1_000_000
"""Rao for the swap of a hotkey on one subnet."""

INTERVAL = 36_000
"""Blocks, until spec_version 391, that must lie between two swaps of one coldkey's hotkeys on one subnet."""


# ------------------------------------------------------------------------------------------------------------- hotkeys


def coldkey_owns_old_hotkey(tx: Tx, swap: HotkeySwap) -> None:
    """Raises: NonAssociatedColdKey."""
    ensure_coldkey_owns_hotkey(tx, swap.coldkey, swap.old)


def hotkeys_differ(_: Tx, swap: HotkeySwap) -> None:
    """Raises: NewHotKeyIsSameWithOld."""
    if swap.old == swap.new:
        raise NewHotKeyIsSameWithOld(hotkey=swap.new)


def not_too_soon(tx: Tx, swap: HotkeySwap) -> None:
    """More than TxRateLimit blocks since the coldkey's last swap. Raises: HotKeySetTxRateLimitExceeded.

    Source: subtensor utils/rate_limiting.rs::exceeds_tx_rate_limit, spec_version 277.
    """
    blocks, limit = tx.rules.last_blocks, tx.storage.tx_rate_limit.value
    last = blocks.counted(tx.block, blocks.read(tx.storage, TX, swap.coldkey))
    if limit and last and sub_u64(tx.block, last) <= limit:
        raise HotKeySetTxRateLimitExceeded(coldkey=swap.coldkey, last_swap=last, allowed_from=last + limit + 1)


def new_hotkey_is_nowhere(tx: Tx, swap: HotkeySwap) -> None:
    """The new hotkey has no uid on any subnet. Raises: HotKeyAlreadyRegisteredInSubNet."""
    members = tx.storage.is_network_member
    if any(member and hotkey == swap.new for (hotkey, _), member in members.items()):
        raise HotKeyAlreadyRegisteredInSubNet(hotkey=swap.new)


def interval_has_passed(tx: Tx, swap: HotkeySwap) -> None:
    """If the coldkey never swapped on the subnet, the interval counts from block 0.

    Raises: HotKeySwapOnSubnetIntervalNotPassed.
    """
    if swap.netuid is not None:
        ensure_interval_has_passed(tx, swap.coldkey, swap.netuid)


def ensure_interval_has_passed(tx: Tx, coldkey: bytes, netuid: int) -> None:
    last = tx.storage.last_hotkey_swap_on_netuid[netuid, coldkey]
    ends = add_u64(last, tx.rules.swaps.interval)
    if ends >= tx.block:
        raise HotKeySwapOnSubnetIntervalNotPassed(coldkey=coldkey, netuid=netuid, last_swap=last, allowed_from=ends + 1)


def new_hotkey_is_not_there(tx: Tx, swap: HotkeySwap) -> None:
    """The new hotkey must have no entry on the subnet at all, not even one that it is not a member.

    Raises: HotKeyAlreadyRegisteredInSubNet.
    """
    if (swap.new, swap.netuid) in tx.storage.is_network_member:
        raise HotKeyAlreadyRegisteredInSubNet(netuid=swap.netuid, hotkey=swap.new)


def noted_on_the_subnet(_: Tx, swap: HotkeySwap) -> Sequence[int]:
    """A swap on all subnets is noted on none."""
    return () if swap.netuid is None else (swap.netuid,)


def ensure_hotkey_swap_can_be_paid(tx: Tx, coldkey: bytes, cost: int) -> None:
    """Raises: NotEnoughBalanceToPaySwapHotKey."""
    if not can_remove_balance(tx, coldkey, cost):
        raise NotEnoughBalanceToPaySwapHotKey(needed=cost, balance=tx.storage.balances[coldkey])


def burn_cost(tx: Tx, coldkey: bytes, cost: int) -> None:
    """Burn the cost of a swap, or as much of it as leaves the coldkey its existential deposit."""
    burned = remove_balance(tx, coldkey, cost)
    tx.storage.total_issuance.value = sub_u64(tx.storage.total_issuance.value, burned)


# ------------------------------------------------------------------------------------------------------------ coldkeys


def new_coldkey_is_new(tx: Tx, swap: ColdkeySwap) -> None:
    """Raises: ColdKeyAlreadyAssociated, NewColdKeyIsHotkey: in this order."""
    hotkeys = tx.storage.staking_hotkeys[swap.new]
    if hotkeys:
        raise ColdKeyAlreadyAssociated(coldkey=swap.new, hotkeys=len(hotkeys))
    if hotkey_account_exists(tx, swap.new):
        raise NewColdKeyIsHotkey(coldkey=swap.new, owner=tx.storage.owner[swap.new])


def ensure_coldkey_swap_can_be_paid(tx: Tx, coldkey: bytes, cost: int) -> None:
    """Raises: NotEnoughBalanceToPaySwapColdKey."""
    if not can_remove_balance(tx, coldkey, cost):
        raise NotEnoughBalanceToPaySwapColdKey(needed=cost, balance=tx.storage.balances[coldkey])


def old_coldkey_pays(tx: Tx, swap: ColdkeySwap) -> None:
    """Raises: NotEnoughBalanceToPaySwapColdKey, ZeroBalanceAfterWithdrawn: in this order."""
    ensure_coldkey_swap_can_be_paid(tx, swap.old, swap.cost)
    burn_cost(tx, swap.old, swap.cost)
