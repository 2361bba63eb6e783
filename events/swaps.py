"""Swaps of keys: a hotkey, or a coldkey, that another takes the place of. What moved in storage stands in `StorageChanged`.

It is the same neuron, with the same uid, before and after the swap of its hotkey or of its owner.
"""

from neuron_ledger.events.wire.record import Call, Event, call, event
from neuron_ledger.events.wire.units import BOOL, HASH, TEXT, AccountId, BlockNumber, NetUid, Rao

# ------------------------------------------------------------------------------------------------------------ calls


@call("swap_hotkey")
class SwapHotkey(Call):
    """Let another hotkey take the place of one. Signed by the coldkey. netuid: on that subnet alone; none: on all of them."""

    hotkey: AccountId
    new_hotkey: AccountId
    netuid: NetUid | None


@call("swap_hotkey_v2")
class SwapHotkeyV2(Call):
    """Let another hotkey take the place of one. Signed by the coldkey. netuid: as in `SwapHotkey`.

    keep_stake: whether all stake stays on the old hotkey.
    """

    hotkey: AccountId
    new_hotkey: AccountId
    netuid: NetUid | None
    keep_stake: BOOL


@call("swap_coldkey")
class SwapColdkey(Call):
    """Privileged: give all that a coldkey has to another. swap_cost: rao that the old coldkey pays for it."""

    old_coldkey: AccountId
    new_coldkey: AccountId
    swap_cost: Rao


@call("schedule_swap_coldkey")
class ScheduleSwapColdkey(Call):
    """Have all that the signing coldkey has given to another, some days from now. Since spec_version 385 always refused."""

    new_coldkey: AccountId


@call("announce_coldkey_swap")
class AnnounceColdkeySwap(Call):
    """Announce that the signing coldkey is going to be swapped. new_coldkey_hash: BLAKE2b-256 of the new one's 32 bytes."""

    new_coldkey_hash: HASH


@call("swap_coldkey_announced")
class SwapColdkeyAnnounced(Call):
    """Give all that the signing coldkey has to the one that it announced."""

    new_coldkey: AccountId


@call("dispute_coldkey_swap")
class DisputeColdkeySwap(Call):
    """Stop the announced swap of the signing coldkey, and the coldkey with it, until it is reset by root."""


@call("clear_coldkey_swap_announcement")
class ClearColdkeySwapAnnouncement(Call):
    """Take the announced swap of the signing coldkey back."""


@call("reset_coldkey_swap")
class ResetColdkeySwap(Call):
    """Privileged: forget the announced swap of a coldkey, and that it is disputed."""

    coldkey: AccountId


# ----------------------------------------------------------------------------------------------------------- events


@event("HotkeySwapped", deposit=("HotkeySwapped", "coldkey=", "old_hotkey=", "new_hotkey="))
class HotkeySwapped(Event):
    """A hotkey took the place of another on every subnet. coldkey: who owns both."""

    coldkey: AccountId
    old_hotkey: AccountId
    new_hotkey: AccountId


@event("HotkeySwappedOnSubnet", deposit=("HotkeySwappedOnSubnet", "coldkey=", "old_hotkey=", "new_hotkey=", "netuid="))
class HotkeySwappedOnSubnet(Event):
    """A hotkey took the place of another on one subnet; elsewhere the old one stays. coldkey: who owns both."""

    coldkey: AccountId
    old_hotkey: AccountId
    new_hotkey: AccountId
    netuid: NetUid


@event(
    "ColdkeySwapScheduled",
    deposit=("ColdkeySwapScheduled", "old_coldkey=", "new_coldkey=", "execution_block=", "swap_cost="),
)
class ColdkeySwapScheduled(Event):
    """A swap of a coldkey will be tried in a block to come. swap_cost: rao that it takes then."""

    old_coldkey: AccountId
    new_coldkey: AccountId
    execution_block: BlockNumber
    swap_cost: Rao


@event("ColdkeySwappedAtCost", deposit=("ColdkeySwapped", "old_coldkey=", "new_coldkey=", "swap_cost="))
class ColdkeySwappedAtCost(Event):
    """All that a coldkey had is another's now. swap_cost: rao that were asked for it."""

    old_coldkey: AccountId
    new_coldkey: AccountId
    swap_cost: Rao


@event("ColdkeySwapped", deposit=("ColdkeySwapped", "old_coldkey=", "new_coldkey="))
class ColdkeySwapped(Event):
    """All that a coldkey had is another's now."""

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
    """A coldkey announced that it is going to be swapped. possible_from: the first block in which that may be."""

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
    """A coldkey took its announced swap back."""

    who: AccountId


@event("ColdkeySwapReset", deposit=("ColdkeySwapReset", "who="))
class ColdkeySwapReset(Event):
    """Root forgot the announced swap of a coldkey, and that it is disputed."""

    who: AccountId
