"""Uids that are assigned and cleared, since spec_version 292: each later version clears more.

Since 320 a subnet has mechanisms, each with incentive, last updates, bonds and weights of its own under a storage index.
"""

from neuron_ledger.events.registration import NeuronAppended
from neuron_ledger.events.wire.rows import pack_pairs, pairs
from neuron_ledger.ledger.rules.registration.uids import CLEARED_AT_REPLACEMENT, ZERO_AT_REPLACEMENT, seat_in_place_of
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.ledger.seats import Candidate

ZERO_AT_FIRST_320 = ("Rank", "Trust", "Emission", "Consensus", "Dividends", "PruningScores", "ValidatorTrust")
ZERO_AT_FIRST_365 = ("Emission", "Consensus", "Dividends", "ValidatorTrust")
"""What is 0 for a new uid, in addition to each mechanism's incentive."""

ENDPOINTS_292 = ("NeuronCertificates", "Axons", "AssociatedEvmAddress")
ENDPOINTS_361 = (*ENDPOINTS_292, "Prometheus")
"""What is removed of the old hotkey, or of the uid, at a replacement."""

ZERO_WHEN_CLEARED_320 = ("Emission", "Trust", "Consensus", "Dividends")
ZERO_WHEN_CLEARED_323 = (*ZERO_WHEN_CLEARED_320, "StakeWeight")
ZERO_WHEN_CLEARED_365 = ("Emission", "Consensus", "Dividends", "StakeWeight")
ZERO_WHEN_CLEARED_411 = (*ZERO_WHEN_CLEARED_365, "ValidatorTrust")
"""What a cleared uid loses in the vectors of its subnet; since 411 also its permit."""


def storage_indices(tx: Tx, netuid: int) -> list[int]:
    """The storage index of every mechanism that the subnet has."""
    count = tx.storage.mechanism_count_current[netuid]
    return [tx.rules.storage_index(netuid, mechanism) for mechanism in range(count)]


# --------------------------------------------------------------------------------------------------------- appended


def append_neuron_320(tx: Tx, netuid: int, hotkey: bytes) -> int:
    """Give a hotkey the next free uid, with an incentive and a last update in every mechanism. Returns: that uid.

    Source: subtensor subnets/uids.rs::append_neuron, spec_version 320.
    """
    return _append(tx, netuid, hotkey, ZERO_AT_FIRST_320)


def append_neuron_365(tx: Tx, netuid: int, hotkey: bytes) -> int:
    """As before, but without rank, trust and pruning score.

    Source: subtensor subnets/uids.rs::append_neuron, spec_version 424.
    """
    return _append(tx, netuid, hotkey, ZERO_AT_FIRST_365)


def _append(tx: Tx, netuid: int, hotkey: bytes, zeros: tuple[str, ...]) -> int:
    uid = tx.storage.subnetwork_n[netuid]
    values = (*((name, 0) for name in zeros), ("Active", 1), ("ValidatorPermit", 0))
    tx.emit(NeuronAppended(netuid=netuid, uid=uid, hotkey=hotkey, block_at_registration=tx.block, values=values))
    for index in storage_indices(tx, netuid):
        tx.storage.incentive[index] = (*tx.storage.incentive[index], 0)
        _set_last_update(tx, netuid, index, uid)
    return uid


def _set_last_update(tx: Tx, netuid: int, index: int, uid: int) -> None:
    """Set the uid's last update to this block; a mechanism's vector that is too short is first padded with zeros.

    Source: subtensor utils/misc.rs::set_last_update_for_uid, get_last_update, spec_version 424.
    """
    updates = tx.storage.last_update[index]
    filled = (*updates, *(0 for _ in range(tx.storage.subnetwork_n[netuid] - len(updates))))
    if uid < len(filled):
        tx.storage.last_update[index] = (*filled[:uid], tx.block, *filled[uid + 1 :])


# --------------------------------------------------------------------------------------------------------- replaced


