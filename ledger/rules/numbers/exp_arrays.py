"""The exponential and the logistic function on arrays of I32F32, bit for bit what `fixed.exp` gives for each number."""

import numpy as np

from neuron_ledger.ledger.rules.numbers.fixed import E_BITS, EXP_LIMIT, EXP_TERMS, U64_MAX
from neuron_ledger.ledger.rules.numbers.fixed_arrays import FRACTION, ONE, Bits, Words, signed, words, zeros

CHUNK = 4096
"""Numbers per chunk: its working memory fits into the processor's nearest caches."""
SHIFT = np.uint64(FRACTION)
LOW_HALF = np.uint64(ONE - 1)


def safe_exp(x: Bits) -> Bits:
    """e^x, 0 where it overflows, for either sign. x: one dimension.

    Source: subtensor epoch/math.rs::safe_exp, spec_version 277; substrate-fixed 0.5.9 transcendental::exp.
    """
    magnitude = np.abs(x)
    inside = words(magnitude) < EXP_LIMIT
    if inside.all():
        return _exp_inside(x, magnitude)
    result = zeros(len(x))
    result[inside] = _exp_inside(x[inside], magnitude[inside])
    return result


def logistic(x: Bits) -> Bits:
    """1 / (1 + e^-x), with 0 for the power where it overflows. x: one dimension, above the least number."""
    return _reciprocal(words(ONE + safe_exp(-x)))


def _exp_inside(x: Bits, magnitude: Bits) -> Bits:
    """e^x where no term of the series overflows."""
    power = np.empty_like(magnitude)
    for start in range(0, len(x), CHUNK):
        power[start : start + CHUNK] = signed(_series(words(magnitude[start : start + CHUNK])))
    negative = x < 0
    power[negative] = _reciprocal(words(power[negative]))
    power[x == ONE] = E_BITS
    return power


def _series(x: Words) -> Words:
    """The Taylor series of e^x for 0 <= x < EXP_LIMIT, every term rounded down.

    `most` is the greatest term of the chunk: terms grow with x, so the series of the greatest x bounds all. While most · x
    stays below 2^64 a product takes one multiplication; else it is made of 32-bit halves, whose parts stay below 2^64 because
    the product itself stays below 2^63.
    """
    x_high, x_low = x >> SHIFT, x & LOW_HALF
    greatest = most = int(x.max(initial=0))
    term = x.copy()
    total = x + np.uint64(ONE)
    for i in EXP_TERMS:
        if most * greatest <= U64_MAX:
            np.multiply(term, x, out=term)
            np.right_shift(term, SHIFT, out=term)
        else:
            low = term & LOW_HALF
            np.right_shift(term, SHIFT, out=term)
            high = term * x_low
            np.multiply(term, x_high, out=term)
            np.left_shift(term, SHIFT, out=term)
            np.add(term, high, out=term)
            np.add(term, low * x_high, out=term)
            np.multiply(low, x_low, out=low)
            np.right_shift(low, SHIFT, out=low)
            np.add(term, low, out=term)
        np.floor_divide(term, np.uint64(i), out=term)
        np.add(total, term, out=total)
        most = (most * greatest >> FRACTION) // i
        if most == 0:
            break
    return total


def _reciprocal(x: Words) -> Bits:
    """1 / x for x of at least 2 raw bits: 2^64 / x, one more than (2^64 - 1) / x only where x is a power of two."""
    quotient = np.floor_divide(np.uint64(U64_MAX), x)
    return signed(np.add(quotient, (x & (x - np.uint64(1))) == 0, out=quotient))
