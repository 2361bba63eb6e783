"""Further checks of hotkey swaps in later runtimes, each named with the spec_version that introduced it."""

from collections.abc import Sequence

from neuron_ledger.ledger.errors import CannotUseSystemAccount, NewHotKeyNotCleanForRootSwap
from neuron_ledger.ledger.key_swaps import HotkeySwap
from neuron_ledger.ledger.rules.accounts.owners import ensure_coldkey_owns_hotkey, hotkey_account_exists
from neuron_ledger.ledger.rules.accounts.tao import is_subnet_account, recycle_tao
from neuron_ledger.ledger.rules.netuids import ROOT, known_netuids
from neuron_ledger.ledger.rules.stake.positions import get_stake_for_hotkey_on_subnet
from neuron_ledger.ledger.rules.swaps.checks import (
    ensure_interval_has_passed,
    new_hotkey_is_not_there,
    new_hotkey_is_nowhere,
)
from neuron_ledger.ledger.runtime import Tx

INTERVAL_391 = 7_200
"""Blocks that must lie between two swaps of one coldkey's hotkeys on one subnet."""


def new_hotkey_has_no_uid_391(tx: Tx, swap: HotkeySwap) -> None:
    """A hotkey with a uid elsewhere can be swapped in on one subnet. Raises: HotKeyAlreadyRegisteredInSubNet.

    Source: subtensor swap/swap_hotkey.rs::do_swap_hotkey, spec_version 391.
    """
    check = new_hotkey_is_nowhere if swap.netuid is None else new_hotkey_is_not_there
    check(tx, swap)


def new_hotkey_is_clean_394(tx: Tx, swap: HotkeySwap) -> None:
    """If the swap includes the root network, the new hotkey must have neither stake nor dividends there.

    Raises: NewHotKeyNotCleanForRootSwap. Source: subtensor swap/swap_hotkey.rs::do_swap_hotkey, spec_version 397.
    """
    if swap.netuid in (None, ROOT):
        _ensure_clean(tx, swap.new, claimed=None)


def new_hotkey_is_clean_418(tx: Tx, swap: HotkeySwap) -> None:
    """As before, and nothing may have been claimed of it there.

    Raises: NewHotKeyNotCleanForRootSwap. Source: subtensor swap/swap_hotkey.rs::do_swap_hotkey, spec_version 424.
    """
    if swap.netuid in (None, ROOT):
        claimed = sum(1 for netuid, hotkey, _ in tx.storage.root_claimed if (netuid, hotkey) == (ROOT, swap.new))
        _ensure_clean(tx, swap.new, claimed)


def _ensure_clean(tx: Tx, hotkey: bytes, claimed: int | None) -> None:
    """claimed: the number of coldkeys that claimed of it; None: not checked."""
    stake, claimable = get_stake_for_hotkey_on_subnet(tx, hotkey, ROOT), len(tx.storage.root_claimable[hotkey])
    if claimable or stake or claimed:
        raise NewHotKeyNotCleanForRootSwap(hotkey=hotkey, stake=stake, claimable=claimable, claimed=claimed)


def new_hotkey_is_no_subnets_account_411(_: Tx, swap: HotkeySwap) -> None:
    """Raises: CannotUseSystemAccount. Source: subtensor swap/swap_hotkey.rs::swap_hotkey_on_subnet, spec_version 424."""
    if is_subnet_account(swap.new):
        raise CannotUseSystemAccount(hotkey=swap.new)


def new_hotkey_is_ones_own_416(tx: Tx, swap: HotkeySwap) -> None:
    """A new hotkey that has an owner must belong to the coldkey. Raises: NonAssociatedColdKey.

    Source: subtensor swap/swap_hotkey.rs::do_swap_hotkey, spec_version 424.
    """
    if hotkey_account_exists(tx, swap.new):
        ensure_coldkey_owns_hotkey(tx, swap.coldkey, swap.new)


def noted_where_it_takes_part_418(tx: Tx, swap: HotkeySwap) -> Sequence[int]:
    """A swap on all subnets is noted on those where the old hotkey is a member or has children.

    Source: subtensor swap/swap_hotkey.rs::do_swap_hotkey, spec_version 424.
    """
    if swap.netuid is not None:
        return (swap.netuid,)
    members, children = tx.storage.is_network_member, tx.storage.child_keys
    return [netuid for netuid in known_netuids(tx.storage) if members[swap.old, netuid] or children[swap.old, netuid]]


def intervals_have_passed_418(tx: Tx, swap: HotkeySwap) -> None:
    """On each of these subnets, unless the coldkey never swapped there. Raises: HotKeySwapOnSubnetIntervalNotPassed."""
    for netuid in noted_where_it_takes_part_418(tx, swap):
        if tx.storage.last_hotkey_swap_on_netuid[netuid, swap.coldkey]:
            ensure_interval_has_passed(tx, swap.coldkey, netuid)


def recycle_cost_411(tx: Tx, coldkey: bytes, cost: int) -> None:
    """All of it, or nothing. Raises: InsufficientBalance.

    Source: subtensor swap/swap_hotkey.rs::do_swap_hotkey, spec_version 424.
    """
    recycle_tao(tx, coldkey, cost)
