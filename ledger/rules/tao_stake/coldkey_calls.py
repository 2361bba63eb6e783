"""Swaps of coldkeys in July and August 2024, and the calls by which an owner could transfer everything.

Source: subtensor swap.rs, staking.rs, spec_versions 156 to 166.
"""

from functools import partial

from neuron_ledger.events.early_staking import RemoveTaoStake
from neuron_ledger.events.early_swaps import (
    SwapAnyColdkey,
    SwapOwnColdkey,
    UnstakeAllAndTransferToNewColdkey,
    UnstakedAndTransferred,
    UnstakeHotkeyAndTransferToNewColdkey,
)
from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.events.storage.items import NOBODY
from neuron_ledger.events.swaps import ColdkeySwapped
from neuron_ledger.ledger.errors import ColdKeyAlreadyAssociated, NoBalanceToTransfer, SameColdkey
from neuron_ledger.ledger.key_swaps import ColdkeyStep, ColdkeySwap
from neuron_ledger.ledger.rules.accounts.owners import hotkey_account_exists
from neuron_ledger.ledger.rules.numbers.saturating import add_u64
from neuron_ledger.ledger.rules.stake.calls import ensure_own_hotkey
from neuron_ledger.ledger.rules.swaps import checks
from neuron_ledger.ledger.rules.swaps.coldkeys import carry_balance, note_swap_of_new_coldkey
from neuron_ledger.ledger.rules.swaps.moved import carry_whole
from neuron_ledger.ledger.rules.tao_stake.calls import remove_stake_150
from neuron_ledger.ledger.rules.tao_stake.swap_calls import KEY_SWAP_COST
from neuron_ledger.ledger.runtime import Tx, call_table, handles
from neuron_ledger.ledger.transaction import ensure_signed

Steps = tuple[ColdkeyStep, ...]

# --------------------------------------------------------------------------------------------------------------- checks


def new_coldkey_owns_nothing_156(tx: Tx, swap: ColdkeySwap) -> None:
    """Raises: ColdKeyAlreadyAssociated."""
    _ensure_new(swap, sum(owner == swap.new for owner in tx.storage.owner.values()))


def new_coldkey_is_new_194(tx: Tx, swap: ColdkeySwap) -> None:
    """It must stake nowhere, and not be a hotkey. Raises: ColdKeyAlreadyAssociated."""
    _ensure_new(swap, len(tx.storage.staking_hotkeys[swap.new]) or int(hotkey_account_exists(tx, swap.new)))


def _ensure_new(swap: ColdkeySwap, hotkeys: int) -> None:
    if hotkeys:
        raise ColdKeyAlreadyAssociated(coldkey=swap.new, hotkeys=hotkeys)


# ------------------------------------------------------------------------------------------------------------ what moves


def carry_total_156(tx: Tx, swap: ColdkeySwap) -> None:
    """Overwrite the new coldkey's total stake; there is an entry then, even if it is 0."""
    carry_whole(tx.storage.total_coldkey_stake, swap.old, swap.new)


def carry_stake_156(tx: Tx, swap: ColdkeySwap) -> None:
    """Move only the stake on the old coldkey's own hotkeys, although its whole total moves."""
    for hotkey in tx.storage.owned_hotkeys[swap.old]:
        carry_whole(tx.storage.stake, (hotkey, swap.old), (hotkey, swap.new))


def copy_list_159(tx: Tx, swap: ColdkeySwap) -> None:
    """Copy the old coldkey's list of hotkeys that it stakes on to the new one, if the old one owns any hotkey."""
    if tx.storage.owned_hotkeys[swap.old]:
        tx.storage.staking_hotkeys[swap.new] = tx.storage.staking_hotkeys[swap.old]


def carry_owners_156(tx: Tx, swap: ColdkeySwap) -> None:
    for hotkey in tx.storage.owned_hotkeys[swap.old]:
        tx.storage.owner[hotkey] = swap.new


def carry_moves_156(tx: Tx, swap: ColdkeySwap) -> None:
    """Move the counts of moves of stake, with hotkey and coldkey interchanged in the key, as on the chain: mostly an entry of 0.
    From 194 until 166 the old coldkey no longer owns any hotkey at this point; since 195 it does again."""
    for hotkey in tx.storage.owned_hotkeys[swap.old]:
        carry_whole(tx.storage.total_hotkey_coldkey_stakes_this_interval, (hotkey, swap.old), (hotkey, swap.new))


def carry_subnets_156(tx: Tx, swap: ColdkeySwap) -> None:
    """For all netuids up to the number of subnets, existing or not; those without an owner belong to the zero account."""
    owners = tx.storage.subnet_owner
    for netuid in range(tx.storage.total_networks.value + 1):
        if (owners[netuid] or NOBODY) == swap.old:
            owners[netuid] = swap.new


def carry_owned_156(tx: Tx, swap: ColdkeySwap) -> None:
    """Replace the new coldkey's list of hotkeys by the old one's."""
    carry_whole(tx.storage.owned_hotkeys, swap.old, swap.new)


