"""The weighted pools of subnets on storage: prices, fees, and what swaps do to reserves, outstanding alpha, total stake, volume.

Prices are U64F64, limits rao for 10^9 alpha. Where a subnet has no pool of its own (mechanism 0), an alpha is a rao and no fee is
taken.
"""

from collections.abc import Collection, Mapping, Sequence

from attrs import evolve

from neuron_ledger.ledger.errors import ChainError
from neuron_ledger.ledger.rules.netuids import subnet_exists
from neuron_ledger.ledger.rules.numbers import u96f32
from neuron_ledger.ledger.rules.numbers.fixed import U64F64
from neuron_ledger.ledger.rules.numbers.saturating import add_u64, add_u128, sub_u64
from neuron_ledger.ledger.rules.stake.pool import DYNAMIC
from neuron_ledger.ledger.rules.stake.swaps import room_for_all
from neuron_ledger.ledger.rules.stake.weighted_pool import (
    HALF,
    MAX_PRICE,
    MIN_PRICE,
    Swap,
    WeightedPool,
    fee_of,
    one_for_one,
    price_of,
    weight_with,
)
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.ledger.trading import Pool
from neuron_ledger.projections.storage import Storage


def alpha_price_283(tx: Tx, netuid: int) -> int:
    """The current price of the subnet's alpha in rao, U64F64; 0 where its pool holds no alpha.

    Source: subtensor pallets/swap impls.rs::current_price, spec_version 424.
    """
    return alpha_prices_283(tx.storage, (netuid,))[0]


def alpha_prices_283(storage: Storage, netuids: Collection[int]) -> list[int]:
    """The same of several subnets."""
    tables = storage.subnet_mechanism, storage.subnet_tao, storage.subnet_alpha_in, storage.swap_swap_balancer
    pools = zip(*[table.values_of(netuids) for table in tables], strict=True)
    return [price_of(tao, alpha, weight) if mechanism == DYNAMIC else U64F64.one for mechanism, tao, alpha, weight in pools]


def fee_283(tx: Tx, netuid: int, amount: int) -> int:
    """The fee that a subnet's pool takes for an amount, in the same currency.

    Source: subtensor pallets/swap impls.rs::calculate_fee_amount, spec_version 424.
    """
    return fee_of(amount, tx.storage.swap_fee_rate[netuid]) if tx.storage.subnet_mechanism[netuid] == DYNAMIC else 0


# ------------------------------------------------------------------------------------------------------- simulation


def sim_buy_283(tx: Tx, netuid: int, tao: int, limit: int = MAX_PRICE) -> Swap:
    """What rao would buy from a subnet's pool. Nothing moves. Raises: as `swap_tao_for_alpha_283`."""
    if tx.storage.subnet_mechanism[netuid] == DYNAMIC:
        return _swap(tx, netuid, tao, limit, buys=True, drop_fees=False)
    return one_for_one(tao if subnet_exists(tx.storage, netuid) else 0)


def sim_sell_283(tx: Tx, netuid: int, alpha: int, limit: int = MIN_PRICE) -> Swap:
    """What alpha would bring from a subnet's pool. Nothing moves. Raises: as `swap_alpha_for_tao_283`."""
    if tx.storage.subnet_mechanism[netuid] == DYNAMIC:
        return _swap(tx, netuid, alpha, limit, buys=False, drop_fees=False)
    return one_for_one(alpha if subnet_exists(tx.storage, netuid) else 0)


# ------------------------------------------------------------------------------------------------------------ swaps


def swap_tao_for_alpha_283(tx: Tx, netuid: int, tao: int, limit: int = MAX_PRICE, *, drop_fees: bool = False) -> Swap:
    """Put rao into a subnet's pool and take alpha out; the fee is kept apart. What exceeds a limit is not swapped.

    Raises: SwapInputTooLarge, ReservesTooLow, PriceLimitExceeded: in this order; ReservesTooLow also where nothing is paid out.
    Source: subtensor staking/stake_utils.rs::swap_tao_for_alpha, spec_version 424.
    """
    if tx.storage.subnet_mechanism[netuid] == DYNAMIC:
        swap = _swap(tx, netuid, tao, limit, buys=True, drop_fees=drop_fees)
        _begin_weights(tx.storage, (netuid,))
    else:
        swap = one_for_one(tao)
    _exchange_tao(tx.storage, {netuid: tao}, {netuid: swap})
    return swap


