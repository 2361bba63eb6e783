"""How keys are swapped in the draft of alpha: a hotkey on all subnets at once, a coldkey by root, or as it scheduled itself.

Alpha goes over to a new hotkey for those coldkeys alone that have an entry in Stake, which whoever first registered a hotkey has;
what others staked on it stays with the old one, while the sums go over. The owner's hotkey of a subnet stays the old one.
Source: subtensor swap/swap_hotkey.rs, swap/swap_coldkey.rs, macros/dispatches.rs, spec_version 218 of that draft.
"""

from contextlib import suppress

from neuron_ledger.events.early_calls import SwapColdkeyAtSetCost
from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.events.storage.items import NOBODY
from neuron_ledger.events.swaps import ColdkeySwapped, HotkeySwapped, ScheduleSwapColdkey, SwapHotkey
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.ledger.errors import AlreadySenator, FailedToSchedule, SwapAlreadyScheduled
from neuron_ledger.ledger.key_swaps import ColdkeySwap, HotkeySwap, KeySwaps
from neuron_ledger.ledger.rules.accounts.identities import OF_COLDKEYS_195
from neuron_ledger.ledger.rules.last_blocks import DELEGATE_TAKE, TX
from neuron_ledger.ledger.rules.netuids import known_netuids
from neuron_ledger.ledger.rules.numbers.saturating import add_u64
from neuron_ledger.ledger.rules.swaps import checks, coldkeys, hotkeys
from neuron_ledger.ledger.rules.swaps.calls import LAST_BLOCK, swap_on_all_subnets
from neuron_ledger.ledger.rules.swaps.moved import carry, merge, with_last
from neuron_ledger.ledger.rules.tao_stake.positions import staked_on
from neuron_ledger.ledger.rules.tao_stake.swap_calls import KEY_SWAP_COST
from neuron_ledger.ledger.runtime import CallTable, Tx, call_table, handles
from neuron_ledger.ledger.transaction import ensure_root, ensure_signed

# ------------------------------------------------------------------------------------------------------------- hotkeys


def swap_hotkey_218_draft(tx: Tx, origin: Origin, call: SwapHotkey) -> None:
    """Let another hotkey take the place of one of the signing coldkey.

    Where the new one is a senator already, the swap ends there, and what went over until then stays so.
    Raises: FieldError where a subnet is named; BadOrigin, NewHotKeyIsSameWithOld, HotKeyAlreadyRegisteredInSubNet,
    NonAssociatedColdKey, HotKeySetTxRateLimitExceeded, NotEnoughBalanceToPaySwapHotKey, ZeroBalanceAfterWithdrawn: in this order.
    Source: swap/swap_hotkey.rs::do_swap_hotkey, which passes over the failure of perform_hotkey_swap.
    """
    if call.netuid is not None:
        raise FieldError("netuid", "nothing: a hotkey is swapped on all subnets at this spec_version", call.netuid)
    rules, swap = tx.rules.swaps, HotkeySwap(ensure_signed(origin), call.hotkey, call.new_hotkey, None)
    for check in rules.hotkey_checks:
        check(tx, swap)
    checks.ensure_hotkey_swap_can_be_paid(tx, swap.coldkey, KEY_SWAP_COST)
    rules.pay(tx, swap.coldkey, KEY_SWAP_COST)
    with suppress(AlreadySenator):
        swap_on_all_subnets(tx, swap, rules)
    hotkeys.note_swap(tx, swap.coldkey)
    tx.emit(HotkeySwapped(coldkey=swap.coldkey, old_hotkey=swap.old, new_hotkey=swap.new))


def carry_sums_218_draft(tx: Tx, swap: HotkeySwap) -> None:
    """What all have staked on the hotkey, on every subnet."""
    for table in (tx.storage.total_hotkey_alpha, tx.storage.total_hotkey_shares):
        for netuid in known_netuids(tx.storage):
            merge(table, (swap.old, netuid), (swap.new, netuid), add_u64)


def note_on_new_hotkey_218_draft(tx: Tx, swap: HotkeySwap) -> None:
    """The new hotkey counts as swapped, and as one whose take was raised, in this block."""
    for limit in (TX, DELEGATE_TAKE):
        tx.rules.last_blocks.remove(tx.storage, limit, swap.old)
        tx.rules.last_blocks.write(tx.storage, limit, swap.new, tx.block)


def carry_stake_218_draft(tx: Tx, swap: HotkeySwap) -> None:
    """The shares of the coldkeys that have an entry in Stake, and that entry; the new hotkey comes to the end of their lists."""
    storage, old, new = tx.storage, swap.old, swap.new
    for coldkey, _ in staked_on(tx, old):
        merge(storage.stake, (old, coldkey), (new, coldkey), add_u64)
        for netuid in known_netuids(storage):
            merge(storage.alpha, (old, coldkey, netuid), (new, coldkey, netuid), add_u64)
        storage.staking_hotkeys[coldkey] = tuple(with_last(storage.staking_hotkeys[coldkey], new, old, new))


