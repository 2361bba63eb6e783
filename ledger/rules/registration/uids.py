"""Who gets which uid: appended while there is room, else taken from the neuron that is pruned."""

from neuron_ledger.events.registration import NeuronAppended, NeuronReplaced, PruningScoreSet
from neuron_ledger.ledger.errors import NoNeuronIdAvailable
from neuron_ledger.ledger.rules.numbers.fixed import U16_MAX
from neuron_ledger.ledger.rules.registration.pruning import (
    choose_neuron_to_prune_320,
    choose_neuron_to_prune_365,
    immune_owner_uids_320,
    immune_owner_uids_334,
    prune_queue,
)
from neuron_ledger.ledger.runtime import Runtime, Tx
from neuron_ledger.ledger.seats import Candidate, QueuePlace
from neuron_ledger.projections.storage import Storage

ZERO_AT_FIRST = ("Rank", "Trust", "Emission", "Consensus", "Incentive", "Dividends", "PruningScores", "ValidatorTrust")
"""What is 0 for a new uid. StakeWeight does not grow before the next epoch."""

ZERO_AT_REPLACEMENT = ("Emission", "Trust", "Consensus", "Incentive", "Dividends")

CLEARED_AT_REPLACEMENT = ("NeuronCertificates", "Axons", "Bonds")
"""What the newcomer does not inherit. It does inherit LastUpdate, Rank, ValidatorTrust, ValidatorPermit, Weights, Prometheus …"""

CLEARED_AT_REPLACEMENT_233 = ("NeuronCertificates", "Axons")
"""The same until spec_version 256, when bonds were inherited too."""


def register_neuron(tx: Tx, netuid: int, hotkey: bytes) -> int:
    """Give a hotkey the next free uid, or the uid of the neuron to prune where the subnet is full.

    Returns: the uid; where only the subnet owner could have been pruned, that uid, which the owner keeps.
    Raises: NoNeuronIdAvailable where the subnet prunes none, as when it is limited to 0 neurons and holds none.
    Source: subtensor subnets/registration.rs::register_neuron, spec_version 277.
    """
    storage = tx.storage
    if storage.subnetwork_n[netuid] < storage.max_allowed_uids[netuid]:
        return tx.rules.append_neuron(tx, netuid, hotkey)
    candidate = tx.rules.neuron_to_prune(tx, netuid)
    if candidate is None:
        raise NoNeuronIdAvailable(netuid=netuid, max_allowed_uids=storage.max_allowed_uids[netuid])
    tx.rules.replace_neuron(tx, netuid, candidate, hotkey)
    return candidate.uid


def append_neuron(tx: Tx, netuid: int, hotkey: bytes) -> int:
    """Give a hotkey the next free uid. Returns: that uid.

    Source: subtensor subnets/uids.rs::append_neuron, spec_version 277.
    """
    uid = tx.storage.subnetwork_n[netuid]
    values = (*((name, 0) for name in ZERO_AT_FIRST), ("Active", 1), ("LastUpdate", tx.block), ("ValidatorPermit", 0))
    tx.emit(NeuronAppended(netuid=netuid, uid=uid, hotkey=hotkey, block_at_registration=tx.block, values=values))
    return uid


def replace_neuron(tx: Tx, netuid: int, candidate: Candidate, hotkey: bytes) -> None:
    """Give a hotkey the uid of another; does nothing if that is the subnet owner's hotkey.

    Source: subtensor subnets/uids.rs::replace_neuron, clear_neuron, spec_version 277.
    """
    seat_in_place_of(tx, netuid, candidate, hotkey, ZERO_AT_REPLACEMENT, CLEARED_AT_REPLACEMENT)


def replace_neuron_233(tx: Tx, netuid: int, candidate: Candidate, hotkey: bytes) -> None:
    """As at 238; does nothing if the old hotkey belongs to the subnet owner's coldkey.

    Source: subtensor subnets/uids.rs::replace_neuron, spec_version 233.
    """
    storage = tx.storage
    if storage.owner[storage.keys[netuid, candidate.uid]] != storage.subnet_owner[netuid]:
        take_seat(tx, netuid, candidate, hotkey, ZERO_AT_REPLACEMENT, CLEARED_AT_REPLACEMENT_233)