def buy_without_fee_283(tx: Tx, amounts: Mapping[int, int]) -> dict[int, Swap]:
    """The same on several subnets, without a fee. amounts: rao by netuid.

    Returns: the swaps by netuid, without those refused by a pool, of which nothing moves.
    """
    storage, swaps = tx.storage, {}
    mechanisms = dict(zip(amounts, storage.subnet_mechanism.values_of(amounts), strict=True))
    dynamic = [netuid for netuid in amounts if mechanisms[netuid] == DYNAMIC]
    for netuid, pool in zip(dynamic, _pools(storage, dynamic), strict=True):
        try:
            swaps[netuid] = pool.buy(amounts[netuid], fee_rate=0)
        except ChainError:
            continue
    _begin_weights(storage, swaps)
    swaps |= {netuid: one_for_one(tao) for netuid, tao in amounts.items() if mechanisms[netuid] != DYNAMIC}
    _exchange_tao(storage, amounts, swaps)
    return swaps


def _exchange_tao(storage: Storage, amounts: Mapping[int, int], swaps: Mapping[int, Swap]) -> None:
    """Move what swaps paid into subnets' pools and out of them. amounts: rao by netuid that were available."""
    alpha_in, alpha_out, reserves = storage.subnet_alpha_in, storage.subnet_alpha_out, storage.subnet_tao
    stakes, volumes = storage.total_stake, storage.subnet_volume
    for netuid, (paid_in, paid_out, _) in swaps.items():
        tao = amounts[netuid]
        if paid_out:
            alpha_in[netuid] = sub_u64(alpha_in[netuid], paid_out)
        alpha_out[netuid] = add_u64(alpha_out[netuid], paid_out)
        reserves[netuid] = add_u64(reserves[netuid], paid_in)
        stakes.value = add_u64(stakes.value, tao)
        volumes[netuid] = add_u128(volumes[netuid], tao)


def swap_alpha_for_tao_283(tx: Tx, netuid: int, alpha: int, limit: int = MIN_PRICE, *, drop_fees: bool = False) -> Swap:
    """Put alpha into a subnet's pool and take rao out; the fee is kept apart. What exceeds a limit is not swapped.

    Raises: SwapInputTooLarge, ReservesTooLow, PriceLimitExceeded: in this order; ReservesTooLow also where nothing is paid out.
    Source: subtensor staking/stake_utils.rs::swap_alpha_for_tao, spec_version 424.
    """
    storage = tx.storage
    if storage.subnet_mechanism[netuid] == DYNAMIC:
        swap = _swap(tx, netuid, alpha, limit, buys=False, drop_fees=drop_fees)
        _begin_weights(storage, (netuid,))
    else:
        swap = one_for_one(alpha)
    storage.subnet_alpha_in[netuid] = add_u64(storage.subnet_alpha_in[netuid], swap.paid_in)
    storage.subnet_alpha_out[netuid] = sub_u64(storage.subnet_alpha_out[netuid], swap.paid_in)
    if swap.paid_out:
        storage.subnet_tao[netuid] = sub_u64(storage.subnet_tao[netuid], swap.paid_out)
    storage.total_stake.value = sub_u64(storage.total_stake.value, swap.paid_out)
    storage.subnet_volume[netuid] = add_u128(storage.subnet_volume[netuid], swap.paid_out)
    return swap


