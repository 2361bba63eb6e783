"""The calls that swap hotkeys and coldkeys, and the related steps of the block hook."""

from attrs import evolve

from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.events.swaps import (
    ColdkeySwapScheduled,
    HotkeySwapped,
    HotkeySwappedOnSubnet,
    ScheduleSwapColdkey,
    SwapColdkey,
    SwapHotkey,
)
from neuron_ledger.events.wire.record import Event
from neuron_ledger.ledger.errors import FailedToSchedule, SwapAlreadyScheduled
from neuron_ledger.ledger.key_swaps import ColdkeySwap, HotkeySwap, KeySwaps
from neuron_ledger.ledger.rules.netuids import known_netuids
from neuron_ledger.ledger.rules.numbers.fixed import U16_MAX
from neuron_ledger.ledger.rules.numbers.saturating import add_u64
from neuron_ledger.ledger.rules.swaps import checks, coldkeys, hotkeys
from neuron_ledger.ledger.runtime import Tx, call_table, handles
from neuron_ledger.ledger.transaction import ensure_root, ensure_signed

LAST_BLOCK = 2**32 - 1
"""The scheduler counts blocks in 32 bits."""


def swap_hotkey(tx: Tx, origin: Origin, call: SwapHotkey) -> None:
    """Replace a hotkey of the signing coldkey by another, on one subnet or on all.

    Raises: BadOrigin, then as `do_swap_hotkey`.
    """
    coldkey = ensure_signed(origin)
    do_swap_hotkey(tx, HotkeySwap(coldkey, call.hotkey, call.new_hotkey, call.netuid))


def do_swap_hotkey(tx: Tx, asked: HotkeySwap) -> None:
    """Replace a hotkey by another.

    Raises: NonAssociatedColdKey, NewHotKeyIsSameWithOld, HotKeySetTxRateLimitExceeded, HotKeyAlreadyRegisteredInSubNet; on one
    subnet HotKeySwapOnSubnetIntervalNotPassed, HotKeyAlreadyRegisteredInSubNet; NotEnoughBalanceToPaySwapHotKey; on all subnets
    AlreadySenator: in this order; other runtimes have other checks, in the order of their `swaps`.
    Source: subtensor swap/swap_hotkey.rs::do_swap_hotkey, spec_version 277.
    """
    rules = tx.rules.swaps
    for check in rules.hotkey_checks:
        check(tx, asked)
    hotkeys.carry_last_blocks(tx, asked)
    for check in rules.all_subnets_checks if asked.netuid is None else rules.one_subnet_checks:
        check(tx, asked)
    noted = rules.noted_on(tx, asked)
    _pay(tx, asked)
    swap = evolve(asked, stakers=rules.stakers(tx.storage, asked.old))
    if swap.netuid is None:
        swap_on_all_subnets(tx, swap, rules)
    else:
        _swap_on_one_subnet(tx, swap, rules, swap.netuid)
    for netuid in noted:
        tx.storage.last_hotkey_swap_on_netuid[netuid, swap.coldkey] = tx.block
    hotkeys.note_swap(tx, swap.coldkey)
    tx.emit(_event_of(swap))


def _pay(tx: Tx, swap: HotkeySwap) -> None:
    cost = tx.rules.swaps.cost if swap.netuid is None else checks.KEY_SWAP_ON_SUBNET_COST
    checks.ensure_hotkey_swap_can_be_paid(tx, swap.coldkey, cost)
    tx.rules.swaps.pay(tx, swap.coldkey, cost)


def _swap_on_one_subnet(tx: Tx, swap: HotkeySwap, rules: KeySwaps, netuid: int) -> None:
    """Source: subtensor swap/swap_hotkey.rs::swap_hotkey_on_subnet, spec_version 277."""
    for before in rules.one_subnet:
        before(tx, swap)
    for step in rules.on_subnet:
        step(tx, swap, netuid)


def swap_on_all_subnets(tx: Tx, swap: HotkeySwap, rules: KeySwaps) -> None:
    """Source: subtensor swap/swap_hotkey.rs::perform_hotkey_swap_on_all_subnets, spec_version 277."""
    for before in rules.all_subnets_before:
        before(tx, swap)
    for netuid in known_netuids(tx.storage):
        for step in rules.on_subnet:
            step(tx, swap, netuid)
    for after in rules.all_subnets_after:
        after(tx, swap)


