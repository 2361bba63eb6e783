"""Identities: how a coldkey describes itself, or an owner a subnet, in texts of bytes."""

from neuron_ledger.events.storage.items import IDENTITY
from neuron_ledger.events.wire.arguments import GivenAccount
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.events.wire.record import Call, Event, call, event
from neuron_ledger.events.wire.units import BYTES, TEXT, AccountId, NetUid


@call("set_identity")
class SetIdentity(Call):
    """Set the identity of the signing coldkey. Texts are bytes, usually UTF-8."""

    name: BYTES
    url: BYTES
    github_repo: BYTES
    image: BYTES
    discord: BYTES
    description: BYTES
    additional: BYTES


@call("set_subnet_identity")
class SetSubnetIdentity(Call):
    """Set the identity of a subnet. Signed by its owner. Texts are bytes, usually UTF-8. logo_url: since spec_version 283."""

    netuid: NetUid
    subnet_name: BYTES
    github_repo: BYTES
    subnet_contact: BYTES
    subnet_url: BYTES
    discord: BYTES
    description: BYTES
    additional: BYTES
    logo_url: BYTES | None = None


@call("register_network_with_identity")
class RegisterNetworkWithIdentity(Call):
    """Create a subnet, paying the lock cost. Signed by the coldkey that will own it.

    identity: its texts in the chain's order (as in `set_subnet_identity`; since spec_version 283 logo_url comes before
    additional), or None.
    """

    hotkey: GivenAccount
    identity: IDENTITY | None

    def agree(self) -> None:
        """Refuse an identity with a number of texts that no runtime has. Raises: FieldError."""
        if self.identity is not None and len(self.identity) not in (7, 8):
            raise FieldError("identity", "7 texts, or 8 since spec_version 283", self.identity)


@event("ChainIdentitySet", deposit=("ChainIdentitySet", "coldkey"))
class ChainIdentitySet(Event):
    """A coldkey's identity was set. identity: its texts, in the chain's order."""

    coldkey: AccountId
    identity: IDENTITY


@event("SubnetIdentitySet", deposit=("SubnetIdentitySet", "netuid"))
class SubnetIdentitySet(Event):
    """A subnet's identity was set. item: the storage item that holds it. identity: its texts, in the chain's order."""

    netuid: NetUid
    item: TEXT
    identity: IDENTITY


@event("SubnetIdentityRemoved", deposit=("SubnetIdentityRemoved", "netuid"))
class SubnetIdentityRemoved(Event):
    """A subnet's identity was removed. item: the storage item that held it."""

    netuid: NetUid
    item: TEXT
