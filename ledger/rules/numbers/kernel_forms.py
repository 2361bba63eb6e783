"""The forms of the kernels: numpy, always available, and compiled, in fewer passes, with numba installed (the extra `fast`)."""

from functools import cache
from typing import Final

from neuron_ledger.ledger.rules.numbers import exp_arrays, fixed_arrays, matrix_arrays, pairs
from neuron_ledger.ledger.rules.numbers.kernels import Kernels

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

UIDS_BEFORE_COMPILED: Final = 4096
"""The total number of uids for which numpy computes the first epochs of a process. Loading the compiled form takes as long as it
saves in some 900 epochs of 8 uids, or 300 of 256: small ledgers do not wait for it, and large ones do not notice."""


class Forms:
    """The form that computes the next epoch of a process, depending on how much was computed before."""

    def __init__(self) -> None:
        self._uids = 0

    def form(self, n: int) -> Kernels:
        """The form for an epoch of n uids. All forms give the same bits."""
        self._uids += n
        return NUMPY if self._uids < UIDS_BEFORE_COMPILED else fastest()


FORMS = Forms()
"""The forms of this process."""


@cache
def fastest() -> Kernels:
    """The compiled form where available, else the numpy form. numba is loaded on the first call."""
    try:
        from neuron_ledger.ledger.rules.numbers.compiled import COMPILED
    except Exception:  # whatever keeps numba from loading, compiling or caching: the numpy form gives the same bits
        return NUMPY
    return COMPILED
