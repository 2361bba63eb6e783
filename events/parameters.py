"""Settings of a subnet other than the plain numbers of `set_param` and `sudo_set`: calls, events and notices."""

from collections.abc import Sequence
from typing import Any, Self

from neuron_ledger.events.wire.arguments import GivenAccount
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.events.wire.record import Call, Event, call, event
from neuron_ledger.events.wire.units import BOOL, TEXT, U16, U16_VECTOR, U128, AccountId, BlockNumber, NetUid, Rao

# ----------------------------------------------------------------------------------------------- the owner and its choices


@call("sudo_set_subnet_owner_hotkey")
class SudoSetSubnetOwnerHotkey(Call):
    """Set the hotkey that counts as the subnet's own. Signed by the subnet's owner."""

    netuid: NetUid
    hotkey: GivenAccount


@call("sudo_set_sn_owner_hotkey")
class SudoSetSnOwnerHotkey(Call):
    """Set the hotkey that counts as the subnet's own, once a week. Signed by the subnet's owner, or privileged."""

    netuid: NetUid
    hotkey: GivenAccount


@event("SubnetOwnerHotkeyChanged")
class SubnetOwnerHotkeyChanged(Event):
    """Another hotkey counts as the subnet's own."""

    netuid: NetUid
    hotkey: AccountId


@call("sudo_set_recycle_or_burn")
class SudoSetRecycleOrBurn(Call):
    """Choose what is done with the incentives of the owner's miners: "Recycle" or "Burn". Signed by the owner, or privileged."""

    netuid: NetUid
    recycle_or_burn: TEXT

    def agree(self) -> None:
        """Refuse any other word. Raises: FieldError."""
        _check_choice(self.recycle_or_burn)


@event("RecycleOrBurnSet")
class RecycleOrBurnSet(Event):
    """What is done with the incentives of the subnet owner's miners: "Recycle" or "Burn"."""

    netuid: NetUid
    recycle_or_burn: TEXT

    @classmethod
    def decoded(cls, values: Sequence[Any]) -> Self:
        """Refuses any other word. Raises: FieldError."""
        made = super().decoded(values)
        _check_choice(made.recycle_or_burn)
        return made


def _check_choice(word: str) -> None:
    if word not in ("Burn", "Recycle"):
        raise FieldError("recycle_or_burn", "Burn or Recycle", word)


@call("sudo_set_network_max_stake")
class SudoSetNetworkMaxStake(Call):
    """Privileged: set the maximum stake that counts in a subnet's epoch; without effect where that limit no longer exists."""

    netuid: NetUid
    max_stake: Rao


# ----------------------------------------------------------------------------------------------------- mechanisms and uids


@call("set_mechanism_emission_split")
class SetMechanismEmissionSplit(Call):
    """Privileged: the pallet's bare setter of the split of emission among mechanisms.

    maybe_split: parts of 65535, the first mechanism's first; nil: evenly.
    """

    netuid: NetUid
    maybe_split: U16_VECTOR | None


@call("sudo_set_mechanism_emission_split")
class SudoSetMechanismEmissionSplit(Call):
    """Split a subnet's emission among its mechanisms. Signed by the subnet's owner, or privileged.

    maybe_split: as in `SetMechanismEmissionSplit`.
    """

    netuid: NetUid
    maybe_split: U16_VECTOR | None


@event("MechanismEmissionSplitSet")
class MechanismEmissionSplitSet(Event):
    """A subnet's emission is split among its mechanisms in these parts of 65535; nil: evenly."""

    netuid: NetUid
    split: U16_VECTOR | None


@call("sudo_trim_to_max_allowed_uids")
class SudoTrimToMaxAllowedUids(Call):
    """Limit a subnet to `max_n` uids, removing those in excess. Signed by its owner, or privileged."""

    netuid: NetUid
    max_n: U16


# --------------------------------------------------------------------------------------------------------- requested epochs


@call("set_tempo")
class SetTempo(Call):
    """Set the tempo; the schedule of epochs starts over. Signed by the subnet's owner."""

    netuid: NetUid
    tempo: U16


@call("trigger_epoch")
class TriggerEpoch(Call):
    """Request an epoch, which runs when the parameter freeze that begins now is over. Signed by the subnet's owner."""

    netuid: NetUid


@event("EpochTriggered", deposit=("EpochTriggered", "netuid=", "by=", "fires_at="))
class EpochTriggered(Event):
    """A subnet's owner requested an epoch."""

    netuid: NetUid
    by: AccountId
    fires_at: BlockNumber


# ------------------------------------------------------------------------------------------------------------ voting power


@call("enable_voting_power_tracking")
class EnableVotingPowerTracking(Call):
    """Let epochs track the voting power of validators. Signed by the subnet's owner, or privileged."""

    netuid: NetUid


@event("VotingPowerTrackingEnabled", deposit=("VotingPowerTrackingEnabled", "netuid="))
class VotingPowerTrackingEnabled(Event):
    """Epochs track voting power from now on; a scheduled end of it is cancelled."""

    netuid: NetUid


@call("disable_voting_power_tracking")
class DisableVotingPowerTracking(Call):
    """End the tracking of voting power in two weeks. Signed by the subnet's owner, or privileged."""

    netuid: NetUid


@event("VotingPowerTrackingDisableScheduled", deposit=("VotingPowerTrackingDisableScheduled", "netuid=", "disable_at_block="))
class VotingPowerTrackingDisableScheduled(Event):
    """The first epoch at or after that block ends the tracking of voting power."""

    netuid: NetUid
    disable_at_block: BlockNumber


# ------------------------------------------------------------------------------------------- notices of the admin pallet


@event("Yuma3EnableToggled", deposit=("Yuma3EnableToggled", "netuid=", "enabled="))
class Yuma3EnableToggled(Event):
    """A notice of the admin pallet, which follows when its call sets yuma3_enabled."""

    netuid: NetUid
    enabled: BOOL


@event("BondsResetToggled", deposit=("BondsResetToggled", "netuid=", "enabled="))
class BondsResetToggled(Event):
    """A notice of the admin pallet, which follows when its call sets bonds_reset."""

    netuid: NetUid
    enabled: BOOL


@event("BurnHalfLifeSet", deposit=("BurnHalfLifeSet", "netuid=", "burn_half_life="))
class BurnHalfLifeSet(Event):
    """A notice of the admin pallet, which follows when its call sets burn_half_life."""

    netuid: NetUid
    burn_half_life: U16


@event("BurnIncreaseMultSet", deposit=("BurnIncreaseMultSet", "netuid=", "burn_increase_mult="))
class BurnIncreaseMultSet(Event):
    """A notice of the admin pallet, which follows when its call sets burn_increase_mult (U64F64 bits)."""

    netuid: NetUid
    burn_increase_mult: U128


@event("SubnetEmissionEnabledSet", deposit=("SubnetEmissionEnabledSet", "netuid=", "enabled="))
class SubnetEmissionEnabledSet(Event):
    """A notice of the admin pallet, which follows when its call sets subnet_emission_enabled."""

    netuid: NetUid
    enabled: BOOL
