"""Which subnets there are, and the order in which the chain walks through maps whose keys are u16."""

from collections.abc import Iterable
from functools import lru_cache

from neuron_ledger.ledger.errors import SubNetworkDoesNotExist
from neuron_ledger.projections.storage import Storage

ROOT = 0
"""The netuid of the root network."""


def subnet_exists(storage: Storage, netuid: int) -> bool:
    """Whether there is a subnet with this netuid (the root network is one)."""
    return storage.networks_added[netuid]


def ensure_subnet_exists(storage: Storage, netuid: int) -> None:
    """Refuse a netuid that names no subnet. Raises: SubNetworkDoesNotExist."""
    if not subnet_exists(storage, netuid):
        raise SubNetworkDoesNotExist(netuid=netuid)


def hotkey_is_registered_on_any_network(storage: Storage, hotkey: bytes) -> bool:
    """Whether a hotkey has a seat on any subnet, including a removed one that observed storage still mentions.

    Source: subtensor subnets/uids.rs::is_hotkey_registered_on_any_network, spec_version 277.
    """
    members = storage.is_network_member
    # Looked up where a seat nearly always is, since there is no list of a hotkey's seats.
    if any(members[hotkey, netuid] for netuid in storage.networks_added):
        return True
    return any(member for (of, _), member in members.items() if of == hotkey)


@lru_cache(maxsize=256)
def seats_of(index: int, n: int) -> tuple[tuple[int, int], ...]:
    """The keys of per-uid items for n uids. index: the netuid, or the storage index of a mechanism."""
    return tuple([(index, uid) for uid in range(n)])


def hotkeys_by_uid(storage: Storage, netuid: int) -> list[bytes | None]:
    """Who holds each of a subnet's uids; None where nobody does."""
    return list(map(storage.keys.get, seats_of(netuid, storage.subnetwork_n[netuid])))


def in_key_order(numbers: Iterable[int]) -> list[int]:
    """Netuids or uids in the order of the chain's maps, whose keys are u16 little-endian: 0, 256, 512, …, 1, 257, …

    Source: subtensor lib.rs (maps hashed by Identity), spec_version 277.
    """
    return sorted(numbers, key=key_place)


def key_place(number: int) -> int:
    """The sort key of netuids and uids in the chain's maps."""
    return (number & 0xFF) << 8 | number >> 8


def known_netuids(storage: Storage) -> list[int]:
    """The netuids of every entry of NetworksAdded, in key order."""
    return storage.networks_added.ordered(key_place).copy()
