"""Bonds: what validators hold of the miners they weight, as a moving average, and the dividends that they yield.

Yuma 2 averages each validator's share of a miner's stake-weighted weights. Yuma 3 averages the weights themselves and computes
shares only for the dividends; with liquid alpha every bond moves at a rate of its own.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from attrs import frozen

from neuron_ledger.events.wire.errors import NeuronLedgerError
from neuron_ledger.ledger.rules.epoch.matrices import (
    divide_all,
    matmul_transpose,
    max_upscale_columns,
    moving_average,
    moving_average_by_column,
    normalize_columns,
    row_sums,
    scalar,
    scale_columns,
    scale_rows,
    to_share_out,
)
from neuron_ledger.ledger.rules.epoch.rows import Rows, read_rows
from neuron_ledger.ledger.rules.numbers.fixed import I32F32, I64F64, U16_MAX
from neuron_ledger.ledger.rules.numbers.fixed_arrays import HALF, ONE, Bits, Mask, saturating_add, saturating_sub, zeros
from neuron_ledger.ledger.rules.numbers.kernels import Kernels

MILLION = 1_000_000


class BondTargetOutOfRange(NeuronLedgerError, ValueError):
    """A stored bond row names a uid that the subnet does not have.

    uid: of the row. target: the uid it names. n: number of uids of the subnet.
    """

    def __init__(self, uid: int, target: int, n: int) -> None:
        super().__init__(f"the bond row of uid {uid} names uid {target}, but the subnet has {n} uids")
        self.uid = uid
        self.target = target
        self.n = n


@frozen(eq=False)
class Bonds:
    """The bonds of an epoch.

    before: as stored, without those of uids registered since the last tempo, in the form used by the moving average (shares of
    the column in Yuma 2, proportions in Yuma 3). paces: the alpha of each entry of the weights under liquid alpha, else None.
    after: what storage keeps, raw bits. dividends: by uid, raw bits, normalised.
    """

    before: Rows
    after: Rows
    dividends: Bits
    paces: Bits | None = None


@frozen
class LiquidAlpha:
    """The bounds of a bond's rate and how steeply it goes from one to the other, raw bits.

    slope: of the exponent over the distance of validator and consensus. limit: the exponent is clamped to ± this; None: not
    clamped.
    """

    low: int
    high: int
    slope: int
    limit: int | None = None


def read_bonds(stored: Mapping[int, bytes], uids: Sequence[int], columns: int, renewed: Mask, kernels: Kernels) -> Rows:
    """Stored bonds as whole numbers, without those of renewed uids (registered since the last tempo; shape (columns,)).

    Raises: BondTargetOutOfRange.
    Source: subtensor epoch/math.rs::scalar_vec_mask_sparse_matrix, spec_version 277.
    """
    rows = read_rows(stored, uids, columns, kernels)
    if 4 * rows.size < sum(len(stored.get(uid, b"")) for uid in uids):
        for uid in uids:
            targets = np.frombuffer(stored.get(uid, b""), "<u2")[::2]
            if targets.max(initial=0) >= columns:
                raise BondTargetOutOfRange(uid, int(targets[targets >= columns][0]), columns)
    return rows.keeping(np.broadcast_to(~renewed, rows.values.shape)) if renewed.any() else rows


def yuma2_bonds(
    whole: Rows, weights: Rows, active_stake: Bits, incentive: Bits, moving_average_ppm: int, paces: Bits | None = None
) -> Bonds:
    """Average the shares of stake-weighted weights; dividends are bonds times incentive.

    whole: old bonds as stored, whose memory is reused. weights: for bonds, rows of the same uids. active_stake, incentive: by
    uid, raw bits. paces: by uid, where liquid alpha is on before spec_version 273, instead of one rate for all.
    Source: subtensor epoch/run_epoch.rs::epoch, compute_ema_bonds_normal_sparse, spec_version 277.
    """
    shared = to_share_out(whole, int(whole.values.sum(axis=0).max(initial=0)))
    before = normalize_columns(shared, out=shared.values)
    averaged, dividends = average_shares(before, weights, active_stake, incentive, moving_average_ppm, paces)
    each = None if paces is None else weights.of_entries(np.broadcast_to(paces, weights.values.shape))
    return Bonds(before, max_upscale_columns(averaged, out=averaged.values), dividends, each)


def average_shares(
    before: Rows, weights: Rows, active_stake: Bits, incentive: Bits, moving_average_ppm: int, paces: Bits | None = None
) -> tuple[Rows, Bits]:
    """The moving average of shares of each miner, as shares again, and the dividends that it yields, normalised.

    before: the old shares. Everything else, including the source, as for `yuma2_bonds`.
    """
    scaled = scale_rows(weights, active_stake)
    delta = normalize_columns(scaled, out=scaled.values)
    if paces is None:
        average = moving_average(delta, before, yuma2_alpha(moving_average_ppm), out=scaled.values)
    else:
        average = moving_average_by_column(delta, before, paces)
    averaged = normalize_columns(average, out=average.values)
    dividends = zeros(len(incentive))
    dividends[averaged.uids] = matmul_transpose(averaged, incentive)
    return averaged, before.kernels.normalize(dividends)


def yuma3_bonds(
    whole: Rows,
    weights: Rows,
    active_stake: Bits,
    incentive: Bits,
    moving_average_ppm: int,
    liquid: LiquidAlpha | None,
    consensus: Bits,
) -> Bonds:
    """Average the weights; dividends are the shares of a miner's bonds times its incentive, times the validator's stake.

    whole, weights, active_stake, incentive: as for Yuma 2. liquid: bounds of the rate where liquid alpha is on; it has no effect
    if all consensus is 0. consensus: by uid, raw bits.
    Source: subtensor epoch/run_epoch.rs::epoch, compute_bonds_sparse, spec_version 277.
    """
    before = divide_all(whole, U16_MAX, out=whole.values)
    paces = None
    if liquid is not None and consensus.any():
        paces = liquid_alphas(weights, before, consensus, liquid)
        after = moving_average_by_entry(weights, before, paces)
    else:
        after = moving_average(weights, before, yuma3_alpha(moving_average_ppm))
    totals = row_sums(scale_columns(normalize_columns(after), incentive)).tolist()
    shares = [I32F32.checked_mul(a, b) or 0 for a, b in zip(totals, active_stake[after.uids].tolist(), strict=True)]
    dividends = zeros(len(incentive))
    dividends[after.uids] = shares
    return Bonds(before, after, whole.kernels.normalize(dividends), paces)


def yuma2_alpha(moving_average_ppm: int) -> int:
    """The weight of the new bonds in the average, raw bits.

    Source: subtensor epoch/run_epoch.rs::compute_ema_bonds_normal_sparse, spec_version 277.
    """
    kept = I64F64.safe_div(I64F64.from_int(moving_average_ppm), I64F64.from_int(MILLION))
    return I32F32.saturating_sub(ONE, I32F32.from_fixed(kept, I64F64))


def yuma3_alpha(moving_average_ppm: int) -> int:
    """The same for Yuma 3, where an out-of-range value wraps.

    Source: subtensor epoch/run_epoch.rs::compute_disabled_liquid_alpha, spec_version 277.
    """
    average = I64F64.wrap(moving_average_ppm << I64F64.fraction)
    kept = I64F64.saturating_div(average, I64F64.from_int(MILLION))
    return I32F32.saturating_sub(ONE, I32F32.wrap(kept >> I64F64.fraction - I32F32.fraction))


def liquid_alphas(weights: Rows, bonds: Rows, consensus: Bits, bounds: LiquidAlpha) -> Bits:
    """The rate of the bond at each entry of the weights, by how far the weight is above consensus or below the bond.

    Weight and bond are found by walking up the uids, which misses entries of rows that are not in ascending order: these count
    as 0.
    Source: subtensor epoch/run_epoch.rs::compute_liquid_alpha_values_sparse, spec_version 277.
    """
    weight, bond = (weights.of_entries(weights.by_line(rows.leading())) for rows in (weights, bonds))
    agreed = weights.of_entries(np.broadcast_to(consensus, weights.values.shape))
    return alpha_sigmoid(agreed, weight, bond, bounds, weights.kernels)


def alpha_sigmoid(consensus: Bits, weight: Bits, bond: Bits, bounds: LiquidAlpha, kernels: Kernels) -> Bits:
    """A rate between the bounds, by the logistic function of the distance of validator and consensus, or bond.

    consensus, weight, bond: shape (entries,), raw bits.
    Source: subtensor epoch/run_epoch.rs::alpha_sigmoid, spec_version 277; the same function of 424 by slope and limit.
    """
    bought = np.clip(saturating_sub(weight, consensus), 0, ONE)
    sold = np.clip(saturating_sub(bond, weight), 0, ONE)
    apart = bought * (weight >= bond) + sold  # sold is above 0 only where the bond is above the weight
    exponent = _times(apart - HALF, bounds.slope, kernels)
    if bounds.limit is not None:
        exponent = np.clip(exponent, -bounds.limit, bounds.limit)
    rise = kernels.logistic(-exponent)
    pace = bounds.low + kernels.mul(rise, scalar(bounds.high - bounds.low))
    return np.maximum(np.minimum(pace, bounds.high), bounds.low)


def _times(parts: Bits, slope: int, kernels: Kernels) -> Bits:
    """Numbers from -1 to 1 times one. If that is an integer, nothing is rounded, and one multiplication suffices."""
    if slope % ONE == 0:
        return parts * (slope >> I32F32.fraction)
    return kernels.mul(parts, scalar(slope))


def moving_average_by_entry(new: Rows, old: Rows, paces: Bits) -> Rows:
    """The moving average with a rate for each entry of `new`, at most 1; an old bond without an entry there is dropped.

    paces: shape (entries,), raw bits.
    Source: subtensor epoch/math.rs::mat_ema_alpha_sparse, spec_version 277.
    """
    form = new.kernels
    decayed = form.mul(saturating_sub(scalar(ONE), paces), new.of_entries(new.by_line(old.last())))
    bought = np.maximum(form.mul(paces, new.of_entries(new.values)), 0)
    after = np.clip(saturating_add(decayed, bought), 0, ONE)
    averaged = new.with_entries(after)
    return averaged.where(averaged.values > 0)
