"""Staking, unstaking and moves of stake in the first runtimes with alpha, 233 to 276, where they differ from 277.

Fees develop there from a fixed one to a part of what the stake earned; the checks of moves are introduced one by one.
"""

from neuron_ledger.ledger.rules.accounts.owners import ensure_coldkey_owns_hotkey
from neuron_ledger.ledger.rules.netuids import ROOT
from neuron_ledger.ledger.rules.numbers import u96f32
from neuron_ledger.ledger.rules.stake.checks import (
    both_subnets_exist,
    destination_hotkey_has_an_account,
    origin_hotkey_has_an_account,
    there_is_so_much_stake,
    validate_stake_transition,
)
from neuron_ledger.ledger.rules.stake.moves import MIN_FEE_RATE, STAKING_FEE
from neuron_ledger.ledger.rules.stake.pool import STABLE
from neuron_ledger.ledger.rules.stake.positions import get_stake_for_hotkey_and_coldkey_on_subnet
from neuron_ledger.ledger.rules.stake.transitions import let_through, trade_at_fixed_fee
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.ledger.trading import Transition
from neuron_ledger.projections.storage import Storage

# ----------------------------------------------------------------------------------------------------------------- fees


def fixed_fee_233(_: Tx, __: bytes, ___: int, ____: int) -> int:
    """Until spec_version 252 unstaking costs as much as staking; each end of a move costs half of it."""
    return STAKING_FEE


def unstaking_fee_252(tx: Tx, hotkey: bytes, netuid: int, alpha: int) -> int:
    """The fee of unstaking in rao: about what the amount earned in the last dividends, at the current price; at least the fixed
    fee.

    Source: subtensor staking/stake_utils.rs::calculate_staking_fee, spec_version 252.
    """
    return max(_earned(tx, hotkey, netuid, alpha), STAKING_FEE)


def unstaking_fee_257(tx: Tx, hotkey: bytes, netuid: int, alpha: int) -> int:
    """As before, and at least 0.005 % of the alpha, taken as rao.

    Source: subtensor staking/stake_utils.rs::calculate_staking_fee, spec_version 257.
    """
    least = 0 if _is_stable(tx, netuid) else u96f32.whole(u96f32.mul(alpha << u96f32.FRACTION, MIN_FEE_RATE))
    return max(_earned(tx, hotkey, netuid, alpha), least, STAKING_FEE)


def _earned(tx: Tx, hotkey: bytes, netuid: int, alpha: int) -> int:
    if _is_stable(tx, netuid):
        return 0
    dividends = tx.storage.alpha_dividends_per_subnet[netuid, hotkey] << u96f32.FRACTION
    stake = tx.storage.total_hotkey_alpha[hotkey, netuid] << u96f32.FRACTION
    earned = u96f32.mul(alpha << u96f32.FRACTION, u96f32.safe_div(dividends, stake))
    return u96f32.whole(u96f32.mul(earned, tx.rules.pool.price(tx, netuid)))


def _is_stable(tx: Tx, netuid: int) -> bool:
    return netuid == ROOT or tx.storage.subnet_mechanism[netuid] == STABLE


# ---------------------------------------------------------------------------------------------------------------- moves


def move_at_fixed_fee_233(tx: Tx, move: Transition) -> int:
    """Until spec_version 252 all of the stake moves, even where the limit permits only a part. Raises: as at 277.

    Source: subtensor staking/move_stake.rs::transition_stake_internal, spec_version 233.
    """
    validate_stake_transition(tx, move, let_through(tx, move))
    return trade_at_fixed_fee(tx, move, move.alpha)


def origin_hotkey_is_the_coldkeys_233(tx: Tx, move: Transition) -> None:
    """Until spec_version 238 a coldkey can move stake only on its own hotkeys. Raises: NonAssociatedColdKey."""
    ensure_coldkey_owns_hotkey(tx, move.origin_coldkey, move.origin_hotkey)


MOVABLE_238 = (both_subnets_exist, origin_hotkey_has_an_account, there_is_so_much_stake)
MOVABLE_233 = (*MOVABLE_238[:2], origin_hotkey_is_the_coldkeys_233, *MOVABLE_238[2:])
MOVABLE_244 = (*MOVABLE_238[:2], destination_hotkey_has_an_account, *MOVABLE_238[2:])
"""Until then stake may move to a hotkey that nobody owns. Source: subtensor staking/stake_utils.rs::validate_stake_transition."""


# -------------------------------------------------------------------------------------------------------- not yet there


def everywhere_233(_: Storage, __: int) -> bool:
    """Until spec_version 273 a subnet's token need not be enabled."""
    return True


def all_there_233(tx: Tx, hotkey: bytes, coldkey: bytes, netuid: int) -> int:
    """Until spec_version 261 everything is unstaked wherever there is any stake, however small.

    Source: subtensor staking/remove_stake.rs::do_unstake_all, spec_version 233.
    """
    return get_stake_for_hotkey_and_coldkey_on_subnet(tx, hotkey, coldkey, netuid)


def nobody_is_named_233(_: Tx, __: bytes, ___: bytes) -> None:
    """Until spec_version 244 a hotkey does not become a delegate when others stake on it."""


def nothing_is_noted_233(_: Tx, __: bytes, ___: bytes) -> None:
    """Until spec_version 238 the block of the last move of stake is not noted."""
