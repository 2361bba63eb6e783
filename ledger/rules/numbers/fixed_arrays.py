"""I32F32 numbers in arrays: int64 raw bits, bit for bit what `fixed.I32F32` gives for each.

Every function first checks the range of its arguments. Numbers as they occur in the rules (0 to 1, and slightly beyond) are
computed on whole arrays in 64 bits, where that range proves that nothing can overflow; the others are computed one by one in
Python ints. No floating point anywhere.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from neuron_ledger.ledger.rules.numbers.fixed import I32F32, U16_MAX, U64_MAX

Bits = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]
Shorts = npt.NDArray[np.uint16]
Mask = npt.NDArray[np.bool_]

ONE = I32F32.one
HALF = ONE >> 1
FRACTION = I32F32.fraction
LOW_HALF = np.int64(ONE - 1)


def zeros(*shape: int) -> Bits:
    return np.zeros(shape, np.int64)


def words(values: Bits) -> Words:
    """The same memory as unsigned numbers: a negative number reads as 2^63 or more."""
    return values.view(np.uint64)


def signed(values: Words) -> Bits:
    """The same memory as signed numbers."""
    return values.view(np.int64)


def is_non_negative(values: Bits) -> bool:
    return int(values.min(initial=0)) >= 0


def magnitude(values: Bits) -> int:
    """The greatest distance from 0."""
    return max(int(values.max(initial=0)), -int(values.min(initial=0)))


def mul(a: Bits, b: Bits) -> Bits:
    """a · b, rounded down, saturating. The shapes broadcast."""
    most_a, most_b = _greatest_word(a), _greatest_word(b)
    if max(most_a, most_b) <= I32F32.greatest and most_a * most_b <= U64_MAX:
        product = np.multiply(words(a), words(b))
        return signed(np.right_shift(product, np.uint64(FRACTION), out=product))
    greatest = magnitude(a) * magnitude(b)
    if greatest <= I32F32.greatest:
        return a * b >> FRACTION
    if greatest >> FRACTION < I32F32.greatest:
        return _mul_halves(a, b)
    return _one_by_one(I32F32.saturating_mul, a, b)


def _mul_halves(a: Bits, b: Bits) -> Bits:
    """The product from 32-bit halves, right modulo 2^64: exact wherever the product fits.

    (2^32 h + l)(2^32 k + m) / 2^32 = 2^32 hk + hm + lk + lm / 2^32, and only the last term has a fraction to lose.
    """
    a_high, a_low = a >> FRACTION, a & LOW_HALF
    b_high, b_low = b >> FRACTION, b & LOW_HALF
    low = signed(words(a_low) * words(b_low) >> np.uint64(FRACTION))
    return ((a_high * b_high) << FRACTION) + a_high * b_low + a_low * b_high + low


def safe_div(a: Bits, b: Bits, out: Bits | None = None) -> Bits:
    """a / b, truncated toward zero; 0 where b is 0 or the quotient does not fit. b broadcasts to the shape of a.

    0 <= a < 1 and b of at least 2 raw bits need one 64-bit division: a · 2^32 < 2^64, and the quotient is below 2^63. Division by
    0 is done as one by the greatest word. The others are done separately. out: where to put the result (may be a).
    """
    apart: Mask | None = None
    if _greatest_word(a) >= ONE:
        apart = (words(a) >= ONE) & (b != 0)
    if ((b == 1) | (b < 0)).any():
        unusual = np.broadcast_to((b == 1) | (b < 0), a.shape)
        apart = unusual if apart is None else apart | unusual
    quotients = zeros(0) if apart is None else _safe_div_apart(a[apart], np.broadcast_to(b, a.shape)[apart])
    divisor = np.where(b == 0, np.uint64(U64_MAX), words(b))
    shares = np.left_shift(words(a), np.uint64(FRACTION), out=None if out is None else words(out))
    np.floor_divide(shares, divisor, out=shares)
    if apart is not None:
        signed(shares)[apart] = quotients
    return signed(shares)


def _safe_div_apart(a: Bits, b: Bits) -> Bits:
    """Long division in two steps where a >= 0 and 0 < b <= 1: integer part, then the remainder (below b) with 32 more bits."""
    usual = (a >= 0) & (b > 0) & (b <= ONE)
    divisor = np.where(usual, b, ONE)
    whole = a // divisor
    usual &= (whole >= 0) & (whole < HALF)
    rest = words(a - whole * divisor) << np.uint64(FRACTION)
    quotient = (whole << FRACTION) + signed(rest // words(divisor))
    unusual = ~usual
    quotient[unusual] = _one_by_one(I32F32.safe_div, a[unusual], b[unusual])
    return quotient


def saturating_add(a: Bits, b: Bits) -> Bits:
    if a.max(initial=0) <= I32F32.greatest - b.max(initial=0) and a.min(initial=0) >= I32F32.least - b.min(initial=0):
        return a + b
    return _one_by_one(I32F32.saturating_add, a, b)


def saturating_sub(a: Bits, b: Bits) -> Bits:
    if is_non_negative(a) and is_non_negative(b):
        return a - b
    return _one_by_one(I32F32.saturating_sub, a, b)


def wrapping_sum(values: Bits) -> int:
    """The sum as computed by the chain's iterators: it wraps at 64 bits."""
    return int(values.sum())


def proportions_to_u16(values: Bits) -> Shorts:
    """What storage keeps of proportions: floor(65535 · x) within u16.

    Source: subtensor epoch/math.rs::vec_fixed_proportions_to_u16, spec_version 277.
    """
    within = np.minimum(np.maximum(values, 0), ONE)
    kept: Shorts = (np.multiply(within, U16_MAX, out=within) >> FRACTION).astype(np.uint16)
    return kept


def top_k_non_zero(values: Bits, k: int) -> Mask:
    """Which numbers are not 0 and among the k greatest; among equals the later ones count as greater.

    Source: subtensor epoch/math.rs::is_topk_nonzero, spec_version 277.
    """
    chosen: Mask = top_k(values, k) & (values != 0)
    return chosen


def top_k(values: Bits, k: int) -> Mask:
    """Which numbers are among the k greatest; among equals the later ones count as greater.

    Source: subtensor math.rs::is_topk, spec_version 185.
    """
    chosen: Mask = np.ones(len(values), np.bool_)
    if len(values) >= k:
        chosen[np.argsort(values, kind="stable")[: len(values) - k]] = False
    return chosen


def _greatest_word(values: Bits) -> int:
    return int(words(values).max(initial=0))


def _one_by_one(rule: Callable[[int, int], int], a: Bits, b: Bits) -> Bits:
    """Apply a rule for two numbers to every pair of two arrays."""
    left, right = np.broadcast_arrays(a, b)
    pairs = zip(left.ravel().tolist(), right.ravel().tolist(), strict=True)
    return np.array([rule(x, y) for x, y in pairs], np.int64).reshape(left.shape)
