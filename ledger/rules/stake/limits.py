"""How much a price limit permits to be swapped with the pools of subnets. Prices are rao per whole alpha, amounts u64.

Everywhere except on dynamic subnets one alpha is always one TAO: there a limit permits all or nothing. What happens to an order
of which nothing is permitted is defined by the runtime (`Orders.within_limit`).
"""

from collections.abc import Callable

from neuron_ledger.ledger.errors import ChainError, InsufficientLiquidity, ZeroMaxStakeAmount
from neuron_ledger.ledger.rules.netuids import ROOT
from neuron_ledger.ledger.rules.numbers import u96f32
from neuron_ledger.ledger.rules.numbers.fixed import U64_MAX, U64F64, U96F32
from neuron_ledger.ledger.rules.numbers.saturating import add_u64, clamp_u64, mul_u64
from neuron_ledger.ledger.rules.stake.pool import DYNAMIC, STABLE
from neuron_ledger.ledger.rules.stake.weighted_pool import INPUT_LIMIT
from neuron_ledger.ledger.rules.stake.weighted_swaps import alpha_price_283, sim_buy_283, sim_sell_283
from neuron_ledger.ledger.runtime import Tx

WHOLE = 1_000_000_000
"""The smallest units of a whole TAO or alpha."""

# -------------------------------------------------------------------------------------------------------- what is permitted


