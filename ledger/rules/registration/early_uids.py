"""Which neuron is pruned, and what is cleared, in runtimes before 233: the newcomer inherits nearly everything of the uid.

Since spec_version 195 the neuron is chosen as in later runtimes, except that no uid is spared.
Source: subtensor registration.rs::get_neuron_to_prune, uids.rs, spec_versions 103, 143 and 185.
"""

from collections.abc import Sequence

from attrs import evolve

from neuron_ledger.events.registration import PruningScoreSet
from neuron_ledger.ledger.rules.netuids import hotkey_is_registered_on_any_network
from neuron_ledger.ledger.rules.numbers.fixed import U16_MAX
from neuron_ledger.ledger.rules.registration.pruning import is_immune, queue_places
from neuron_ledger.ledger.rules.registration.uids import scores_and_blocks, take_seat
from neuron_ledger.ledger.rules.tao_stake.positions import forget_moves_202, staked_on, unstake_all
from neuron_ledger.ledger.runtime import Runtime, Tx
from neuron_ledger.ledger.seats import Candidate, QueuePlace
from neuron_ledger.projections.storage import Storage

LAST_RESORT = 0
"""The uid that is pruned where every score is the highest possible one."""


def neuron_to_prune_110_first(tx: Tx, netuid: int) -> Candidate:
    """The neuron with the lowest score; of equal ones the one that registered first, of these the lowest uid. Nobody is immune.

    Source: subtensor registration.rs::get_neuron_to_prune, the first spec_version 110.
    """
    scores, registered = scores_and_blocks(tx.storage, netuid)
    if not scores:
        return Candidate(LAST_RESORT, U16_MAX)
    score, _, uid = min(zip(scores, registered, range(len(scores)), strict=True))
    tx.emit(PruningScoreSet(netuid=netuid, uid=uid, pruning_score=U16_MAX))
    return Candidate(uid, score)


def prune_queue_110_first(rules: Runtime, storage: Storage, netuid: int) -> list[QueuePlace]:
    """The order in which registrations from the current block on would replace a full subnet's neurons."""
    scores, registered = scores_and_blocks(storage, netuid)
    places = queue_places(scores, registered, 0, storage.block_number.value, rules.immune_owner_uids(storage, netuid))
    return sorted(places, key=lambda place: (place.pruning_score, place.block_at_registration, place.uid))


def choose_neuron_to_prune_103(
    pruning_scores: Sequence[int], block_at_registration: Sequence[int], immunity_period: int, now: int
) -> int:
    """Choose the uid that a full subnet prunes.

    The lowest score among neurons past their immunity, of equal ones the highest uid; if none of these is below 65535, the
    lowest score among the immune, of equal ones the lowest uid; if none of these is either, uid 0.

    Args: pruning_scores: shape (n,), u16. block_at_registration: shape (n,), blocks. immunity_period: blocks. now: block.
    Returns: uid; 0 for an empty subnet.
    """
    free: list[tuple[int, int]] = []
    immune: list[tuple[int, int]] = []
    for uid, (score, registered) in enumerate(zip(pruning_scores, block_at_registration, strict=True)):
        if score < U16_MAX:
            if is_immune(registered, immunity_period, now):
                immune.append((score, uid))
            else:
                free.append((score, -uid))
    if free:
        return -min(free)[1]
    return min(immune)[1] if immune else LAST_RESORT


def neuron_to_prune_103(tx: Tx, netuid: int) -> Candidate:
    """Choose the neuron that a full subnet prunes, and raise its pruning score so that it is not chosen again before an epoch.

    For a subnet whose limit is 0 neurons this is uid 0, which nobody holds.
    """
    storage = tx.storage
    scores, registered = scores_and_blocks(storage, netuid)
    uid = choose_neuron_to_prune_103(scores, registered, storage.immunity_period[netuid], tx.block)
    if not scores:
        return Candidate(uid, U16_MAX)
    tx.emit(PruningScoreSet(netuid=netuid, uid=uid, pruning_score=U16_MAX))
    return Candidate(uid, scores[uid])