def carry_stake_194(tx: Tx, swap: ColdkeySwap) -> None:
    """Move the stake on the old coldkey's own hotkeys, with the hotkeys on which it has any; the lists of all of them move.

    Source: swap.rs::swap_stake_for_coldkey, spec_version 194.
    """
    storage = tx.storage
    _carry_total(tx, swap, sum(_take_of_own(tx, swap, hotkey, adds=False) for hotkey in storage.owned_hotkeys[swap.old]))
    carry_owned_156(tx, swap)
    hotkeys = storage.staking_hotkeys[swap.old]
    storage.staking_hotkeys.remove(swap.old)
    storage.staking_hotkeys[swap.new] = hotkeys


def carry_stake_165(tx: Tx, swap: ColdkeySwap) -> None:
    """The same with the stake on others' hotkeys, added to the new coldkey's; lists are appended to its own.

    Source: swap.rs::swap_stake_for_coldkey, spec_version 165.
    """
    storage, stake = tx.storage, tx.storage.stake
    moved = sum(_take_of_own(tx, swap, hotkey, adds=True) for hotkey in storage.owned_hotkeys[swap.old])
    for hotkey in storage.staking_hotkeys[swap.old]:
        if (hotkey, swap.old) in stake:
            staked = _take(tx, swap, hotkey)
            if staked:
                stake[hotkey, swap.new] = add_u64(staked, stake[hotkey, swap.new])
            moved += staked
    _carry_total(tx, swap, moved)
    owned, staking = storage.owned_hotkeys, storage.staking_hotkeys
    owned[swap.new] = tuple(dict.fromkeys((*owned[swap.new], *owned[swap.old])))
    owned.remove(swap.old)
    both = tuple(dict.fromkeys((*staking[swap.new], *staking[swap.old])))
    staking.remove(swap.old)
    staking[swap.new] = both


def _take_of_own(tx: Tx, swap: ColdkeySwap, hotkey: bytes, *, adds: bool) -> int:
    """Move the stake on one of the old coldkey's hotkeys and, if there is any, the hotkey. Returns: the rao."""
    stake, staked = tx.storage.stake, _take(tx, swap, hotkey)
    if staked:
        stake[hotkey, swap.new] = add_u64(staked, stake[hotkey, swap.new] if adds else 0)
        tx.storage.owner[hotkey] = swap.new
    return staked


def _take(tx: Tx, swap: ColdkeySwap, hotkey: bytes) -> int:
    staked = tx.storage.stake[hotkey, swap.old]
    tx.storage.stake.remove((hotkey, swap.old))
    return staked


def _carry_total(tx: Tx, swap: ColdkeySwap, moved: int) -> None:
    """If anything moved, the old coldkey's whole total counts for the new one."""
    if moved:
        total = tx.storage.total_coldkey_stake
        staked, total[swap.old] = total[swap.old], 0
        total[swap.new] = add_u64(total[swap.new], staked)


def report_swap(tx: Tx, swap: ColdkeySwap) -> None:
    tx.emit(ColdkeySwapped(old_coldkey=swap.old, new_coldkey=swap.new))


# ---------------------------------------------------------------------------------------------------------------- swaps

PERFORMED_194: Steps = (carry_stake_194, carry_moves_156, carry_subnets_156, carry_balance)
PERFORMED_165: Steps = (carry_stake_165, *PERFORMED_194[1:])
"""The steps of a coldkey swap, whether at once or after its arbitration."""

_REPORTED: Steps = (note_swap_of_new_coldkey, report_swap)
_OWNED_156: Steps = (carry_owners_156, carry_moves_156, carry_subnets_156, carry_owned_156, carry_balance, *_REPORTED)

STEPS_156: Steps = (new_coldkey_owns_nothing_156, carry_total_156, carry_stake_156, *_OWNED_156)
STEPS_159: Steps = (new_coldkey_owns_nothing_156, carry_total_156, carry_stake_156, copy_list_159, *_OWNED_156)
STEPS_194: Steps = (new_coldkey_is_new_194, *PERFORMED_194, *_REPORTED)
STEPS_162: Steps = (new_coldkey_is_new_194, checks.old_coldkey_pays, *PERFORMED_194, *_REPORTED)
STEPS_165: Steps = (new_coldkey_is_new_194, checks.old_coldkey_pays, *PERFORMED_165, *_REPORTED)


def swap_any_coldkey(steps: Steps, tx: Tx, origin: Origin, call: SwapAnyColdkey) -> None:
    """Give everything a coldkey owns to another, for any signer. Raises: BadOrigin, ColdKeyAlreadyAssociated: in this order."""
    ensure_signed(origin)
    perform(steps, tx, ColdkeySwap(call.old_coldkey, call.new_coldkey))


def swap_own_coldkey(steps: Steps, tx: Tx, origin: Origin, call: SwapOwnColdkey) -> None:
    """Give everything the signing coldkey owns to another.

    Raises: BadOrigin, ColdKeyAlreadyAssociated, since spec_version 162 NotEnoughBalanceToPaySwapColdKey,
    ZeroBalanceAfterWithdrawn: in this order.
    """
    perform(steps, tx, ColdkeySwap(ensure_signed(origin), call.new_coldkey, KEY_SWAP_COST))


