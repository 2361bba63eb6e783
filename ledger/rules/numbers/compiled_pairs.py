"""Packed pairs to matrices and back, as numba compiles it; `pairs` documents the formats."""

import numpy as np
from numba import njit

from neuron_ledger.ledger.rules.numbers.fixed_arrays import Bits, Mask, Shorts, zeros
from neuron_ledger.ledger.rules.numbers.pairs import Index


def read_pairs(pairs: Shorts, counts: Index, columns: int) -> tuple[Bits, Mask] | None:
    values, present = zeros(len(counts), columns), np.zeros((len(counts), columns), np.bool_)
    return (values, present) if spread(pairs, counts, values, present) else None


@njit("boolean(uint16[:, ::1], int64[::1], int64[:, ::1], boolean[:, ::1])", cache=True)
def spread(pairs: Shorts, counts: Index, values: Bits, present: Mask) -> bool:
    """Put the pairs in their places. Returns: whether every row is ascending and within the columns."""
    entry = 0
    for row in range(len(counts)):
        least = np.int64(0)
        for _ in range(counts[row]):
            column = np.int64(pairs[entry, 0])
            if column < least or column >= values.shape[1]:
                return False
            values[row, column] = pairs[entry, 1]
            present[row, column] = True
            least = column + 1
            entry += 1
    return True


def pack_pairs(proportions: Shorts, present: Mask) -> tuple[Shorts, Index]:
    counts = np.count_nonzero(present, axis=1)
    pairs = np.empty((counts.sum(), 2), np.uint16)
    gather(proportions, present, pairs)
    return pairs, counts


@njit("void(uint16[:, ::1], boolean[:, ::1], uint16[:, ::1])", cache=True)
def gather(proportions: Shorts, present: Mask, pairs: Shorts) -> None:
    """Write down each pair after the other."""
    entry = 0
    for row in range(present.shape[0]):
        for column in range(present.shape[1]):
            if present[row, column]:
                pairs[entry, 0], pairs[entry, 1] = column, proportions[row, column]
                entry += 1
