"""How a hotkey took the place of another, before there was alpha: on all subnets at once.

Prometheus endpoints and commits to weights stay with the old hotkey, and so does how often stake on it was moved.
Source: subtensor registration.rs::do_swap_hotkey, spec_versions 143 and 185.
"""

from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.events.swaps import HotkeySwapped, SwapHotkey
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.ledger.key_swaps import HotkeySwap
from neuron_ledger.ledger.rules.accounts.balances import remove_balance, remove_whole_balance
from neuron_ledger.ledger.rules.numbers.saturating import sub_u64
from neuron_ledger.ledger.rules.swaps import checks
from neuron_ledger.ledger.rules.swaps.hotkeys import note_swap
from neuron_ledger.ledger.rules.swaps.moved import carry
from neuron_ledger.ledger.rules.tao_stake.positions import staked_on
from neuron_ledger.ledger.runtime import CallTable, Tx, call_table, handles
from neuron_ledger.ledger.transaction import ensure_signed

KEY_SWAP_COST = 1_000_000_000
"""Rao."""


def swap_hotkey_136(tx: Tx, origin: Origin, call: SwapHotkey) -> None:
    """Let another hotkey take the place of one of the signing coldkey; the cost leaves the balance whole.

    Raises: FieldError where a subnet is named; BadOrigin, NonAssociatedColdKey, HotKeySetTxRateLimitExceeded,
    NewHotKeyIsSameWithOld, HotKeyAlreadyRegisteredInSubNet, NotEnoughBalanceToPaySwapHotKey, BalanceWithdrawalError: in this
    order.
    """
    swap = _asked(tx, origin, call)
    burn(tx, remove_whole_balance(tx, swap.coldkey, KEY_SWAP_COST))
    carry_all(tx, swap)


def swap_hotkey_149(tx: Tx, origin: Origin, call: SwapHotkey) -> None:
    """The same since spec_version 149: of the cost as much is burned as leaves the coldkey its existential deposit.

    Raises: as `swap_hotkey_136`, with ZeroBalanceAfterWithdrawn in the place of BalanceWithdrawalError.
    """
    swap = _asked(tx, origin, call)
    burn(tx, remove_balance(tx, swap.coldkey, KEY_SWAP_COST))
    carry_all(tx, swap)


def _asked(tx: Tx, origin: Origin, call: SwapHotkey) -> HotkeySwap:
    if call.netuid is not None:
        raise FieldError("netuid", "nothing: a hotkey is swapped on all subnets at this spec_version", call.netuid)
    swap = HotkeySwap(ensure_signed(origin), call.hotkey, call.new_hotkey, None)
    checks.coldkey_owns_old_hotkey(tx, swap)
    checks.not_too_soon(tx, swap)
    checks.hotkeys_differ(tx, swap)
    checks.new_hotkey_is_nowhere(tx, swap)
    checks.ensure_hotkey_swap_can_be_paid(tx, swap.coldkey, KEY_SWAP_COST)
    return swap


def burn(tx: Tx, amount: int) -> None:
    """Rao that is gone. Source: subtensor utils.rs::burn_tokens, spec_versions 143 and 185."""
    tx.storage.total_issuance.value = sub_u64(tx.storage.total_issuance.value, amount)


def carry_all(tx: Tx, swap: HotkeySwap) -> None:
    """Everything that goes over. What the new hotkey had is written over, and what it had besides stays."""
    storage, old, new = tx.storage, swap.old, swap.new
    storage.owner.remove(old)
    storage.owner[new] = swap.coldkey
    for name in ("TotalHotkeyStake", "Delegates", "LastTxBlock"):
        carry(storage.map(name), old, new)
    for coldkey, _ in staked_on(tx, old):
        carry(storage.stake, (old, coldkey), (new, coldkey))
    netuids = sorted(netuid for _, netuid in storage.is_network_member.under(old))
    for netuid in netuids:
        storage.is_network_member.remove((old, netuid))
        storage.is_network_member[new, netuid] = True
        carry(storage.axons, (netuid, old), (netuid, new))
        carry_uid(tx, swap, netuid)
    note_swap(tx, swap.coldkey)
    tx.emit(HotkeySwapped(coldkey=swap.coldkey, old_hotkey=old, new_hotkey=new))


def carry_uid(tx: Tx, swap: HotkeySwap, netuid: int) -> None:
    """The uid, and the emission that waits at the place of that number in the subnet's list, whosesoever that is."""
    storage = tx.storage
    uid = storage.uids[netuid, swap.old]
    if uid is None:
        return
    carry(storage.uids, (netuid, swap.old), (netuid, swap.new))
    storage.keys[netuid, uid] = swap.new
    loaded = storage.loaded_emission[netuid]
    if loaded is not None and uid < len(loaded):
        _, server, validator = loaded[uid]
        storage.loaded_emission[netuid] = (*loaded[:uid], (swap.new, server, validator), *loaded[uid + 1 :])


CALLS_136: CallTable = call_table(handles(SwapHotkey, swap_hotkey_136))
CALLS_149: CallTable = call_table(handles(SwapHotkey, swap_hotkey_149))
