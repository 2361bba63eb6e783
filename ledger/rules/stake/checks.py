"""What staking, unstaking and moves of stake must pass while stake is bought and sold at a fixed fee (spec_version 277)."""

from neuron_ledger.ledger.errors import (
    AmountTooLow,
    HotKeyAccountNotExists,
    InsufficientLiquidity,
    NotEnoughBalanceToStake,
    NotEnoughStakeToWithdraw,
    SameNetuid,
    SlippageTooHigh,
    SubnetNotExists,
    SubtokenDisabled,
    TransferDisallowed,
)
from neuron_ledger.ledger.rules.accounts.balances import can_remove_balance
from neuron_ledger.ledger.rules.accounts.owners import hotkey_account_exists
from neuron_ledger.ledger.rules.netuids import subnet_exists
from neuron_ledger.ledger.rules.stake.moves import MIN_STAKE, STAKING_FEE
from neuron_ledger.ledger.rules.stake.pool import MINIMUM_POOL_LIQUIDITY
from neuron_ledger.ledger.rules.stake.positions import can_increase_stake, get_stake_for_hotkey_and_coldkey_on_subnet
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.ledger.trading import Transition
from neuron_ledger.projections.storage import Storage


def ensure_exists(tx: Tx, netuid: int) -> None:
    """Raises: SubnetNotExists."""
    if not subnet_exists(tx.storage, netuid):
        raise SubnetNotExists(netuid=netuid)


def ensure_subtoken_enabled(tx: Tx, netuid: int) -> None:
    """Raises: SubtokenDisabled."""
    if not tx.rules.orders.is_enabled(tx.storage, netuid):
        raise SubtokenDisabled(netuid=netuid)


def is_subtoken_enabled(storage: Storage, netuid: int) -> bool:
    return storage.subtoken_enabled[netuid]


def ensure_hotkey_account(tx: Tx, hotkey: bytes) -> None:
    """Raises: HotKeyAccountNotExists."""
    if not hotkey_account_exists(tx, hotkey):
        raise HotKeyAccountNotExists(hotkey=hotkey)


def ensure_stake(tx: Tx, hotkey: bytes, coldkey: bytes, netuid: int, amount: int) -> None:
    """Raises: NotEnoughStakeToWithdraw."""
    staked = get_stake_for_hotkey_and_coldkey_on_subnet(tx, hotkey, coldkey, netuid)
    if staked < amount:
        raise NotEnoughStakeToWithdraw(staked=staked, needed=amount)


def validate_add_stake(tx: Tx, coldkey: bytes, hotkey: bytes, netuid: int, amount: int, at_most: int) -> None:
    """What staking rao must pass. at_most: what a price limit permits, if staking only a part is not allowed.

    Raises: SubnetNotExists, SubtokenDisabled, AmountTooLow, SlippageTooHigh, NotEnoughBalanceToStake, HotKeyAccountNotExists,
    InsufficientLiquidity: in this order.
    Source: subtensor staking/stake_utils.rs::validate_add_stake, spec_version 277.
    """
    ensure_exists(tx, netuid)
    for ensure in tx.rules.orders.before_staking:
        ensure(tx, netuid)
    if amount < MIN_STAKE + STAKING_FEE:
        raise AmountTooLow(amount=amount, needed=MIN_STAKE + STAKING_FEE)
    _ensure_within(amount, at_most)
    if not can_remove_balance(tx, coldkey, amount):
        raise NotEnoughBalanceToStake(needed=amount, balance=tx.storage.balances[coldkey])
    ensure_hotkey_account(tx, hotkey)
    expected = tx.rules.pool.bought(tx, netuid, amount)
    if expected is None:
        raise InsufficientLiquidity(netuid=netuid, alpha_reserve=tx.storage.subnet_alpha_in[netuid], left=MINIMUM_POOL_LIQUIDITY)
    _ensure_moves_shares(tx, hotkey, netuid, expected)


def validate_remove_stake(tx: Tx, coldkey: bytes, hotkey: bytes, netuid: int, amount: int, at_most: int) -> None:
    """What unstaking alpha must pass. at_most: as in `validate_add_stake`.

    Raises: SubnetNotExists, InsufficientLiquidity, AmountTooLow, SlippageTooHigh, HotKeyAccountNotExists,
    NotEnoughStakeToWithdraw: in this order.
    Source: subtensor staking/stake_utils.rs::validate_remove_stake, spec_version 277.
    """
    ensure_exists(tx, netuid)
    _worth_enough(tx, netuid, amount)
    _ensure_within(amount, at_most)
    ensure_hotkey_account(tx, hotkey)
    ensure_stake(tx, hotkey, coldkey, netuid, amount)


