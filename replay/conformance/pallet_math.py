"""Functions of the pallet that have recorded cases but are used by no rule; and one array rule, for a single number."""

import numpy as np

from neuron_ledger.ledger.rules.numbers import exp_arrays
from neuron_ledger.ledger.rules.numbers.fixed import Fixed, ln

EXP_SAFE_LIMIT = 20 << 32


def safe_exp(x: int) -> int:
    """e^x in I32F32, 0 if it overflows, as the rules compute it."""
    return int(exp_arrays.safe_exp(np.array([x], np.int64))[0])


def exp(x: int) -> int | None:
    """e^x in I32F32, None if it overflows, on either side. Source: substrate-fixed 0.6.0 transcendental::exp."""
    return safe_exp(x) or None


def exp_safe(x: int) -> int:
    """e^x in I32F32 for x kept within -20 and 20.

    Source: subtensor epoch/math.rs::exp_safe, spec_version 277.
    """
    return safe_exp(min(max(x, -EXP_SAFE_LIMIT), EXP_SAFE_LIMIT))


def safe_ln(x: int) -> int:
    """The natural logarithm in I32F32, 0 for x <= 0. Raises: OverflowError if 1/x does not fit.

    Source: subtensor epoch/math.rs::safe_ln, spec_version 277; substrate-fixed 0.5.9 transcendental::ln.
    """
    return ln(x) or 0


def rounded(kind: Fixed, bits: int) -> int:
    """The nearest whole number (as raw bits), half away from zero; beyond the range it wraps.

    Source: substrate-fixed 0.5.9 traits::Fixed::round.
    """
    whole = abs(bits) + (kind.one >> 1) >> kind.fraction << kind.fraction
    return kind.wrap(whole if bits >= 0 else -whole)