# ------------------------------------------------------------------------------------------------------------ coldkeys


def swap_coldkey_218_draft(tx: Tx, origin: Origin, call: SwapColdkeyAtSetCost) -> None:
    """Give all that a coldkey has to another.

    Raises: BadOrigin, ColdKeyAlreadyAssociated, NewColdKeyIsHotkey, NotEnoughBalanceToPaySwapColdKey, ZeroBalanceAfterWithdrawn:
    in this order. Source: swap/swap_coldkey.rs::do_swap_coldkey.
    """
    ensure_root(origin)
    coldkeys.do_swap_coldkey(tx, ColdkeySwap(call.old_coldkey, call.new_coldkey, KEY_SWAP_COST))


def schedule_swap_coldkey_218_draft(tx: Tx, origin: Origin, call: ScheduleSwapColdkey) -> None:
    """Schedule the swap of the signing coldkey, which pays for it when it comes.

    Raises: BadOrigin, SwapAlreadyScheduled, FailedToSchedule: in this order.
    Source: macros/dispatches.rs::schedule_swap_coldkey; the scheduler's limit of calls in one block is not asked for.
    """
    coldkey, storage = ensure_signed(origin), tx.storage
    if coldkey in storage.coldkey_swap_scheduled:
        raise SwapAlreadyScheduled(coldkey=coldkey)
    when = min(tx.block + storage.coldkey_swap_schedule_duration.value, LAST_BLOCK)
    if when <= tx.block:
        raise FailedToSchedule(scheduled=when, current=tx.block)
    swaps = storage.scheduled_coldkey_swaps
    swaps[when] = (*swaps[when], (coldkey, call.new_coldkey, KEY_SWAP_COST))
    storage.coldkey_swap_scheduled[coldkey] = (0, NOBODY)


def carry_identity_195(tx: Tx, swap: ColdkeySwap) -> None:
    carry(tx.storage.map(OF_COLDKEYS_195.item), swap.old, swap.new)


def carry_stake_of_coldkey_218_draft(tx: Tx, swap: ColdkeySwap) -> None:
    """The entry in Stake and the shares, on every hotkey of the old coldkey's list: also those that it has not, which are 0."""
    storage = tx.storage
    for hotkey in storage.staking_hotkeys[swap.old]:
        merge(storage.stake, (hotkey, swap.old), (hotkey, swap.new), add_u64)
        for netuid in known_netuids(storage):
            merge(storage.alpha, (hotkey, swap.old, netuid), (hotkey, swap.new, netuid), add_u64)


def tell_195(tx: Tx, swap: ColdkeySwap) -> None:
    tx.emit(ColdkeySwapped(old_coldkey=swap.old, new_coldkey=swap.new))


SWAPS = KeySwaps(
    interval=0,
    hotkey_checks=(
        checks.hotkeys_differ,
        checks.new_hotkey_is_nowhere,
        checks.coldkey_owns_old_hotkey,
        checks.not_too_soon,
    ),
    one_subnet_checks=(),
    noted_on=checks.noted_on_the_subnet,
    pay=checks.burn_cost,
    stakers=hotkeys.stakers,
    one_subnet=(),
    on_subnet=(
        hotkeys.carry_seat,
        hotkeys.carry_endpoints,
        hotkeys.carry_commits,
        hotkeys.rename_in_loaded_emission,
        hotkeys.carry_children,
        hotkeys.carry_parents,
    ),
    all_subnets_before=(
        hotkeys.own_new_hotkey,
        hotkeys.disown_old_hotkey,
        carry_sums_218_draft,
        note_on_new_hotkey_218_draft,
        hotkeys.swap_senator,
        hotkeys.carry_delegate,
    ),
    all_subnets_after=(carry_stake_218_draft,),
    coldkey=(
        checks.new_coldkey_is_new,
        carry_identity_195,
        checks.old_coldkey_pays,
        coldkeys.carry_subnets,
        carry_stake_of_coldkey_218_draft,
        coldkeys.carry_staking_hotkeys,
        coldkeys.carry_hotkeys,
        coldkeys.carry_balance,
        coldkeys.note_swap_of_new_coldkey,
        coldkeys.drop_schedule,
        tell_195,
    ),
)
"""How keys are swapped in the draft of alpha; on a single subnet, no hotkey is."""

CALLS: CallTable = call_table(
    handles(SwapHotkey, swap_hotkey_218_draft),
    handles(SwapColdkeyAtSetCost, swap_coldkey_218_draft),
    handles(ScheduleSwapColdkey, schedule_swap_coldkey_218_draft),
)
FORMS = {"swap_coldkey": SwapColdkeyAtSetCost}
"""The chain's own name."""
