"""The kernels as numba compiles them: one pass each, number by number.

They give the results of `fixed.I32F32` for each number; tests compare both forms with that. Signed and unsigned 64 bits are never
mixed in one expression, since that would give a float. The compiled code is cached on disk; the first use compiles it. The cache
only depends on this file, so everything a kernel calls is defined here too.
"""

import numpy as np
from numba import njit

from neuron_ledger.ledger.rules.numbers.compiled_pairs import pack_pairs, read_pairs
from neuron_ledger.ledger.rules.numbers.fixed import E_BITS, EXP_LIMIT, EXP_TERMS, I32F32, U16_MAX, U64_MAX
from neuron_ledger.ledger.rules.numbers.fixed_arrays import Bits, Shorts, Words
from neuron_ledger.ledger.rules.numbers.kernels import Kernels

FRACTION = np.int64(I32F32.fraction)
ZERO, ONE = np.int64(0), np.int64(I32F32.one)
LOW_HALF = np.int64(I32F32.one - 1)
WHOLE_LIMIT = np.int64(I32F32.one >> 1)
"""The integer at which an I32F32 overflows."""
LEAST, GREATEST = np.int64(I32F32.least), np.int64(I32F32.greatest)
E = np.int64(E_BITS)
U16_GREATEST = np.int64(U16_MAX)
FIRST_TERM, LAST_TERM = EXP_TERMS[0], EXP_TERMS[-1]
EXP_BLOCK = 256
"""Exponentials computed at a time: their working memory fits into the nearest cache."""
COLUMN_BLOCK = 64
"""Columns whose medians are computed at a time: with 64 rows their scores fill the nearest cache."""

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
    """a + b, saturating: it overflowed if the result has the sign of neither."""
    wrapped = a + b
    if (a ^ wrapped) & (b ^ wrapped) < ZERO:
        return LEAST if a < ZERO else GREATEST
    return wrapped


@njit
def difference(a: np.int64, b: np.int64) -> np.int64:
    """a - b, saturating: it overflowed if the signs differ and the result does not have that of a."""
    wrapped = a - b
    if (a ^ b) & (a ^ wrapped) < ZERO:
        return LEAST if a < ZERO else GREATEST
    return wrapped


@njit
def magnitude(a: np.int64) -> np.uint64:
    """|a|, also for the least number."""
    return ~np.uint64(a) + WORD_BIT if a < ZERO else np.uint64(a)


@njit
def reciprocal(x: np.uint64) -> np.int64:
    """1 / x for x of at least 2 raw bits: 2^64 / x, one more than (2^64 - 1) / x only where x is a power of two."""
    quotient = WORD_GREATEST // x
    return np.int64(quotient + WORD_BIT if x & (x - WORD_BIT) == WORD_ZERO else quotient)


@njit
def long_division(a: np.int64, b: np.int64) -> np.int64:
    """a / b, truncated toward zero; 0 where it does not fit: the integer part, then 32 bits of the remainder one by one."""
    divisor = magnitude(b)
    bits, rest = magnitude(a) // divisor, magnitude(a) % divisor
    if bits > WORD_WHOLE_LIMIT:
        return ZERO
    for _ in range(FRACTION):
        rest <<= WORD_BIT
        bits <<= WORD_BIT
        if rest >= divisor:
            rest -= divisor
            bits += WORD_BIT
    if (a < ZERO) != (b < ZERO):
        return np.int64(~bits + WORD_BIT) if bits <= WORD_SIGN else ZERO
    return np.int64(bits) if bits < WORD_SIGN else ZERO


