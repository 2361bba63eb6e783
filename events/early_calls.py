"""Calls of runtimes before 277 that later ones have in another form or not at all, and their events.

Where a later call has the same name on the chain, the ledger's name differs: a runtime's `earlier_forms` maps one to the other.
Source: subtensor lib.rs (dispatches), spec_versions 103 to 185.
"""

from neuron_ledger.events.storage.items import IDENTITY
from neuron_ledger.events.wire.arguments import GivenAccount, GivenU16s, GivenU64s
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.events.wire.record import Call, Event, call, event
from neuron_ledger.events.wire.units import BYTES, U16, AccountId, BlockNumber, NetUid, Rao


def ensure_three_texts(identity: tuple[bytes, ...] | None) -> None:
    """Refuse a subnet's identity that the chain did not have before 233. Raises: FieldError."""
    if identity is not None and len(identity) != 3:
        raise FieldError("identity", "3 texts", identity)


# ------------------------------------------------------------------------------------------------------- registration


@call("sudo_register")
class SudoRegister(Call):
    """Privileged: register a hotkey, and give it stake and its coldkey balance. Until spec_version 136.

    coldkey: the hotkey's owner. stake, balance: rao, created out of nothing.
    """

    netuid: NetUid
    hotkey: GivenAccount
    coldkey: GivenAccount
    stake: Rao
    balance: Rao


# ------------------------------------------------------------------------------------------------------------ subnets


@call("sudo_add_network")
class SudoAddNetwork(Call):
    """Privileged: create a subnet. Until spec_version 133. tempo: blocks. modality: the kind of data it works on, 0 to 2."""

    netuid: NetUid
    tempo: U16
    modality: U16


@call("sudo_remove_network")
class SudoRemoveNetwork(Call):
    """Privileged: remove a subnet. Until spec_version 133."""

    netuid: NetUid


@call("sudo_set_emission_values")
class SudoSetEmissionValues(Call):
    """Privileged: set each subnet's part of a block's emission. Until spec_version 133.

    netuids: all subnets. emission: rao for each, adding up to a block's emission.
    """

    netuids: GivenU16s
    emission: GivenU64s


@call("sudo_add_network_connection_requirement")
class SudoAddNetworkConnectionRequirement(Call):
    """Privileged: let a hotkey register on subnet a only if it is among the best of subnet b. Until spec_version 133.

    requirement: the proportion of neurons that count as the best, in parts of 65535.
    """

    netuid_a: NetUid
    netuid_b: NetUid
    requirement: U16


@call("sudo_remove_network_connection_requirement")
class SudoRemoveNetworkConnectionRequirement(Call):
    """Privileged: let hotkeys register on subnet a regardless of subnet b. Until spec_version 133."""

    netuid_a: NetUid
    netuid_b: NetUid


@call("register_network_alone")
class RegisterNetworkAlone(Call):
    """Create a subnet without a neuron, paying the lock cost. Signed by the coldkey that will own it.

    The chain's `register_network` from spec_version 133 until 233.
    """


@call("register_network_alone_with_identity")
class RegisterNetworkAloneWithIdentity(Call):
    """The same with an identity, or without. identity: name, repository and contact of the subnet.

    The chain's `register_network_with_identity` from spec_version 195 until 233.
    """

    identity: IDENTITY | None

    def agree(self) -> None:
        """Raises: FieldError."""
        ensure_three_texts(self.identity)


@call("dissolve_own_network")
class DissolveOwnNetwork(Call):
    """Remove a subnet. Signed by its owner. The chain's `dissolve_network` from spec_version 133 until 195."""

    netuid: NetUid


@event("NetworkAddedWithoutHotkey")
class NetworkAddedWithoutHotkey(Event):
    """A subnet was created without a neuron, before alpha.

    owner, registered_at: None until spec_version 133, when subnets had no owner.
    """

    netuid: NetUid
    modality: U16
    owner: AccountId | None
    registered_at: BlockNumber | None


@call("set_identity_of_six")
class SetIdentityOfSix(Call):
    """Set the identity of the signing coldkey. Texts are bytes, usually UTF-8.

    The chain's `set_identity` from spec_version 195 until 233: six texts, without a repository.
    """

    name: BYTES
    url: BYTES
    image: BYTES
    discord: BYTES
    description: BYTES
    additional: BYTES


@call("set_subnet_identity_of_three")
class SetSubnetIdentityOfThree(Call):
    """Set the identity of a subnet. Signed by its owner. Texts are bytes, usually UTF-8.

    The chain's `set_subnet_identity` from spec_version 195 until 233.
    """

    netuid: NetUid
    subnet_name: BYTES
    github_repo: BYTES
    subnet_contact: BYTES


@call("swap_coldkey_at_set_cost")
class SwapColdkeyAtSetCost(Call):
    """Privileged: give everything a coldkey owns to another, at the cost set by the chain.

    The chain's `swap_coldkey` from spec_version 195 until 233.
    """

    old_coldkey: GivenAccount
    new_coldkey: GivenAccount


@call("sudo_hotfix_swap_coldkey_delegates")
class SudoHotfixSwapColdkeyDelegates(Call):
    """Accepted from any account, without effect. In the draft of alpha, and from spec_version 165 until 233."""

    old_coldkey: GivenAccount
    new_coldkey: GivenAccount


@call("register_network_of_mechanism")
class RegisterNetworkOfMechanism(Call):
    """Create a subnet, paying the lock cost. Signed by the coldkey that will own it. mechid: 1 for a subnet with a pool.

    The chain's `register_network` in the draft of alpha.
    """

    hotkey: GivenAccount
    mechid: U16


@call("register_network_of_mechanism_with_identity")
class RegisterNetworkOfMechanismWithIdentity(Call):
    """The same with an identity, or without. identity: name, repository and contact of the subnet.

    The chain's `register_network_with_identity` in the draft of alpha.
    """

    hotkey: GivenAccount
    mechid: U16
    identity: IDENTITY | None

    def agree(self) -> None:
        """Refuse an identity that the chain did not have then. Raises: FieldError."""
        ensure_three_texts(self.identity)
