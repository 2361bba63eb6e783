"""What the answers share: reading storage as rules read it, and values that are the same in several of them."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from neuron_ledger.ledger.rules.epoch.schedule import activity_cutoff_blocks
from neuron_ledger.ledger.rules.netuids import ROOT, in_key_order, subnet_exists
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.ledger.transaction import Transaction
from neuron_ledger.projections.storage import Storage
from neuron_ledger.replay.node.chain.state import State

NO_AXON: Final = (0,) * 8
NO_PROMETHEUS: Final = (0,) * 5
LOGO_URL: Final = 6
"""The place in a subnet's identity of the field that it did not always have."""


def reading(state: State) -> Tx:
    """Storage at the block, for rules that only read."""
    return Transaction(state.storage, state.runtime.rules)


def has_item(storage: Storage, name: str) -> bool:
    """Whether the runtime has a storage item."""
    return name in storage.layout.items


def all_netuids(storage: Storage) -> list[int]:
    """The subnets that there are, in the order in which the chain walks through them."""
    return in_key_order(netuid for netuid, added in storage.networks_added.items() if added)


def of_subnet(answer: Callable[[State, int], Any]) -> Callable[[State, int], Any]:
    """An answer about a subnet: None where there is no such subnet."""
    return lambda state, netuid: answer(state, netuid) if subnet_exists(state.storage, netuid) else None


def of_all_subnets(answer: Callable[[State, int], Any]) -> Callable[[State], Any]:
    """The same answer about every subnet."""
    return lambda state: [answer(state, netuid) for netuid in all_netuids(state.storage)]


def vector_of(storage: Storage, name: str, netuid: int) -> Sequence[Any]:
    """A vector with one value a uid; empty where the runtime has no such item."""
    return storage.map(name)[netuid] if has_item(storage, name) else ()


def subnet_identity(storage: Storage, netuid: int) -> Any:
    """A subnet's identity, in the form of the newest runtime; None where it has none."""
    if has_item(storage, "SubnetIdentitiesV3"):
        return storage.subnet_identities_v3[netuid]
    identity = storage.subnet_identities_v2[netuid]
    return None if identity is None else (*identity[:LOGO_URL], b"", *identity[LOGO_URL:])


def subnet_name(storage: Storage, netuid: int) -> bytes:
    """The name in a subnet's identity. The names that the main chain's own source gives to its subnets are not known here."""
    identity = subnet_identity(storage, netuid)
    return (identity[0] if identity is not None else b"") or (b"root" if netuid == ROOT else b"unknown")


def activity_cutoff(storage: Storage, netuid: int) -> int:
    """After how many blocks without an update a uid is not active."""
    if has_item(storage, "ActivityCutoffFactorMilli"):
        return activity_cutoff_blocks(storage.activity_cutoff_factor_milli[netuid], storage.tempo[netuid])
    return storage.activity_cutoff[netuid]


def pending_alpha(storage: Storage, netuid: int) -> int:
    """Alpha that waits for the subnet's epoch."""
    if has_item(storage, "PendingServerEmission"):
        return storage.pending_server_emission[netuid] + storage.pending_validator_emission[netuid]
    return storage.pending_emission[netuid]
