"""Registration prices from this block on, subnet by subnet: the first step of the block hook."""

from neuron_ledger.events.subnets import HyperparameterSet
from neuron_ledger.ledger.rules.netuids import known_netuids
from neuron_ledger.ledger.rules.registration.adjustment import (
    Moves,
    RegistrationTerms,
    Upgraded,
    adjust_registration_terms,
    interval_ends,
    one_moves_103,
    one_or_both_move,
    upgraded,
    upgraded_103,
    upgraded_153,
)
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.projections.storage import Storage


def adjust_registration_terms_for_networks(tx: Tx) -> None:
    """Where an adjustment interval ends, adjust burn and difficulty and reset its counters; reset every block's counter.

    Source: subtensor coinbase/block_step.rs::adjust_registration_terms_for_networks, spec_version 277.
    """
    _adjust_all(tx, one_or_both_move, upgraded)


def adjust_registration_terms_153(tx: Tx) -> None:
    """The same until spec_version 233. Raises: CannotGoOn where no registrations are expected."""
    _adjust_all(tx, one_or_both_move, upgraded_153)


def adjust_registration_terms_121(tx: Tx) -> None:
    """The same with sums that wrap around. Raises: CannotGoOn.

    Source: subtensor block_step.rs::adjust_registration_terms_for_networks, spec_versions 121 to 152, and 185.
    """
    _adjust_all(tx, one_or_both_move, upgraded_103)


def adjust_registration_terms_103(tx: Tx) -> None:
    """The same, except that only one of burn and difficulty moves, and moves fully: the old value has no weight.

    Raises: CannotGoOn.
    Source: subtensor block_step.rs::adjust_registration_terms_for_networks, spec_version 103.
    """
    _adjust_all(tx, one_moves_103, upgraded_103)


def _adjust_all(tx: Tx, moves: Moves, next_value: Upgraded) -> None:
    storage, now = tx.storage, tx.block
    for netuid in known_netuids(storage):
        if interval_ends(now, storage.last_adjustment_block[netuid], storage.adjustment_interval[netuid]):
            _adjust(tx, netuid, moves, next_value)
        if storage.registrations_this_block.get(netuid) != 0:
            storage.registrations_this_block[netuid] = 0


def _adjust(tx: Tx, netuid: int, moves: Moves, next_value: Upgraded) -> None:
    storage = tx.storage
    adjustment = adjust_registration_terms(registration_terms(storage, netuid), tx.block, moves, next_value)
    if adjustment is None:
        return
    terms, sets_burn, sets_difficulty = adjustment
    if sets_burn:
        storage.burn[netuid] = terms.burn
    if sets_difficulty:
        tx.emit(HyperparameterSet(name="difficulty", netuid=netuid, value=terms.difficulty))
    storage.last_adjustment_block[netuid] = terms.last_adjustment_block
    storage.registrations_this_interval[netuid] = terms.registrations_this_interval
    storage.pow_registrations_this_interval[netuid] = terms.pow_registrations_this_interval
    storage.burn_registrations_this_interval[netuid] = terms.burn_registrations_this_interval


def registration_terms(storage: Storage, netuid: int) -> RegistrationTerms:
    """A subnet's registration terms in storage. Before spec_version 126 nothing is smoothed: alpha is 0."""
    smoothed = "AdjustmentAlpha" in storage.layout.items
    return RegistrationTerms(
        burn=storage.burn[netuid],
        min_burn=storage.min_burn[netuid],
        max_burn=storage.max_burn[netuid],
        difficulty=storage.difficulty[netuid],
        min_difficulty=storage.min_difficulty[netuid],
        max_difficulty=storage.max_difficulty[netuid],
        adjustment_alpha=storage.adjustment_alpha[netuid] if smoothed else 0,
        adjustment_interval=storage.adjustment_interval[netuid],
        last_adjustment_block=storage.last_adjustment_block[netuid],
        target_registrations_per_interval=storage.target_registrations_per_interval[netuid],
        registrations_this_interval=storage.registrations_this_interval[netuid],
        pow_registrations_this_interval=storage.pow_registrations_this_interval[netuid],
        burn_registrations_this_interval=storage.burn_registrations_this_interval[netuid],
    )
