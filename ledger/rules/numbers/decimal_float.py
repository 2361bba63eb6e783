"""Decimal floats of 21 to 22 digits, in which the shares of a hotkey's stake are kept since spec_version 397.

A value is (mantissa, exponent), mantissa · 10^exponent, and normal: 10^20 < mantissa <= 10^21, or 0 · 10^0. Operations truncate.
A result whose exponent does not fit into i64 is None, as on the chain.
Source: subtensor primitives/share-pool::SafeFloat, spec_version 424.
"""

from typing import TypeAlias

from neuron_ledger.ledger.rules.numbers.fixed import U64_MAX
from neuron_ledger.ledger.rules.numbers.saturating import clamp_u64

DecimalFloat: TypeAlias = tuple[int, int]
"""(mantissa, exponent)."""

ZERO: DecimalFloat = (0, 0)
DIGITS = 21
GREATEST = 10**DIGITS
"""The greatest mantissa."""
LEAST = GREATEST // 10
"""Mantissas are greater than this."""

MIN_EXPONENT, GREATEST_EXPONENT = -(2**63), 2**63 - 1
POWERS: tuple[int, ...] = tuple(10**power for power in range(DIGITS + 2))


def normal(mantissa: int, exponent: int) -> DecimalFloat | None:
    """The value with a mantissa of full length; None where its exponent does not fit."""
    if not LEAST < mantissa <= GREATEST:
        if mantissa == 0:
            return ZERO
        mantissa, exponent = _of_full_length(mantissa, exponent)
    return (mantissa, exponent) if MIN_EXPONENT <= exponent <= GREATEST_EXPONENT else None


def _of_full_length(mantissa: int, exponent: int) -> DecimalFloat:
    digits = (mantissa.bit_length() - 1) * 30102 // 100_000 + 1  # exact or slightly too few: the rest is done one by one
    if digits < DIGITS:
        mantissa, exponent = mantissa * POWERS[DIGITS - digits], exponent - DIGITS + digits
    elif digits > DIGITS + 1:
        mantissa, exponent = mantissa // 10 ** (digits - DIGITS - 1), exponent + digits - DIGITS - 1
    while mantissa > GREATEST:
        mantissa //= 10
        exponent += 1
    while mantissa <= LEAST:
        mantissa *= 10
        exponent -= 1
    return mantissa, exponent


_SCALES = tuple(
    (POWERS[DIGITS - digits], digits - DIGITS) for digits in [max(bits - 1, 0) * 30102 // 100_000 + 1 for bits in range(66)]
)
"""By the bits of a number up to 2^64: the power of ten that makes it a mantissa, at most one digit too long; its exponent."""


def from_int(value: int) -> DecimalFloat:
    """An integer up to 2^64."""
    power, exponent = _SCALES[value.bit_length()]
    mantissa = value * power
    if mantissa > GREATEST:
        return mantissa // 10, exponent + 1
    return (mantissa, exponent) if mantissa > LEAST else normal(mantissa, exponent) or ZERO


def from_u64f64(bits: int) -> DecimalFloat:
    """A U64F64: its integer part, and its fraction divided by 2^64."""
    fraction = div(from_int(bits & U64_MAX), from_int(1 << 64)) or ZERO
    return add(from_int(bits >> 64), fraction) or ZERO


def to_u64(value: DecimalFloat) -> int:
    """The integer part as a u64, saturated."""
    mantissa, exponent = value
    scale = _power(abs(exponent))
    return clamp_u64(mantissa * scale if exponent > 0 else mantissa // scale)


def add(a: DecimalFloat, b: DecimalFloat) -> DecimalFloat | None:
    """a + b: the smaller one is first truncated to the exponent of the other."""
    if a == ZERO or b == ZERO:
        return b if a == ZERO else a
    (mantissa, exponent), (other, exponent_of_other) = a, b
    if exponent < exponent_of_other:
        mantissa, exponent, other, exponent_of_other = other, exponent_of_other, mantissa, exponent
    return normal(mantissa + other // _power(exponent - exponent_of_other), exponent)


def sub(a: DecimalFloat, b: DecimalFloat) -> DecimalFloat | None:
    """a - b, at least 0; None where a is 0 and b is not."""
    if b == ZERO or a == ZERO:
        return a if b == ZERO else None
    mantissa_a, mantissa_b, exponent = _aligned(a, b)
    return normal(max(mantissa_a - mantissa_b, 0), exponent)


def div(a: DecimalFloat, b: DecimalFloat) -> DecimalFloat | None:
    """a / b; None where b is 0."""
    if b[0] == 0:
        return None
    return normal(a[0] * GREATEST // b[0], a[1] - b[1] - DIGITS)


def mul_div(a: DecimalFloat, b: DecimalFloat, c: DecimalFloat) -> DecimalFloat | None:
    """a · b / c, truncated only at the end; None where c is 0."""
    if c[0] == 0:
        return None
    return normal(a[0] * b[0] // c[0], a[1] + b[1] - c[1])


def _aligned(a: DecimalFloat, b: DecimalFloat) -> tuple[int, int, int]:
    """Both mantissas at the greater of the exponents, and that exponent."""
    shift = a[1] - b[1]
    if shift >= 0:
        return a[0], b[0] // _power(shift), a[1]
    return a[0] // _power(-shift), b[0], b[1]


def _power(exponent: int) -> int:
    """10^exponent, at most 10^22."""
    return POWERS[exponent if exponent <= DIGITS else DIGITS + 1]