def replace_neuron_238(tx: Tx, netuid: int, candidate: Candidate, hotkey: bytes) -> None:
    """As at 277; the newcomer also inherits bonds. Source: as there, spec_version 238."""
    seat_in_place_of(tx, netuid, candidate, hotkey, ZERO_AT_REPLACEMENT, CLEARED_AT_REPLACEMENT_233)


def nothing_is_cleared(_: Tx, __: int, ___: int) -> None:
    """Nothing: the event of the replacement clears what the old neuron leaves."""


def seat_in_place_of(
    tx: Tx, netuid: int, candidate: Candidate, hotkey: bytes, zeros: tuple[str, ...], cleared: tuple[str, ...]
) -> bool:
    """Give a hotkey the uid of another. Returns: whether it did; it does not if that is the subnet owner's hotkey.

    zeros: the items in whose vectors the uid's entry becomes 0. cleared: those that lose the old hotkey's or the uid's entry.
    """
    storage = tx.storage
    old_hotkey = storage.keys[netuid, candidate.uid]
    if netuid in storage.subnet_owner_hotkey and storage.subnet_owner_hotkey[netuid] == old_hotkey:
        return False
    take_seat(tx, netuid, candidate, hotkey, zeros, cleared)
    return True


def take_seat(tx: Tx, netuid: int, candidate: Candidate, hotkey: bytes, zeros: tuple[str, ...], cleared: tuple[str, ...]) -> None:
    """Give a hotkey the uid of another, whoever that is. zeros, cleared: as for `seat_in_place_of`."""
    storage, uid = tx.storage, candidate.uid
    active = (("Active", 1),) if uid < len(storage.active[netuid]) else ()
    tx.emit(
        NeuronReplaced(
            netuid=netuid,
            uid=uid,
            old_hotkey=storage.keys[netuid, uid],
            new_hotkey=hotkey,
            block_at_registration=tx.block,
            pruning_score=candidate.score,
            values=(*active, *((name, 0) for name in zeros)),
            cleared=cleared,
        )
    )


def neuron_to_prune(tx: Tx, netuid: int) -> Candidate:
    """Choose the neuron that a full subnet prunes, and raise its pruning score so that it is not chosen again before an epoch.

    Raises: NoNeuronIdAvailable if the subnet has no neuron.
    Source: subtensor subnets/registration.rs::get_neuron_to_prune, spec_version 277.
    """
    storage = tx.storage
    n = storage.subnetwork_n[netuid]
    if n == 0:
        raise NoNeuronIdAvailable(netuid=netuid, max_allowed_uids=storage.max_allowed_uids[netuid])
    scores, registered = scores_and_blocks(storage, netuid)
    spared = tx.rules.immune_owner_uids(storage, netuid)
    uid = choose_neuron_to_prune_320(scores, registered, storage.immunity_period[netuid], tx.block, spared)
    candidate = Candidate(uid, scores[uid])
    tx.emit(PruningScoreSet(netuid=netuid, uid=uid, pruning_score=U16_MAX))
    return candidate


def owners_hotkey(storage: Storage, netuid: int) -> list[int]:
    """Only the uid of the subnet owner's hotkey is never pruned."""
    uid = owner_uid(storage, netuid)
    return [] if uid is None else [uid]


def all_of_owner_233(storage: Storage, netuid: int) -> list[int]:
    """The uids of every hotkey of the subnet owner's coldkey are never pruned.

    Source: subtensor subnets/registration.rs::get_neuron_to_prune, spec_version 233.
    """
    keys, seats = storage.keys, [(netuid, uid) for uid in range(storage.subnetwork_n[netuid])]
    coldkey, owner = storage.subnet_owner[netuid], storage.owner
    return [seat[1] for seat in seats if seat in keys and owner[keys[seat]] == coldkey]


def newest_of_owner_320(storage: Storage, netuid: int) -> list[int]:
    """The uids of the owner that are never pruned (`immune_owner_uids_320`)."""
    return immune_owner_uids_320(_owned(storage, netuid), owner_uid(storage, netuid), storage.immune_owner_uids_limit[netuid])


