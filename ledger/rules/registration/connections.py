"""Subnets on which a hotkey can register only while it is among the best of another one: until spec_version 133.

Source: subtensor networks.rs, registration.rs::passes_network_connection_requirement, spec_version 103.
"""

from neuron_ledger.ledger.errors import DidNotPassConnectedNetworkRequirement
from neuron_ledger.ledger.rules.netuids import known_netuids, subnet_exists
from neuron_ledger.ledger.rules.numbers.fixed import U16_MAX
from neuron_ledger.ledger.rules.registration.uids import pruning_score
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.ledger.seats import AskedRegistration
from neuron_ledger.projections.storage import Storage

FRACTION = 32
"""Fractional bits of I32F32."""


def hotkey_is_among_the_best_103(tx: Tx, asked: AskedRegistration) -> None:
    """The hotkey must rank as high as required on every subnet to which this one is connected.

    Raises: DidNotPassConnectedNetworkRequirement.
    """
    storage = tx.storage
    for other in known_netuids(storage):
        requirement = storage.map("NetworkConnect")[asked.netuid, other]
        if requirement is not None and subnet_exists(storage, other) and not _is_among(storage, other, asked.hotkey, requirement):
            raise DidNotPassConnectedNetworkRequirement(netuid=asked.netuid, connected_to=other, requirement=requirement)


def _is_among(storage: Storage, netuid: int, hotkey: bytes, requirement: int) -> bool:
    """Whether a hotkey's share of better neurons is within a requirement, both as I32F32."""
    uid, n = storage.uids[netuid, hotkey], storage.subnetwork_n[netuid]
    if uid is None or n == 0:
        return False
    own = pruning_score(storage, netuid, uid)
    better = sum(pruning_score(storage, netuid, other) > own for other in range(n) if other != uid)
    return (better << FRACTION) // n <= (requirement << FRACTION) // U16_MAX
