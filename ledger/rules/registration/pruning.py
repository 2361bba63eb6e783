"""Which neuron a full subnet prunes."""

from collections.abc import Collection, Sequence

from attrs import evolve

from neuron_ledger.ledger.rules.numbers.fixed import U16_MAX, U64_MAX
from neuron_ledger.ledger.rules.numbers.saturating import sub_u64
from neuron_ledger.ledger.seats import QueuePlace

NOBODY = (U16_MAX, U64_MAX, 0)
"""The start of the search: a neuron must have less than this (score, block); if none has, the answer is uid 0."""


def is_immune(block_at_registration: int, immunity_period: int, now: int) -> bool:
    """Whether a neuron is still protected: it registered less than `immunity_period` blocks ago (0 if it is from the future).

    Source: subtensor utils/misc.rs::get_neuron_is_immune, spec_version 277.
    """
    return sub_u64(now, block_at_registration) < immunity_period


def choose_neuron_to_prune(
    pruning_scores: Sequence[int], block_at_registration: Sequence[int], immunity_period: int, now: int, owner_uid: int | None
) -> int:
    """Choose the uid that a full subnet prunes.

    Lowest (pruning score, block at registration, uid) among neurons past their immunity; if there are none, among the immune.
    The subnet owner's hotkey is never considered; even so, if nobody else is left, the answer is uid 0.

    Args: pruning_scores: shape (n,), u16. block_at_registration: shape (n,), blocks. immunity_period: blocks. now: block.
        owner_uid: uid of the owner's hotkey, None where it holds none.
    Returns: uid; 0 for an empty subnet.
    Source: subtensor subnets/registration.rs::get_neuron_to_prune, spec_version 277.
    """
    spared = () if owner_uid is None else (owner_uid,)
    return choose_neuron_to_prune_320(pruning_scores, block_at_registration, immunity_period, now, spared)


def choose_neuron_to_prune_320(
    pruning_scores: Sequence[int],
    block_at_registration: Sequence[int],
    immunity_period: int,
    now: int,
    spared: Collection[int],
) -> int:
    """As `choose_neuron_to_prune`, with the uids that are never considered instead of the owner's.

    Source: subtensor subnets/registration.rs::get_neuron_to_prune, spec_version 320.
    """
    neurons = [
        (score, registered, uid)
        for uid, (score, registered) in enumerate(zip(pruning_scores, block_at_registration, strict=True))
        if uid not in spared
    ]
    youngest_past_immunity = now - immunity_period if immunity_period else U64_MAX
    past_immunity = [neuron for neuron in neurons if neuron[1] <= youngest_past_immunity]
    score, registered, uid = min(past_immunity or neurons, default=NOBODY)
    return uid if (score, registered) < NOBODY[:2] else NOBODY[2]


def choose_neuron_to_prune_365(
    emission: Sequence[int],
    block_at_registration: Sequence[int],
    immunity_period: int,
    now: int,
    spared: Collection[int],
    min_non_immune: int,
) -> int | None:
    """Choose the uid that a full subnet prunes, by emission.

    Lowest (emission, block at registration, uid) among neurons past their immunity, if more than `min_non_immune` of them are not
    spared; otherwise among the immune.

    Args: emission, block_at_registration: shape (n,). immunity_period: blocks. now: block. spared: the uids never considered.
    Returns: uid; None where there is nobody to prune.
    Source: subtensor subnets/registration.rs::get_neuron_to_prune, spec_version 424.
    """
    immune: list[tuple[int, int, int]] = []
    free: list[tuple[int, int, int]] = []
    for uid, (earned, registered) in enumerate(zip(emission, block_at_registration, strict=True)):
        if uid not in spared:
            group = immune if is_immune(registered, immunity_period, now) else free
            group.append((earned, registered, uid))
    candidates = free if len(free) > min_non_immune else immune
    return min(candidates)[2] if candidates else None


def immune_owner_uids_320(owned: Collection[tuple[int, int]], owner_uid: int | None, limit: int) -> list[int]:
    """The uids of a subnet's owner that are never pruned: the newest first, preceded by the owner's hotkey.

    Args: owned: (block at registration, uid) of the owner coldkey's hotkeys. owner_uid: uid of the subnet owner's hotkey, None
        where it holds none. limit: how many may be spared.
    Source: subtensor subnets/registration.rs::get_immune_owner_tuples, spec_version 320.
    """
    return _immune_owner_uids([uid for _, uid in sorted(owned, key=lambda seat: (-seat[0], seat[1]))], owner_uid, limit)


def immune_owner_uids_334(owned: Collection[tuple[int, int]], owner_uid: int | None, limit: int) -> list[int]:
    """As `immune_owner_uids_320`, but the oldest first. Source: as there, spec_version 424."""
    return _immune_owner_uids([uid for _, uid in sorted(owned)], owner_uid, limit)


def _immune_owner_uids(in_order: list[int], owner_uid: int | None, limit: int) -> list[int]:
    first = in_order[:limit]
    return first if owner_uid is None or owner_uid in first else [owner_uid, *first][:limit]


def queue_places(
    pruning_scores: Sequence[int], block_at_registration: Sequence[int], immunity_period: int, now: int, spared: Collection[int]
) -> list[QueuePlace]:
    """The places of all neurons in the pruning queue, by uid. Arguments as for `choose_neuron_to_prune_365`."""
    return [
        QueuePlace(uid, score, registered, sub_u64(immunity_period, sub_u64(now, registered)), uid in spared)
        for uid, (score, registered) in enumerate(zip(pruning_scores, block_at_registration, strict=True))
    ]


def prune_queue(
    pruning_scores: Sequence[int],
    block_at_registration: Sequence[int],
    immunity_period: int,
    now: int,
    spared: Collection[int],
    min_non_immune: int = 0,
) -> list[QueuePlace]:
    """All neurons in the order in which registrations from here on would replace them, if nothing else changed.

    Those past their immunity first while more than `min_non_immune` of them are left, then the immune, each group by (pruning
    score, block at registration, uid); after them those that stay: the last past their immunity, and at the end the owner's,
    which are never pruned. Arguments as for `choose_neuron_to_prune_365`.
    """
    places = queue_places(pruning_scores, block_at_registration, immunity_period, now, spared)
    in_order = sorted(places, key=lambda place: (place.pruning_score, place.block_at_registration, place.uid))
    free = [place for place in in_order if not place.is_owner and not place.immunity_left]
    going = max(len(free) - min_non_immune, 0)
    return [
        *free[:going],
        *(place for place in in_order if not place.is_owner and place.immunity_left),
        *(evolve(place, is_kept=True) for place in free[going:]),
        *(place for place in in_order if place.is_owner),
    ]