def most_added(tx: Tx, netuid: int, limit_price: int) -> int:
    """Rao that may be staked before an alpha costs more than `limit_price`; 0: none.

    Source: subtensor staking/add_stake.rs::get_max_amount_add, spec_version 277.
    """
    if _is_stable(tx, netuid):
        return _all_if(limit_price >= WHOLE)
    tao, alpha = _reserves(tx, netuid)
    # The chain compares only with the price's whole part.
    if tao == 0 or alpha == 0 or limit_price == 0 or limit_price < (tx.rules.pool.price(tx, netuid) >> u96f32.FRACTION) * WHOLE:
        return 0
    return clamp_u64(limit_price * alpha // WHOLE - tao)


def most_added_283(tx: Tx, netuid: int, limit_price: int) -> int:
    """As before, up to what the pool accepts, including the fee.

    Raises: ReservesTooLow, PriceLimitExceeded: in this order.
    Source: subtensor staking/add_stake.rs::get_max_amount_add, spec_version 424.
    """
    if _is_stable(tx, netuid):
        return _all_if(limit_price >= WHOLE)
    swap = sim_buy_283(tx, netuid, mul_u64(tx.storage.subnet_tao[netuid], INPUT_LIMIT), limit_price)
    return add_u64(swap.paid_in, swap.fee)


def most_removed(tx: Tx, netuid: int, limit_price: int) -> int:
    """Alpha that may be sold before it brings less than `limit_price`; 0: none.

    Source: subtensor staking/remove_stake.rs::get_max_amount_remove, spec_version 277.
    """
    if _is_stable(tx, netuid):
        return _all_if(limit_price <= WHOLE)
    tao, alpha = _reserves(tx, netuid)
    if tao == 0 or alpha == 0:
        return 0
    if limit_price == 0:
        return U64_MAX
    if limit_price >= tao * WHOLE // alpha:
        return 0
    return clamp_u64(tao * WHOLE // limit_price - alpha)


def most_removed_283(tx: Tx, netuid: int, limit_price: int) -> int:
    """As before, up to what the pool accepts, including the fee.

    Raises: ReservesTooLow, PriceLimitExceeded: in this order.
    Source: subtensor staking/remove_stake.rs::get_max_amount_remove, spec_version 424.
    """
    if _is_stable(tx, netuid):
        return _all_if(limit_price <= WHOLE)
    swap = sim_sell_283(tx, netuid, mul_u64(tx.storage.subnet_alpha_in[netuid], INPUT_LIMIT), limit_price)
    return add_u64(swap.paid_in, swap.fee)


def most_moved(tx: Tx, origin_netuid: int, destination_netuid: int, limit_price: int) -> int:
    """Alpha that may move before one is worth less than `limit_price` billionths of one of the destination; 0: none.

    Raises: as the runtime's `most_added` and `most_removed`.
    Source: subtensor staking/move_stake.rs::get_max_amount_move, spec_version 277.
    """
    mechanisms = tx.storage.subnet_mechanism
    from_stable, to_stable = _is_stable(tx, origin_netuid), _is_stable(tx, destination_netuid)
    if from_stable and to_stable:
        return _all_if(limit_price <= WHOLE)
    if from_stable and mechanisms[destination_netuid] == DYNAMIC:
        return U64_MAX if limit_price == 0 else tx.rules.orders.most_added(tx, destination_netuid, _inverse(limit_price))
    if to_stable and mechanisms[origin_netuid] == DYNAMIC:
        return tx.rules.orders.most_removed(tx, origin_netuid, limit_price)
    return _between_pools(tx, origin_netuid, destination_netuid, limit_price)


def _inverse(limit_price: int) -> int:
    """The price of alpha in rao, given that of rao in alpha."""
    whole = U64F64.from_int(WHOLE)
    return U64F64.to_int(U64F64.saturating_mul(U64F64.safe_div(whole, U64F64.from_int(limit_price)), whole))


def _between_pools(tx: Tx, origin_netuid: int, destination_netuid: int, limit_price: int) -> int:
    """(a2 · t1 / limit - a1 · t2) / (t1 + t2) in the chain's order: TAO t and alpha a of the origin 1 and the destination 2."""
    (tao_1, alpha_1), (tao_2, alpha_2) = (
        [U64F64.from_int(x) for x in _reserves(tx, n)] for n in (origin_netuid, destination_netuid)
    )
    if 0 in (tao_1, tao_2, alpha_1, alpha_2):
        return 0
    limit = U64F64.safe_div(U64F64.from_int(limit_price), U64F64.from_int(WHOLE))
    if limit > tx.rules.orders.relative_price(tx, origin_netuid, destination_netuid):
        return 0
    if limit_price == 0:
        return U64_MAX
    tao = U64F64.saturating_add(tao_2, tao_1)
    gained = U64F64.safe_div(U64F64.saturating_mul(alpha_2, U64F64.safe_div(tao_1, tao)), limit)
    kept = U64F64.saturating_mul(alpha_1, U64F64.safe_div(tao_2, tao))
    return U64F64.to_int(U64F64.saturating_sub(gained, kept))


def relative_price(tx: Tx, netuid: int, other_netuid: int) -> int:
    """The price of a subnet's alpha in that of another, U64F64; computed from prices with 32 fractional bits."""
    price, other = tx.rules.pool.price(tx, netuid), tx.rules.pool.price(tx, other_netuid)
    return u96f32.safe_div(price, other) << U64F64.fraction - U96F32.fraction


def relative_price_283(tx: Tx, netuid: int, other_netuid: int) -> int:
    """The price of a subnet's alpha in that of another, U64F64."""
    return U64F64.safe_div(alpha_price_283(tx, netuid), alpha_price_283(tx, other_netuid))


def _is_stable(tx: Tx, netuid: int) -> bool:
    return netuid == ROOT or tx.storage.subnet_mechanism[netuid] == STABLE


def _reserves(tx: Tx, netuid: int) -> tuple[int, int]:
    return tx.storage.subnet_tao[netuid], tx.storage.subnet_alpha_in[netuid]


def _all_if(within: bool) -> int:
    return U64_MAX if within else 0


# ----------------------------------------------------------------------------------------- how a runtime deals with it


def added_within_limit(tx: Tx, netuid: int, limit_price: int) -> int:
    """Rao that may be staked within a limit. Raises: what the runtime's `most_added` and `within_limit` raise."""
    orders, nothing = tx.rules.orders, ZeroMaxStakeAmount(netuid=netuid, limit_price=limit_price)
    return orders.within_limit(lambda: orders.most_added(tx, netuid, limit_price), nothing)


def removed_within_limit(tx: Tx, netuid: int, limit_price: int) -> int:
    """Alpha that may be sold within a limit. Raises: what the runtime's `most_removed` and `within_limit` raise."""
    orders, nothing = tx.rules.orders, ZeroMaxStakeAmount(netuid=netuid, limit_price=limit_price)
    return orders.within_limit(lambda: orders.most_removed(tx, netuid, limit_price), nothing)


def moved_within_limit(tx: Tx, netuid: int, destination_netuid: int, limit_price: int) -> int:
    """Alpha that may move within a limit. Raises: as `most_moved`, and what the runtime's `within_limit` raises."""
    nothing = ZeroMaxStakeAmount(netuid=netuid, destination_netuid=destination_netuid, limit_price=limit_price)
    return tx.rules.orders.within_limit(lambda: most_moved(tx, netuid, destination_netuid, limit_price), nothing)


def something(find: Callable[[], int], nothing: ChainError) -> int:
    """The maximum, which must not be 0. Raises: `nothing`, also where the pool refuses."""
    try:
        most = find()
    except ChainError:
        most = 0
    return _something(most, nothing)


def something_334(find: Callable[[], int], nothing: ChainError) -> int:
    """The maximum, which must not be 0. Raises: what the pool raises, `nothing`: in this order."""
    return _something(find(), nothing)


def whatever_423(find: Callable[[], int], _: ChainError) -> int:
    """The maximum, which may be 0. Raises: what the pool raises."""
    return find()


def _something(most: int, nothing: ChainError) -> int:
    if most == 0:
        raise nothing
    return most


def unbounded(_: Tx, __: int, ___: int, ____: int) -> None:
    """Until spec_version 424 an order is not compared with the pool's reserve."""


def bounded_424(tx: Tx, netuid: int, amount: int, reserve: int) -> None:
    """Refuse more than a pool could accept at most. Raises: InsufficientLiquidity.

    Source: subtensor staking/add_stake.rs::ensure_add_stake_input_within_swap_limit, spec_version 424.
    """
    limit = mul_u64(reserve, INPUT_LIMIT)
    if netuid != ROOT and tx.storage.subnet_mechanism[netuid] == DYNAMIC and amount > limit:
        raise InsufficientLiquidity(netuid=netuid, amount=amount, at_most=limit)
