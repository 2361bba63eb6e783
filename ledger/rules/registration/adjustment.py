"""Registration prices: burn and difficulty are adjusted to the registrations of the interval that ends."""

from collections.abc import Callable

from attrs import evolve, frozen

from neuron_ledger.ledger.errors import CannotGoOn
from neuron_ledger.ledger.rules.numbers.fixed import U64_MAX, U110F18
from neuron_ledger.ledger.rules.numbers.saturating import add_u16, sub_u64
from neuron_ledger.ledger.rules.numbers.wrapping import wrapped_u16


@frozen
class RegistrationTerms:
    """What the adjustment of one subnet reads and writes. Burns in rao, blocks, counters of this interval and block."""

    burn: int
    min_burn: int
    max_burn: int
    difficulty: int
    min_difficulty: int
    max_difficulty: int
    adjustment_alpha: int
    adjustment_interval: int
    last_adjustment_block: int
    target_registrations_per_interval: int
    registrations_this_interval: int
    pow_registrations_this_interval: int
    burn_registrations_this_interval: int


def upgraded(current: int, registrations: int, target: int, adjustment_alpha: int, lowest: int, highest: int) -> int:
    """The next burn or difficulty: current × (registrations + target) / (2 × target), smoothed, within [lowest, highest].

    adjustment_alpha: the weight of the current value, in parts of 2^64 - 1. All values u64, counters u16.
    Source: subtensor coinbase/block_step.rs::upgraded_difficulty and upgraded_burn, spec_version 277.
    """
    return _moved(current, add_u16(registrations, target), add_u16(target, target), adjustment_alpha, lowest, highest)


def upgraded_153(current: int, registrations: int, target: int, adjustment_alpha: int, lowest: int, highest: int) -> int:
    """The same until spec_version 233. Raises: CannotGoOn where the target is 0, by which the chain's code would divide.

    Source: subtensor block_step.rs::upgraded_difficulty, upgraded_burn, spec_version 153; also in the draft of 218.
    """
    _ensure_expected(target, 2 * target)
    return upgraded(current, registrations, target, adjustment_alpha, lowest, highest)


def upgraded_103(current: int, registrations: int, target: int, adjustment_alpha: int, lowest: int, highest: int) -> int:
    """The same until spec_version 153: sums of counters that overflow wrap around.

    Raises: CannotGoOn where twice the target is 0, by which the chain's code would divide.
    Source: subtensor block_step.rs::adjust_difficulty, adjust_burn, spec_versions 103, 143 and 185.
    """
    expected = wrapped_u16(2 * target)
    _ensure_expected(target, expected)
    return _moved(current, wrapped_u16(registrations + target), expected, adjustment_alpha, lowest, highest)


def _ensure_expected(target: int, expected: int) -> None:
    if expected == 0:
        raise CannotGoOn(f"registration prices are divided by twice the target ({target}), which comes to 0")


def _moved(current: int, registered: int, expected: int, adjustment_alpha: int, lowest: int, highest: int) -> int:
    mul, div, whole = U110F18.saturating_mul, U110F18.safe_div, U110F18.from_int
    value = whole(current)
    moved = div(mul(value, whole(registered)), whole(expected))
    alpha = div(whole(adjustment_alpha), whole(U64_MAX))
    smoothed = U110F18.saturating_add(mul(alpha, value), mul(U110F18.one - alpha, moved))
    if smoothed >= whole(highest):
        return highest
    if smoothed <= whole(lowest):
        return lowest
    return U110F18.to_int(smoothed)


def interval_ends(now: int, last_adjustment_block: int, adjustment_interval: int) -> bool:
    """Whether block `now` ends the interval that began with the last adjustment."""
    return sub_u64(now, last_adjustment_block) >= adjustment_interval


Upgraded = Callable[[int, int, int, int, int, int], int]
"""`upgraded`, or an earlier form of it."""

Moves = Callable[[RegistrationTerms], tuple[bool, bool]]
"""Terms at the end of an interval → whether the burn is set, and whether the difficulty is."""


def one_or_both_move(terms: RegistrationTerms) -> tuple[bool, bool]:
    """With registrations above the target the price of the more used way (burn or work) moves, below it that of the less used
    one; when both were used equally, both move.
    Source: subtensor coinbase/block_step.rs::adjust_registration_terms_for_networks, spec_version 277; the same since 121.
    """
    worked, burned = terms.pow_registrations_this_interval, terms.burn_registrations_this_interval
    return (True, True) if worked == burned else one_moves_103(terms)


def one_moves_103(terms: RegistrationTerms) -> tuple[bool, bool]:
    """The same, except that equal use counts as if the burn was used more.

    Source: subtensor block_step.rs::adjust_registration_terms_for_networks, spec_version 103.
    """
    above = terms.registrations_this_interval > terms.target_registrations_per_interval
    more_work = terms.pow_registrations_this_interval > terms.burn_registrations_this_interval
    return more_work != above, more_work == above


def adjust_registration_terms(
    terms: RegistrationTerms, now: int, moves: Moves = one_or_both_move, upgraded: Upgraded = upgraded
) -> tuple[RegistrationTerms, bool, bool] | None:
    """The terms after the interval that ends at block `now`, and whether burn and difficulty were set; None if none ends.

    How a price moves depends on the total registrations only, not on which of the two it is.
    Source: subtensor coinbase/block_step.rs::adjust_registration_terms_for_networks, spec_version 277.
    """
    if not interval_ends(now, terms.last_adjustment_block, terms.adjustment_interval):
        return None
    sets_burn, sets_difficulty = moves(terms)
    registrations, target = terms.registrations_this_interval, terms.target_registrations_per_interval
    alpha = terms.adjustment_alpha
    adjusted = evolve(
        terms,
        last_adjustment_block=now,
        registrations_this_interval=0,
        pow_registrations_this_interval=0,
        burn_registrations_this_interval=0,
    )
    if sets_burn:
        burn = upgraded(terms.burn, registrations, target, alpha, terms.min_burn, terms.max_burn)
        adjusted = evolve(adjusted, burn=burn)
    if sets_difficulty:
        work = upgraded(terms.difficulty, registrations, target, alpha, terms.min_difficulty, terms.max_difficulty)
        adjusted = evolve(adjusted, difficulty=work)
    return adjusted, sets_burn, sets_difficulty