def perform(steps: Steps, tx: Tx, swap: ColdkeySwap) -> None:
    """Raises: what the steps raise."""
    for step in steps:
        step(tx, swap)


# ------------------------------------------------------------------------------------------------- transfer of everything


def unstake_hotkey_and_transfer_156(tx: Tx, origin: Origin, call: UnstakeHotkeyAndTransferToNewColdkey) -> None:
    """Take back the stake on one of the signing coldkey's hotkeys, and give its whole balance away.

    Raises: BadOrigin, HotKeyAccountNotExists, NonAssociatedColdKey, SameColdkey, what taking the stake back raises,
    NoBalanceToTransfer: in this order. Source: staking.rs::do_unstake_all_and_transfer_to_new_coldkey, spec_version 156.
    """
    coldkey = ensure_signed(origin)
    ensure_own_hotkey(tx, coldkey, call.hotkey)
    _ensure_other(coldkey, call.new_coldkey)
    _unstake(tx, origin, coldkey, call.hotkey)
    _transfer_all(tx, coldkey, call.new_coldkey)


def unstake_all_and_transfer_158(tx: Tx, origin: Origin, call: UnstakeAllAndTransferToNewColdkey) -> None:
    """Take back the stake on all of the signing coldkey's hotkeys, and give its whole balance away.

    Raises: BadOrigin, SameColdkey, hotkey by hotkey HotKeyAccountNotExists, NonAssociatedColdKey and what taking the stake back
    raises, then NoBalanceToTransfer: in this order. Source: as before, spec_version 158.
    """
    coldkey = ensure_signed(origin)
    _unstake_own(tx, origin, coldkey, call)
    _transfer_all(tx, coldkey, call.new_coldkey)


def unstake_all_and_transfer_159(tx: Tx, origin: Origin, call: UnstakeAllAndTransferToNewColdkey) -> None:
    """The same, including the stake on others' hotkeys. Raises: as before. Source: as before, spec_version 159."""
    coldkey = ensure_signed(origin)
    _unstake_own(tx, origin, coldkey, call)
    for hotkey in tx.storage.staking_hotkeys[coldkey]:
        _unstake(tx, origin, coldkey, hotkey)
    _transfer_all(tx, coldkey, call.new_coldkey)


def _unstake_own(tx: Tx, origin: Origin, coldkey: bytes, call: UnstakeAllAndTransferToNewColdkey) -> None:
    _ensure_other(coldkey, call.new_coldkey)
    for hotkey in tx.storage.owned_hotkeys[coldkey]:
        ensure_own_hotkey(tx, coldkey, hotkey)
        _unstake(tx, origin, coldkey, hotkey)


def _ensure_other(coldkey: bytes, new_coldkey: bytes) -> None:
    if coldkey == new_coldkey:
        raise SameColdkey(coldkey=coldkey)


def _unstake(tx: Tx, origin: Origin, coldkey: bytes, hotkey: bytes) -> None:
    staked = tx.storage.stake[hotkey, coldkey]
    if staked:
        remove_stake_150(tx, origin, RemoveTaoStake(hotkey, staked))


def _transfer_all(tx: Tx, coldkey: bytes, new_coldkey: bytes) -> None:
    balance = tx.storage.balances[coldkey]
    if not balance:
        raise NoBalanceToTransfer(coldkey=coldkey)
    carry_balance(tx, ColdkeySwap(coldkey, new_coldkey))
    tx.emit(UnstakedAndTransferred(current_coldkey=coldkey, new_coldkey=new_coldkey, total_balance=balance))


CALLS_156 = call_table(
    handles(SwapAnyColdkey, partial(swap_any_coldkey, STEPS_156)),
    handles(UnstakeHotkeyAndTransferToNewColdkey, unstake_hotkey_and_transfer_156),
)
FORMS_156 = {
    "swap_coldkey": SwapAnyColdkey,
    "unstake_all_and_transfer_to_new_coldkey": UnstakeHotkeyAndTransferToNewColdkey,
}
CALLS_158 = call_table(handles(UnstakeAllAndTransferToNewColdkey, unstake_all_and_transfer_158))
FORMS_158 = {"unstake_all_and_transfer_to_new_coldkey": UnstakeAllAndTransferToNewColdkey}
GONE_158 = (UnstakeHotkeyAndTransferToNewColdkey,)
CALLS_159 = call_table(
    handles(SwapAnyColdkey, partial(swap_any_coldkey, STEPS_159)),
    handles(UnstakeAllAndTransferToNewColdkey, unstake_all_and_transfer_159),
)
CALLS_194, CALLS_162, CALLS_165 = (
    call_table(handles(SwapOwnColdkey, partial(swap_own_coldkey, steps))) for steps in (STEPS_194, STEPS_162, STEPS_165)
)
FORMS_194 = {"swap_coldkey": SwapOwnColdkey}
"""By the chain's names."""
GONE_194 = (SwapAnyColdkey, UnstakeAllAndTransferToNewColdkey)
GONE_195 = (SwapOwnColdkey,)
