"""How much TAO a block emits: it halves as the issuance approaches the total supply.

Fixed point here is I96F32; its operations are inlined, since every block also computes every subnet's alpha with them.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from functools import cache

from neuron_ledger.ledger.rules.numbers.fixed import I96F32

FRACTION = I96F32.fraction

ONE = I96F32.one

TOTAL_SUPPLY = 21_000_000_000_000_000
"""Rao."""

DEFAULT_BLOCK_EMISSION = 1_000_000_000
"""Rao per block before the first halving."""


def get_block_emission_for_issuance(issuance: int) -> int:
    """Rao that a block emits at an issuance (u64, rao): 0 once the total supply is reached.

    The number of halvings is floor(log2(1 / (1 - issuance / total supply))), taken in fixed point.
    Source: subtensor coinbase/block_emission.rs::get_block_emission_for_issuance, spec_version 277.
    """
    return get_block_emissions((issuance,))[0]


def get_block_emissions(issuances: Iterable[int]) -> list[int]:
    """The same for several issuances."""
    starts, emissions = _halvings()
    return [emissions[bisect_right(starts, issuance) - 1] if issuance < TOTAL_SUPPLY else 0 for issuance in issuances]


@cache
def _halvings() -> tuple[list[int], list[int]]:
    """Each possible emission with the least issuance it applies from, found by bisection, since emissions only fall."""
    starts, emissions = [0], [emission_by_logarithm(0)]
    while emissions[-1] != emission_by_logarithm(TOTAL_SUPPLY - 1):
        rest = range(starts[-1], TOTAL_SUPPLY)
        last = emissions[-1]
        starts.append(rest[bisect_left(rest, True, key=lambda issuance: emission_by_logarithm(issuance) < last)])
        emissions.append(emission_by_logarithm(starts[-1]))
    return starts, emissions


def emission_by_logarithm(issuance: int) -> int:
    """The emission at an issuance below the total supply, as the chain computes it."""
    issued = (issuance << 2 * FRACTION) // (TOTAL_SUPPLY << FRACTION)
    left = ONE - issued
    halvings = _whole_log2((ONE << FRACTION) // left)
    share = (ONE << FRACTION) // (ONE << halvings)
    return (share * (DEFAULT_BLOCK_EMISSION << FRACTION) >> FRACTION) >> FRACTION


def _whole_log2(x: int) -> int:
    """floor(log2(x)) of an I96F32 that is at least 1, computed as on the chain: by halving, rounding halves up.

    Source: substrate-fixed 0.5.9 transcendental::log2, of which the rule keeps only the integer part.
    """
    halvings = 0
    while x >= 2 * ONE:
        x = (x >> 1) + (x & 1)
        halvings += 1
    return halvings