def replace_neuron_292(tx: Tx, netuid: int, candidate: Candidate, hotkey: bytes) -> None:
    """Give a hotkey the uid of another; the uid's link to an EVM address is removed too.

    Source: subtensor subnets/uids.rs::replace_neuron, spec_version 292.
    """
    seat_in_place_of(tx, netuid, candidate, hotkey, ZERO_AT_REPLACEMENT, (*CLEARED_AT_REPLACEMENT, "AssociatedEvmAddress"))


def replace_neuron_320(tx: Tx, netuid: int, candidate: Candidate, hotkey: bytes) -> None:
    """As before, but what the uid had is cleared as the runtime clears neurons.

    Source: subtensor subnets/uids.rs::replace_neuron, spec_version 320.
    """
    if seat_in_place_of(tx, netuid, candidate, hotkey, (), ENDPOINTS_292):
        tx.rules.clear_neuron(tx, netuid, candidate.uid)


def replace_neuron_361(tx: Tx, netuid: int, candidate: Candidate, hotkey: bytes) -> None:
    """As before; the old hotkey's Prometheus endpoint is removed too.

    Source: subtensor subnets/uids.rs::replace_neuron, spec_version 361.
    """
    if seat_in_place_of(tx, netuid, candidate, hotkey, (), ENDPOINTS_361):
        tx.rules.clear_neuron(tx, netuid, candidate.uid)


def replace_neuron_397(tx: Tx, netuid: int, candidate: Candidate, hotkey: bytes) -> None:
    """As before; this block is the newcomer's last update in every mechanism.

    Source: subtensor subnets/uids.rs::replace_neuron, spec_version 424.
    """
    if seat_in_place_of(tx, netuid, candidate, hotkey, (), ENDPOINTS_361):
        tx.rules.clear_neuron(tx, netuid, candidate.uid)
        for index in storage_indices(tx, netuid):
            _set_last_update(tx, netuid, index, candidate.uid)


# ---------------------------------------------------------------------------------------------------------- cleared


def clear_neuron_320(tx: Tx, netuid: int, uid: int) -> None:
    """Clear what epochs left at a uid, its bonds and weights, and set it to 0 in the weights of all others.

    Source: subtensor subnets/uids.rs::clear_neuron, spec_version 320.
    """
    _clear(tx, netuid, uid, ZERO_WHEN_CLEARED_320)


def clear_neuron_323(tx: Tx, netuid: int, uid: int) -> None:
    """As before, with the stake weight. Source: subtensor subnets/uids.rs::clear_neuron, spec_version 323."""
    _clear(tx, netuid, uid, ZERO_WHEN_CLEARED_323)


def clear_neuron_365(tx: Tx, netuid: int, uid: int) -> None:
    """As before, without trust, which is no longer written. Source: subtensor subnets/uids.rs::clear_neuron, spec_version 365."""
    _clear(tx, netuid, uid, ZERO_WHEN_CLEARED_365)


def clear_neuron_411(tx: Tx, netuid: int, uid: int) -> None:
    """As before, with validator trust and the permit. Source: subtensor subnets/uids.rs::clear_neuron, spec_version 424."""
    _clear(tx, netuid, uid, ZERO_WHEN_CLEARED_411)
    tx.storage.validator_permit.place(netuid, uid, False)


def _clear(tx: Tx, netuid: int, uid: int, zeros: tuple[str, ...]) -> None:
    storage = tx.storage
    for name in zeros:
        storage.map(name).place(netuid, uid, 0)
    for index in storage_indices(tx, netuid):
        storage.incentive.place(index, uid, 0)
        storage.bonds.remove((index, uid))
        storage.weights.remove((index, uid))
        for seat in [seat for seat in storage.weights if seat[0] == index]:
            row = pairs(storage.weights[seat])
            if any(target == uid and weight for target, weight in row):
                storage.weights[seat] = pack_pairs([(target, 0 if target == uid else weight) for target, weight in row])
