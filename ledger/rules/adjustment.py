"""What a registration costs next: burn and difficulty follow the registrations of the interval that ends.

Fixed point here is U110F18: unsigned, 128 bits, 18 of them behind the point.
"""

from attrs import evolve, frozen

FRACTION = 18
ONE = 1 << FRACTION
WIDE_MAX = 2**128 - 1
U64_MAX = 2**64 - 1
U16_MAX = 2**16 - 1


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

    adjustment_alpha: how much of the current value stays, as parts of 2^64 - 1. All values u64, counters u16.
    Source: subtensor coinbase/block_step.rs::upgraded_difficulty and upgraded_burn, spec_version 277.
    """
    value = current << FRACTION
    doubled = min(target + target, U16_MAX)
    moved = _divide(_multiply(value, min(registrations + target, U16_MAX) << FRACTION), doubled << FRACTION)
    alpha = _divide(adjustment_alpha << FRACTION, U64_MAX << FRACTION)
    smoothed = min(_multiply(alpha, value) + _multiply(max(ONE - alpha, 0), moved), WIDE_MAX)
    if smoothed >= highest << FRACTION:
        return highest
    if smoothed <= lowest << FRACTION:
        return lowest
    return min(smoothed >> FRACTION, U64_MAX)


def adjust_registration_terms(terms: RegistrationTerms, now: int) -> tuple[RegistrationTerms, bool, bool] | None:
    """The terms after the interval that ends at block `now`, and whether burn and difficulty were set; None if none ends.

    Registrations above the target raise what most of them used (burn or work), below it they lower what few used; when both
    were used alike, both move. Which one moves does not decide how: that follows from the registrations alone.
    Source: subtensor coinbase/block_step.rs::adjust_registration_terms_for_networks, spec_version 277.
    """
    if max(now - terms.last_adjustment_block, 0) < terms.adjustment_interval:
        return None
    above = terms.registrations_this_interval > terms.target_registrations_per_interval
    worked, burned = terms.pow_registrations_this_interval, terms.burn_registrations_this_interval
    sets_burn = worked == burned or (burned > worked) == above
    sets_difficulty = worked == burned or (worked > burned) == above
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


def _multiply(a: int, b: int) -> int:
    return min((a * b) >> FRACTION, WIDE_MAX)


def _divide(a: int, b: int) -> int:
    """0 for a zero divisor and for a quotient that does not fit."""
    quotient = (a << FRACTION) // b if b else 0
    return quotient if quotient <= WIDE_MAX else 0
