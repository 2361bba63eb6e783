"""How keys are swapped from spec_version 195 until alpha, at a cost set by the chain: a hotkey on all subnets at once, a coldkey
by root, or as scheduled by itself.

Source: subtensor swap/swap_hotkey.rs, swap/swap_coldkey.rs, macros/dispatches.rs, spec_versions 195 to 219.
"""

from contextlib import suppress

from attrs import evolve

from neuron_ledger.events.early_calls import SwapColdkeyAtSetCost
from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.events.storage.items import NOBODY
from neuron_ledger.events.swaps import ColdkeySwapped, HotkeySwapped, ScheduleSwapColdkey, SwapHotkey
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.ledger.errors import AlreadySenator, FailedToSchedule, SwapAlreadyScheduled
from neuron_ledger.ledger.key_swaps import ColdkeySwap, HotkeySwap, KeySwaps
from neuron_ledger.ledger.rules.accounts.identities import OF_COLDKEYS_195
from neuron_ledger.ledger.rules.last_blocks import DELEGATE_TAKE, TX
from neuron_ledger.ledger.rules.numbers.saturating import add_u64, clamp_i128
from neuron_ledger.ledger.rules.swaps import checks, coldkeys, hotkeys
from neuron_ledger.ledger.rules.swaps.calls import LAST_BLOCK, swap_on_all_subnets
from neuron_ledger.ledger.rules.swaps.moved import carry, carry_whole, merge, with_last
from neuron_ledger.ledger.rules.tao_stake.coldkey_calls import carry_moves_156
from neuron_ledger.ledger.rules.tao_stake.positions import staked_on
from neuron_ledger.ledger.rules.tao_stake.swap_calls import KEY_SWAP_COST
from neuron_ledger.ledger.runtime import CallTable, Tx, call_table, handles
from neuron_ledger.ledger.transaction import ensure_root, ensure_signed

# ------------------------------------------------------------------------------------------------------------ the calls


def swap_hotkey_195(tx: Tx, origin: Origin, call: SwapHotkey) -> None:
    """Replace a hotkey of the signing coldkey by another.

    If the new one is already a senator, the swap ends there, and what has moved until then stays moved.
    Raises: FieldError where a subnet is named; BadOrigin, NewHotKeyIsSameWithOld, HotKeyAlreadyRegisteredInSubNet,
    NonAssociatedColdKey, HotKeySetTxRateLimitExceeded, NotEnoughBalanceToPaySwapHotKey, ZeroBalanceAfterWithdrawn: in this order.
    Source: swap/swap_hotkey.rs::do_swap_hotkey, which ignores a failure of perform_hotkey_swap.
    """
    if call.netuid is not None:
        raise FieldError("netuid", "None, since a hotkey is swapped on all subnets at this spec_version", call.netuid)
    rules, swap = tx.rules.swaps, HotkeySwap(ensure_signed(origin), call.hotkey, call.new_hotkey, None)
    for check in rules.hotkey_checks:
        check(tx, swap)
    checks.ensure_hotkey_swap_can_be_paid(tx, swap.coldkey, rules.cost)
    rules.pay(tx, swap.coldkey, rules.cost)
    with suppress(AlreadySenator):
        swap_on_all_subnets(tx, swap, rules)
    hotkeys.note_swap(tx, swap.coldkey)
    tx.emit(HotkeySwapped(coldkey=swap.coldkey, old_hotkey=swap.old, new_hotkey=swap.new))


def swap_coldkey_195(tx: Tx, origin: Origin, call: SwapColdkeyAtSetCost) -> None:
    """Give everything a coldkey owns to another.

    Raises: BadOrigin, ColdKeyAlreadyAssociated, NewColdKeyIsHotkey, NotEnoughBalanceToPaySwapColdKey, ZeroBalanceAfterWithdrawn:
    in this order. Source: swap/swap_coldkey.rs::do_swap_coldkey.
    """
    ensure_root(origin)
    coldkeys.do_swap_coldkey(tx, ColdkeySwap(call.old_coldkey, call.new_coldkey, tx.rules.swaps.cost))


