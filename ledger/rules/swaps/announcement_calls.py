"""Announced swaps of coldkeys, since spec_version 385, and the other calls that swap keys as of then.

A coldkey announces which other one it will be swapped to, pays, and waits; meanwhile it can do nothing else (`guards.py`).
"""

from hashlib import blake2b

from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.events.swaps import (
    AnnounceColdkeySwap,
    ClearColdkeySwapAnnouncement,
    ColdkeySwapAnnounced,
    ColdkeySwapCleared,
    ColdkeySwapDisputed,
    ColdkeySwapReset,
    DisputeColdkeySwap,
    ResetColdkeySwap,
    ScheduleSwapColdkey,
    SwapColdkey,
    SwapColdkeyAnnounced,
    SwapHotkey,
    SwapHotkeyV2,
)
from neuron_ledger.ledger.errors import (
    AnnouncedColdkeyHashDoesNotMatch,
    ColdkeySwapAlreadyDisputed,
    ColdkeySwapAnnouncementNotFound,
    ColdkeySwapClearTooEarly,
    ColdkeySwapReannouncedTooEarly,
    ColdkeySwapTooEarly,
    Deprecated,
    DisabledTemporarily,
)
from neuron_ledger.ledger.key_swaps import ColdkeySwap, HotkeySwap
from neuron_ledger.ledger.rules.swaps.calls import LAST_BLOCK, do_swap_hotkey, swap_hotkey
from neuron_ledger.ledger.rules.swaps.checks import KEY_SWAP_COST
from neuron_ledger.ledger.rules.swaps.coldkeys import do_swap_coldkey
from neuron_ledger.ledger.rules.swaps.dated_coldkeys import charge_385
from neuron_ledger.ledger.runtime import Tx, call_table, handles
from neuron_ledger.ledger.transaction import ensure_root, ensure_signed

# ------------------------------------------------------------------------------------------------------- announcements


def announce_coldkey_swap_385(tx: Tx, origin: Origin, call: AnnounceColdkeySwap) -> None:
    """Announce the swap of the signing coldkey, or replace the announcement once it could be cleared. Only the first one is paid.

    Raises: BadOrigin, ColdkeySwapReannouncedTooEarly, NotEnoughBalanceToPaySwapColdKey: in this order.
    Source: subtensor macros/dispatches.rs::announce_coldkey_swap, spec_version 424.
    """
    coldkey = ensure_signed(origin)
    if coldkey in tx.storage.coldkey_swap_announcements:
        allowed_from = _may_be_changed_from(tx, coldkey)
        if tx.block < allowed_from:
            raise ColdkeySwapReannouncedTooEarly(coldkey=coldkey, allowed_from=allowed_from)
    else:
        charge_385(tx, coldkey, KEY_SWAP_COST)
    possible_from = min(tx.block + tx.storage.coldkey_swap_announcement_delay.value, LAST_BLOCK)
    tx.emit(ColdkeySwapAnnounced(who=coldkey, new_coldkey_hash=call.new_coldkey_hash, possible_from=possible_from))


def swap_coldkey_announced_385(tx: Tx, origin: Origin, call: SwapColdkeyAnnounced) -> None:
    """Give everything the signing coldkey owns to the announced coldkey.

    Raises: BadOrigin, ColdkeySwapAnnouncementNotFound, AnnouncedColdkeyHashDoesNotMatch, ColdkeySwapTooEarly,
    ColdKeyAlreadyAssociated, NewColdKeyIsHotkey, and what the runtime's steps raise: in this order.
    Source: subtensor macros/dispatches.rs::swap_coldkey_announced, spec_version 424.
    """
    coldkey = ensure_signed(origin)
    possible_from, announced = _announcement(tx, coldkey)
    given = blake2b(call.new_coldkey, digest_size=32).digest()
    if announced != given:
        raise AnnouncedColdkeyHashDoesNotMatch(announced=announced, given=given)
    if tx.block < possible_from:
        raise ColdkeySwapTooEarly(coldkey=coldkey, allowed_from=possible_from)
    tx.storage.coldkey_swap_announcements.remove(coldkey)
    do_swap_coldkey(tx, ColdkeySwap(coldkey, call.new_coldkey))


def dispute_coldkey_swap_385(tx: Tx, origin: Origin, _: DisputeColdkeySwap) -> None:
    """Block the announced swap of the signing coldkey until root resets it.

    Raises: BadOrigin, ColdkeySwapAnnouncementNotFound, ColdkeySwapAlreadyDisputed: in this order.
    Source: subtensor macros/dispatches.rs::dispute_coldkey_swap, spec_version 424.
    """
    coldkey = ensure_signed(origin)
    _announcement(tx, coldkey)
    since = tx.storage.coldkey_swap_disputes[coldkey]
    if since is not None:
        raise ColdkeySwapAlreadyDisputed(coldkey=coldkey, since=since)
    tx.emit(ColdkeySwapDisputed(coldkey=coldkey, block=tx.block))


