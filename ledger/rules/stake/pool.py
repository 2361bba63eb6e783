"""The pools in which TAO and a subnet's alpha are exchanged, as arithmetic on their reserves.

A dynamic subnet (mechanism 1) has a constant-product pool; everywhere else one alpha is one TAO. Reserves and amounts are u64.
Swaps are computed in U110F18, prices in U96F32; the operations are inlined, since every block runs them for every subnet.
"""

from neuron_ledger.ledger.rules.numbers.fixed import I96F32, U96F32, U110F18
from neuron_ledger.ledger.rules.numbers.saturating import clamp_u64

STABLE = 0
"""The mechanism without a pool: one alpha is one TAO."""

DYNAMIC = 1
"""The mechanism with a pool of its own."""

MINIMUM_POOL_LIQUIDITY = 10_000_000
"""The minimum that a swap must leave of the reserve it takes from; otherwise it does not take place."""

SWAP_FRACTION = U110F18.fraction
PRICE_FRACTION = U96F32.fraction
PRICE_ONE = U96F32.one


def sim_swap_tao_for_alpha(mechanism: int, tao_reserve: int, alpha_reserve: int, tao: int) -> int | None:
    """Alpha that `tao` rao would buy; None where the pool would be left with too little.

    Source: subtensor staking/stake_utils.rs::sim_swap_tao_for_alpha, spec_version 277.
    """
    if mechanism != DYNAMIC:
        return tao
    return _taken(alpha_reserve, alpha_reserve * tao_reserve, tao_reserve + tao)


def sim_swap_alpha_for_tao(mechanism: int, tao_reserve: int, alpha_reserve: int, alpha: int) -> int | None:
    """Rao that `alpha` would bring; None where the pool would be left with too little.

    Source: subtensor staking/stake_utils.rs::sim_swap_alpha_for_tao, spec_version 277.
    """
    if mechanism != DYNAMIC:
        return alpha
    return _taken(tao_reserve, alpha_reserve * tao_reserve, alpha_reserve + alpha)


def _taken(reserve: int, product: int, other_reserve: int) -> int | None:
    """What leaves `reserve` when the other one becomes `other_reserve` at a constant product (saturating at 110 integer bits)."""
    product_bits = min(product << SWAP_FRACTION, U110F18.greatest)
    left = product_bits // other_reserve if other_reserve else 0
    if left < MINIMUM_POOL_LIQUIDITY << SWAP_FRACTION:
        return None
    return clamp_u64((reserve << SWAP_FRACTION) - left >> SWAP_FRACTION)


def get_alpha_price(mechanism: int, tao_reserve: int, alpha_reserve: int) -> int:
    """The current price of alpha in rao, U96F32 bits; 1 without a pool, 0 where the pool holds no alpha.

    Source: subtensor staking/stake_utils.rs::get_alpha_price, spec_version 277 (the root network's price is 1, too).
    """
    if mechanism == STABLE:
        return PRICE_ONE
    return (tao_reserve << PRICE_FRACTION) // alpha_reserve if alpha_reserve else 0


def updated_moving_price(moving_price: int, price: int, moving_alpha: int, blocks_since_start: int, halving_blocks: int) -> int:
    """The moving average of a subnet's price after a block. Prices and `moving_alpha` have 32 fractional bits.

    The weight of the current price (which counts as at most 1) grows with the blocks since emission started:
    moving_alpha × b / (b + halving_blocks).
    Source: subtensor staking/stake_utils.rs::update_moving_price, spec_version 277.
    """
    whole = (blocks_since_start + halving_blocks) << PRICE_FRACTION
    started = (blocks_since_start << 2 * PRICE_FRACTION) // whole if whole else 0
    weight = max(moving_alpha, 0) * started >> PRICE_FRACTION
    now = weight * min(price, PRICE_ONE) >> PRICE_FRACTION
    before = max(PRICE_ONE - weight, 0) * max(moving_price, 0) >> PRICE_FRACTION
    return min(now + before, I96F32.greatest)


def updated_moving_price_233(moving_price: int, price: int, moving_alpha: int) -> int:
    """The moving average after a block: moved towards the current price, however high, by a constant part.

    Source: subtensor staking/stake_utils.rs::update_moving_price, spec_version 233.
    """
    now = I96F32.saturating_mul(moving_alpha, price)
    before = I96F32.saturating_mul(I96F32.saturating_sub(I96F32.one, moving_alpha), moving_price)
    return I96F32.saturating_add(now, before)
