"""Liquid alpha from spec_version 154 to 272: how fast the bonds to a miner move depends on the consensus on it.

The rate follows a logistic curve that passes through the lower bound at the lower quartile of consensus, and through the upper
bound at the upper quartile.
Numbers are I32F32, raw bits. Source: subtensor epoch.rs, spec_version 154; epoch/run_epoch.rs, 195 to 272.
"""

from collections.abc import Callable

import numpy as np

from neuron_ledger.ledger.rules.numbers.fixed import I32F32, ln
from neuron_ledger.ledger.rules.numbers.fixed_arrays import ONE, Bits, saturating_sub
from neuron_ledger.ledger.rules.numbers.kernels import Kernels

QUARTER = ONE >> 2


Divide = Callable[[int, int], int]


def column_paces_154(
    consensus: Bits, low: int, high: int, kernels: Kernels, divide: Divide = I32F32.saturating_div
) -> Bits | None:
    """The rate of the bonds to each uid; None where consensus at the upper quartile is 0: all then move at the subnet's rate.

    consensus: by uid, not negative. low, high: the bounds of the rate. divide: computes the slope; since spec_version 233 one
    that does not fit is 0.
    Source: epoch.rs::compute_ema_bonds_sparse, compute_alpha_values, clamp_alpha_values.
    """
    if not consensus.any():
        return None
    consensus_low, consensus_high = quartile(consensus, 1), quartile(consensus, 3)
    if consensus_high == 0:
        return None
    slope, intercept = logistic_parameters(low, high, consensus_low, consensus_high, divide)
    along = kernels.mul(consensus, np.array([slope], np.int64))
    # The least number has no negation; at either end of the range the power overflows alike.
    exponent = np.maximum(saturating_sub(np.array([intercept], np.int64), along), I32F32.least + 1)
    return np.maximum(np.minimum(kernels.logistic(-exponent), high), low)


def quartile(values: Bits, quarters: int) -> int:
    """The value below which `quarters` quarters of the values lie, interpolated between two of them.

    Source: math.rs::quantile, for which the reference takes f64: for quarters of so few values it is exact.
    """
    ordered = np.sort(values)
    place, rest = divmod(quarters * (len(ordered) - 1), 4)
    below = int(ordered[place])
    if rest == 0:
        return below
    return I32F32.saturating_add(below, I32F32.saturating_mul(int(ordered[place + 1]) - below, rest * QUARTER))


def logistic_parameters(
    low: int, high: int, consensus_low: int, consensus_high: int, divide: Divide = I32F32.saturating_div
) -> tuple[int, int]:
    """Slope and intercept of the curve 1 / (1 + e^(intercept - slope * consensus)) through both bounds; 0 if there is none.

    Source: epoch.rs::calculate_logistic_params.
    """
    if consensus_high <= consensus_low or low == 0 or high == 0:
        return 0, 0
    at_low, at_high = _log_odds(low), _log_odds(high)
    slope = divide(I32F32.saturating_sub(at_high, at_low), consensus_low - consensus_high)
    return slope, I32F32.saturating_add(at_low, I32F32.saturating_mul(slope, consensus_low))


def _log_odds(pace: int) -> int:
    """ln(1 / pace - 1); 0 for a pace of 1."""
    return ln(I32F32.saturating_div(ONE, pace) - ONE) or 0
