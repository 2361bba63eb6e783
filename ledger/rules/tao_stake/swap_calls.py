"""Swaps of hotkeys before alpha: on all subnets at once, by checks and steps in order.

The new hotkey's own values are overwritten; those without a counterpart stay. Until spec_version 154 Prometheus endpoints stay
with the old hotkey; commits to weights, and the counts of moves of stake on it, always do.
Source: subtensor registration.rs::do_swap_hotkey, spec_versions 143 and 185; swap.rs::do_swap_hotkey, 154 to 162.
"""

from functools import partial

from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.events.swaps import HotkeySwapped, SwapHotkey
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.ledger.key_swaps import HotkeyStep, HotkeySwap
from neuron_ledger.ledger.rules.accounts.balances import remove_balance, remove_whole_balance
from neuron_ledger.ledger.rules.numbers.saturating import sub_u64
from neuron_ledger.ledger.rules.swaps import checks
from neuron_ledger.ledger.rules.swaps.hotkeys import carry_delegate, note_swap, rename_in_loaded_emission, swap_senator
from neuron_ledger.ledger.rules.swaps.moved import carry, with_last
from neuron_ledger.ledger.rules.tao_stake.positions import staked_on
from neuron_ledger.ledger.runtime import CallTable, Tx, call_table, handles
from neuron_ledger.ledger.transaction import ensure_signed

KEY_SWAP_COST = 1_000_000_000
"""Rao."""

Steps = tuple[HotkeyStep, ...]


def swap_hotkey(steps: Steps, tx: Tx, origin: Origin, call: SwapHotkey) -> None:
    """Replace a hotkey of the signing coldkey by another.

    Raises: FieldError where a subnet is named; BadOrigin, then what the steps raise, in their order: first the checks, then what
    paying for it raises.
    """
    if call.netuid is not None:
        raise FieldError("netuid", "None, since a hotkey is swapped on all subnets at this spec_version", call.netuid)
    swap = HotkeySwap(ensure_signed(origin), call.hotkey, call.new_hotkey, None)
    for step in steps:
        step(tx, swap)
    note_swap(tx, swap.coldkey)
    tx.emit(HotkeySwapped(coldkey=swap.coldkey, old_hotkey=swap.old, new_hotkey=swap.new))


# -------------------------------------------------------------------------------------------------------------- payment


def cost_is_covered(tx: Tx, swap: HotkeySwap) -> None:
    """Raises: NotEnoughBalanceToPaySwapHotKey."""
    checks.ensure_hotkey_swap_can_be_paid(tx, swap.coldkey, KEY_SWAP_COST)


def pay_136(tx: Tx, swap: HotkeySwap) -> None:
    """Withdraw the full cost from the balance, and burn it. Raises: BalanceWithdrawalError."""
    burn(tx, remove_whole_balance(tx, swap.coldkey, KEY_SWAP_COST))


def pay_149(tx: Tx, swap: HotkeySwap) -> None:
    """Burn the cost, as far as the coldkey keeps its existential deposit. Raises: ZeroBalanceAfterWithdrawn."""
    burn(tx, remove_balance(tx, swap.coldkey, KEY_SWAP_COST))


def burn(tx: Tx, amount: int) -> None:
    """Burn rao. Source: subtensor utils.rs::burn_tokens, spec_versions 143 and 185."""
    tx.storage.total_issuance.value = sub_u64(tx.storage.total_issuance.value, amount)


# ------------------------------------------------------------------------------------------------------------ what moves


def carry_owner(tx: Tx, swap: HotkeySwap) -> None:
    """Move the owner; nobody owns the old hotkey then."""
    tx.storage.owner.remove(swap.old)
    tx.storage.owner[swap.new] = swap.coldkey


def rename_for_owner_156(tx: Tx, swap: HotkeySwap) -> None:
    """In the coldkey's list, remove the old hotkey and append the new one."""
    owned = tx.storage.owned_hotkeys
    owned[swap.coldkey] = tuple(with_last(owned[swap.coldkey], swap.new, swap.old))


def carry_total(tx: Tx, swap: HotkeySwap) -> None:
    carry(tx.storage.total_hotkey_stake, swap.old, swap.new)


def carry_last_call_136(tx: Tx, swap: HotkeySwap) -> None:
    """Move the block of the hotkey's last call, if it made one as a coldkey. Until spec_version 154."""
    carry(tx.storage.last_tx_block, swap.old, swap.new)


def carry_stake(tx: Tx, swap: HotkeySwap) -> None:
    for coldkey, _ in staked_on(tx, swap.old):
        carry(tx.storage.stake, (swap.old, coldkey), (swap.new, coldkey))


def add_for_stakers_159(tx: Tx, swap: HotkeySwap) -> None:
    """Append the new hotkey to the lists of stakers; the old one stays there. Before `carry_stake`."""
    staking = tx.storage.staking_hotkeys
    for coldkey, _ in staked_on(tx, swap.old):
        if swap.new not in staking[coldkey]:
            staking.append(coldkey, swap.new)


