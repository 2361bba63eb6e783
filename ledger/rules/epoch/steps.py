"""The epoch of a subnet: from weights and stake to consensus, bonds and emission, step by step.

Every step reads the results of earlier steps from the working value, and adds its own; `STEPS` has them in order. Their formulas
are in docs/epoch.md. All numbers are I32F32 raw bits until they are stored.
Source: subtensor epoch/run_epoch.rs::epoch, spec_version 277.
"""

from collections.abc import Callable, Sequence

import numpy as np

from neuron_ledger.ledger.rules.epoch.bonds import LiquidAlpha, read_bonds, yuma2_bonds, yuma3_bonds
from neuron_ledger.ledger.rules.epoch.consensus import masked_weights, weighted_medians
from neuron_ledger.ledger.rules.epoch.emission import share_emission
from neuron_ledger.ledger.rules.epoch.matrices import clip_columns, interpolate, matmul, normalize_rows, row_sums, to_share_out
from neuron_ledger.ledger.rules.epoch.rows import Rows, pack_rows, read_rows
from neuron_ledger.ledger.rules.epoch.values import EpochInput, EpochResult
from neuron_ledger.ledger.rules.epoch.working import Epoch
from neuron_ledger.ledger.rules.numbers.fixed import I32F32, I64F64, U16_MAX
from neuron_ledger.ledger.rules.numbers.fixed_arrays import FRACTION, Bits, top_k_non_zero, zeros
from neuron_ledger.ledger.rules.numbers.kernel_forms import FORMS
from neuron_ledger.ledger.rules.numbers.kernels import Kernels
from neuron_ledger.ledger.rules.numbers.saturating import sub_u64
from neuron_ledger.ledger.runtime import EpochStep

# --------------------------------------------------------------------------------------------------------- who counts


def active(epoch: Epoch) -> None:
    """The uids whose last update is within the activity cutoff."""
    given = epoch.given
    epoch.active = np.array(given.last_update, np.uint64) >= sub_u64(given.block, given.activity_cutoff)


def permits(epoch: Epoch) -> None:
    """Who counts as a validator: the uids that had a permit before the epoch."""
    epoch.permits = np.array(epoch.given.validator_permit, np.bool_)


def counted_stake(epoch: Epoch) -> None:
    """Stake below the threshold does not count."""
    threshold = epoch.given.stake_threshold
    least = threshold << I64F64.fraction if threshold else I64F64.least
    epoch.counted_stake = [bits if bits >= least else 0 for bits in epoch.given.total_stake_bits]


def stake(epoch: Epoch) -> None:
    """Each uid's share of all stake that counts."""
    epoch.stake = normalized_stake(epoch.counted_stake)


def new_permits(epoch: Epoch) -> None:
    """The uids with the greatest stakes above 0 get a permit."""
    epoch.new_permits = top_k_non_zero(epoch.stake, epoch.given.max_allowed_validators)


def active_stake(epoch: Epoch) -> None:
    """Each active validator's share of the stake of all active validators."""
    epoch.active_stake = epoch.kernels.normalize(epoch.stake * (epoch.active & epoch.permits))


# -------------------------------------------------------------------------------------------- validators' weights


def weights(epoch: Epoch) -> None:
    """The stored rows of validators, without masked weights, each divided by its sum."""
    share_out(epoch, counted_weights(epoch))


def counted_weights(epoch: Epoch) -> Rows:
    """The stored rows of validators, without weights that the chain masks."""
    given = epoch.given
    heard: list[bool] = epoch.permits.tolist()
    stored = {uid: row for uid, row in given.weights.items() if uid < given.n and heard[uid]}
    uids = sorted(stored.keys() | {uid for uid, row in given.bonds.items() if row and uid < given.n})
    last_update, registered = np.array(given.last_update, np.uint64), np.array(given.block_at_registration, np.uint64)
    epoch.stored_weights = read_rows(stored, uids, given.n, epoch.kernels)
    return masked_weights(epoch.stored_weights, given.owner_uid, last_update, registered)


