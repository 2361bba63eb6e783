"""What is done with a row of weights before it is stored."""

from collections.abc import Sequence

from ledger.rules.fixed import I32F32, U16_MAX
from ledger.rules.sparse import WHOLE_U16, max_upscale_to_u16, normalize, safe_div


def max_upscaled(weights: Sequence[int]) -> list[int]:
    """Weights (u16) scaled so that the largest becomes 65535, rounded half away from zero; all 0 stay 0.

    Source: subtensor epoch/math.rs::vec_u16_max_upscale_to_u16, spec_version 277.
    """
    if weights and max(weights) == U16_MAX:
        return list(weights)
    return max_upscale_to_u16([I32F32.from_int(weight) for weight in weights])


def is_max_limited(weights: Sequence[int], limit: int) -> bool:
    """Whether no weight is a larger part of the row's sum than `limit` (u16) is of 65535.

    Source: subtensor epoch/math.rs::check_vec_max_limited, spec_version 277.
    """
    parts = normalize([I32F32.from_int(weight) for weight in weights])
    return max(parts, default=0) <= safe_div(I32F32.from_int(limit), WHOLE_U16)
