"""Staking and unstaking through pools that take a fee, since spec_version 283: checks and effects.

TAO for a subnet's pool is withdrawn from the coldkey, since spec_version 411 into the subnet's account (`Runtime.tao`). Further
effects of a move of stake are steps of the runtime (`Runtime.after_staking`, `Runtime.after_unstaking`).
"""

from neuron_ledger.events.staking import StakeAdded, StakeRemoved
from neuron_ledger.ledger.errors import (
    AmountTooLow,
    ChainError,
    InsufficientLiquidity,
    NotEnoughBalanceToStake,
    NotEnoughStakeToWithdraw,
    SlippageTooHigh,
)
from neuron_ledger.ledger.rules.accounts.balances import can_remove_balance
from neuron_ledger.ledger.rules.accounts.owners import coldkey_owns_hotkey
from neuron_ledger.ledger.rules.netuids import known_netuids
from neuron_ledger.ledger.rules.numbers.fixed import U64F64
from neuron_ledger.ledger.rules.numbers.saturating import add_u64, mul_u64, sub_u64
from neuron_ledger.ledger.rules.stake.alpha import burn_subnet_alpha
from neuron_ledger.ledger.rules.stake.checks import (
    ensure_exists,
    ensure_hotkey_account,
    ensure_may_leave,
    ensure_subtoken_enabled,
)
from neuron_ledger.ledger.rules.stake.moves import drop_pending_children, order_of_stakes
from neuron_ledger.ledger.rules.stake.positions import (
    can_increase_stake,
    decrease_stake_for_hotkey_and_coldkey_on_subnet,
    get_stake_for_hotkey_and_coldkey_on_subnet,
    get_stake_for_hotkey_on_subnet,
    increase_stake_for_hotkey_and_coldkey_on_subnet,
)
from neuron_ledger.ledger.rules.stake.weighted_pool import MAX_PRICE, MIN_PRICE
from neuron_ledger.ledger.rules.stake.weighted_swaps import (
    alpha_price_283,
    fee_283,
    sim_buy_283,
    sim_sell_283,
    swap_alpha_for_tao_283,
    swap_tao_for_alpha_283,
)
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.ledger.trading import StakeMove, TaoBook

# --------------------------------------------------------------------------------------------------------------- checks


def validate_add_stake_283(
    tx: Tx, coldkey: bytes, hotkey: bytes, netuid: int, amount: int, max_amount: int, *, allow_partial: bool
) -> None:
    """What staking must pass. max_amount: the most that a price limit permits.

    Raises: SubnetNotExists, SubtokenDisabled, AmountTooLow, SlippageTooHigh, NotEnoughBalanceToStake, HotKeyAccountNotExists,
    InsufficientLiquidity, AmountTooLow, InsufficientLiquidity: in this order.
    Source: subtensor staking/stake_utils.rs::validate_add_stake, spec_version 424.
    """
    ensure_exists(tx, netuid)
    ensure_subtoken_enabled(tx, netuid)
    least = tx.rules.orders.least
    needed = add_u64(least, _fee_of_least_stake(tx, netuid, least))
    if amount < needed:
        raise AmountTooLow(amount=amount, needed=needed)
    if amount > max_amount and not allow_partial:
        raise SlippageTooHigh(amount=amount, at_most=max_amount)
    staked = min(amount, max_amount)
    if not can_remove_balance(tx, coldkey, staked):
        raise NotEnoughBalanceToStake(needed=staked, balance=tx.storage.balances[coldkey])
    ensure_hotkey_account(tx, hotkey)
    try:
        swap = sim_buy_283(tx, netuid, staked)
    except ChainError:
        raise illiquid(tx, netuid, staked) from None
    if swap.paid_in < least:
        raise AmountTooLow(amount=swap.paid_in, needed=least)
    if swap.paid_out == 0 or not can_increase_stake(tx, hotkey, netuid, swap.paid_out):
        raise illiquid(tx, netuid, staked)


def _fee_of_least_stake(tx: Tx, netuid: int, least: int) -> int:
    try:
        return sim_buy_283(tx, netuid, least).fee
    except ChainError:
        return fee_283(tx, netuid, least)


