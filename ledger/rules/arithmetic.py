"""The two forms of the arithmetic on arrays that the epoch's time goes into.

The numpy form is always there. The compiled form says the same of every number in fewer passes, where numba is installed (the
extra `fast`). Which one is used is an argument of the epoch, and the rows that it reads carry it.
"""

from functools import cache
from typing import Protocol

import numpy as np
from attrs import frozen

from ledger.rules import exp_arrays, fixed_arrays, medians
from ledger.rules.fixed import I32F32, U16_MAX
from ledger.rules.fixed_arrays import FRACTION, HALF, ONE, Bits, Shorts, wrapping_sum


class OfOne(Protocol):
    def __call__(self, x: Bits, /) -> Bits: ...


class OfTwo(Protocol):
    def __call__(self, a: Bits, b: Bits, /) -> Bits: ...


class OfThree(Protocol):
    def __call__(self, a: Bits, b: Bits, c: Bits, /) -> Bits: ...


class ToShorts(Protocol):
    def __call__(self, values: Bits, /) -> Shorts: ...


class Medians(Protocol):
    def __call__(self, shares: Bits, scores: Bits, minority: int, /) -> Bits: ...


@frozen(kw_only=True)
class Arithmetic:
    """One form of the arithmetic. All numbers are I32F32, raw bits; what each says is told in `fixed_arrays`, `exp_arrays` and
    `medians`.

    mul to saturating_sub: number by number, the shapes broadcast.
    """

    name: str
    mul: OfTwo
    mul_add: OfThree
    safe_div: OfTwo
    saturating_add: OfTwo
    saturating_sub: OfTwo
    logistic: OfOne
    column_sums: OfOne
    product_column_sums: OfTwo
    medians: Medians
    proportions_to_u16: ToShorts

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


NUMPY = Arithmetic(
    name="numpy",
    mul=fixed_arrays.mul,
    mul_add=fixed_arrays.mul_add,
    safe_div=fixed_arrays.safe_div,
    saturating_add=fixed_arrays.saturating_add,
    saturating_sub=fixed_arrays.saturating_sub,
    logistic=exp_arrays.logistic,
    column_sums=fixed_arrays.column_sums,
    product_column_sums=fixed_arrays.product_column_sums,
    medians=medians.medians,
    proportions_to_u16=fixed_arrays.proportions_to_u16,
)


@cache
def fastest() -> Arithmetic:
    """The compiled form where it can be had, else the numpy form. numba is loaded when this is first asked, not before."""
    try:
        from ledger.rules.compiled import COMPILED
    except Exception:  # whatever keeps numba from loading, compiling or caching: the numpy form gives the same bits
        return NUMPY
    return COMPILED