def _event_of(swap: HotkeySwap) -> Event:
    if swap.netuid is None:
        return HotkeySwapped(coldkey=swap.coldkey, old_hotkey=swap.old, new_hotkey=swap.new)
    return HotkeySwappedOnSubnet(coldkey=swap.coldkey, old_hotkey=swap.old, new_hotkey=swap.new, netuid=swap.netuid)


def swap_coldkey(tx: Tx, origin: Origin, call: SwapColdkey) -> None:
    """Give everything a coldkey owns to another. Raises: BadOrigin, then as `coldkeys.do_swap_coldkey`.

    Source: subtensor macros/dispatches.rs::swap_coldkey, spec_version 277.
    """
    ensure_root(origin)
    coldkeys.do_swap_coldkey(tx, ColdkeySwap(call.old_coldkey, call.new_coldkey, call.swap_cost))


def schedule_swap_coldkey(tx: Tx, origin: Origin, call: ScheduleSwapColdkey) -> None:
    """Schedule the swap of the signing coldkey. A second one does not replace the first: both will be tried.

    The scheduler's limit of calls per block is not checked.
    Raises: BadOrigin, SwapAlreadyScheduled, NotEnoughBalanceToPaySwapColdKey, FailedToSchedule: in this order.
    Source: subtensor macros/dispatches.rs::schedule_swap_coldkey, spec_version 277.
    """
    coldkey, storage = ensure_signed(origin), tx.storage
    if coldkey in storage.coldkey_swap_scheduled:
        scheduled, _ = storage.coldkey_swap_scheduled[coldkey]
        allowed_from = min(scheduled + storage.coldkey_swap_reschedule_duration.value, LAST_BLOCK)
        if allowed_from > tx.block:
            raise SwapAlreadyScheduled(coldkey=coldkey, scheduled=scheduled, allowed_from=allowed_from)
    schedule(tx, coldkey, call.new_coldkey)


def schedule(tx: Tx, coldkey: bytes, new_coldkey: bytes) -> None:
    """Raises: NotEnoughBalanceToPaySwapColdKey, FailedToSchedule: in this order."""
    storage, cost = tx.storage, tx.rules.swaps.cost
    checks.ensure_coldkey_swap_can_be_paid(tx, coldkey, cost)
    when = min(tx.block + storage.coldkey_swap_schedule_duration.value, LAST_BLOCK)
    if when <= tx.block:
        raise FailedToSchedule(scheduled=when, current=tx.block)
    tx.emit(ColdkeySwapScheduled(old_coldkey=coldkey, new_coldkey=new_coldkey, execution_block=when, swap_cost=cost))


def clean_up_hotkey_swap_records(tx: Tx) -> None:
    """Clear notes of swaps of hotkeys that no longer block another one, each subnet in its turn of the interval.

    Source: subtensor macros/hooks.rs::clean_up_hotkey_swap_records, spec_version 277.
    """
    records, interval = tx.storage.last_hotkey_swap_on_netuid, tx.rules.swaps.interval
    if not records:
        return
    subnets = tx.storage.networks_added
    in_turn = {netuid for netuid in range(tx.block % interval, U16_MAX + 1, interval) if netuid in subnets}
    if not in_turn:
        return
    for key in [key for key in records if key[0] in in_turn and add_u64(records[key], interval) < tx.block]:
        records.remove(key)


SWAPS = KeySwaps(
    interval=checks.INTERVAL,
    cost=checks.KEY_SWAP_COST,
    hotkey_checks=(
        checks.coldkey_owns_old_hotkey,
        checks.hotkeys_differ,
        checks.not_too_soon,
        checks.new_hotkey_is_nowhere,
    ),
    one_subnet_checks=(checks.interval_has_passed, checks.new_hotkey_is_not_there),
    noted_on=checks.noted_on_the_subnet,
    pay=checks.burn_cost,
    stakers=hotkeys.stakers,
    one_subnet=hotkeys.ONE_SUBNET,
    on_subnet=hotkeys.ON_SUBNET,
    all_subnets_before=hotkeys.ALL_SUBNETS_BEFORE,
    all_subnets_after=hotkeys.ALL_SUBNETS_AFTER,
    coldkey=coldkeys.COLDKEY,
)
"""How keys are swapped at spec_version 277."""

CALLS = call_table(
    handles(SwapHotkey, swap_hotkey),
    handles(SwapColdkey, swap_coldkey),
    handles(ScheduleSwapColdkey, schedule_swap_coldkey),
)
