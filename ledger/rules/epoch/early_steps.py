"""Steps of the epoch as it was before 277, each named with the spec_version at which it is recorded, and the epochs made of them.

The other steps are those of `steps`. Source: subtensor epoch.rs::epoch, spec_version 103 and 185.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np

from neuron_ledger.ledger.rules.epoch import steps
from neuron_ledger.ledger.rules.epoch.bonds import Bonds, average_shares, read_bonds, yuma2_bonds
from neuron_ledger.ledger.rules.epoch.consensus import outdated_entries
from neuron_ledger.ledger.rules.epoch.liquid_alpha import Divide, column_paces_154
from neuron_ledger.ledger.rules.epoch.matrices import divide_all, normalize_columns, normalize_rows
from neuron_ledger.ledger.rules.epoch.rows import Rows
from neuron_ledger.ledger.rules.epoch.working import Epoch
from neuron_ledger.ledger.rules.numbers.fixed import I32F32, U16_MAX
from neuron_ledger.ledger.rules.numbers.fixed_arrays import top_k
from neuron_ledger.ledger.runtime import EpochStep

# --------------------------------------------------------------------------------------- 143, and 185 by the same rules


def new_permits_143(epoch: Epoch) -> None:
    """The uids with the greatest stakes get a permit, even with a stake of 0 if there are too few others."""
    epoch.new_permits = top_k(epoch.stake, epoch.given.max_allowed_validators)


def bonds_143(epoch: Epoch) -> None:
    """The moving average of validators' shares of clipped weights, and its dividends. Raises: BondTargetOutOfRange."""
    given, epoch.bond_weights = epoch.given, epoch.clipped
    epoch.bonds = yuma2_bonds(
        lasting_bonds(epoch), epoch.bond_weights, epoch.active_stake, epoch.incentive, given.bonds_moving_average
    )


def bonds_154(epoch: Epoch) -> None:
    """The same; where liquid alpha is on, the bonds to each uid move at a rate of their own. Raises: BondTargetOutOfRange."""
    epoch.bond_weights = epoch.clipped
    average_bonds(epoch, lasting_bonds(epoch), epoch.bond_weights, I32F32.saturating_div)


def average_bonds(epoch: Epoch, whole: Rows, weights: Rows, divide: Divide) -> None:
    """The moving average of bonds, at the subnet's rate or at those of liquid alpha, and its dividends.

    whole: old bonds as stored, whose memory is reused. weights: source of the new ones. divide: as for `column_paces_154`.
    """
    given, paces = epoch.given, None
    if given.liquid_alpha:
        low, high = steps.proportion(given.alpha_low), steps.proportion(given.alpha_high)
        paces = column_paces_154(epoch.consensus, low, high, epoch.kernels, divide)
    epoch.bonds = yuma2_bonds(whole, weights, epoch.active_stake, epoch.incentive, given.bonds_moving_average, paces)


def lasting_bonds(epoch: Epoch) -> Rows:
    """Stored bonds without those of a row that was updated at or before the block in which their target uid registered."""
    given = epoch.given
    nobody = np.zeros(given.n, np.bool_)
    stored = read_bonds(given.bonds, epoch.weights.uids.tolist(), given.n, nobody, epoch.kernels)
    last_update, registered = np.array(given.last_update, np.uint64), np.array(given.block_at_registration, np.uint64)
    return stored.keeping(~outdated_entries(stored, last_update, registered))


# ----------------------------------------------------------------------------------------------------------------- 103


def active_stake_103(epoch: Epoch) -> None:
    """Each active uid's share of all active stake, with or without a permit."""
    epoch.active_stake = epoch.kernels.normalize(epoch.stake * epoch.active)


def weights_103(epoch: Epoch) -> None:
    """The same, with weights first divided by the largest possible weight and then normalised."""
    shares = divide_all(steps.counted_weights(epoch), U16_MAX)
    epoch.weights = normalize_rows(shares, out=shares.values)


def bonds_103(epoch: Epoch) -> None:
    """The same, with bonds stored as shares of their miner. Raises: BondTargetOutOfRange."""
    epoch.bond_weights = epoch.clipped
    before = normalize_columns(divide_all(lasting_bonds(epoch), U16_MAX))
    after, dividends = average_shares(
        before, epoch.bond_weights, epoch.active_stake, epoch.incentive, epoch.given.bonds_moving_average
    )
    epoch.bonds = Bonds(before, after, dividends)


def pruning_scores_103(epoch: Epoch) -> None:
    """What each uid earns, as a part of the whole."""
    epoch.pruning_scores = epoch.kernels.proportions_to_u16(epoch.emission.combined_share)


# ---------------------------------------------------------------------------------------------------------- the whole

_IN_ORDER_143 = (
    steps.active,
    steps.permits,
    steps.counted_stake,
    steps.stake,
    new_permits_143,
    steps.active_stake,
    steps.weights,
    steps.preranks,
    steps.consensus,
    steps.clipped,
    steps.validator_trust,
    steps.ranks,
    steps.trust,
    steps.incentive,
    bonds_143,
    steps.emission,
    steps.pruning_scores,
    steps.bond_rows,
)

_INSTEAD_103 = {
    steps.active_stake: active_stake_103,
    steps.weights: weights_103,
    bonds_143: bonds_103,
    steps.pruning_scores: pruning_scores_103,
}

STEPS_143: Final = tuple(EpochStep(step.__name__.removesuffix("_143"), step) for step in _IN_ORDER_143)
STEPS_103: Final = tuple(
    EpochStep(named.name, _INSTEAD_103.get(step, step)) for named, step in zip(STEPS_143, _IN_ORDER_143, strict=True)
)

EARLY_EPOCHS: Final[Mapping[int, tuple[EpochStep, ...]]] = {103: STEPS_103, 143: STEPS_143, 185: STEPS_143}
"""The epoch by spec_version, for the runtimes before 277 that were recorded."""
