"""How stake moves to another hotkey, another coldkey, another subnet: traded through the pools, or transferred within a subnet.

The runtime defines which (`Orders.is_traded`), who takes a fee, and where the TAO is kept on the way.
"""

from attrs import evolve

from neuron_ledger.events.registration import DelegateAdded
from neuron_ledger.events.staking import StakeAdded, StakeRemoved
from neuron_ledger.ledger.errors import AmountTooLow, ChainError, SlippageTooHigh
from neuron_ledger.ledger.rules.netuids import ROOT
from neuron_ledger.ledger.rules.numbers.fixed import U64_MAX, U64F64
from neuron_ledger.ledger.rules.numbers.saturating import add_u64, sub_u64
from neuron_ledger.ledger.rules.stake.checks import ensure_movable, ensure_transfers_allowed, validate_stake_transition
from neuron_ledger.ledger.rules.stake.limits import moved_within_limit
from neuron_ledger.ledger.rules.stake.moves import MIN_STAKE, stake_into_subnet, transition_fee, unstake_from_subnet
from neuron_ledger.ledger.rules.stake.orders import illiquid, note_order, stake_into_subnet_283, unstake_from_subnet_283
from neuron_ledger.ledger.rules.stake.positions import (
    decrease_stake_for_hotkey_and_coldkey_on_subnet,
    increase_stake_for_hotkey_and_coldkey_on_subnet,
)
from neuron_ledger.ledger.rules.stake.weighted_swaps import alpha_price_283, sim_sell_283
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.ledger.trading import Transition

# --------------------------------------------------------------------------------------------------------- a fixed fee


def move_at_fixed_fee(tx: Tx, move: Transition) -> int:
    """Sell stake and buy stake for the proceeds; a fee is taken at each end. Returns: the rao that moved, less both fees.

    A remainder that is too small after the first fee is not staked again: nobody gets it.
    Raises: ZeroMaxStakeAmount, then as `checks.validate_stake_transition`.
    Source: subtensor staking/move_stake.rs::transition_stake_internal, spec_version 277.
    """
    at_most = let_through(tx, move)
    validate_stake_transition(tx, move, at_most)
    return trade_at_fixed_fee(tx, move, min(move.alpha, at_most))


def let_through(tx: Tx, move: Transition) -> int:
    """Alpha that a move's limit, if it has one, permits. Raises: what the runtime's `within_limit` raises."""
    return U64_MAX if move.limit_price is None else _within_limit(tx, move, move.limit_price)


def trade_at_fixed_fee(tx: Tx, move: Transition, alpha: int) -> int:
    """alpha: what of it moves. Returns: as `move_at_fixed_fee`."""
    fee = transition_fee(tx, move)
    tao = unstake_from_subnet(tx, move.origin_hotkey, move.origin_coldkey, move.origin_netuid, alpha, fee)
    if tao >= add_u64(MIN_STAKE, fee):
        tx.rules.orders.name_delegate(tx, move.destination_hotkey, move.destination_coldkey)
        stake_into_subnet(tx, move.destination_hotkey, move.destination_coldkey, move.destination_netuid, tao, fee)
    return sub_u64(tao, fee)


def become_delegate_of_others(tx: Tx, hotkey: bytes, coldkey: bytes) -> None:
    """Make a hotkey a delegate if a coldkey that does not own it stakes on it.

    Source: subtensor staking/helpers.rs::maybe_become_delegate, spec_version 277.
    """
    if tx.storage.owner[hotkey] != coldkey and hotkey not in tx.storage.delegates:
        tx.emit(DelegateAdded(hotkey=hotkey, take=tx.storage.delegates[hotkey]))


def _within_limit(tx: Tx, move: Transition, limit_price: int) -> int:
    return moved_within_limit(tx, move.origin_netuid, move.destination_netuid, limit_price)


# ------------------------------------------------------------------------------------------------------ the pools' fees


def move_stake_283(tx: Tx, asked: Transition) -> int:
    """Move stake, through TAO or directly. Returns: the rao that moved, or that the stake is worth.

    Raises: what the limit raises, then as `validate_stake_transition_283`, then what the pools, the accounts and the runtime's
    `before_handing` raise, AmountTooLow.
    Source: subtensor staking/move_stake.rs::transition_stake_internal, spec_version 424.
    """
    orders = tx.rules.orders
    offered = orders.offered(tx, asked.origin_hotkey, asked.origin_coldkey, asked.origin_netuid, asked.alpha)
    move, at_most, is_traded = evolve(asked, alpha=offered), offered, orders.is_traded(asked)
    if is_traded and asked.limit_price is not None:
        at_most = _within_limit(tx, move, asked.limit_price)
    validate_stake_transition_283(tx, move, at_most, is_traded=is_traded)
    moved = evolve(move, alpha=min(offered, at_most))
    return _trade(tx, moved) if is_traded else hand_over_within_subnet_297(tx, moved)


