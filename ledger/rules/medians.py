"""The stake-weighted median of each column, by sorting."""

import numpy as np

from ledger.rules.fixed_arrays import Bits, zeros

COLUMN_BLOCK = 512
"""Columns whose medians are found at a time: what they need stays in the processor's nearer caches."""


def medians(shares: Bits, scores: Bits, minority: int) -> Bits:
    """Of each column the least score up to which the shares sum to more than the minority, else the greatest score.

    Where sums neither wrap nor saturate, the search by pivots ends there too: it leaves the lower or upper part only to where
    that score lies. Who scores equal need not be ordered, and all who are silent can be one. shares: shape (rows,), not
    negative. scores: shape (rows, columns), not negative.
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
