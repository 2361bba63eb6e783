"""Steps of the epoch that replace those of 277 in later runtimes, each named with the spec_version that introduced it.

The unchanged parts are shared with `steps`. Source: subtensor epoch/run_epoch.rs::epoch_mechanism, spec_version 424.
"""

import numpy as np
from attrs import evolve

from neuron_ledger.ledger.rules.epoch import steps
from neuron_ledger.ledger.rules.epoch.bonds import LiquidAlpha
from neuron_ledger.ledger.rules.epoch.consensus import without_unseen
from neuron_ledger.ledger.rules.epoch.working import Epoch
from neuron_ledger.ledger.rules.numbers.fixed import I32F32
from neuron_ledger.ledger.rules.numbers.fixed_arrays import Mask

STEEPNESS_UNIT = -100
"""The divisor of the steepness of liquid alpha that gives the slope of its exponent."""

EXPONENT_LIMIT = I32F32.from_int(20)
"""The exponent of liquid alpha is clamped to ± this."""


def liquid_alpha_283(epoch: Epoch) -> None:
    """The bounds of liquid alpha, where it is on; the steepness, which is signed, is in hundredths."""
    given = epoch.given
    epoch.liquid_alpha = None
    if given.liquid_alpha:
        slope = liquid_slope(I32F32.from_int(given.alpha_sigmoid_steepness))
        epoch.liquid_alpha = LiquidAlpha(steps.proportion(given.alpha_low), steps.proportion(given.alpha_high), slope)


def liquid_slope(steepness: int) -> int:
    """A steepness as the slope of the exponent, truncated; both are raw bits."""
    return I32F32.saturating_div(steepness, I32F32.from_int(STEEPNESS_UNIT))


def weights_297(epoch: Epoch) -> None:
    """The same, also without weights for uids that registered after a commit that is still to be revealed."""
    counted, given = steps.counted_weights(epoch), epoch.given
    if given.commit_blocks:
        counted = without_unseen(counted, given.commit_blocks, np.array(given.block_at_registration, np.uint64))
    steps.share_out(epoch, counted)


def bond_rows_320(epoch: Epoch) -> None:
    """A row of bonds is written for every uid, empty where the uid has no permit now."""
    rows = steps.packed_bonds(epoch)
    epoch.bond_rows = {uid: rows.get(uid, b"") if now else b"" for uid, now in enumerate(epoch.new_permits.tolist())}


def liquid_alpha_365(epoch: Epoch) -> None:
    """The same, with the exponent clamped to ± 20."""
    liquid_alpha_283(epoch)
    if epoch.liquid_alpha is not None:
        epoch.liquid_alpha = evolve(epoch.liquid_alpha, limit=EXPONENT_LIMIT)


def permits_397(epoch: Epoch) -> None:
    """Who counts as a validator: uids that had a permit before the epoch, and the owner."""
    steps.permits(epoch)
    epoch.permits = _with_owner(epoch, epoch.permits)


def counted_stake_397(epoch: Epoch) -> None:
    """Stake below the threshold does not count, except the owner's."""
    steps.counted_stake(epoch)
    owner, given = epoch.given.owner_uid, epoch.given
    if owner is not None and owner < given.n:
        epoch.counted_stake[owner] = given.total_stake_bits[owner]


def new_permits_397(epoch: Epoch) -> None:
    """The uids with the greatest stakes above 0 get a permit, and so does the owner."""
    steps.new_permits(epoch)
    epoch.new_permits = _with_owner(epoch, epoch.new_permits)


def _with_owner(epoch: Epoch, permits: Mask) -> Mask:
    owner = epoch.given.owner_uid
    return permits if owner is None else permits | (np.arange(epoch.given.n) == owner)


def renewed_423(epoch: Epoch) -> None:
    """Whose bonds are cleared: uids registered after the previous epoch; where there was none, as before."""
    given = epoch.given
    if given.last_step_block == 0:
        steps.renewed(epoch)
    else:
        epoch.renewed = np.array(given.block_at_registration, np.uint64) > given.last_step_block
