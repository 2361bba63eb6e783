"""Weighted pools and the powers they are priced by: by hand, against decimals of many digits, and every recorded swap."""

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from neuron_ledger.ledger.errors.pools import PriceLimitExceeded, ReservesTooLow, SwapInputTooLarge
from neuron_ledger.ledger.rules.numbers.power import pow_near_one_scaled, pow_ratio_scaled
from neuron_ledger.ledger.rules.stake.weighted_pool import HALF, MIN_WEIGHT, WHOLE, WeightedPool, fee_of, weight_of, weight_with

reserves = st.integers(10**9, 2**64 - 1)
weights = st.integers(MIN_WEIGHT, WHOLE - MIN_WEIGHT)
TAO = 10**9
POOL = WeightedPool(tao=1_000 * TAO, alpha=4_000 * TAO, weight=HALF)


# ----------------------------------------------------------------------------------------------------------- powers


@given(
    st.integers(10**9, 10**18), st.integers(0, 10**18), st.integers(3 * 10**17, 7 * 10**17), st.integers(3 * 10**17, 7 * 10**17)
)
@example(10**9, 51_794_745_792_312_112, 7 * 10**17, 3 * 10**17)  # a power that is 0 at this scale
def test_a_power_is_that_of_many_digits(numerator: int, growth: int, above: int, below: int) -> None:
    """Of bases and exponents as pools have them: the whole part of the scaled power."""
    with localcontext() as context:
        context.prec = 120
        exact = (Decimal(numerator) / (numerator + growth)) ** (Decimal(above) / below) * 10**18
        assert pow_ratio_scaled(numerator, numerator + growth, above, below, 256, 10**18) == int(exact)


@given(st.integers(1, 2**64), st.data(), st.integers(10**16, 10**18), st.integers(10**16, 10**18))
def test_the_quick_power_is_the_long_one(base: int, data: st.DataObject, above: int, below: int) -> None:
    growth = data.draw(st.integers(0, base))
    quick = pow_near_one_scaled(base, growth, above, below, 10**18)
    assert quick is None or quick == pow_ratio_scaled(base, base + growth, above, below, 256, 10**18)


@pytest.mark.parametrize(
    ("arguments", "quick"),
    [
        ((1, 2, 1, 1, 10), None),
        ((2, 1, 9, 2, 10), None),
        ((2, 1, 1, 1, 2**60), None),
        ((3, 1, 1, 1, 1_000), None),
        ((2, 1, 1, 1, 1_000), 666),
        ((10**9, 1, 1, 3, 10**18), 999999999666666666),
    ],
)
def test_the_quick_power_serves_or_says_that_it_does_not(arguments: tuple[int, int, int, int, int], quick: int | None) -> None:
    """A base below a half, an exponent above 4, a scale of more than 60 bits, and a whole number for a result are none of its."""
    assert pow_near_one_scaled(*arguments) == quick


@pytest.mark.parametrize(
    ("arguments", "power"),
    [
        ((2, 3, 1, 2, 0, 1_000), 816),
        ((1, 4, 3, 6, 0, 10), 5),
        ((7, 1, 2, 1, 0, 1), 49),
        ((0, 5, 1, 1, 0, 9), 0),
        ((5, 7, 0, 3, 0, 9), 9),
        ((5, 0, 1, 1, 0, 9), None),
        ((5, 7, 1, 0, 0, 9), None),
    ],
)
def test_small_exponents_give_exact_roots(arguments: tuple[int, int, int, int, int, int], power: int | None) -> None:
    assert pow_ratio_scaled(*arguments) == power


# ------------------------------------------------------------------------------------------------------------ swaps


def test_equal_weights_keep_the_product() -> None:
    swap = POOL.buy(1_000 * TAO, fee_rate=0)
    assert (swap.paid_in, swap.paid_out, swap.fee) == (1_000 * TAO, 2_000 * TAO, 0)
    assert POOL.price == 1 << 62
    assert POOL.sell(4_000 * TAO, fee_rate=0).paid_out == 500 * TAO


def test_the_fee_is_taken_off_what_is_put_in() -> None:
    swap = POOL.buy(TAO, fee_rate=33)
    assert swap.fee == fee_of(TAO, 33) == TAO * 33 // 65535
    assert swap.paid_in + swap.fee == TAO


def test_a_limit_leaves_the_rest_aside() -> None:
    """To double the price of a pool of equal weights takes (√2 − 1) of its TAO; the fee comes on top."""
    swap = POOL.buy(5_000 * TAO, fee_rate=33, limit=500_000_000)
    assert swap.paid_in == Fraction(POOL.tao * 414213562373095048, 10**18).__floor__()
    assert swap.fee == swap.paid_in * 33 // (65535 - 33)
    sale = POOL.sell(5_000 * TAO, fee_rate=0, limit=125_000_000)
    assert sale.paid_in == POOL.alpha * 414213562373095048 // 10**18


@pytest.mark.parametrize(
    ("pool", "amount", "limit", "error"),
    [
        (POOL, 1_000_001 * TAO, 10**15, SwapInputTooLarge),
        (WeightedPool(tao=TAO, alpha=999_999, weight=HALF), TAO, 10**15, ReservesTooLow),
        (POOL, TAO, 250_000_000, PriceLimitExceeded),
        (WeightedPool(tao=10**9, alpha=10**6, weight=HALF), 1, 10**15, ReservesTooLow),
    ],
)
def test_what_a_pool_refuses(pool: WeightedPool, amount: int, limit: int, error: type[Exception]) -> None:
    with pytest.raises(error):
        pool.buy(amount, 0, limit)


@given(reserves, reserves, weights, st.integers(0, 10**15), st.integers(0, 10**15))
def test_added_liquidity_keeps_the_price(tao: int, alpha: int, weight: int, more_tao: int, more_alpha: int) -> None:
    changed = weight_with(tao, alpha, weight, more_tao, more_alpha)
    saturates = (tao + more_tao) * (alpha + more_alpha) >= 2**128  # then the sum of the parts does, and the price moves a little
    if changed is not None and not saturates:
        after = WeightedPool(tao + more_tao, alpha + more_alpha, changed)
        exact = Fraction(WHOLE - weight, weight) * Fraction(tao, alpha)
        assert abs(Fraction(WHOLE - changed, changed) * Fraction(after.tao, after.alpha) / exact - 1) < Fraction(1, 10**14)


def test_weights_stay_within_their_bounds() -> None:
    assert weight_with(*POOL, 10**6 * TAO, 0) is None
    assert weight_with(0, 0, HALF, 0, 0) == HALF
    assert weight_of(1, 3) == 333333333333333333