def validate_remove_stake_283(
    tx: Tx, coldkey: bytes, hotkey: bytes, netuid: int, amount: int, max_amount: int, *, allow_partial: bool
) -> None:
    """What unstaking must pass. max_amount: the most that a price limit permits.

    Raises: SubnetNotExists, what the runtime's `before_unstaking` raises, AmountTooLow, NotEnoughStakeToWithdraw,
    InsufficientLiquidity, AmountTooLow, SlippageTooHigh, HotKeyAccountNotExists, and what the runtime's `may_unstake` raises:
    in this order.
    Source: subtensor staking/stake_utils.rs::validate_remove_stake, spec_version 424.
    """
    ensure_exists(tx, netuid)
    ensure_may_leave(tx, hotkey, coldkey, netuid)
    if amount == 0:
        raise AmountTooLow(amount=0, needed=1)
    stake = get_stake_for_hotkey_and_coldkey_on_subnet(tx, hotkey, coldkey, netuid)
    if stake < amount:
        raise NotEnoughStakeToWithdraw(staked=stake, needed=amount)
    try:
        worth = sim_sell_283(tx, netuid, amount).paid_out
    except ChainError:
        raise illiquid(tx, netuid, amount) from None
    if stake != amount and worth < tx.rules.orders.least:
        raise AmountTooLow(worth=worth, needed=tx.rules.orders.least)
    if amount > max_amount and not allow_partial:
        raise SlippageTooHigh(amount=amount, at_most=max_amount)
    ensure_hotkey_account(tx, hotkey)
    tx.rules.may_unstake(tx, coldkey, netuid, amount)


def anybody_may_unstake(_: Tx, __: bytes, ___: int, ____: int) -> None:
    """Until spec_version 411 no stake is locked."""


def as_asked(_: Tx, __: bytes, ___: bytes, ____: int, alpha: int) -> int:
    """Until spec_version 301 asking for more alpha than there is is refused later."""
    return alpha


def what_there_is_301(tx: Tx, hotkey: bytes, coldkey: bytes, netuid: int, alpha: int) -> int:
    """Asking for more alpha than there is means all of it."""
    return min(alpha, get_stake_for_hotkey_and_coldkey_on_subnet(tx, hotkey, coldkey, netuid))


def illiquid(tx: Tx, netuid: int, amount: int) -> InsufficientLiquidity:
    storage = tx.storage
    return InsufficientLiquidity(
        netuid=netuid, amount=amount, tao_reserve=storage.subnet_tao[netuid], alpha_reserve=storage.subnet_alpha_in[netuid]
    )


# ---------------------------------------------------------------------------------------------------------------- moves


def stake_into_subnet_283(
    tx: Tx,
    hotkey: bytes,
    coldkey: bytes,
    netuid: int,
    tao: int,
    limit: int = MAX_PRICE,
    *,
    drop_fees: bool = False,
    book: TaoBook | None = None,
) -> int:
    """Buy alpha for TAO of the coldkey, which keeps its existential deposit, and stake it. Returns: the alpha.

    book: where the TAO is kept before and after; None: the runtime's book for orders.
    Raises: what the transfer to the subnet and the swap raise, AmountTooLow, InsufficientLiquidity: in this order.
    Source: subtensor staking/stake_utils.rs::stake_into_subnet, spec_version 424.
    """
    book = book or tx.rules.tao
    paid = book.to_subnet(tx, netuid, coldkey, tao)
    swap = swap_tao_for_alpha_283(tx, netuid, paid, limit, drop_fees=drop_fees)
    if swap.paid_out == 0:
        raise AmountTooLow(amount=paid, comes_out=0)
    if not can_increase_stake(tx, hotkey, netuid, swap.paid_out):
        raise InsufficientLiquidity(netuid=netuid, alpha=swap.paid_out, moves="no share of the hotkey's stake")
    increase_stake_for_hotkey_and_coldkey_on_subnet(tx, hotkey, coldkey, netuid, swap.paid_out)
    book.burn_fee(tx, netuid, swap.fee)
    move = StakeMove(hotkey, coldkey, netuid, tao=swap.paid_in, alpha=swap.paid_out)
    for step in tx.rules.after_staking:
        step(tx, move)
    tx.storage.last_coldkey_hotkey_stake_block[coldkey, hotkey] = tx.block
    tx.emit(StakeAdded(coldkey=coldkey, hotkey=hotkey, tao=paid, alpha=swap.paid_out, netuid=netuid, fee=swap.fee))
    return swap.paid_out


def note_order(tx: Tx, hotkey: bytes, coldkey: bytes, netuid: int) -> None:
    """The effects of stake that came by an order or a move, as defined by the runtime (`Orders.after_order`)."""
    for step in tx.rules.orders.after_order:
        step(tx, hotkey, coldkey, netuid)