def prune_queue_103(rules: Runtime, storage: Storage, netuid: int) -> list[QueuePlace]:
    """The order in which registrations from the current block on would replace a full subnet's neurons.

    Those past their immunity first, of equal scores the highest uid, then the immune, of equal ones the lowest uid. Last come
    those with the highest possible score: of these uid 0 would be replaced again and again, the others stay.
    """
    scores, registered = scores_and_blocks(storage, netuid)
    spared = rules.immune_owner_uids(storage, netuid)
    places = queue_places(scores, registered, storage.immunity_period[netuid], storage.block_number.value, spared)
    going = [place for place in places if place.pruning_score < U16_MAX]
    free = sorted((place for place in going if not place.immunity_left), key=lambda place: (place.pruning_score, -place.uid))
    immune = sorted((place for place in going if place.immunity_left), key=lambda place: (place.pruning_score, place.uid))
    last = [evolve(place, is_kept=place.uid != LAST_RESORT) for place in places if place.pruning_score == U16_MAX]
    return [*free, *immune, *last]


def nobody_is_spared(_: Storage, __: int) -> tuple[int, ...]:
    """The owner of a subnet has no uids that are never pruned."""
    return ()


def replace_neuron_103(tx: Tx, netuid: int, candidate: Candidate, hotkey: bytes) -> None:
    """Give a hotkey the uid of another, with everything stored for it. Source: subtensor uids.rs::replace_neuron, 103."""
    take_seat(tx, netuid, candidate, hotkey, (), ())


def replace_neuron_118(tx: Tx, netuid: int, candidate: Candidate, hotkey: bytes) -> None:
    """As before; all stake on the old hotkey is returned, if the hotkey is no longer on any subnet.

    Source: subtensor uids.rs::replace_neuron, spec_versions 143 and 185.
    """
    old_hotkey = tx.storage.keys[netuid, candidate.uid]
    replace_neuron_103(tx, netuid, candidate, hotkey)
    if not hotkey_is_registered_on_any_network(tx.storage, old_hotkey):
        unstake_all(tx, old_hotkey)


def replace_neuron_202(tx: Tx, netuid: int, candidate: Candidate, hotkey: bytes) -> None:
    """As before; with the stake, the notes of its moves are removed. Source: subtensor staking/helpers.rs, spec_version 202.

    Notes of coldkeys without an entry in Stake stay.
    """
    old_hotkey = tx.storage.keys[netuid, candidate.uid]
    replace_neuron_118(tx, netuid, candidate, hotkey)
    _forget_moves_if_unstaked(tx, old_hotkey)


def _forget_moves_if_unstaked(tx: Tx, hotkey: bytes) -> None:
    if not hotkey_is_registered_on_any_network(tx.storage, hotkey):
        for coldkey, _ in staked_on(tx, hotkey):
            forget_moves_202(tx, coldkey, hotkey, 0)


def replace_neuron_205(tx: Tx, netuid: int, candidate: Candidate, hotkey: bytes) -> None:
    """As before; the old hotkey's certificate on the subnet is removed too.

    Source: subtensor subnets/uids.rs::replace_neuron, 205.
    """
    old_hotkey = tx.storage.keys[netuid, candidate.uid]
    replace_neuron_118(tx, netuid, candidate, hotkey)
    tx.storage.neuron_certificates.remove((netuid, old_hotkey))


def replace_neuron_210(tx: Tx, netuid: int, candidate: Candidate, hotkey: bytes) -> None:
    """As before; with the stake, the notes of its moves are removed. Source: subtensor staking/helpers.rs, spec_version 210."""
    old_hotkey = tx.storage.keys[netuid, candidate.uid]
    replace_neuron_205(tx, netuid, candidate, hotkey)
    _forget_moves_if_unstaked(tx, old_hotkey)


def replace_neuron_218_draft(tx: Tx, netuid: int, candidate: Candidate, hotkey: bytes) -> None:
    """Give a hotkey the uid of another, which keeps its stake but loses its certificate on the subnet.

    Source: subtensor subnets/uids.rs::replace_neuron, spec_version 218 of the draft of alpha.
    """
    take_seat(tx, netuid, candidate, hotkey, (), ("NeuronCertificates",))
