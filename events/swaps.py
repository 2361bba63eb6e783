"""Swaps of keys: a hotkey, or a coldkey, that another takes the place of. What moved in storage stands in `StorageChanged`.

It is the same neuron, with the same uid, before and after the swap of its hotkey or of its owner.
"""

from neuron_ledger.events.wire.record import Call, Event, call, event
from neuron_ledger.events.wire.units import TEXT, AccountId, BlockNumber, NetUid, Rao

# ------------------------------------------------------------------------------------------------------------ calls


@call("swap_hotkey")
class SwapHotkey(Call):
    """Let another hotkey take the place of one. Signed by the coldkey. netuid: on that subnet alone; none: on all of them."""

    hotkey: AccountId
    new_hotkey: AccountId
    netuid: NetUid | None


@call("swap_coldkey")
class SwapColdkey(Call):
    """Privileged: give all that a coldkey has to another. swap_cost: rao that the old coldkey pays for it."""

    old_coldkey: AccountId
    new_coldkey: AccountId
    swap_cost: Rao


@call("schedule_swap_coldkey")
class ScheduleSwapColdkey(Call):
    """Have all that the signing coldkey has given to another, some days from now."""

    new_coldkey: AccountId


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