def unstake_from_subnet_283(
    tx: Tx,
    hotkey: bytes,
    coldkey: bytes,
    netuid: int,
    alpha: int,
    limit: int = MIN_PRICE,
    *,
    drop_fees: bool = False,
    book: TaoBook | None = None,
) -> int:
    """Take alpha out of stake and sell it; what exceeds a limit stays staked, the fee is burned. Returns: the TAO.

    book: as in `stake_into_subnet_283`.
    Raises: what the swap and the transfer from the subnet raise.
    Source: subtensor staking/stake_utils.rs::unstake_from_subnet, spec_version 424 (no block has an author here).
    """
    decrease_stake_for_hotkey_and_coldkey_on_subnet(tx, hotkey, coldkey, netuid, alpha)
    swap = swap_alpha_for_tao_283(tx, netuid, alpha, limit, drop_fees=drop_fees)
    refund = sub_u64(alpha, swap.paid_in + swap.fee)
    if refund:
        increase_stake_for_hotkey_and_coldkey_on_subnet(tx, hotkey, coldkey, netuid, refund)
    (book or tx.rules.tao).from_subnet(tx, netuid, coldkey, swap.paid_out)
    burn_subnet_alpha(tx, netuid, swap.fee)
    move = StakeMove(hotkey, coldkey, netuid, tao=swap.paid_out, alpha=alpha)
    for step in tx.rules.after_unstaking:
        step(tx, move)
    tx.storage.last_coldkey_hotkey_stake_block[coldkey, hotkey] = tx.block
    removed = StakeRemoved(coldkey=coldkey, hotkey=hotkey, tao=swap.paid_out, alpha=swap.paid_in, netuid=netuid, fee=swap.fee)
    tx.emit(removed)
    return swap.paid_out


def after_removal(tx: Tx, coldkey: bytes, hotkey: bytes, netuid: int) -> None:
    """Return a nomination that became too small; a hotkey with too little stake left loses the children it had scheduled."""
    clear_small_nomination_283(tx, hotkey, coldkey, netuid)
    if get_total_stake_for_hotkey_283(tx, hotkey) < tx.storage.stake_threshold.value:
        drop_pending_children(tx, hotkey)


def clear_small_nomination_283(tx: Tx, hotkey: bytes, coldkey: bytes, netuid: int) -> None:
    """Sell what a nominator still has on the hotkey if that is worth less than the minimum; what cannot be sold is lost.

    Source: subtensor staking/helpers.rs::clear_small_nomination_if_required, spec_version 424.
    """
    if coldkey_owns_hotkey(tx, coldkey, hotkey):
        return
    stake = get_stake_for_hotkey_and_coldkey_on_subnet(tx, hotkey, coldkey, netuid)
    least = U64F64.safe_div(tx.rules.orders.least_nomination(tx) << U64F64.fraction, alpha_price_283(tx, netuid))
    if not 0 < stake < U64F64.to_int(least):
        return
    try:
        unstake_from_subnet_283(tx, hotkey, coldkey, netuid, stake)
    except ChainError:
        # The chain keeps what was done until then.
        left = get_stake_for_hotkey_and_coldkey_on_subnet(tx, hotkey, coldkey, netuid)
        decrease_stake_for_hotkey_and_coldkey_on_subnet(tx, hotkey, coldkey, netuid, left)
    tx.rules.nomination_cleared(tx, coldkey, netuid, stake)


def clear_small_nominations_283(tx: Tx) -> None:
    """Sell every nomination that is worth less than the minimum, in the order of the chain's map of stakes."""
    for hotkey, coldkey, netuid in sorted(tx.storage.alpha, key=order_of_stakes):
        clear_small_nomination_283(tx, hotkey, coldkey, netuid)


def clear_small_nominations_397(tx: Tx) -> None:
    """As before, of stakes of either kind, in the order of hotkey, coldkey and netuid.

    Source: subtensor staking/helpers.rs::clear_small_nominations, alpha_iter, spec_version 424.
    """
    for hotkey, coldkey, netuid in sorted({*tx.storage.alpha, *tx.storage.alpha_v2}):
        clear_small_nomination_283(tx, hotkey, coldkey, netuid)


def least_nomination_292(tx: Tx) -> int:
    """The minimum stake times the configured factor in millionths.

    Source: subtensor utils/misc.rs::get_nominator_min_required_stake, spec_version 424.
    """
    return mul_u64(tx.rules.orders.least, tx.storage.nominator_min_required_stake.value) // 1_000_000


def nothing_was_locked(_: Tx, __: bytes, ___: int, ____: int) -> None:
    """Until spec_version 411 clearing a nomination has no further effect."""


def get_total_stake_for_hotkey_283(tx: Tx, hotkey: bytes) -> int:
    """The value of a hotkey's stake on all subnets at their prices, in rao.

    Source: subtensor staking/helpers.rs::get_total_stake_for_hotkey, spec_version 424.
    """
    worth = 0
    for netuid in known_netuids(tx.storage):
        stake = get_stake_for_hotkey_on_subnet(tx, hotkey, netuid) << U64F64.fraction
        worth += U64F64.saturating_mul(stake, alpha_price_283(tx, netuid))
    return U64F64.to_int(U64F64.wrap(worth))