def schedule_swap_coldkey_195(tx: Tx, origin: Origin, call: ScheduleSwapColdkey) -> None:
    """Schedule the swap of the signing coldkey, which pays for it when it is carried out.

    Raises: BadOrigin, SwapAlreadyScheduled, FailedToSchedule: in this order.
    Source: macros/dispatches.rs::schedule_swap_coldkey; the scheduler's limit of calls per block is not checked.
    """
    coldkey, storage = ensure_signed(origin), tx.storage
    if coldkey in storage.coldkey_swap_scheduled:
        raise SwapAlreadyScheduled(coldkey=coldkey)
    when = min(tx.block + storage.coldkey_swap_schedule_duration.value, LAST_BLOCK)
    if when <= tx.block:
        raise FailedToSchedule(scheduled=when, current=tx.block)
    swaps = storage.scheduled_coldkey_swaps
    swaps[when] = (*swaps[when], (coldkey, call.new_coldkey, tx.rules.swaps.cost))
    storage.coldkey_swap_scheduled[coldkey] = (0, NOBODY)


# ------------------------------------------------------------------------------------------------------------- hotkeys


def note_on_new_hotkey_195(tx: Tx, swap: HotkeySwap) -> None:
    """Note this block as that of the new hotkey's last swap, and of the last raise of its take."""
    for limit in (TX, DELEGATE_TAKE):
        tx.rules.last_blocks.remove(tx.storage, limit, swap.old)
        tx.rules.last_blocks.write(tx.storage, limit, swap.new, tx.block)


def carry_staked_195(tx: Tx, swap: HotkeySwap) -> None:
    """Move the total stake on the hotkey."""
    merge(tx.storage.total_hotkey_stake, swap.old, swap.new, add_u64)


def carry_counts_195(tx: Tx, swap: HotkeySwap) -> None:
    """Move the counts of moves of stake where the hotkey itself is the coldkey: hotkeys come second in these keys."""
    counted = tx.storage.total_hotkey_coldkey_stakes_this_interval
    for key in list(counted.under(swap.old)):
        carry(counted, key, (swap.new, key[1]))


def carry_pending_emission_202(tx: Tx, swap: HotkeySwap) -> None:
    """Move what the hotkey earned but was not paid yet; the part that is the owner's alone stays with the old one."""
    carry(tx.storage.pendingd_hotkey_emission, swap.old, swap.new)


@hotkeys.of_members
def carry_endpoints_195(tx: Tx, swap: HotkeySwap, netuid: int) -> None:
    """Move the endpoints; there are no certificates yet."""
    for name in ("Prometheus", "Axons"):
        carry(tx.storage.map(name), (netuid, swap.old), (netuid, swap.new))


def carry_children_195(tx: Tx, swap: HotkeySwap, netuid: int) -> None:
    """Replace the new hotkey's children by the old one's, without updating their lists of parents."""
    carry_whole(tx.storage.child_keys, (swap.old, netuid), (swap.new, netuid))


def carry_stake_195(tx: Tx, swap: HotkeySwap) -> None:
    """Move the stake of every coldkey with an entry, even of 0; append the new hotkey to their lists."""
    storage, old, new = tx.storage, swap.old, swap.new
    for coldkey, _ in staked_on(tx, old):
        merge(storage.stake, (old, coldkey), (new, coldkey), add_u64)
        storage.staking_hotkeys[coldkey] = tuple(with_last(storage.staking_hotkeys[coldkey], new, old, new))


def carry_moves_202(tx: Tx, swap: HotkeySwap) -> None:
    """Move the notes of what was staked and taken back since the hotkey was paid."""
    moves = tx.storage.stake_delta_since_last_emission_drain
    for key in list(moves.under(swap.old)):
        merge(moves, key, (swap.new, key[1]), _add_moves)


# ------------------------------------------------------------------------------------------------------------ coldkeys


def carry_identity_195(tx: Tx, swap: ColdkeySwap) -> None:
    carry(tx.storage.map(OF_COLDKEYS_195.item), swap.old, swap.new)


def old_coldkey_pays_195(tx: Tx, swap: ColdkeySwap) -> None:
    """The old coldkey pays the cost as of the time of the swap.

    Raises: NotEnoughBalanceToPaySwapColdKey, ZeroBalanceAfterWithdrawn: in this order.
    """
    checks.old_coldkey_pays(tx, evolve(swap, cost=tx.rules.swaps.cost))


def carry_stake_of_coldkey_195(tx: Tx, swap: ColdkeySwap) -> None:
    """Move the stake on every hotkey of the old coldkey's list, including those where it has none, which counts as 0."""
    stake = tx.storage.stake
    for hotkey in tx.storage.staking_hotkeys[swap.old]:
        merge(stake, (hotkey, swap.old), (hotkey, swap.new), add_u64)