def ensure_may_leave(tx: Tx, hotkey: bytes, coldkey: bytes, netuid: int) -> None:
    """Raises: what the runtime's `before_unstaking` raises."""
    for ensure in tx.rules.orders.before_unstaking:
        ensure(tx, hotkey, coldkey, netuid)


def ensure_movable(tx: Tx, move: Transition) -> None:
    """What every move of stake must pass. Raises: what the runtime's `movable` raises; at 277 as the checks of `MOVABLE`."""
    for ensure in tx.rules.orders.movable:
        ensure(tx, move)


def something_changes(_: Tx, move: Transition) -> None:
    """Raises: SameNetuid."""
    if move.stays_with_its_keys and move.origin_netuid == move.destination_netuid:
        raise SameNetuid(netuid=move.origin_netuid)


def stake_may_leave(tx: Tx, move: Transition) -> None:
    """Raises: as `ensure_may_leave`."""
    ensure_may_leave(tx, move.origin_hotkey, move.origin_coldkey, move.origin_netuid)


def both_subnets_exist(tx: Tx, move: Transition) -> None:
    """Raises: SubnetNotExists."""
    ensure_exists(tx, move.origin_netuid)
    ensure_exists(tx, move.destination_netuid)


def both_subtokens_are_enabled(tx: Tx, move: Transition) -> None:
    """Raises: SubtokenDisabled."""
    ensure_subtoken_enabled(tx, move.origin_netuid)
    ensure_subtoken_enabled(tx, move.destination_netuid)


def origin_hotkey_has_an_account(tx: Tx, move: Transition) -> None:
    """Raises: HotKeyAccountNotExists."""
    ensure_hotkey_account(tx, move.origin_hotkey)


def destination_hotkey_has_an_account(tx: Tx, move: Transition) -> None:
    """Raises: HotKeyAccountNotExists."""
    ensure_hotkey_account(tx, move.destination_hotkey)


def there_is_so_much_stake(tx: Tx, move: Transition) -> None:
    """Raises: NotEnoughStakeToWithdraw."""
    ensure_stake(tx, move.origin_hotkey, move.origin_coldkey, move.origin_netuid, move.alpha)


MOVABLE = (
    something_changes,
    stake_may_leave,
    both_subnets_exist,
    both_subtokens_are_enabled,
    origin_hotkey_has_an_account,
    destination_hotkey_has_an_account,
    there_is_so_much_stake,
)
"""Source: subtensor staking/stake_utils.rs::validate_stake_transition, spec_version 277."""


def validate_stake_transition(tx: Tx, move: Transition, at_most: int) -> None:
    """What a move of stake must pass. at_most: what its limit permits.

    Raises: as `ensure_movable`, InsufficientLiquidity, AmountTooLow, SlippageTooHigh, InsufficientLiquidity, TransferDisallowed:
    in this order.
    Source: subtensor staking/stake_utils.rs::validate_stake_transition, spec_version 277.
    """
    ensure_movable(tx, move)
    worth = _worth_enough(tx, move.origin_netuid, move.alpha)
    if move.needs_all:
        _ensure_within(move.alpha, at_most)
    bought = tx.rules.pool.bought(tx, move.destination_netuid, worth) or 0
    _ensure_moves_shares(tx, move.destination_hotkey, move.destination_netuid, bought)
    ensure_transfers_allowed(tx, move)


def ensure_transfers_allowed(tx: Tx, move: Transition) -> None:
    """Where stake is given to another coldkey, both subnets must allow it. Raises: TransferDisallowed."""
    for netuid in (move.origin_netuid, move.destination_netuid) if move.is_transfer else ():
        if not tx.storage.transfer_toggle[netuid]:
            raise TransferDisallowed(netuid=netuid)


def _worth_enough(tx: Tx, netuid: int, alpha: int) -> int:
    """The rao that alpha would bring. Raises: InsufficientLiquidity, AmountTooLow."""
    worth = tx.rules.pool.sold(tx, netuid, alpha)
    if worth is None:
        raise InsufficientLiquidity(netuid=netuid, tao_reserve=tx.storage.subnet_tao[netuid], left=MINIMUM_POOL_LIQUIDITY)
    if worth <= MIN_STAKE:
        raise AmountTooLow(worth=worth, needed=MIN_STAKE + 1)
    return worth


def _ensure_within(amount: int, at_most: int) -> None:
    if amount > at_most:
        raise SlippageTooHigh(amount=amount, at_most=at_most)


def _ensure_moves_shares(tx: Tx, hotkey: bytes, netuid: int, alpha: int) -> None:
    if not can_increase_stake(tx, hotkey, netuid, alpha):
        raise InsufficientLiquidity(netuid=netuid, alpha=alpha, moves="no share of the hotkey's stake")
