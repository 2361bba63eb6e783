"""The metagraph: one subnet's hyperparameters, pool and neurons at the current block, in raw integers.

Source: subtensor rpc_info/metagraph.rs, spec_version 277.
"""

from typing import Any

from attrs import frozen

from neuron_ledger.events.storage.items import Item
from neuron_ledger.events.storage.layout import Layout
from neuron_ledger.events.wire.units import U16
from neuron_ledger.projections.storage import Storage
from neuron_ledger.projections.views.neuron_info import NeuronInfoLite, neuron_info_lite

NOT_HYPERPARAMETERS = {
    "SubnetworkN",
    "Active",
    "Rank",
    "Trust",
    "Consensus",
    "Incentive",
    "Dividends",
    "Emission",
    "LastUpdate",
    "ValidatorTrust",
    "PruningScores",
    "ValidatorPermit",
    "StakeWeight",
    "LoadedEmission",
}
"""Items with one entry per subnet that are neuron vectors, not properties of the subnet."""


@frozen
class Metagraph:
    """A subnet at a block. values: every storage item with one entry per subnet, by its on-chain name. neurons: by uid."""

    netuid: int
    block: int
    n: int
    values: dict[str, Any]
    neurons: tuple[NeuronInfoLite, ...]


def subnet_items(layout: Layout) -> list[Item]:
    """The storage items of a layout that hold one value for each subnet."""
    return [item for item in layout.items.values() if item.keys == (U16,) and item.name not in NOT_HYPERPARAMETERS]


def metagraph(storage: Storage, netuid: int) -> Metagraph | None:
    """The metagraph of a subnet; None where there is no such subnet."""
    if not storage.networks_added[netuid]:
        return None
    n = storage.subnetwork_n[netuid]
    neurons = [neuron_info_lite(storage, netuid, uid) for uid in range(n)]
    return Metagraph(
        netuid=netuid,
        block=storage.block_number.value,
        n=n,
        values={item.name: storage.map(item.name)[netuid] for item in subnet_items(storage.layout)},
        neurons=tuple(neuron for neuron in neurons if neuron is not None),
    )
