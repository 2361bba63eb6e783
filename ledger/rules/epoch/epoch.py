"""The epoch of a subnet: from weights and stake to consensus, bonds and emission, step by step.

The steps and their formulas are told in docs/epoch.md. All numbers are I32F32 raw bits until they are stored.
Source: subtensor epoch/run_epoch.rs::epoch, spec_version 277.
"""

from collections.abc import Sequence

import numpy as np
from attrs import frozen

from neuron_ledger.ledger.rules.epoch.bonds import Bonds, LiquidAlpha, read_bonds, yuma2_bonds, yuma3_bonds
from neuron_ledger.ledger.rules.epoch.consensus import masked_weights, weighted_medians
from neuron_ledger.ledger.rules.epoch.emission import Emission, share_emission
from neuron_ledger.ledger.rules.epoch.matrices import clip_columns, interpolate, matmul, normalize_rows, row_sums, to_share_out
from neuron_ledger.ledger.rules.epoch.rows import Rows, pack_rows, read_rows
from neuron_ledger.ledger.rules.epoch.values import EpochInput, EpochResult
from neuron_ledger.ledger.rules.numbers.fixed import I32F32, I64F64, U16_MAX
from neuron_ledger.ledger.rules.numbers.fixed_arrays import (
    FRACTION,
    Bits,
    Mask,
    top_k_non_zero,
    zeros,
)
from neuron_ledger.ledger.rules.numbers.kernel_forms import fastest
from neuron_ledger.ledger.rules.numbers.kernels import Kernels


@frozen(eq=False, kw_only=True)
class EpochTrace:
    """Every step of an epoch. Vectors: by uid, raw bits (masks: booleans). Matrices: `Rows` of the uids that have any.

    stored_weights: as stored, of permitted validators. weights: masked and normalised. bond_weights: what bonds are made of.
    """

    active: Mask
    stake: Bits
    new_permits: Mask
    active_stake: Bits
    stored_weights: Rows
    weights: Rows
    preranks: Bits
    consensus: Bits
    clipped: Rows
    validator_trust: Bits
    ranks: Bits
    trust: Bits
    incentive: Bits
    bond_weights: Rows
    bonds: Bonds
    emission: Emission


def run_epoch(given: EpochInput, kernels: Kernels | None = None) -> EpochResult:
    """Compute an epoch.

    kernels: the form that computes it; the fastest there is if None. All forms give the same bits.

    Raises: BondTargetOutOfRange where a stored bond row names a uid that the subnet does not have.
    Source: subtensor epoch/run_epoch.rs::epoch, spec_version 277.
    """
    return epoch_result(given, trace_epoch(given, kernels))


def trace_epoch(given: EpochInput, kernels: Kernels | None = None) -> EpochTrace:
    """The steps of an epoch, with all that stands between them. Raises: BondTargetOutOfRange."""
    form = kernels or fastest()
    registered = np.array(given.block_at_registration, np.uint64)
    last_update = np.array(given.last_update, np.uint64)
    permits = np.array(given.validator_permit, np.bool_)
    active = active_mask(given)

    stake = normalized_stake(given.total_stake_bits, given.stake_threshold)
    new_permits = top_k_non_zero(stake, given.max_allowed_validators)
    active_stake = form.normalize(stake * (active & permits))

    weight_rows = {uid: row for uid, row in given.weights.items() if uid < given.n and given.validator_permit[uid]}
    uids = sorted(weight_rows.keys() | {uid for uid in given.bonds if uid < given.n})
    stored_weights = read_rows(weight_rows, uids, given.n, form)
    counted = masked_weights(stored_weights, given.owner_uid, last_update, registered)
    weights = normalize_rows(to_share_out(counted, int(row_sums(counted).max(initial=0))), out=counted.values)

    preranks = matmul(weights, active_stake)
    consensus = weighted_medians(active_stake, weights, proportion(given.kappa))
    clipped = clip_columns(weights, consensus)
    validator_trust = zeros(given.n)
    validator_trust[clipped.uids] = row_sums(clipped)

    ranks = matmul(clipped, active_stake)
    trust = form.safe_div(ranks, preranks)
    incentive = form.normalize(ranks)

    renewed: Mask = registered >= max(given.block - given.tempo, 0)
    old_bonds = read_bonds(given.bonds, uids, given.n, renewed, form)
    bond_weights = interpolate(weights, clipped, proportion(given.bonds_penalty))
    if given.yuma3:
        bonds = yuma3_bonds(
            old_bonds, bond_weights, active_stake, incentive, given.bonds_moving_average, liquid_alpha(given), consensus
        )
    else:
        bonds = yuma2_bonds(old_bonds, bond_weights, active_stake, incentive, given.bonds_moving_average)

    return EpochTrace(
        active=active,
        stake=stake,
        new_permits=new_permits,
        active_stake=active_stake,
        stored_weights=stored_weights,
        weights=weights,
        preranks=preranks,
        consensus=consensus,
        clipped=clipped,
        validator_trust=validator_trust,
        ranks=ranks,
        trust=trust,
        incentive=incentive,
        bond_weights=bond_weights,
        bonds=bonds,
        emission=share_emission(incentive, bonds.dividends, stake, active_stake, given.rao_emission, form),
    )


