"""What an observation of a subnet lacks: the items that have entries of subnets, and of which the answer shows nothing.

It is recorded with the observation (`NotSeen`), so that nobody treats what was never observed as absent.
"""

from collections.abc import Set

from neuron_ledger.events.storage.items import Item
from neuron_ledger.events.wire.units import U16
from neuron_ledger.ledger.rules.netuids import ROOT
from neuron_ledger.projections.storage import Storage
from neuron_ledger.replay.importers.accounts_seen import Entries, put

OURS = {"AccountNonce", "BlockNumber", "LastRuntimeUpgrade", "NotSeen", "SpecVersionSeen", "TreeSeen"}
"""Items that are never lacking."""


def put_not_seen(changes: Entries, storage: Storage, netuid: int, seen: Set[str]) -> None:
    """Record what was not seen of a subnet; also of the root network and the whole chain, if they were not seen at all yet.

    seen: the items of which the answer shows everything of the subnet.
    """
    items = [item for item in storage.layout.items.values() if item.name not in OURS]
    put(changes, "NotSeen", netuid, tuple(item.name for item in items if of_subnets(item) and item.name not in seen))
    if ROOT not in storage.subnetwork_n and ROOT not in storage.not_seen:
        put(changes, "NotSeen", ROOT, tuple(item.name for item in items if item.name != "NetworksAdded"))


def of_subnets(item: Item) -> bool:
    """Whether each entry of the item is of one subnet."""
    return U16 in item.keys
