"""The arithmetic on arrays as kernels that numba compiles: one pass each, and every number by itself.

What they say is what `fixed.I32F32` says of each number; tests compare them with it and with the numpy form. Signed and unsigned
64 bits never meet in one expression, for a float would come of it. The compiled code is cached on disk; where it is not yet, the
first use compiles.
"""

import numpy as np
from numba import njit, vectorize

from ledger.rules.arithmetic import NUMPY, Arithmetic
from ledger.rules.fixed import E_BITS, EXP_LIMIT, EXP_TERMS, I32F32, U16_MAX, U64_MAX

FRACTION = np.int64(I32F32.fraction)
ZERO, ONE = np.int64(0), np.int64(I32F32.one)
LOW_HALF = np.int64(I32F32.one - 1)
WHOLE_LIMIT = np.int64(I32F32.one >> 1)
"""The whole number at which an I32F32 runs over."""
LEAST, GREATEST = np.int64(I32F32.least), np.int64(I32F32.greatest)
E = np.int64(E_BITS)
U16_GREATEST = np.int64(U16_MAX)
FIRST_TERM, LAST_TERM = EXP_TERMS[0], EXP_TERMS[-1]
COLUMN_BLOCK = 64
"""Columns whose medians are found at a time: with 64 rows their scores fill the nearest cache."""

WORD_FRACTION = np.uint64(I32F32.fraction)
WORD_ZERO, WORD_BIT, WORD_ONE = np.uint64(0), np.uint64(1), np.uint64(I32F32.one)
WORD_LOW_HALF = np.uint64(I32F32.one - 1)
WORD_WHOLE_LIMIT = np.uint64(I32F32.one >> 1)
WORD_SIGN = np.uint64(1 << 63)
WORD_GREATEST = np.uint64(U64_MAX)
WORD_EXP_LIMIT = np.uint64(EXP_LIMIT)


@njit
def product(a: np.int64, b: np.int64) -> np.int64:
    """a · b, rounded down, saturating: of the product's 128 bits, all but the lowest 32 are `high` · 2^32 + `rest`."""
    a_high, a_low = a >> FRACTION, a & LOW_HALF
    b_high, b_low = b >> FRACTION, b & LOW_HALF
    lowest = np.int64(np.uint64(a_low) * np.uint64(b_low) >> WORD_FRACTION)
    across, back = a_high * b_low, a_low * b_high
    rest = (across & LOW_HALF) + (back & LOW_HALF) + lowest
    high = a_high * b_high + (across >> FRACTION) + (back >> FRACTION) + (rest >> FRACTION)
    if high >= WHOLE_LIMIT:
        return GREATEST
    if high < -WHOLE_LIMIT:
        return LEAST
    return (high << FRACTION) | (rest & LOW_HALF)


@njit
def total(a: np.int64, b: np.int64) -> np.int64:
    """a + b, saturating: it ran over where the sign is neither's."""
    wrapped = a + b
    if (a ^ wrapped) & (b ^ wrapped) < ZERO:
        return LEAST if a < ZERO else GREATEST
    return wrapped


@njit
def magnitude(a: np.int64) -> np.uint64:
    """|a|, also of the least number."""
    return ~np.uint64(a) + WORD_BIT if a < ZERO else np.uint64(a)


@njit
def power(x: np.uint64) -> np.uint64:
    """The Taylor series of e^x for x < EXP_LIMIT, every term rounded down. Products stay below 2^63, and so do their parts."""
    x_high, x_low = x >> WORD_FRACTION, x & WORD_LOW_HALF
    term, result = x, WORD_ONE + x
    for i in range(FIRST_TERM, LAST_TERM + 1):
        high, low = term >> WORD_FRACTION, term & WORD_LOW_HALF
        term = (high * x_high << WORD_FRACTION) + high * x_low + low * x_high + (low * x_low >> WORD_FRACTION)
        term //= np.uint64(i)
        if term == WORD_ZERO:
            break
        result += term
    return result


@njit
def reciprocal(x: np.uint64) -> np.int64:
    """1 / x for x of at least 2 raw bits: 2^64 / x, one more than (2^64 - 1) / x only where x is a power of two."""
    quotient = WORD_GREATEST // x
    return np.int64(quotient + WORD_BIT if x & (x - WORD_BIT) == WORD_ZERO else quotient)


@vectorize("int64(int64, int64)", cache=True)
def mul(a: np.int64, b: np.int64) -> np.int64:
    return product(a, b)


@vectorize("int64(int64, int64, int64)", cache=True)
def mul_add(a: np.int64, b: np.int64, c: np.int64) -> np.int64:
    return total(product(a, b), c)


@vectorize("int64(int64, int64)", cache=True)
def saturating_add(a: np.int64, b: np.int64) -> np.int64:
    return total(a, b)


@vectorize("int64(int64, int64)", cache=True)
def saturating_sub(a: np.int64, b: np.int64) -> np.int64:
    wrapped = a - b
    if (a ^ b) & (a ^ wrapped) < ZERO:
        return LEAST if a < ZERO else GREATEST
    return wrapped


@vectorize("int64(int64, int64)", cache=True)
def safe_div(a: np.int64, b: np.int64) -> np.int64:
    """One division of 64 bits where 0 <= a < 1 and b has at least 2 raw bits; else the whole part, then 32 bits of the rest."""
    if b == ZERO:
        return ZERO
    if ZERO <= a < ONE and b > np.int64(1):
        return np.int64((np.uint64(a) << WORD_FRACTION) // np.uint64(b))
    divisor = magnitude(b)
    quotient, rest = magnitude(a) // divisor, magnitude(a) % divisor
    if quotient > WORD_WHOLE_LIMIT:
        return ZERO
    for _ in range(FRACTION):
        rest <<= WORD_BIT
        quotient <<= WORD_BIT
        if rest >= divisor:
            rest -= divisor
            quotient += WORD_BIT
    if (a < ZERO) != (b < ZERO):
        return np.int64(~quotient + WORD_BIT) if quotient <= WORD_SIGN else ZERO
    return np.int64(quotient) if quotient < WORD_SIGN else ZERO


@vectorize("int64(int64)", cache=True)
def logistic(x: np.int64) -> np.int64:
    """1 / (1 + e^-x), with 0 for the power where it overflows."""
    size = magnitude(x)
    raised = ZERO
    if x == -ONE:
        raised = E
    elif size < WORD_EXP_LIMIT:
        raised = reciprocal(power(size)) if x > ZERO else np.int64(power(size))
    return reciprocal(np.uint64(ONE + raised))


@vectorize("uint16(int64)", cache=True)
def proportions_to_u16(x: np.int64) -> np.uint16:
    return np.uint16(min(max(x, ZERO), ONE) * U16_GREATEST >> FRACTION)


COMPILED = Arithmetic(
    name="compiled",
    mul=mul,
    mul_add=mul_add,
    safe_div=safe_div,
    saturating_add=saturating_add,
    saturating_sub=saturating_sub,
    logistic=logistic,
    column_sums=NUMPY.column_sums,
    product_column_sums=NUMPY.product_column_sums,
    medians=NUMPY.medians,
    proportions_to_u16=proportions_to_u16,
)