def oldest_of_owner_334(storage: Storage, netuid: int) -> list[int]:
    """The uids of the owner that are never pruned (`immune_owner_uids_334`)."""
    return immune_owner_uids_334(_owned(storage, netuid), owner_uid(storage, netuid), storage.immune_owner_uids_limit[netuid])


def _owned(storage: Storage, netuid: int) -> list[tuple[int, int]]:
    """(block at registration, uid) of the hotkeys of the subnet's owner that hold one."""
    uids = [storage.uids[netuid, hotkey] for hotkey in storage.owned_hotkeys[storage.subnet_owner[netuid]]]
    return [(storage.block_at_registration[netuid, uid], uid) for uid in uids if uid is not None]


def neuron_to_prune_365(tx: Tx, netuid: int) -> Candidate | None:
    """Choose the neuron that a full subnet prunes, by emission. Changes nothing.

    Source: subtensor subnets/registration.rs::get_neuron_to_prune, spec_version 424.
    """
    storage = tx.storage
    emission, registered = _emission_and_blocks(storage, netuid)
    uid = choose_neuron_to_prune_365(
        emission,
        registered,
        storage.immunity_period[netuid],
        tx.block,
        tx.rules.immune_owner_uids(storage, netuid),
        storage.min_non_immune_uids[netuid],
    )
    return None if uid is None else Candidate(uid, emission[uid])


def current_prune_queue(rules: Runtime, storage: Storage, netuid: int) -> list[QueuePlace]:
    """The order in which registrations from the current block on would replace a full subnet's neurons (`prune_queue`).

    rules: of the runtime in force.
    """
    return rules.prune_queue(rules, storage, netuid)


def queue_by_score_and_age(rules: Runtime, storage: Storage, netuid: int) -> list[QueuePlace]:
    """The queue in which of equal scores the oldest comes first. rules: define the score and the spared uids."""
    uids = range(storage.subnetwork_n[netuid])
    limited = "MinNonImmuneUids" in storage.layout.items
    return prune_queue(
        [rules.losing_score(storage, netuid, uid) for uid in uids],
        [storage.block_at_registration[netuid, uid] for uid in uids],
        storage.immunity_period[netuid],
        storage.block_number.value,
        rules.immune_owner_uids(storage, netuid),
        storage.min_non_immune_uids[netuid] if limited else 0,
    )


def scores_and_blocks(storage: Storage, netuid: int) -> tuple[list[int], list[int]]:
    """Each uid's pruning score, 65535 where none is stored, and the block it registered in."""
    n = storage.subnetwork_n[netuid]
    scores = [*storage.pruning_scores[netuid][:n]]
    scores += [U16_MAX] * (n - len(scores))
    return scores, [storage.block_at_registration[netuid, uid] for uid in range(n)]


def _emission_and_blocks(storage: Storage, netuid: int) -> tuple[list[int], list[int]]:
    """Each uid's emission, 0 where none is stored, and the block it registered in."""
    n = storage.subnetwork_n[netuid]
    emission = [*storage.emission[netuid][:n]]
    emission += [0] * (n - len(emission))
    return emission, [storage.block_at_registration[netuid, uid] for uid in range(n)]


def owner_uid(storage: Storage, netuid: int) -> int | None:
    """The uid of the subnet owner's hotkey; None where there is no such hotkey, or it holds no uid.

    Source: subtensor utils/misc.rs::get_owner_uid, spec_version 277.
    """
    if netuid not in storage.subnet_owner_hotkey:
        return None
    return storage.uids[netuid, storage.subnet_owner_hotkey[netuid]]


def emission_of(storage: Storage, netuid: int, uid: int) -> int:
    """The stored emission of a uid (u64); 0 where there is none."""
    emission = storage.emission[netuid]
    return emission[uid] if uid < len(emission) else 0


def pruning_score(storage: Storage, netuid: int, uid: int) -> int:
    """The stored pruning score of a uid (u16); 65535 where there is none.

    Source: subtensor utils/misc.rs::get_pruning_score_for_uid, spec_version 277.
    """
    scores = storage.pruning_scores[netuid]
    return scores[uid] if uid < len(scores) else U16_MAX
