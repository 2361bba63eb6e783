"""The functions on arrays that the epoch's time goes into, in two forms.

The numpy form is always there. The compiled form says the same of every number in fewer passes, where numba is installed (the
extra `fast`). Which one computes an epoch is an argument, and the rows that it reads carry it.
"""

from collections.abc import Callable
from functools import cache

import numpy as np
from attrs import frozen

from ledger.rules import exp_arrays, fixed_arrays, matrix_arrays, pairs
from ledger.rules.fixed import I32F32, U16_MAX
from ledger.rules.fixed_arrays import FRACTION, HALF, ONE, Bits, Mask, Shorts, wrapping_sum
from ledger.rules.pairs import Index

OfOne = Callable[[Bits], Bits]
OfTwo = Callable[[Bits, Bits], Bits]
Divide = Callable[[Bits, Bits, Bits], Bits]


@frozen(kw_only=True)
class Kernels:
    """One form. Numbers are I32F32, raw bits; what each function says is told where its numpy form is.

    mul, safe_div: vectors of one length, or the second of one number (`fixed_arrays`). logistic: vectors (`exp_arrays`).
    proportions_to_u16: any shape (`fixed_arrays`). scale_rows to medians: matrices (`matrix_arrays`). read_pairs, pack_pairs:
    `pairs`.
    """

    name: str
    mul: OfTwo
    safe_div: OfTwo
    logistic: OfOne
    proportions_to_u16: Callable[[Bits], Shorts]
    scale_rows: OfTwo
    scale_columns: OfTwo
    column_sums: OfOne
    product_column_sums: OfTwo
    product_row_sums: OfTwo
    divide_rows: Divide
    divide_columns: Divide
    interpolate: Callable[[Bits, Bits, int], Bits]
    blend: Callable[[Bits, Bits, int, int, Bits], Bits]
    medians: Callable[[Bits, Bits, int], Bits]
    read_pairs: Callable[[Shorts, Index, int], tuple[Bits, Mask] | None]
    pack_pairs: Callable[[Shorts, Mask], tuple[Shorts, Index]]

    def normalize(self, values: Bits) -> Bits:
        """Every number divided by the (wrapping) sum of all; as it is where that sum is 0.

        Source: subtensor epoch/math.rs::inplace_normalize, spec_version 277.
        """
        return self.normalize_using_sum(values, wrapping_sum(values))

    def normalize_using_sum(self, values: Bits, total: int) -> Bits:
        """Every number divided by a given sum; as it is where that is 0.

        Source: subtensor epoch/math.rs::inplace_normalize_using_sum, spec_version 277.
        """
        return self.safe_div(values, np.array([total], np.int64)) if total else values

    def max_upscale_to_u16(self, values: Bits) -> Shorts:
        """Scaled so that the greatest becomes 65535, rounded half away from zero.

        Source: subtensor epoch/math.rs::vec_max_upscale_to_u16, spec_version 277.
        """
        greatest = np.array([values.max(initial=I32F32.least)], np.int64)
        u16_max = np.array([U16_MAX * ONE], np.int64)
        if greatest[0] > 32768 * ONE:
            scaled = self.mul(values, self.safe_div(u16_max, greatest))
        else:
            scaled = self.safe_div(self.mul(values, u16_max), greatest)
        kept: Shorts = np.minimum((np.maximum(scaled, 0) + HALF) >> FRACTION, U16_MAX).astype(np.uint16)
        return kept


NUMPY = Kernels(
    name="numpy",
    mul=fixed_arrays.mul,
    safe_div=fixed_arrays.safe_div,
    logistic=exp_arrays.logistic,
    proportions_to_u16=fixed_arrays.proportions_to_u16,
    scale_rows=matrix_arrays.scale_rows,
    scale_columns=matrix_arrays.scale_columns,
    column_sums=matrix_arrays.column_sums,
    product_column_sums=matrix_arrays.product_column_sums,
    product_row_sums=matrix_arrays.product_row_sums,
    divide_rows=matrix_arrays.divide_rows,
    divide_columns=matrix_arrays.divide_columns,
    interpolate=matrix_arrays.interpolate,
    blend=matrix_arrays.blend,
    medians=matrix_arrays.medians,
    read_pairs=pairs.read_pairs,
    pack_pairs=pairs.pack_pairs,
)


@cache
def fastest() -> Kernels:
    """The compiled form where it can be had, else the numpy form. numba is loaded when this is first asked, not before."""
    try:
        from ledger.rules.compiled import COMPILED
    except Exception:  # whatever keeps numba from loading, compiling or caching: the numpy form gives the same bits
        return NUMPY
    return COMPILED