def share_out(epoch: Epoch, counted: Rows) -> None:
    """Divide each row by its sum. counted: its memory is reused."""
    epoch.weights = normalize_rows(to_share_out(counted, int(row_sums(counted).max(initial=0))), out=counted.values)


def preranks(epoch: Epoch) -> None:
    """What miners would be worth if nothing were clipped."""
    epoch.preranks = matmul(epoch.weights, epoch.active_stake)


def consensus(epoch: Epoch) -> None:
    """The weight that kappa of the active stake agrees on, for each miner."""
    epoch.consensus = weighted_medians(epoch.active_stake, epoch.weights, proportion(epoch.given.kappa))


def clipped(epoch: Epoch) -> None:
    """Weights clipped to the consensus."""
    epoch.clipped = clip_columns(epoch.weights, epoch.consensus)


def validator_trust(epoch: Epoch) -> None:
    """How much of its weights each validator kept."""
    epoch.validator_trust = zeros(epoch.given.n)
    epoch.validator_trust[epoch.clipped.uids] = row_sums(epoch.clipped)


# ------------------------------------------------------------------------------------------- what miners are worth


def ranks(epoch: Epoch) -> None:
    """What miners are worth to the active stake, after clipping."""
    epoch.ranks = matmul(epoch.clipped, epoch.active_stake)


def trust(epoch: Epoch) -> None:
    """How much of a miner's weights clipping left."""
    assert epoch.preranks is not None
    epoch.trust = epoch.kernels.safe_div(epoch.ranks, epoch.preranks)


def incentive(epoch: Epoch) -> None:
    """Ranks as shares."""
    epoch.incentive = epoch.kernels.normalize(epoch.ranks)


# --------------------------------------------------------------------------------------- what validators hold of them


def bond_weights(epoch: Epoch) -> None:
    """The weights that bonds are made of: between weights and clipped weights, by the penalty."""
    epoch.bond_weights = interpolate(epoch.weights, epoch.clipped, proportion(epoch.given.bonds_penalty))


def renewed(epoch: Epoch) -> None:
    """Whose bonds are cleared: uids registered since the last tempo."""
    given = epoch.given
    epoch.renewed = np.array(given.block_at_registration, np.uint64) >= sub_u64(given.block, given.tempo)


def liquid_alpha(epoch: Epoch) -> None:
    """The bounds of liquid alpha, where it is on."""
    given = epoch.given
    epoch.liquid_alpha = None
    if given.liquid_alpha:
        low, high = proportion(given.alpha_low), proportion(given.alpha_high)
        epoch.liquid_alpha = LiquidAlpha(low, high, -given.alpha_sigmoid_steepness << FRACTION)


def bonds(epoch: Epoch) -> None:
    """The moving average of bonds, and the dividends that it yields. Raises: BondTargetOutOfRange."""
    given = epoch.given
    uids = epoch.weights.uids.tolist()
    old = read_bonds(given.bonds, uids, given.n, epoch.renewed, epoch.kernels)
    terms = (old, epoch.bond_weights, epoch.active_stake, epoch.incentive, given.bonds_moving_average)
    if given.yuma3:
        epoch.bonds = yuma3_bonds(*terms, epoch.liquid_alpha, epoch.consensus)
    else:
        epoch.bonds = yuma2_bonds(*terms)


# -------------------------------------------------------------------------------------------- what is given and kept


def emission(epoch: Epoch) -> None:
    """What each uid earns, as miner and as validator."""
    dividends, given = epoch.bonds.dividends, epoch.given.rao_emission
    epoch.emission = share_emission(epoch.incentive, dividends, epoch.stake, epoch.active_stake, given, epoch.kernels)


def pruning_scores(epoch: Epoch) -> None:
    """What each uid earns, relative to the one that earns most."""
    epoch.pruning_scores = epoch.kernels.max_upscale_to_u16(epoch.emission.combined_share)


def bond_rows(epoch: Epoch) -> None:
    """A row of bonds is written where the uid now has a permit, and emptied where it lost one."""
    rows = packed_bonds(epoch)
    before = epoch.given.validator_permit
    epoch.bond_rows = {
        uid: rows.get(uid, b"") if now else b""
        for uid, (now, had) in enumerate(zip(epoch.new_permits.tolist(), before, strict=True))
        if now or had
    }