def validate_stake_transition_283(tx: Tx, move: Transition, at_most: int, *, is_traded: bool) -> None:
    """What a move of stake must pass. at_most: what its limit permits.

    Raises: as `checks.ensure_movable`, InsufficientLiquidity, AmountTooLow, SlippageTooHigh, TransferDisallowed, and what the
    runtime's `may_unstake` raises: in this order.
    Source: subtensor staking/stake_utils.rs::validate_stake_transition, spec_version 424.
    """
    ensure_movable(tx, move)
    if is_traded:
        _ensure_worth_moving(tx, move)
        if move.needs_all and move.alpha > at_most:
            raise SlippageTooHigh(amount=move.alpha, at_most=at_most)
    ensure_transfers_allowed(tx, move)
    if is_traded:
        tx.rules.may_unstake(tx, move.origin_coldkey, move.origin_netuid, move.alpha)


def _ensure_worth_moving(tx: Tx, move: Transition) -> None:
    """Raises: InsufficientLiquidity, AmountTooLow: in this order."""
    least = tx.rules.orders.least
    try:
        worth = sim_sell_283(tx, move.origin_netuid, move.alpha).paid_out
    except ChainError:
        raise illiquid(tx, move.origin_netuid, move.alpha) from None
    if worth <= least:
        raise AmountTooLow(worth=worth, needed=least + 1)


def _trade(tx: Tx, move: Transition) -> int:
    """Sell stake and buy stake for the proceeds. Too small an amount is not staked again: the coldkey gets it, if anybody."""
    orders = tx.rules.orders
    free_at_origin, free_at_destination = orders.free_of_fee(move.origin_netuid)
    tao = unstake_from_subnet_283(
        tx,
        move.origin_hotkey,
        move.origin_coldkey,
        move.origin_netuid,
        move.alpha,
        drop_fees=free_at_origin,
        book=orders.tao_of_moves,
    )
    orders.tao_of_moves.hand_over(tx, move.origin_coldkey, move.destination_coldkey, tao)
    if tao >= orders.least:
        become_delegate_of_others(tx, move.destination_hotkey, move.destination_coldkey)
        stake_into_subnet_283(
            tx,
            move.destination_hotkey,
            move.destination_coldkey,
            move.destination_netuid,
            tao,
            drop_fees=free_at_destination,
            book=orders.tao_of_moves,
        )
        if not move.is_transfer:
            note_order(tx, move.destination_hotkey, move.destination_coldkey, move.destination_netuid)
    return tao


def hand_over_within_subnet_297(tx: Tx, move: Transition) -> int:
    """Transfer stake directly from one position to another. Returns: the rao that it is worth.

    Raises: what the runtime's `before_handing` raises, AmountTooLow.
    Source: subtensor staking/stake_utils.rs::transfer_stake_within_subnet, spec_version 424.
    """
    netuid, least = move.origin_netuid, tx.rules.orders.least
    hotkey, coldkey = move.destination_hotkey, move.destination_coldkey
    for step in tx.rules.orders.before_handing:
        step(tx, move)
    taken = decrease_stake_for_hotkey_and_coldkey_on_subnet(tx, move.origin_hotkey, move.origin_coldkey, netuid, move.alpha)
    given = increase_stake_for_hotkey_and_coldkey_on_subnet(tx, hotkey, coldkey, netuid, taken)
    worth = U64F64.to_int(U64F64.saturating_mul(alpha_price_283(tx, netuid), given << U64F64.fraction))
    if worth < least:
        raise AmountTooLow(worth=worth, needed=least)
    tx.storage.last_coldkey_hotkey_stake_block[coldkey, hotkey] = tx.block
    left = StakeRemoved(coldkey=move.origin_coldkey, hotkey=move.origin_hotkey, tao=worth, alpha=taken, netuid=netuid, fee=0)
    tx.emit(left)
    tx.emit(StakeAdded(coldkey=coldkey, hotkey=hotkey, tao=worth, alpha=given, netuid=netuid, fee=0))
    return worth


# -------------------------------------------------------------------------------------- what runtimes do differently here


def always_traded(_: Transition) -> bool:
    """Until spec_version 297 all stake that moves goes through the pools, even within a subnet."""
    return True


def traded_between_subnets_297(move: Transition) -> bool:
    return move.origin_netuid != move.destination_netuid


def never_free(_: int) -> tuple[bool, bool]:
    """Both pools take their fee."""
    return False, False


def free_at_origin_290(_: int) -> tuple[bool, bool]:
    """Only the pool at the destination takes its fee."""
    return True, False


def free_at_one_end_315(origin_netuid: int) -> tuple[bool, bool]:
    """Only the pool at the origin takes its fee, or, if that is root, which has none, the one at the destination."""
    return origin_netuid == ROOT, origin_netuid != ROOT
