"""Packed pairs (uid, u16) to matrices and back, in plain numpy, where every row names its uids in ascending order."""

import numpy as np
import numpy.typing as npt

from neuron_ledger.ledger.rules.numbers.fixed_arrays import Bits, Mask, Shorts, zeros

Index = npt.NDArray[np.int64]
PAIR = np.dtype("<u2")


def read_pairs(pairs: Shorts, counts: Index, columns: int) -> tuple[Bits, Mask] | None:
    """The values, and the mask of entries; None where a row is not ascending or names a uid beyond the columns.

    pairs: shape (entries, 2), row after row. counts: entries of each row.
    """
    column = pairs[:, 0].astype(np.int64)
    if (column >= columns).any():
        return None
    return spread(np.repeat(np.arange(len(counts)), counts), column, pairs[:, 1], (len(counts), columns))


def spread(row: Index, column: Index, value: npt.NDArray[np.integer], shape: tuple[int, int]) -> tuple[Bits, Mask] | None:
    """Entries as a matrix, and their mask; None where they are not in ascending order."""
    place = row * shape[1] + column
    if not (place[1:] > place[:-1]).all():
        return None
    values, present = zeros(*shape), np.zeros(shape, np.bool_)
    values.ravel()[place] = value
    present.ravel()[place] = True
    return values, present


def pack_pairs(proportions: Shorts, present: Mask) -> tuple[Shorts, Index]:
    """The pairs of all rows, shape (entries, 2), and their number in each row. proportions, present: shape (rows, columns)."""
    column = np.broadcast_to(np.arange(present.shape[1], dtype=PAIR), present.shape)
    pairs = np.empty((np.count_nonzero(present), 2), PAIR)
    pairs[:, 0] = column[present]
    pairs[:, 1] = proportions[present]
    return pairs, np.count_nonzero(present, axis=1)
