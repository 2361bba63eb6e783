"""The array functions that an epoch's time is spent in: one form of them is one `Kernels` (see `kernel_forms`).

Every backend gives the same results. Which one computes an epoch is an argument, and is kept with the rows that it reads.
"""

from collections.abc import Callable

import numpy as np
from attrs import frozen

from neuron_ledger.ledger.rules.numbers.fixed import I32F32, U16_MAX
from neuron_ledger.ledger.rules.numbers.fixed_arrays import FRACTION, HALF, ONE, Bits, Mask, Shorts, wrapping_sum
from neuron_ledger.ledger.rules.numbers.pairs import Index

OfOne = Callable[[Bits], Bits]
OfTwo = Callable[[Bits, Bits], Bits]
Divide = Callable[[Bits, Bits, Bits], Bits]


@frozen(kw_only=True)
class Kernels:
    """One backend. Numbers are I32F32, raw bits; what each function computes is documented with its numpy version.

    mul, safe_div: vectors of equal length, or a second one of a single number (`fixed_arrays`). logistic: vectors (`exp_arrays`).
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
        """Every number divided by the (wrapping) sum of all; unchanged if that sum is 0.

        Source: subtensor epoch/math.rs::inplace_normalize, spec_version 277.
        """
        return self.normalize_using_sum(values, wrapping_sum(values))

    def normalize_using_sum(self, values: Bits, total: int) -> Bits:
        """Every number divided by a given sum; unchanged if that is 0.

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