@njit
def quotient(a: np.int64, b: np.int64) -> np.int64:
    """a / b, truncated toward zero; 0 where b is 0 or it does not fit. Below 1 a single 64-bit division suffices."""
    if b == ZERO:
        return ZERO
    if ZERO <= a < ONE and b > np.int64(1):
        return np.int64((np.uint64(a) << WORD_FRACTION) // np.uint64(b))
    return long_division(a, b)


@njit
def below_one(values: Bits, row: int) -> np.bool_:
    """Whether all numbers of a row are in [0, 1): none has a bit above the fraction."""
    bits = WORD_ZERO
    for column in range(values.shape[1]):
        bits |= np.uint64(values[row, column])
    return bits < WORD_ONE


@njit
def by_inverse(a: np.uint64, b: np.uint64, inverse: np.uint64) -> np.uint64:
    """a // b without a division, given b's inverse (2^64 - 1) // b: the high 64 bits of the product are that or one less.

    Either both a and the inverse are below 2^63, or one is an integer (its low half is 0): then no sum of the parts overflows.
    """
    high, low = a >> WORD_FRACTION, a & WORD_LOW_HALF
    inverse_high, inverse_low = inverse >> WORD_FRACTION, inverse & WORD_LOW_HALF
    carried = high * inverse_low + low * inverse_high + (low * inverse_low >> WORD_FRACTION)
    estimate = high * inverse_high + (carried >> WORD_FRACTION)
    return estimate + np.uint64(a - estimate * b >= b)


@njit
def powers(x: Words, term: Words, result: Words) -> None:
    """The Taylor series of e^x for each x < EXP_LIMIT, every term rounded down. Products stay below 2^63, and so do their parts.

    Term by term for all of x, so that a processor's wide registers take several numbers at once. term: memory.
    """
    for i in range(len(x)):
        term[i], result[i] = x[i], WORD_ONE + x[i]
    for divisor in range(FIRST_TERM, LAST_TERM + 1):
        inverse, left = WORD_GREATEST // np.uint64(divisor), WORD_ZERO
        for i in range(len(x)):
            x_high, x_low = x[i] >> WORD_FRACTION, x[i] & WORD_LOW_HALF
            high, low = term[i] >> WORD_FRACTION, term[i] & WORD_LOW_HALF
            raised = (high * x_high << WORD_FRACTION) + high * x_low + low * x_high + (low * x_low >> WORD_FRACTION)
            term[i] = by_inverse(raised, np.uint64(divisor), inverse)
            result[i] += term[i]
            left |= term[i]
        if left == WORD_ZERO:
            break


@njit("int64[::1](int64[::1], int64[::1])", cache=True)
def mul(a: Bits, b: Bits) -> Bits:
    products = np.empty_like(a)
    for i in range(len(a)):
        products[i] = product(a[i], b[i if len(b) > 1 else 0])
    return products


@njit("int64[::1](int64[::1], int64[::1])", cache=True)
def safe_div(a: Bits, b: Bits) -> Bits:
    quotients = np.empty_like(a)
    for i in range(len(a)):
        quotients[i] = quotient(a[i], b[i if len(b) > 1 else 0])
    return quotients


@njit("int64[::1](int64[::1])", cache=True)
def logistic(x: Bits) -> Bits:
    parts = np.empty_like(x)
    size, term, power = np.empty(EXP_BLOCK, np.uint64), np.empty(EXP_BLOCK, np.uint64), np.empty(EXP_BLOCK, np.uint64)
    for start in range(0, len(x), EXP_BLOCK):
        width = min(EXP_BLOCK, len(x) - start)
        for i in range(width):
            size[i] = magnitude(x[start + i])
            size[i] = size[i] if size[i] < WORD_EXP_LIMIT else WORD_ZERO
        powers(size[:width], term, power)
        for i in range(width):
            raised = ZERO
            if x[start + i] == -ONE:
                raised = E
            elif magnitude(x[start + i]) < WORD_EXP_LIMIT:
                raised = reciprocal(power[i]) if x[start + i] > ZERO else np.int64(power[i])
            parts[start + i] = reciprocal(np.uint64(ONE + raised))
    return parts


def proportions_to_u16(values: Bits) -> Shorts:
    kept: Shorts = u16_parts(values.ravel()).reshape(values.shape)
    return kept


@njit("uint16[::1](int64[::1])", cache=True)
def u16_parts(values: Bits) -> Shorts:
    parts = np.empty(len(values), np.uint16)
    for i in range(len(values)):
        parts[i] = np.uint16(min(max(values[i], ZERO), ONE) * U16_GREATEST >> FRACTION)
    return parts


@njit("int64[:, ::1](int64[:, ::1], int64[::1])", cache=True)
def scale_rows(values: Bits, factors: Bits) -> Bits:
    scaled = np.empty_like(values)
    for row in range(values.shape[0]):
        for column in range(values.shape[1]):
            scaled[row, column] = product(values[row, column], factors[row])
    return scaled


@njit("int64[:, ::1](int64[:, ::1], int64[::1])", cache=True)
def scale_columns(values: Bits, factors: Bits) -> Bits:
    scaled = np.empty_like(values)
    for row in range(values.shape[0]):
        for column in range(values.shape[1]):
            scaled[row, column] = product(values[row, column], factors[column])
    return scaled


@njit("int64[:, ::1](int64[:, ::1], int64[::1], int64[:, ::1])", cache=True)
def divide_rows(values: Bits, sums: Bits, out: Bits) -> Bits:
    for row in range(values.shape[0]):
        divisor = sums[row]
        if divisor <= ZERO:
            for column in range(values.shape[1]):
                out[row, column] = values[row, column]
        elif divisor > np.int64(1) and below_one(values, row):
            inverse = WORD_GREATEST // np.uint64(divisor)
            for column in range(values.shape[1]):
                part = np.uint64(values[row, column]) << WORD_FRACTION
                out[row, column] = np.int64(by_inverse(part, np.uint64(divisor), inverse))
        else:
            for column in range(values.shape[1]):
                out[row, column] = quotient(values[row, column], divisor)
    return out


@njit("int64[:, ::1](int64[:, ::1], int64[::1], int64[:, ::1])", cache=True)
def divide_columns(values: Bits, divisors: Bits, out: Bits) -> Bits:
    inverses = np.empty(len(divisors), np.uint64)
    usual = True
    for column in range(len(divisors)):
        usual &= divisors[column] == ZERO or divisors[column] > np.int64(1)
        inverses[column] = WORD_GREATEST // np.uint64(max(divisors[column], np.int64(1)))
    for row in range(values.shape[0]):
        if usual and below_one(values, row):
            for column in range(values.shape[1]):
                part = np.uint64(values[row, column]) << WORD_FRACTION
                share = np.int64(by_inverse(part, np.uint64(divisors[column]), inverses[column]))
                out[row, column] = share if divisors[column] != ZERO else values[row, column]
        else:
            for column in range(values.shape[1]):
                divisor = divisors[column]
                out[row, column] = quotient(values[row, column], divisor) if divisor != ZERO else values[row, column]
    return out


@njit("int64[:, ::1](int64[:, ::1], int64[:, ::1], int64)", cache=True)
def interpolate(start: Bits, end: Bits, ratio: np.int64) -> Bits:
    between = np.empty_like(start)
    for row in range(start.shape[0]):
        for column in range(start.shape[1]):
            way = difference(end[row, column], start[row, column])
            between[row, column] = max(total(start[row, column], product(ratio, way)), ZERO)
    return between


@njit("int64[:, ::1](int64[:, ::1], int64[:, ::1], int64, int64, int64[:, ::1])", cache=True)
def blend(new: Bits, old: Bits, taken: np.int64, kept: np.int64, out: Bits) -> Bits:
    for row in range(new.shape[0]):
        for column in range(new.shape[1]):
            out[row, column] = max(total(product(new[row, column], taken), product(old[row, column], kept)), ZERO)
    return out


@njit("int64[::1](int64[:, ::1])", cache=True)
def column_sums(values: Bits) -> Bits:
    sums = np.zeros(values.shape[1], np.int64)
    for row in range(values.shape[0]):
        for column in range(values.shape[1]):
            sums[column] = total(sums[column], values[row, column])
    return sums


@njit("int64[::1](int64[:, ::1], int64[::1])", cache=True)
def product_column_sums(values: Bits, factors: Bits) -> Bits:
    sums = np.zeros(values.shape[1], np.int64)
    for row in range(values.shape[0]):
        for column in range(values.shape[1]):
            sums[column] = total(sums[column], product(values[row, column], factors[row]))
    return sums


@njit("int64[::1](int64[:, ::1], int64[::1])", cache=True)
def product_row_sums(values: Bits, factors: Bits) -> Bits:
    """Where no product is negative, summing in halves shows at the end whether it overflowed; else every step is checked."""
    sums = np.empty(values.shape[0], np.int64)
    for row in range(values.shape[0]):
        least, high, low = ZERO, ZERO, ZERO
        for column in range(values.shape[1]):
            part = product(values[row, column], factors[column])
            least, high, low = min(least, part), high + (part >> FRACTION), low + (part & LOW_HALF)
        high += low >> FRACTION
        sums[row] = (high << FRACTION) | (low & LOW_HALF) if high < WHOLE_LIMIT else GREATEST
        if least < ZERO:
            sums[row] = ZERO
            for column in range(values.shape[1]):
                sums[row] = total(sums[row], product(values[row, column], factors[column]))
    return sums


@njit
def median(shares: Bits, scores: Bits, column: int, minority: np.int64) -> np.int64:
    """Bisect between the least and the greatest score until one is left. The shares up to the middle are summed anew each time,
    which needs no sorting. scores: shape (columns, rows)."""
    low = high = scores[column, 0]
    for row in range(len(shares)):
        low, high = min(low, scores[column, row]), max(high, scores[column, row])
    while low < high:
        middle = low + (high - low >> np.int64(1))
        reached = ZERO
        for row in range(len(shares)):
            reached += shares[row] if scores[column, row] <= middle else ZERO
        if reached > minority:
            high = middle
        else:
            low = middle + np.int64(1)
    return low


@njit("int64[::1](int64[::1], int64[:, ::1], int64)", cache=True)
def medians(shares: Bits, scores: Bits, minority: np.int64) -> Bits:
    rows, columns = scores.shape
    found = np.empty(columns, np.int64)
    block = np.empty((COLUMN_BLOCK, rows), np.int64)
    for start in range(0, columns, COLUMN_BLOCK):
        width = min(COLUMN_BLOCK, columns - start)
        for row in range(rows):
            for column in range(width):
                block[column, row] = scores[row, start + column]
        for column in range(width):
            found[start + column] = median(shares, block, column, minority)
    return found


COMPILED = Kernels(
    name="compiled",
    mul=mul,
    safe_div=safe_div,
    logistic=logistic,
    divide_rows=divide_rows,
    divide_columns=divide_columns,
    read_pairs=read_pairs,
    pack_pairs=pack_pairs,
    scale_rows=scale_rows,
    scale_columns=scale_columns,
    interpolate=interpolate,
    blend=blend,
    column_sums=column_sums,
    product_column_sums=product_column_sums,
    product_row_sums=product_row_sums,
    medians=medians,
    proportions_to_u16=proportions_to_u16,
)
