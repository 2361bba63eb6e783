"""Mechanisms of a subnet, since spec_version 320: each has weights, last updates, bonds and commits under an index of its own."""

from neuron_ledger.events.consensus import MECHANISM_STRIDE
from neuron_ledger.ledger.errors import MechanismDoesNotExist
from neuron_ledger.ledger.rules.netuids import subnet_exists
from neuron_ledger.projections.storage import Storage


def mechanism_exists(storage: Storage, netuid: int, mechanism: int) -> bool:
    """Whether there is a subnet with this netuid that has a mechanism of this number."""
    return subnet_exists(storage, netuid) and mechanism < storage.mechanism_count_current[netuid]


def ensure_mechanism_exists(storage: Storage, netuid: int, mechanism: int) -> None:
    """Refuse a netuid and number that name no mechanism. Raises: MechanismDoesNotExist.

    Source: subtensor subnets/mechanism.rs::ensure_mechanism_exists, spec_version 424.
    """
    if not mechanism_exists(storage, netuid, mechanism):
        mechanisms = storage.mechanism_count_current[netuid] if subnet_exists(storage, netuid) else 0
        raise MechanismDoesNotExist(netuid=netuid, mechanism=mechanism, mechanisms=mechanisms)


def netuid_and_mechanism(storage: Storage, index: int) -> tuple[int, int] | None:
    """The (netuid, mechanism) that a storage index stands for; None where there is no such mechanism.

    Source: subtensor subnets/mechanism.rs::get_netuid_and_subid, spec_version 424.
    """
    mechanism, netuid = divmod(index, MECHANISM_STRIDE)
    return (netuid, mechanism) if mechanism_exists(storage, netuid, mechanism) else None