def rename_for_stakers_194(tx: Tx, swap: HotkeySwap) -> None:
    """In the lists of stakers, remove the old hotkey and append the new one. Before `carry_stake`."""
    staking = tx.storage.staking_hotkeys
    for coldkey, _ in staked_on(tx, swap.old):
        staking[coldkey] = tuple(with_last(staking[coldkey], swap.new, swap.old))


def carry_seats_136(tx: Tx, swap: HotkeySwap) -> None:
    """Move membership, axon and uid on every subnet, and the loaded emission at the index of the uid in the subnet's list,
    whatever hotkey that belongs to."""
    storage = tx.storage
    for netuid in carry_memberships(tx, swap):
        carry(storage.axons, (netuid, swap.old), (netuid, swap.new))
        uid = storage.uids[netuid, swap.old]
        if uid is None:
            continue
        carry(storage.uids, (netuid, swap.old), (netuid, swap.new))
        storage.keys[netuid, uid] = swap.new
        loaded = storage.loaded_emission[netuid]
        if loaded is not None and uid < len(loaded):
            _, server, validator = loaded[uid]
            storage.loaded_emission[netuid] = (*loaded[:uid], (swap.new, server, validator), *loaded[uid + 1 :])


def carry_seats_154(tx: Tx, swap: HotkeySwap) -> None:
    """Move membership, endpoints, uid and the hotkey's loaded emission, on every subnet."""
    storage = tx.storage
    for netuid in carry_memberships(tx, swap):
        for table in (storage.axons, storage.prometheus, storage.uids):
            carry(table, (netuid, swap.old), (netuid, swap.new))
        for seat in sorted(storage.keys.under(netuid)):
            if storage.keys[seat] == swap.old:
                storage.keys[seat] = swap.new
        rename_in_loaded_emission(tx, swap, netuid)


def carry_memberships(tx: Tx, swap: HotkeySwap) -> list[int]:
    """Move the memberships. Returns: the netuids that the old hotkey was a member of."""
    members = tx.storage.is_network_member
    netuids = sorted(netuid for _, netuid in members.under(swap.old))
    for netuid in netuids:
        members.remove((swap.old, netuid))
        members[swap.new, netuid] = True
    return netuids


def carry_moves_154(tx: Tx, swap: HotkeySwap) -> None:
    """Move the counts of moves of stake with the hotkey as the coldkey, since the chain uses the keys in this order."""
    moves = tx.storage.total_hotkey_coldkey_stakes_this_interval
    for _, other in sorted(moves.under(swap.old)):
        carry(moves, (swap.old, other), (swap.new, other))


# --------------------------------------------------------------------------------------------------------------- the whole

CHECKS_136: Steps = (
    checks.coldkey_owns_old_hotkey,
    checks.not_too_soon,
    checks.hotkeys_differ,
    checks.new_hotkey_is_nowhere,
    cost_is_covered,
)
CARRIED_136: Steps = (carry_owner, carry_total, carry_delegate, carry_last_call_136, carry_stake, carry_seats_136)

CHECKS_156: Steps = (
    checks.hotkeys_differ,
    checks.new_hotkey_is_nowhere,
    checks.coldkey_owns_old_hotkey,
    checks.not_too_soon,
)
_PAYS: Steps = (cost_is_covered, pay_149)
_SEATS_154: Steps = (carry_stake, carry_seats_154, carry_moves_154)
_TOTALS: Steps = (carry_total, carry_delegate)
_OWNED_156: Steps = (carry_owner, rename_for_owner_156, *_TOTALS)

STEPS_154: Steps = (*CHECKS_156, *_PAYS, carry_owner, *_TOTALS, *_SEATS_154)
STEPS_156: Steps = (*CHECKS_156, *_OWNED_156, *_SEATS_154)
"""It costs nothing, until spec_version 162."""
STEPS_159: Steps = (*CHECKS_156, *_OWNED_156, add_for_stakers_159, *_SEATS_154)
STEPS_194: Steps = (*CHECKS_156, *_OWNED_156, rename_for_stakers_194, *_SEATS_154)
STEPS_162: Steps = (
    *CHECKS_156,
    *_PAYS,
    *_OWNED_156,
    rename_for_stakers_194,
    carry_stake,
    carry_seats_154,
    swap_senator,
    carry_moves_154,
)
"""A senator's seat moves too. Raises also: AlreadySenator."""

CALLS_136, CALLS_149, CALLS_154, CALLS_156, CALLS_159, CALLS_194, CALLS_162 = (
    call_table(handles(SwapHotkey, partial(swap_hotkey, steps)))
    for steps in (
        (*CHECKS_136, pay_136, *CARRIED_136),
        (*CHECKS_136, pay_149, *CARRIED_136),
        STEPS_154,
        STEPS_156,
        STEPS_159,
        STEPS_194,
        STEPS_162,
    )
)
GONE_165: CallTable = CALLS_162
"""Hotkeys can no longer be swapped, until spec_version 195."""
