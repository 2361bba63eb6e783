"""Where a coldkey's earnings go: claims of root dividends, and the hotkey on which its miners' incentives are staked."""

from typing import Any

from neuron_ledger.events.storage.items_424 import ROOT_CLAIM_TYPE
from neuron_ledger.events.wire.arguments import GivenAccount, GivenU16s
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.events.wire.record import Call, Event, call, event
from neuron_ledger.events.wire.units import TEXT, U16_VECTOR, U64, AccountId, NetUid

CLAIM_TYPES = ("Swap", "Keep", "KeepSubnets")


@call("claim_root")
class ClaimRoot(Call):
    """Claim root dividends of some subnets. Signed by the coldkey."""

    subnets: GivenU16s


@call("set_root_claim_type")
class SetRootClaimType(Call):
    """Choose what is done with root dividends: ("Swap", ()), ("Keep", ()), or ("KeepSubnets", netuids). Signed by the coldkey."""

    new_root_claim_type: ROOT_CLAIM_TYPE

    def agree(self) -> None:
        """Refuse an unknown type, and netuids with a type that takes none. Raises: FieldError."""
        kind, netuids = self.new_root_claim_type
        if kind not in CLAIM_TYPES:
            raise FieldError("new_root_claim_type", f"one of {', '.join(CLAIM_TYPES)}", kind)
        if netuids and kind != "KeepSubnets":
            raise FieldError("new_root_claim_type", f"no netuids with {kind}", netuids)


@call("sudo_set_root_claim_threshold")
class SudoSetRootClaimThreshold(Call):
    """Set the minimum amount of a subnet's alpha for a claim to be carried out. Signed by the subnet's owner, or privileged."""

    netuid: NetUid
    new_value: U64


@call("sudo_set_num_root_claims")
class SudoSetNumRootClaims(Call):
    """Set for how many coldkeys per block dividends are claimed automatically. Privileged."""

    new_value: U64


@call("set_coldkey_auto_stake_hotkey")
class SetColdkeyAutoStakeHotkey(Call):
    """Choose the hotkey on which miners' incentives of a subnet are staked. Signed by the coldkey."""

    netuid: NetUid
    hotkey: GivenAccount


@event("RootClaimed", deposit=("RootClaimed", "coldkey="))
class RootClaimed(Event):
    """A coldkey claimed its root dividends. Where too little was owed, nothing moved."""

    coldkey: AccountId


@event("RootClaimTypeSet", deposit=("RootClaimTypeSet", "coldkey=", "root_claim_type="))
class RootClaimTypeSet(Event):
    """A coldkey chose what is done with its root dividends."""

    coldkey: AccountId
    claim_type: TEXT
    netuids: U16_VECTOR

    @property
    def root_claim_type(self) -> Any:
        """The choice as the chain shows it: its name, and its netuids if it has any."""
        return (self.claim_type, self.netuids) if self.claim_type == "KeepSubnets" else self.claim_type


@event("AutoStakeAdded", deposit=("AutoStakeAdded", "netuid=", "destination=", "hotkey=", "owner=", "incentive="))
class AutoStakeAdded(Event):
    """A miner's incentive (alpha) was staked on the hotkey that its owner chose."""

    netuid: NetUid
    destination: AccountId
    hotkey: AccountId
    owner: AccountId
    incentive: U64


@event("AutoStakeDestinationSet", deposit=("AutoStakeDestinationSet", "coldkey=", "netuid=", "hotkey="))
class AutoStakeDestinationSet(Event):
    """A coldkey chose the hotkey on which its miners' incentives of a subnet are staked."""

    coldkey: AccountId
    netuid: NetUid
    hotkey: AccountId
