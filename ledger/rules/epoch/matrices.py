"""The epoch's operations on whole matrices of rows: shares, products, clipping, blending."""

from functools import reduce

import numpy as np

from neuron_ledger.ledger.rules.epoch.rows import Rows, dense_rows
from neuron_ledger.ledger.rules.numbers.fixed import I32F32
from neuron_ledger.ledger.rules.numbers.fixed_arrays import ONE, Bits, mul, saturating_add, saturating_sub

WHOLE_LIMIT = ONE >> 1
"""The sum of integers at which an I32F32 overflows."""


def to_share_out(whole: Rows, greatest_sum: int) -> Rows:
    """Integers as raw bits for a normalisation, with sums of at most `greatest_sum`.

    A share does not depend on the scale, so they are left unscaled, which avoids long divisions; the scale matters only where a
    sum of I32F32 would overflow.
    """
    return whole if greatest_sum < WHOLE_LIMIT else whole.with_values(whole.values << I32F32.fraction)


def row_sums(rows: Rows) -> Bits:
    """The sum of each row; it wraps at 64 bits.

    Source: subtensor epoch/math.rs::row_sum_sparse, spec_version 277.
    """
    sums: Bits = rows.values.reshape(len(rows.uids), rows.depth * rows.values.shape[1]).sum(axis=1)
    return sums


def normalize_rows(rows: Rows, out: Bits | None = None) -> Rows:
    """Each row divided by its sum; unchanged if that is not above 0. out: memory for the result, which may be the rows' own.

    Source: subtensor epoch/math.rs::inplace_row_normalize_sparse, spec_version 277.
    """
    sums = np.repeat(row_sums(rows), rows.depth)
    return rows.with_values(rows.kernels.divide_rows(rows.values, sums, _memory(rows, out)))


def divide_all(rows: Rows, divisor: int, out: Bits | None = None) -> Rows:
    """Every number divided by a positive one. out: as for `normalize_rows`."""
    divisors = np.full(len(rows.values), divisor, np.int64)
    return rows.with_values(rows.kernels.divide_rows(rows.values, divisors, _memory(rows, out)))


def normalize_columns(rows: Rows, out: Bits | None = None) -> Rows:
    """Each column divided by its sum (saturating); unchanged if that is 0. out: as for `normalize_rows`.

    Source: subtensor epoch/math.rs::inplace_col_normalize_sparse, spec_version 277.
    """
    sums = rows.kernels.column_sums(rows.values)
    return rows.with_values(rows.kernels.divide_columns(rows.values, sums, _memory(rows, out)))


def max_upscale_columns(rows: Rows, out: Bits | None = None) -> Rows:
    """Each column divided by its greatest number; unchanged if that is not above 0. out: as for `normalize_rows`.

    Source: subtensor epoch/math.rs::inplace_col_max_upscale_sparse, spec_version 277.
    """
    greatest = rows.values.max(axis=0, initial=0)
    return rows.with_values(rows.kernels.divide_columns(rows.values, greatest, _memory(rows, out)))


def _memory(rows: Rows, out: Bits | None) -> Bits:
    return np.empty_like(rows.values) if out is None else out


def scale_rows(rows: Rows, by_uid: Bits) -> Rows:
    """Every row times the number of its uid.

    Source: subtensor epoch/math.rs::row_hadamard_sparse, spec_version 277.
    """
    return rows.with_values(rows.kernels.scale_rows(rows.values, by_uid[rows.line_uids]))


def scale_columns(rows: Rows, by_uid: Bits) -> Rows:
    """Every column times the number of its uid.

    Source: subtensor epoch/math.rs::mat_vec_mul_sparse, spec_version 277.
    """
    return rows.with_values(rows.kernels.scale_columns(rows.values, by_uid))


def matmul(rows: Rows, by_uid: Bits) -> Bits:
    """The (saturating) sum of each column, every row times the number of its uid.

    Source: subtensor epoch/math.rs::matmul_sparse, spec_version 277.
    """
    return rows.kernels.product_column_sums(rows.values, by_uid[rows.line_uids])


def matmul_transpose(rows: Rows, by_uid: Bits) -> Bits:
    """The (saturating) sum of each row, every column times the number of its uid. The rows have one line each.

    Source: subtensor epoch/math.rs::matmul_transpose_sparse, spec_version 277.
    """
    return rows.kernels.product_row_sums(rows.values, by_uid)


def clip_columns(rows: Rows, threshold: Bits) -> Rows:
    """Values clipped to their column's threshold; an entry above a threshold of 0 is removed. Neither is negative.

    Source: subtensor epoch/math.rs::col_clip_sparse, spec_version 277.
    """
    clipped = rows.with_values(np.minimum(rows.values, threshold))
    return clipped.where((rows.values == 0) | (threshold > 0))


def interpolate(rows: Rows, other: Rows, ratio: int) -> Rows:
    """rows + ratio · (other - rows), with an entry for every number above 0; where the ratio is 0 or 1, that side unchanged.

    Source: subtensor epoch/math.rs::interpolate_sparse, spec_version 277.
    """
    if ratio == 0:
        return rows
    if ratio == ONE:
        return other
    return dense_rows(rows.uids, rows.kernels.interpolate(rows.last(), other.last(), ratio), rows.kernels)


def moving_average(new: Rows, old: Rows, alpha: int, out: Bits | None = None) -> Rows:
    """alpha · new + (1 - alpha) · old, with an entry for every number above 0. The rows of both are of the same uids.

    out: memory for the result, which may be the new rows' own.

    Source: subtensor epoch/math.rs::mat_ema_sparse, spec_version 277.
    """
    kept = I32F32.saturating_sub(ONE, alpha)
    if new.depth == old.depth == 1:
        return dense_rows(new.uids, new.kernels.blend(new.values, old.values, alpha, kept, _memory(new, out)), new.kernels)
    parts = [mul(layer, scalar(alpha)) for layer in new.layers()]
    parts += [mul(layer, scalar(kept)) for layer in old.layers()]
    return dense_rows(new.uids, np.maximum(reduce(saturating_add, parts), 0), new.kernels)


def moving_average_by_column(new: Rows, old: Rows, paces: Bits) -> Rows:
    """The same with an alpha for each column, 0 to 1: of several new entries for a uid the last one counts, of old ones all.

    paces: by uid. Source: subtensor math.rs::mat_ema_alpha_vec_sparse, spec_version 154.
    """
    kept = saturating_sub(scalar(ONE), paces)
    parts = [new.kernels.scale_columns(new.last(), paces), *[new.kernels.scale_columns(layer, kept) for layer in old.layers()]]
    return dense_rows(new.uids, np.maximum(reduce(saturating_add, parts), 0), new.kernels)


def scalar(bits: int) -> Bits:
    """One number as an array, to be broadcast."""
    return np.array([bits], np.int64)