def epoch_result(given: EpochInput, trace: EpochTrace) -> EpochResult:
    """What storage keeps of an epoch, and what it gives out.

    A row of bonds is written where the uid has a permit now, and emptied where it lost it.
    Source: subtensor epoch/run_epoch.rs::epoch (value storage), spec_version 277.
    """
    after = trace.bonds.after
    form = after.kernels

    def stored(proportions: Bits) -> tuple[int, ...]:
        return tuple(form.proportions_to_u16(proportions).tolist())

    rows = pack_rows(after, form.proportions_to_u16(after.values))
    permits: list[bool] = trace.new_permits.tolist()
    written = {
        uid: rows.get(uid, b"") if now else b""
        for uid, (now, before) in enumerate(zip(permits, given.validator_permit, strict=True))
        if now or before
    }
    return EpochResult(
        active=tuple(trace.active.tolist()),
        rank=stored(trace.incentive),
        trust=stored(trace.trust),
        consensus=stored(trace.consensus),
        incentive=stored(trace.incentive),
        dividends=stored(trace.bonds.dividends),
        pruning_scores=tuple(form.max_upscale_to_u16(trace.emission.combined_share).tolist()),
        validator_trust=stored(trace.validator_trust),
        stake_weight=stored(trace.stake),
        validator_permit=tuple(permits),
        emission=tuple(trace.emission.combined.tolist()),
        server_emission=tuple(trace.emission.server.tolist()),
        validator_emission=tuple(trace.emission.validator.tolist()),
        bonds_written=written,
    )


def active_mask(given: EpochInput) -> Mask:
    """Who was updated within the activity cutoff."""
    return np.array(given.last_update, np.uint64) >= max(given.block - given.activity_cutoff, 0)


def normalized_stake(total_stake_bits: Sequence[int], stake_threshold: int) -> Bits:
    """Each uid's share of all stake, without the stake of those below the threshold. total_stake_bits: I64F64.

    Source: subtensor epoch/math.rs::inplace_normalize_64, vec_fixed64_to_fixed32, spec_version 277.
    """
    least = stake_threshold << I64F64.fraction if stake_threshold else I64F64.least
    counted = [bits if bits >= least else 0 for bits in total_stake_bits]
    total = sum(counted)
    if 0 < total <= I64F64.greatest and min(counted) >= 0:
        return np.array([(bits << FRACTION) // total for bits in counted], np.int64)
    return np.array([I32F32.from_fixed(bits, I64F64) for bits in normalize_64(counted)], np.int64)


def normalize_64(values: Sequence[int]) -> list[int]:
    """Every I64F64 divided by the (wrapping) sum of all; as it is where that sum is 0.

    Source: subtensor epoch/math.rs::inplace_normalize_64, spec_version 277.
    """
    total = I64F64.wrap(sum(values))
    return [I64F64.safe_div(bits, total) for bits in values] if total else list(values)


def proportion(stored: int) -> int:
    """A stored u16 as a part of 65535, raw bits."""
    return (stored << FRACTION) // U16_MAX


def liquid_alpha(given: EpochInput) -> LiquidAlpha | None:
    """The bounds of liquid alpha, where it is on."""
    if not given.liquid_alpha:
        return None
    return LiquidAlpha(proportion(given.alpha_low), proportion(given.alpha_high), given.alpha_sigmoid_steepness)