_IN_ORDER: tuple[Callable[[Epoch], None], ...] = (
    active,
    permits,
    counted_stake,
    stake,
    new_permits,
    active_stake,
    weights,
    preranks,
    consensus,
    clipped,
    validator_trust,
    ranks,
    trust,
    incentive,
    bond_weights,
    renewed,
    liquid_alpha,
    bonds,
    emission,
    pruning_scores,
    bond_rows,
)

STEPS = tuple(EpochStep(step.__name__, step) for step in _IN_ORDER)
"""The steps of an epoch in order, each named as its function."""


# ---------------------------------------------------------------------------------------------------------- the whole


def trace_epoch(given: EpochInput, kernels: Kernels | None = None, steps: tuple[EpochStep, ...] = STEPS) -> Epoch:
    """Run an epoch, keeping the results of all steps.

    kernels: the form that computes it; None: the one selected by `kernel_forms`. All forms give the same bits.
    Raises: BondTargetOutOfRange where a stored bond row names a uid that the subnet does not have.
    """
    epoch = Epoch(given, kernels or FORMS.form(given.n))
    for step in steps:
        step.run(epoch)
    return epoch


def run_epoch(given: EpochInput, kernels: Kernels | None = None, steps: tuple[EpochStep, ...] = STEPS) -> EpochResult:
    """What storage keeps of an epoch, and what it gives out. Arguments, Raises: as for `trace_epoch`."""
    return epoch_result(trace_epoch(given, kernels, steps))


def epoch_result(epoch: Epoch) -> EpochResult:
    """What storage keeps of an epoch that ran, and what it gives out.

    Source: subtensor epoch/run_epoch.rs::epoch (value storage), spec_version 277.
    """
    form = epoch.kernels

    def stored(proportions: Bits) -> tuple[int, ...]:
        return tuple(form.proportions_to_u16(proportions).tolist())

    return EpochResult(
        active=tuple(epoch.active.tolist()),
        rank=() if epoch.trust is None else stored(epoch.incentive),
        trust=() if epoch.trust is None else stored(epoch.trust),
        consensus=stored(epoch.consensus),
        incentive=stored(epoch.incentive),
        dividends=stored(epoch.bonds.dividends),
        pruning_scores=() if epoch.pruning_scores is None else tuple(epoch.pruning_scores.tolist()),
        validator_trust=stored(epoch.validator_trust),
        stake_weight=stored(epoch.stake),
        validator_permit=tuple(epoch.new_permits.tolist()),
        emission=tuple(epoch.emission.combined.tolist()),
        server_emission=tuple(epoch.emission.server.tolist()),
        validator_emission=tuple(epoch.emission.validator.tolist()),
        bonds_written=epoch.bond_rows,
    )


def packed_bonds(epoch: Epoch) -> dict[int, bytes]:
    """The rows of bonds by uid, as storage keeps them."""
    after = epoch.bonds.after
    return pack_rows(after, epoch.kernels.proportions_to_u16(after.values))


def normalized_stake(counted: Sequence[int]) -> Bits:
    """Each uid's share of all stake. counted: I64F64.

    Source: subtensor epoch/math.rs::inplace_normalize_64, vec_fixed64_to_fixed32, spec_version 277.
    """
    total = sum(counted)
    if 0 < total <= I64F64.greatest and min(counted) >= 0:
        return np.array([(bits << FRACTION) // total for bits in counted], np.int64)
    return np.array([I32F32.from_fixed(bits, I64F64) for bits in normalize_64(counted)], np.int64)


def normalize_64(values: Sequence[int]) -> list[int]:
    """Every I64F64 divided by the (wrapping) sum of all; unchanged if that sum is 0.

    Source: subtensor epoch/math.rs::inplace_normalize_64, spec_version 277.
    """
    total = I64F64.wrap(sum(values))
    return [I64F64.safe_div(bits, total) for bits in values] if total else list(values)


def proportion(stored: int) -> int:
    """A stored u16 as a part of 65535, raw bits."""
    return (stored << FRACTION) // U16_MAX
