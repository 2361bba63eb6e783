"""Views of one neuron, as the node's neuron calls show it: raw integers, read from storage.

Source: subtensor rpc_info/neuron_info.rs, spec_version 277.
"""

from typing import Final, TypeVar

from attrs import asdict, frozen

from neuron_ledger.events.wire.rows import pairs
from neuron_ledger.projections.storage import Storage
from neuron_ledger.projections.storage_items import Axon, PrometheusInfo

T = TypeVar("T")

NO_AXON: Final = (0,) * 8
NO_PROMETHEUS: Final = (0,) * 5
"""How the chain shows that nothing is served."""


@frozen
class NeuronInfoLite:
    """A neuron without its weights and bonds.

    stake: (coldkey, alpha of the subnet) of the hotkey's owner; before alpha, (coldkey, TAO) of each staker.
    u16 proportions of 65535; emission in the subnet's smallest unit of alpha; last_update: block. axon_info, prometheus_info:
    None where nothing is served.
    """

    hotkey: bytes
    coldkey: bytes
    uid: int
    netuid: int
    active: bool
    axon_info: Axon | None
    prometheus_info: PrometheusInfo | None
    stake: tuple[tuple[bytes, int], ...]
    rank: int
    emission: int
    incentive: int
    consensus: int
    trust: int
    validator_trust: int
    dividends: int
    last_update: int
    validator_permit: bool
    pruning_score: int


@frozen
class NeuronInfo(NeuronInfoLite):
    """A neuron with its weights and bonds: (uid, value) pairs that are not 0, in stored order."""

    weights: tuple[tuple[int, int], ...]
    bonds: tuple[tuple[int, int], ...]


def neuron_info_lite(storage: Storage, netuid: int, uid: int) -> NeuronInfoLite | None:
    """The neuron at a uid; None where nobody holds it."""
    if (netuid, uid) not in storage.keys:
        return None
    hotkey = storage.keys[netuid, uid]
    coldkey = storage.owner[hotkey]
    return NeuronInfoLite(
        hotkey=hotkey,
        coldkey=coldkey,
        uid=uid,
        netuid=netuid,
        active=_at(storage.active[netuid], uid, False),
        axon_info=storage.axons[netuid, hotkey],
        prometheus_info=storage.prometheus[netuid, hotkey],
        stake=_stake(storage, hotkey, coldkey, netuid),
        rank=_at(storage.map("Rank")[netuid], uid, 0),
        emission=_at(storage.emission[netuid], uid, 0),
        incentive=_at(storage.incentive[netuid], uid, 0),
        consensus=_at(storage.consensus[netuid], uid, 0),
        trust=_at(storage.map("Trust")[netuid], uid, 0),
        validator_trust=_at(storage.validator_trust[netuid], uid, 0),
        dividends=_at(storage.dividends[netuid], uid, 0),
        last_update=_at(storage.last_update[netuid], uid, 0),
        validator_permit=_at(storage.validator_permit[netuid], uid, False),
        pruning_score=_at(storage.map("PruningScores")[netuid], uid, 65535),
    )


def neuron_info(storage: Storage, netuid: int, uid: int) -> NeuronInfo | None:
    """The neuron at a uid with its weights and bonds; None where nobody holds it."""
    lite = neuron_info_lite(storage, netuid, uid)
    if lite is None:
        return None
    weights, bonds = (_set_pairs(row) for row in (storage.weights[netuid, uid], storage.bonds[netuid, uid]))
    return NeuronInfo(**asdict(lite, recurse=False), weights=weights, bonds=bonds)


def _stake(storage: Storage, hotkey: bytes, coldkey: bytes, netuid: int) -> tuple[tuple[bytes, int], ...]:
    """What is staked on a hotkey, as the node shows it. Source of the second: subtensor neuron_info.rs, spec_version 185."""
    if storage.layout.has_alpha:
        return ((coldkey, storage.total_hotkey_alpha[hotkey, netuid]),)
    stake = storage.map("Stake")
    return tuple((key[1], stake[key]) for key in sorted(stake.under(hotkey)))


def _set_pairs(row: bytes) -> tuple[tuple[int, int], ...]:
    return tuple(pair for pair in pairs(row) if pair[1])


def _at(vector: tuple[T, ...], uid: int, absent: T) -> T:
    return vector[uid] if uid < len(vector) else absent
