"""A ratio raised to the power of a ratio, scaled to an integer: the basis of prices in weighted pools.

If the reduced exponent is small, the power is an exact root; otherwise it is exp(exponent · ln(base)) by Taylor series in fixed
point, with 24 guard bits. Series end where they end on the chain, since its results are reproduced, not improved.
Source: safe-bigmath 0.4.1 integer.rs::pow_ratio_scaled, as used by subtensor pallets/swap at spec_version 424.
"""

from functools import cache
from math import gcd

from attrs import frozen

GUARD_BITS = 24
GUARD = 1 << GUARD_BITS
LARGEST_EXACT_EXPONENT = 1024
MIN_PRECISION = 32
MAX_TERMS = 4096

QUICK_FRACTION = 96
"""Fractional bits of a power computed the quick way."""
QUICK_SCALES = 60
"""The maximum bits of scales for which it is used."""
DOUBT = 24
"""A quick power within 2^-24 of an integer is computed again with the long series."""


def pow_ratio_scaled(
    base_numerator: int, base_denominator: int, exponent_numerator: int, exponent_denominator: int, precision: int, scale: int
) -> int | None:
    """floor(scale · (base numerator / base denominator) ^ (exponent numerator / exponent denominator)).

    Args: all at least 0; precision: minimum number of fractional bits, where the power is not an exact root.
    Returns: None where a denominator is 0.
    """
    if base_denominator == 0 or exponent_denominator == 0:
        return None
    if base_numerator == 0:
        return 0
    if exponent_numerator == 0:
        return scale
    common = gcd(exponent_numerator, exponent_denominator)
    numerator, denominator = exponent_numerator // common, exponent_denominator // common
    if max(numerator, denominator) <= LARGEST_EXACT_EXPONENT:
        return _whole_root(base_numerator**numerator * scale**denominator // base_denominator**numerator, denominator)
    wanted = max(precision, MIN_PRECISION, scale.bit_length() + 8)
    series = Series(wanted + GUARD_BITS)
    logarithm = (series.ln(base_numerator) - series.ln(base_denominator)) * numerator // denominator
    return _without_guard(series.exp(logarithm)) * scale >> wanted


def pow_near_one_scaled(base: int, growth: int, exponent_numerator: int, exponent_denominator: int, scale: int) -> int | None:
    """floor(scale · (base / (base + growth)) ^ exponent), the quick way.

    Uses the binomial series of (1 - part)^exponent, for parts of at most a half, exponents of at most 4 and scales below 2^60.
    The error of a term is a few units of 2^-96 and there are at most 100 terms, so the error of the power is less than 2^-86, and
    less than 2^-26 when scaled; that of the long series is less than 2^-180. So both have the same floor wherever the fraction is
    further than 2^-24 from 0 and 1. Returns: None where it does not apply, or is not precise enough.
    """
    if growth > base or exponent_numerator > 4 * exponent_denominator or scale >> QUICK_SCALES:
        return None
    part = (growth << QUICK_FRACTION) // (base + growth)
    first = term = part * exponent_numerator // exponent_denominator
    power = (1 << QUICK_FRACTION) - term
    factor, n = part - first, 2  # each term times part · (n - 1 - exponent) / n is the next one
    while term:
        term = (factor // n) * term >> QUICK_FRACTION
        if term < 0:
            term += 1  # rounded toward 0, so that the series ends
        power -= term
        factor += part
        n += 1
    scaled = power * scale
    fraction = scaled >> QUICK_FRACTION - DOUBT & (1 << DOUBT) - 1
    return None if fraction in (0, (1 << DOUBT) - 1) else scaled >> QUICK_FRACTION


def _whole_root(number: int, degree: int) -> int:
    """The greatest integer whose `degree`-th power is at most `number`."""
    if degree == 1 or number == 0:
        return number
    root = 1 << -(-number.bit_length() // degree)
    while True:
        closer = ((degree - 1) * root + number // root ** (degree - 1)) // degree
        if closer >= root:
            return root
        root = closer


def _without_guard(bits: int) -> int:
    """The bits without the guard bits, rounded half away from zero."""
    whole = abs(bits) + (GUARD >> 1) >> GUARD_BITS
    return whole if bits >= 0 else -whole


@frozen
class Series:
    """Logarithms and exponentials in fixed point. fraction: fractional bits, including the guard bits."""

    fraction: int

    @property
    def terms(self) -> int:
        """The maximum number of terms of a series."""
        return min(MAX_TERMS, self.fraction + 128)

    def ln(self, value: int) -> int:
        """The natural logarithm of a positive integer: that of its mantissa in [0.75, 1.5), and ln 2 for every halving."""
        halvings = value.bit_length() - 1
        one = 1 << self.fraction
        mantissa = (value << self.fraction) >> halvings
        if mantissa >= one + (one >> 1):
            mantissa >>= 1
            halvings += 1
        return self.ln1p(mantissa - one) + _ln_two(self.fraction) * halvings

    def ln1p(self, x: int) -> int:
        """ln(1 + x), for x from -1/2 to 1/2."""
        term = total = x
        before = _without_guard(total)
        for n in range(2, self.terms + 1):
            term = term * x >> self.fraction
            part = term // n
            if not term or not part:
                break
            total += part if n % 2 else -part
            rounded = _without_guard(total)
            if abs(part) < GUARD or rounded == before:
                break
            before = rounded
        return total

    def exp(self, x: int) -> int:
        """e^x."""
        term = total = 1 << self.fraction
        before = _without_guard(total)
        for n in range(1, self.terms + 1):
            term = term * x // (n << self.fraction)
            if not term:
                break
            total += term
            rounded = _without_guard(total)
            if abs(term) < GUARD or rounded == before:
                break
            before = rounded
        return total


@cache
def _ln_two(fraction: int) -> int:
    return -Series(fraction).ln1p(-(1 << fraction >> 1))