def adjust_protocol_liquidity_423(tx: Tx, offered: Sequence[tuple[int, int, int]]) -> list[tuple[int, int]]:
    """Adjust the weights of subnets' pools to what is about to be added, so that their prices stay the same.

    offered: (netuid, rao, alpha) of different subnets.
    Returns: the rao and the alpha that may be added: none where the weights would be out of bounds.
    Source: subtensor pallets/swap impls.rs::adjust_protocol_liquidity, spec_version 424.
    """
    weights, room = tx.storage.swap_swap_balancer, []
    tables = tx.storage.subnet_tao, tx.storage.subnet_alpha_in, weights
    netuids = [netuid for netuid, _, _ in offered]
    pools = zip(*[table.values_of(netuids) for table in tables], strict=True)
    for (netuid, tao, alpha), (own_tao, own_alpha, own_weight) in zip(offered, pools, strict=True):
        weight = weight_with(own_tao, own_alpha, own_weight, tao, alpha)
        if weight is None:
            room.append((0, 0))
        else:
            weights[netuid] = weight
            room.append((tao, alpha))
    return room


def _swap(tx: Tx, netuid: int, amount: int, limit: int, *, buys: bool, drop_fees: bool) -> Swap:
    """Compute a swap with a subnet's own pool."""
    (pool,) = _pools(tx.storage, (netuid,))
    rate = 0 if drop_fees else tx.storage.swap_fee_rate[netuid]
    return (pool.buy if buys else pool.sell)(amount, rate, limit)


def _pools(storage: Storage, netuids: Collection[int]) -> list[WeightedPool]:
    """Subnets' own pools. One that was never used begins with equal weights."""
    tables = storage.subnet_tao, storage.subnet_alpha_in, storage.swap_swap_balancer, storage.swap_pal_swap_initialized
    rows = zip(*[table.values_of(netuids) for table in tables], strict=True)
    return [WeightedPool(tao, alpha, weight if has_begun else HALF) for tao, alpha, weight, has_begun in rows]


def _begin_weights(storage: Storage, netuids: Collection[int]) -> None:
    """Note that these pools have been used."""
    have_begun = storage.swap_pal_swap_initialized
    for netuid, has_begun in zip(netuids, have_begun.values_of(netuids), strict=True):
        if not has_begun:
            storage.swap_swap_balancer[netuid] = HALF
            have_begun[netuid] = True


# ---------------------------------------------------------------------------------------------------- as other rules see it


def price_283(tx: Tx, netuid: int) -> int:
    """The current price of the subnet's alpha in rao, U96F32."""
    return alpha_price_283(tx, netuid) >> U64F64.fraction - u96f32.FRACTION


def buy_283(tx: Tx, netuid: int, tao: int) -> int:
    """Buy alpha without a fee; returns 0, and nothing moves, where the pool refuses."""
    try:
        return swap_tao_for_alpha_283(tx, netuid, tao, drop_fees=True).paid_out
    except ChainError:
        return 0


def sell_283(tx: Tx, netuid: int, alpha: int) -> int:
    """Sell alpha without a fee; returns 0, and nothing moves, where the pool refuses."""
    try:
        return swap_alpha_for_tao_283(tx, netuid, alpha, drop_fees=True).paid_out
    except ChainError:
        return 0


def bought_283(tx: Tx, netuid: int, tao: int) -> int | None:
    """The alpha that rao would buy, after the fee; None where the pool refuses."""
    try:
        return sim_buy_283(tx, netuid, tao).paid_out
    except ChainError:
        return None


def sold_283(tx: Tx, netuid: int, alpha: int) -> int | None:
    """The rao that alpha would bring, after the fee; None where the pool refuses."""
    try:
        return sim_sell_283(tx, netuid, alpha).paid_out
    except ChainError:
        return None


POOL_283 = Pool(price=price_283, buy=buy_283, sell=sell_283, bought=bought_283, sold=sold_283, room_for=room_for_all)
"""Pools of equal weights: a constant product."""

POOL_423 = evolve(POOL_283, room_for=adjust_protocol_liquidity_423)
"""Pools whose weights follow what the chain adds."""
