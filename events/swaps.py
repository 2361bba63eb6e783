"""Swaps of keys: another hotkey, or coldkey, takes the place of one. What moved in storage is in `StorageChanged`.

The neuron, with its uid, stays the same when its hotkey or its owner is swapped.
"""

from neuron_ledger.events.wire.arguments import GivenAccount
from neuron_ledger.events.wire.record import Call, Event, call, event
from neuron_ledger.events.wire.units import BOOL, HASH, TEXT, AccountId, BlockNumber, NetUid, Rao

# ------------------------------------------------------------------------------------------------------------ calls


@call("swap_hotkey")
class SwapHotkey(Call):
    """Replace a hotkey by another. Signed by the coldkey. netuid: on that subnet only; None: on all of them."""

    hotkey: GivenAccount
    new_hotkey: GivenAccount
    netuid: NetUid | None


@call("swap_hotkey_v2")
class SwapHotkeyV2(Call):
    """Replace a hotkey by another. Signed by the coldkey. netuid: as in `SwapHotkey`.

    keep_stake: whether all stake stays on the old hotkey.
    """

    hotkey: GivenAccount
    new_hotkey: GivenAccount
    netuid: NetUid | None
    keep_stake: BOOL


@call("swap_coldkey")
class SwapColdkey(Call):
    """Privileged: give everything a coldkey owns to another. swap_cost: rao that the old coldkey pays for it."""

    old_coldkey: GivenAccount
    new_coldkey: GivenAccount
    swap_cost: Rao


@call("schedule_swap_coldkey")
class ScheduleSwapColdkey(Call):
    """Schedule everything the signing coldkey owns to be given to another in some days. Always refused since spec_version 385."""

    new_coldkey: GivenAccount


@call("announce_coldkey_swap")
class AnnounceColdkeySwap(Call):
    """Announce a swap of the signing coldkey. new_coldkey_hash: BLAKE2b-256 of the new one's 32 bytes."""

    new_coldkey_hash: HASH


@call("swap_coldkey_announced")
class SwapColdkeyAnnounced(Call):
    """Give everything the signing coldkey owns to the announced coldkey."""

    new_coldkey: GivenAccount


@call("dispute_coldkey_swap")
class DisputeColdkeySwap(Call):
    """Block the announced swap of the signing coldkey, and all calls of the coldkey, until root resets it."""


@call("clear_coldkey_swap_announcement")
class ClearColdkeySwapAnnouncement(Call):
    """Cancel the announced swap of the signing coldkey."""


@call("reset_coldkey_swap")
class ResetColdkeySwap(Call):
    """Privileged: cancel the announced swap of a coldkey, and its dispute."""

    coldkey: GivenAccount


# ----------------------------------------------------------------------------------------------------------- events


@event("HotkeySwapped", deposit=("HotkeySwapped", "coldkey=", "old_hotkey=", "new_hotkey="))
class HotkeySwapped(Event):
    """A hotkey took the place of another on every subnet. coldkey: the owner of both."""

    coldkey: AccountId
    old_hotkey: AccountId
    new_hotkey: AccountId


@event("HotkeySwappedOnSubnet", deposit=("HotkeySwappedOnSubnet", "coldkey=", "old_hotkey=", "new_hotkey=", "netuid="))
class HotkeySwappedOnSubnet(Event):
    """A hotkey took the place of another on one subnet; elsewhere the old one stays. coldkey: the owner of both."""

    coldkey: AccountId
    old_hotkey: AccountId
    new_hotkey: AccountId
    netuid: NetUid


@event(
    "ColdkeySwapScheduled",
    deposit=("ColdkeySwapScheduled", "old_coldkey=", "new_coldkey=", "execution_block=", "swap_cost="),
)
class ColdkeySwapScheduled(Event):
    """A swap of a coldkey was scheduled for a future block. swap_cost: rao that it will take."""

    old_coldkey: AccountId
    new_coldkey: AccountId
    execution_block: BlockNumber
    swap_cost: Rao


@event("ColdkeySwappedAtCost", deposit=("ColdkeySwapped", "old_coldkey=", "new_coldkey=", "swap_cost="))
class ColdkeySwappedAtCost(Event):
    """Everything a coldkey owned was given to another. swap_cost: rao charged for it."""

    old_coldkey: AccountId
    new_coldkey: AccountId
    swap_cost: Rao


@event("ColdkeySwapped", deposit=("ColdkeySwapped", "old_coldkey=", "new_coldkey="))
class ColdkeySwapped(Event):
    """Everything a coldkey owned was given to another."""

    old_coldkey: AccountId
    new_coldkey: AccountId


@event("ScheduledColdkeySwapFailed")
class ScheduledColdkeySwapFailed(Event):
    """A scheduled swap was refused when its block came, and changed nothing. error: the chain's name."""

    old_coldkey: AccountId
    new_coldkey: AccountId
    error: TEXT


@event("ColdkeySwapAnnounced", deposit=("ColdkeySwapAnnounced", "who=", "new_coldkey_hash="))
class ColdkeySwapAnnounced(Event):
    """A coldkey announced its swap. possible_from: the first block in which it may be carried out."""

    who: AccountId
    new_coldkey_hash: HASH
    possible_from: BlockNumber


@event("ColdkeySwapDisputed", deposit=("ColdkeySwapDisputed", "coldkey="))
class ColdkeySwapDisputed(Event):
    """The announced swap of a coldkey is disputed. block: since when."""

    coldkey: AccountId
    block: BlockNumber


@event("ColdkeySwapCleared", deposit=("ColdkeySwapCleared", "who="))
class ColdkeySwapCleared(Event):
    """A coldkey cancelled its announced swap."""

    who: AccountId


@event("ColdkeySwapReset", deposit=("ColdkeySwapReset", "who="))
class ColdkeySwapReset(Event):
    """Root cancelled the announced swap of a coldkey, and its dispute."""

    who: AccountId
