"""Scaling and limiting a row of weights before it is stored."""

from collections.abc import Sequence

import numpy as np

from neuron_ledger.ledger.rules.numbers.fixed import I32F32, U16_MAX
from neuron_ledger.ledger.rules.numbers.fixed_arrays import Bits
from neuron_ledger.ledger.rules.numbers.kernel_forms import NUMPY

U16_ONE = I32F32.from_int(U16_MAX)


def max_upscaled(weights: Sequence[int]) -> list[int]:
    """Weights (u16) scaled so that the largest becomes 65535, rounded half away from zero; all 0 stay 0.

    Source: subtensor epoch/math.rs::vec_u16_max_upscale_to_u16, spec_version 277.
    """
    scaled: list[int] = NUMPY.max_upscale_to_u16(_whole(weights)).tolist()
    return scaled


def is_max_limited(weights: Sequence[int], limit: int) -> bool:
    """Whether no weight is a larger part of the row's sum than `limit` (u16) is of 65535.

    Source: subtensor epoch/math.rs::check_vec_max_limited, spec_version 277.
    """
    parts = NUMPY.normalize(_whole(weights))
    return not parts.size or int(parts.max()) <= I32F32.safe_div(I32F32.from_int(limit), U16_ONE)


def _whole(weights: Sequence[int]) -> Bits:
    """Integers as I32F32."""
    return np.array(weights, dtype=np.int64) << I32F32.fraction
