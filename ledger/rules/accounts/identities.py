"""Identities: their texts, and the maximum length of each."""

from collections.abc import Mapping

from neuron_ledger.events.identities import SubnetIdentityRemoved, SubnetIdentitySet
from neuron_ledger.ledger.errors import CannotGoOn, InvalidIdentity
from neuron_ledger.ledger.networks import IdentityTexts
from neuron_ledger.ledger.runtime import Tx

OF_COLDKEYS = IdentityTexts(
    item="IdentitiesV2",
    longest={"name": 256, "url": 256, "github_repo": 256, "image": 1024, "discord": 256, "description": 1024, "additional": 1024},
)

OF_COLDKEYS_195 = IdentityTexts(
    item="Identities",
    longest={name: most for name, most in OF_COLDKEYS.longest.items() if name != "github_repo"},
)

_UP_TO_DESCRIPTION = {
    "subnet_name": 256,
    "github_repo": 1024,
    "subnet_contact": 1024,
    "subnet_url": 1024,
    "discord": 256,
    "description": 1024,
}

OF_SUBNETS_195 = IdentityTexts(
    item="SubnetIdentities",
    longest={name: _UP_TO_DESCRIPTION[name] for name in ("subnet_name", "github_repo", "subnet_contact")},
)
OF_SUBNETS = IdentityTexts(item="SubnetIdentitiesV2", longest={**_UP_TO_DESCRIPTION, "additional": 1024})
OF_SUBNETS_283 = IdentityTexts(item="SubnetIdentitiesV3", longest={**_UP_TO_DESCRIPTION, "logo_url": 1024, "additional": 1024})


def put_subnet_identity(tx: Tx, netuid: int, identity: tuple[bytes, ...]) -> None:
    """Set a subnet's identity. Raises: InvalidIdentity; CannotGoOn for a number of texts other than the runtime's."""
    texts = tx.rules.subnet_identity
    if len(identity) != len(texts.longest):
        has = ", ".join(texts.longest)
        raise CannotGoOn(f"identity: expected the texts of spec_version {tx.rules.spec_version} ({has}), got {len(identity)}")
    ensure_valid(identity, texts.longest)
    tx.emit(SubnetIdentitySet(netuid=netuid, item=texts.item, identity=identity))


def drop_subnet_identity(tx: Tx, netuid: int) -> None:
    """Remove a subnet's identity, if it has one."""
    item = tx.rules.subnet_identity.item
    if netuid in tx.storage.map(item):
        tx.emit(SubnetIdentityRemoved(netuid=netuid, item=item))


def ensure_valid(identity: tuple[bytes, ...], longest: Mapping[str, int]) -> None:
    """Refuse a text that is too long. (The chain's bound for all together is never reached.)"""
    for text, (name, most) in zip(identity, longest.items(), strict=True):
        if len(text) > most:
            raise InvalidIdentity(text=name, length=len(text), most=most)