def carry_moves_of_coldkey_202(tx: Tx, swap: ColdkeySwap) -> None:
    """Move the notes of what was staked and taken back since each of these hotkeys was paid, even if 0."""
    moves = tx.storage.stake_delta_since_last_emission_drain
    for hotkey in tx.storage.staking_hotkeys[swap.old]:
        merge(moves, (hotkey, swap.old), (hotkey, swap.new), _add_moves)


def carry_total_of_coldkey_195(tx: Tx, swap: ColdkeySwap) -> None:
    """Move the old coldkey's total stake; it keeps an entry of 0."""
    totals = tx.storage.total_coldkey_stake
    staked = totals[swap.old]
    totals[swap.old] = 0
    totals[swap.new] = add_u64(totals[swap.new], staked)


def report_swap_195(tx: Tx, swap: ColdkeySwap) -> None:
    tx.emit(ColdkeySwapped(old_coldkey=swap.old, new_coldkey=swap.new))


def _add_moves(one: int, other: int) -> int:
    return clamp_i128(one + other)


HOTKEY_CHECKS_195 = (
    checks.hotkeys_differ,
    checks.new_hotkey_is_nowhere,
    checks.coldkey_owns_old_hotkey,
    checks.not_too_soon,
)

_COLDKEY_BEFORE_TOTAL = (
    checks.new_coldkey_is_new,
    carry_identity_195,
    old_coldkey_pays_195,
    carry_moves_156,
    coldkeys.carry_subnets,
    carry_stake_of_coldkey_195,
)
_COLDKEY_SINCE_TOTAL = (
    carry_total_of_coldkey_195,
    coldkeys.carry_staking_hotkeys,
    coldkeys.carry_hotkeys,
    coldkeys.carry_balance,
    coldkeys.note_swap_of_new_coldkey,
    coldkeys.drop_schedule,
    report_swap_195,
)

SWAPS_195 = KeySwaps(
    interval=0,
    cost=KEY_SWAP_COST,
    hotkey_checks=HOTKEY_CHECKS_195,
    one_subnet_checks=(),
    noted_on=checks.noted_on_the_subnet,
    pay=checks.burn_cost,
    stakers=hotkeys.stakers,
    one_subnet=(),
    on_subnet=(
        hotkeys.carry_seat,
        carry_endpoints_195,
        hotkeys.carry_commits,
        hotkeys.rename_in_loaded_emission,
        carry_children_195,
        hotkeys.carry_parents,
    ),
    all_subnets_before=(
        hotkeys.own_new_hotkey,
        hotkeys.disown_old_hotkey,
        carry_staked_195,
        carry_counts_195,
        note_on_new_hotkey_195,
        hotkeys.swap_senator,
        hotkeys.carry_delegate,
    ),
    all_subnets_after=(carry_stake_195,),
    coldkey=(*_COLDKEY_BEFORE_TOTAL, *_COLDKEY_SINCE_TOTAL),
)
"""How keys are swapped at spec_version 195; hotkeys are not swapped on single subnets."""

SWAPS_202 = evolve(
    SWAPS_195,
    all_subnets_before=(*SWAPS_195.all_subnets_before, carry_pending_emission_202),
    all_subnets_after=(carry_stake_195, carry_moves_202),
    coldkey=(*_COLDKEY_BEFORE_TOTAL, carry_moves_of_coldkey_202, *_COLDKEY_SINCE_TOTAL),
)
SWAPS_205 = evolve(
    SWAPS_202,
    cost=checks.KEY_SWAP_COST,
    on_subnet=(
        hotkeys.carry_seat,
        hotkeys.carry_endpoints,
        hotkeys.carry_commits,
        hotkeys.rename_in_loaded_emission,
        hotkeys.carry_children,
        hotkeys.carry_parents,
    ),
    coldkey=SWAPS_195.coldkey,
)
"""A coldkey's notes of moves of stake stay behind."""
SWAPS_210 = evolve(SWAPS_205, coldkey=SWAPS_202.coldkey)

CALLS_195: CallTable = call_table(
    handles(SwapHotkey, swap_hotkey_195),
    handles(SwapColdkeyAtSetCost, swap_coldkey_195),
    handles(ScheduleSwapColdkey, schedule_swap_coldkey_195),
)
FORMS_195 = {"swap_coldkey": SwapColdkeyAtSetCost}
"""The chain's own name."""
