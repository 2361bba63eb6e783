"""The matrices of an epoch in plain numpy: shares, sums and medians of rows and columns, on I32F32 raw bits.

values and scores: shape (rows, columns).
"""

import numpy as np

from neuron_ledger.ledger.rules.numbers.fixed import I32F32
from neuron_ledger.ledger.rules.numbers.fixed_arrays import Bits, magnitude, mul, safe_div, saturating_add, saturating_sub, zeros

COLUMN_BLOCK = 512
"""Columns whose medians are computed at a time: their working memory fits into the processor's nearer caches."""


def scale_rows(values: Bits, factors: Bits) -> Bits:
    """Every row times its factor. factors: shape (rows,)."""
    return mul(values, factors[:, None])


def scale_columns(values: Bits, factors: Bits) -> Bits:
    """Every column times its factor. factors: shape (columns,)."""
    return mul(values, factors)


def divide_rows(values: Bits, sums: Bits, out: Bits) -> Bits:
    """Each row divided by its sum; unchanged if that is not above 0. sums: shape (rows,). out: may be the values."""
    undivided = np.flatnonzero(sums <= 0)
    kept = values[undivided]
    safe_div(values, np.maximum(sums, 1)[:, None], out)
    out[undivided] = kept
    return out


def divide_columns(values: Bits, divisors: Bits, out: Bits) -> Bits:
    """Each column divided by its divisor; unchanged if that is 0. divisors: shape (columns,). out: may be the values."""
    undivided = np.flatnonzero(divisors == 0)
    kept = values[:, undivided]
    safe_div(values, divisors, out)
    out[:, undivided] = kept
    return out


def interpolate(start: Bits, end: Bits, ratio: int) -> Bits:
    """start + ratio · (end - start), saturating at every step, and at least 0."""
    way = mul(saturating_sub(end, start), np.array([ratio], np.int64))
    between = saturating_add(start, way)
    return np.maximum(between, 0, out=between)


def blend(new: Bits, old: Bits, taken: int, kept: int, out: Bits) -> Bits:
    """taken · new + kept · old, saturating at every step, and at least 0. out: may be `new`."""
    mixed = saturating_add(mul(new, np.array([taken], np.int64)), mul(old, np.array([kept], np.int64)))
    return np.maximum(mixed, 0, out=out)


def column_sums(values: Bits) -> Bits:
    """The sum of each column, saturating at every step from the first row to the last."""
    if magnitude(values) * len(values) <= I32F32.greatest:
        sums: Bits = values.sum(axis=0)
        return sums
    total = zeros(values.shape[1])
    for row in values:
        total = saturating_add(total, row)
    return total


def product_column_sums(values: Bits, factors: Bits) -> Bits:
    """The sum of each column, every row times its factor, saturating at every step. factors: shape (rows,)."""
    return column_sums(scale_rows(values, factors))


def product_row_sums(values: Bits, factors: Bits) -> Bits:
    """The sum of each row, every column times its factor, saturating at every step. factors: shape (columns,)."""
    return column_sums(scale_columns(values, factors).T)


def medians(shares: Bits, scores: Bits, minority: int) -> Bits:
    """For each column the least score up to which the shares sum to more than the minority, else the greatest score.

    shares: shape (rows,), not negative, and no sum of them overflows. scores: not negative, with room for as many more bits as
    the number of rows has.
    """
    count, columns = scores.shape
    bits = count.bit_length()
    number = np.arange(count)
    found = zeros(columns)
    for start in range(0, columns, COLUMN_BLOCK):
        keys = np.left_shift(scores[:, start : start + COLUMN_BLOCK].T, bits, order="C")
        np.add(keys, number, out=keys)
        keys.sort(axis=1)
        reached = shares[keys & ((1 << bits) - 1)].cumsum(axis=1)
        position = np.minimum(np.count_nonzero(reached <= minority, axis=1), count - 1)
        found[start : start + COLUMN_BLOCK] = keys[np.arange(len(keys)), position] >> bits
    return found
