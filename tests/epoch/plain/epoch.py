"""The epoch: weights and stake become rank, trust, consensus, incentive, dividends, bonds and emission.

`STEPS` is the protocol, in order: each step reads what the ones before it left in the `Epoch` and adds its own results.
Source: subtensor epoch/run_epoch.rs::epoch, spec_version 277.
"""

from collections.abc import Callable, Sequence

from attrs import define, field

from neuron_ledger.events.wire.rows import pack_pairs, pairs
from neuron_ledger.ledger.rules.epoch.bonds import BondTargetOutOfRange
from neuron_ledger.ledger.rules.epoch.values import EpochInput, EpochResult
from neuron_ledger.ledger.rules.numbers.fixed import I32F32, I64F64, I96F32, U64_MAX
from tests.epoch.plain.bonds import LiquidAlpha, moving_average_alpha, updated_bonds
from tests.epoch.plain.consensus import weighted_median_columns
from tests.epoch.plain.sparse import (
    WHOLE_U16,
    SparseMatrix,
    Vector,
    add,
    column_clip,
    column_hadamard,
    column_max_upscale,
    column_normalize,
    ema,
    filtered,
    interpolate,
    masked,
    matmul,
    matmul_transpose,
    max_upscale_to_u16,
    normalize,
    normalize_64,
    normalize_using_sum,
    proportion_to_u16,
    row_hadamard,
    row_normalize,
    row_sum,
    safe_div,
    top_k_nonzero,
    vector_div,
    vector_mul,
    without_diagonal,
    wrapping_sum,
)


@define
class Epoch:
    """An epoch on its way: the input, and what each step adds. Vectors (n,) and sparse matrices of I32F32, raw bits."""

    given: EpochInput
    active: list[bool] = field(factory=list)
    stake: Vector = field(factory=list)
    new_permits: list[bool] = field(factory=list)
    active_stake: Vector = field(factory=list)
    weights: SparseMatrix = field(factory=list)
    preranks: Vector = field(factory=list)
    consensus: Vector = field(factory=list)
    clipped: SparseMatrix = field(factory=list)
    validator_trust: Vector = field(factory=list)
    trust: Vector = field(factory=list)
    incentive: Vector = field(factory=list)
    weights_for_bonds: SparseMatrix = field(factory=list)
    bonds: SparseMatrix = field(factory=list)
    dividends: Vector = field(factory=list)
    server: Vector = field(factory=list)
    validator: Vector = field(factory=list)
    combined: Vector = field(factory=list)


def find_active(epoch: Epoch) -> None:
    """A neuron is active if it updated within the activity cutoff."""
    given = epoch.given
    epoch.active = [min(updated + given.activity_cutoff, U64_MAX) >= given.block for updated in given.last_update]


def normalize_stake(epoch: Epoch) -> None:
    """Stake below the threshold counts as none; the rest as a part of the whole."""
    counted = [bits if I64F64.to_int(bits) >= epoch.given.stake_threshold else 0 for bits in epoch.given.total_stake_bits]
    epoch.stake = [I32F32.from_fixed(bits, I64F64) for bits in normalize_64(counted)]


def choose_permits(epoch: Epoch) -> None:
    """The validators of the next epoch: those with most stake."""
    epoch.new_permits = top_k_nonzero(epoch.stake, epoch.given.max_allowed_validators)


def keep_active_stake(epoch: Epoch) -> None:
    """The stake of those who are active and have a permit now, as parts of their whole."""
    inactive = [not active for active in epoch.active]
    forbidden = [not permit for permit in epoch.given.validator_permit]
    epoch.active_stake = normalize(masked(masked(epoch.stake, inactive), forbidden))


def read_weights(epoch: Epoch) -> None:
    """The rows of validators with a permit, without self-weights (but the owner's) and what is older than its uid."""
    given = epoch.given
    rows: SparseMatrix = [[] for _ in range(given.n)]
    for uid, packed in given.weights.items():
        if uid < given.n and given.validator_permit[uid]:
            rows[uid] = [(j, I32F32.from_int(value)) for j, value in pairs(packed) if j < given.n]
    rows = without_diagonal(rows, given.owner_uid)
    rows = filtered(rows, lambda i, j: given.last_update[i] > given.block_at_registration[j])
    epoch.weights = row_normalize(rows)


def find_consensus(epoch: Epoch) -> None:
    """What each neuron would get by stake alone, and the weight that a kappa majority of stake supports."""
    epoch.preranks = matmul(epoch.weights, epoch.active_stake, epoch.given.n)
    kappa = safe_div(I32F32.from_int(epoch.given.kappa), WHOLE_U16)
    epoch.consensus = weighted_median_columns(epoch.active_stake, epoch.weights, epoch.given.n, kappa)


def clip_weights(epoch: Epoch) -> None:
    """Weights beyond the consensus are cut to it; what is left of a validator's is its trust."""
    epoch.clipped = column_clip(epoch.weights, epoch.consensus)
    epoch.validator_trust = row_sum(epoch.clipped)


def rank_neurons(epoch: Epoch) -> None:
    """Rank by clipped weights; trust is what clipping left of it; incentive is the rank's part of all."""
    ranks = matmul(epoch.clipped, epoch.active_stake, epoch.given.n)
    epoch.trust = vector_div(ranks, epoch.preranks)
    epoch.incentive = normalize(ranks)