def reset_coldkey_swap_385(tx: Tx, origin: Origin, call: ResetColdkeySwap) -> None:
    """Cancel the announced swap of a coldkey, and its dispute. Raises: BadOrigin.

    Source: subtensor macros/dispatches.rs::reset_coldkey_swap, spec_version 424.
    """
    ensure_root(origin)
    tx.emit(ColdkeySwapReset(who=call.coldkey))


def clear_coldkey_swap_announcement_391(tx: Tx, origin: Origin, _: ClearColdkeySwapAnnouncement) -> None:
    """Cancel the announced swap of the signing coldkey, some time after it would have been possible.

    Raises: BadOrigin, ColdkeySwapAnnouncementNotFound, ColdkeySwapClearTooEarly: in this order.
    Source: subtensor macros/dispatches.rs::clear_coldkey_swap_announcement, spec_version 424.
    """
    coldkey = ensure_signed(origin)
    _announcement(tx, coldkey)
    allowed_from = _may_be_changed_from(tx, coldkey)
    if tx.block < allowed_from:
        raise ColdkeySwapClearTooEarly(coldkey=coldkey, allowed_from=allowed_from)
    tx.emit(ColdkeySwapCleared(who=coldkey))


def _announcement(tx: Tx, coldkey: bytes) -> tuple[int, bytes]:
    announcement = tx.storage.coldkey_swap_announcements[coldkey]
    if announcement is None:
        raise ColdkeySwapAnnouncementNotFound(coldkey=coldkey)
    return announcement


def _may_be_changed_from(tx: Tx, coldkey: bytes) -> int:
    possible_from, _ = _announcement(tx, coldkey)
    return min(possible_from + tx.storage.coldkey_swap_reannouncement_delay.value, LAST_BLOCK)


# --------------------------------------------------------------------------------------------------- the other calls


def swap_coldkey_385(tx: Tx, origin: Origin, call: SwapColdkey) -> None:
    """Give everything a coldkey owns to another; its announcement and its dispute are cancelled.

    Raises: BadOrigin, NotEnoughBalanceToPaySwapColdKey, ColdKeyAlreadyAssociated, NewColdKeyIsHotkey, and what the runtime's
    steps raise: in this order. Source: subtensor macros/dispatches.rs::swap_coldkey, spec_version 424.
    """
    ensure_root(origin)
    if call.swap_cost:
        charge_385(tx, call.old_coldkey, call.swap_cost)
    do_swap_coldkey(tx, ColdkeySwap(call.old_coldkey, call.new_coldkey, call.swap_cost))
    tx.storage.coldkey_swap_announcements.remove(call.old_coldkey)
    tx.storage.coldkey_swap_disputes.remove(call.old_coldkey)


def schedule_swap_coldkey_385(_: Tx, __: Origin, ___: ScheduleSwapColdkey) -> None:
    """Raises: Deprecated. Source: subtensor macros/dispatches.rs::schedule_swap_coldkey, spec_version 424."""
    raise Deprecated(instead=AnnounceColdkeySwap.tag.partition("/")[0])


def swap_hotkey_v2_391(tx: Tx, origin: Origin, call: SwapHotkeyV2) -> None:
    """Replace a hotkey of the signing coldkey by another, with or without its stake.

    Raises: BadOrigin, then as `calls.do_swap_hotkey`.
    Source: subtensor macros/dispatches.rs::swap_hotkey_v2, spec_version 424.
    """
    coldkey = ensure_signed(origin)
    do_swap_hotkey(tx, HotkeySwap(coldkey, call.hotkey, call.new_hotkey, call.netuid, call.keep_stake))


def swap_hotkey_392(_: Tx, __: Origin, call: SwapHotkey | SwapHotkeyV2) -> None:
    """Raises: DisabledTemporarily. Source: subtensor swap/swap_hotkey.rs::do_swap_hotkey, spec_version 393."""
    raise DisabledTemporarily(hotkey=call.hotkey)


CALLS_385 = call_table(
    handles(SwapColdkey, swap_coldkey_385),
    handles(ScheduleSwapColdkey, schedule_swap_coldkey_385),
    handles(AnnounceColdkeySwap, announce_coldkey_swap_385),
    handles(SwapColdkeyAnnounced, swap_coldkey_announced_385),
    handles(DisputeColdkeySwap, dispute_coldkey_swap_385),
    handles(ResetColdkeySwap, reset_coldkey_swap_385),
)

CALLS_391 = call_table(
    handles(SwapHotkeyV2, swap_hotkey_v2_391),
    handles(ClearColdkeySwapAnnouncement, clear_coldkey_swap_announcement_391),
)

CALLS_392 = call_table(handles(SwapHotkey, swap_hotkey_392), handles(SwapHotkeyV2, swap_hotkey_392))

CALLS_394 = call_table(handles(SwapHotkey, swap_hotkey), handles(SwapHotkeyV2, swap_hotkey_v2_391))