def move_bonds(epoch: Epoch) -> None:
    """Validators' bonds follow their weights (clipped as far as the penalty says); bonds earn dividends."""
    given = epoch.given
    penalty = safe_div(I32F32.from_int(given.bonds_penalty), WHOLE_U16)
    epoch.weights_for_bonds = interpolate(epoch.weights, epoch.clipped, given.n, penalty)
    if given.yuma3:
        _yuma3(epoch)
    else:
        _yuma2(epoch)


def _yuma2(epoch: Epoch) -> None:
    n = epoch.given.n
    old = column_normalize(_recent_bonds(epoch.given), n)
    delta = column_normalize(row_hadamard(epoch.weights_for_bonds, epoch.active_stake), n)
    moved = column_normalize(ema(delta, old, moving_average_alpha(epoch.given.bonds_moving_average)), n)
    epoch.dividends = normalize(matmul_transpose(moved, epoch.incentive))
    epoch.bonds = column_max_upscale(moved, n)


def _yuma3(epoch: Epoch) -> None:
    given = epoch.given
    old = [[(j, safe_div(value, WHOLE_U16)) for j, value in row] for row in _recent_bonds(given)]
    liquid = None
    if given.liquid_alpha:
        low, high = (safe_div(I32F32.from_int(bound), WHOLE_U16) for bound in (given.alpha_low, given.alpha_high))
        liquid = LiquidAlpha(low, high, I32F32.from_int(given.alpha_sigmoid_steepness))
    epoch.bonds = updated_bonds(epoch.weights_for_bonds, old, epoch.consensus, given.bonds_moving_average, liquid)
    earned = row_sum(column_hadamard(column_normalize(epoch.bonds, given.n), epoch.incentive))
    epoch.dividends = normalize(vector_mul(earned, epoch.active_stake))


def _recent_bonds(given: EpochInput) -> SparseMatrix:
    """The stored bonds, as whole numbers, without those towards uids that registered since the last epoch."""
    rows: SparseMatrix = [[] for _ in range(given.n)]
    last_epoch = max(given.block - given.tempo, 0)
    for uid, packed in sorted(given.bonds.items()):
        if uid < given.n:
            for target, value in pairs(packed):
                if target >= given.n:
                    raise BondTargetOutOfRange(uid, target, given.n)
                if given.block_at_registration[target] < last_epoch:
                    rows[uid].append((target, I32F32.from_int(value)))
    return rows


def share_emission(epoch: Epoch) -> None:
    """Servers by incentive, validators by dividends; by stake where nobody earned anything."""
    combined = [add(incentive, dividend) for incentive, dividend in zip(epoch.incentive, epoch.dividends, strict=True)]
    total = wrapping_sum(combined)
    epoch.server = normalize_using_sum(epoch.incentive, total)
    epoch.validator = normalize_using_sum(epoch.dividends, total)
    epoch.combined = normalize(combined)
    if total == 0:
        epoch.validator = epoch.combined = epoch.active_stake if wrapping_sum(epoch.active_stake) else epoch.stake


STEPS: tuple[Callable[[Epoch], None], ...] = (
    find_active,
    normalize_stake,
    choose_permits,
    keep_active_stake,
    read_weights,
    find_consensus,
    clip_weights,
    rank_neurons,
    move_bonds,
    share_emission,
)
"""The epoch, in order."""


def trace_epoch(given: EpochInput) -> Epoch:
    """All intermediate results of an epoch. Raises: BondTargetOutOfRange."""
    epoch = Epoch(given)
    for step in STEPS:
        step(epoch)
    return epoch


def run_epoch(given: EpochInput) -> EpochResult:
    """The results of an epoch, in the forms in which they are stored. Raises: BondTargetOutOfRange."""
    epoch = trace_epoch(given)
    incentive = _as_u16(epoch.incentive)
    return EpochResult(
        active=tuple(epoch.active),
        rank=incentive,
        trust=_as_u16(epoch.trust),
        consensus=_as_u16(epoch.consensus),
        incentive=incentive,
        dividends=_as_u16(epoch.dividends),
        pruning_scores=tuple(max_upscale_to_u16(epoch.combined)),
        validator_trust=_as_u16(epoch.validator_trust),
        stake_weight=_as_u16(epoch.stake),
        validator_permit=tuple(epoch.new_permits),
        emission=_paid(epoch.combined, given.rao_emission),
        server_emission=_paid(epoch.server, given.rao_emission),
        validator_emission=_paid(epoch.validator, given.rao_emission),
        bonds_written=_written(epoch),
    )


def _as_u16(vector: Sequence[int]) -> tuple[int, ...]:
    return tuple(proportion_to_u16(value) for value in vector)


def _paid(shares: Sequence[int], rao_emission: int) -> tuple[int, ...]:
    """Each share (I32F32) of the emission, floored to u64."""
    whole = I96F32.from_int(rao_emission)
    return tuple(I96F32.to_int(I96F32.saturating_mul(share, whole)) for share in shares)


def _written(epoch: Epoch) -> dict[int, bytes]:
    """The rows of those with a permit from now on; an empty one for those who lost it."""
    written = {}
    for uid, (new, old) in enumerate(zip(epoch.new_permits, epoch.given.validator_permit, strict=True)):
        if new:
            written[uid] = pack_pairs([(target, proportion_to_u16(value)) for target, value in epoch.bonds[uid]])
        elif old:
            written[uid] = b""
    return written
