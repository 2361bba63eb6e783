"""Fixed-point numbers: each rule against exact fractions, and at the edges of every type."""

from decimal import Decimal, localcontext
from fractions import Fraction
from math import floor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neuron_ledger.ledger.rules.numbers import exp_arrays, fixed
from neuron_ledger.ledger.rules.numbers.fixed import I32F32, I64F64, I96F32, U16_MAX, U64_MAX, U64F64, U96F32, U110F18, Fixed
from neuron_ledger.ledger.rules.numbers.fixed_arrays import top_k_non_zero
from neuron_ledger.replay.conformance import pallet_math

ONE = I32F32.one
SIGNED = (I32F32, I64F64, I96F32)
TYPES = (*SIGNED, U96F32, U64F64, U110F18)

every_type = pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.name)
plenty = settings(max_examples=150, deadline=None)


def numbers(kind: Fixed) -> st.SearchStrategy[int]:
    """Raw bits of a type: its ends, what is next to them, small and ordinary numbers."""
    edges = [kind.least, kind.least + 1, -kind.one, -1, 0, 1, 2, kind.one - 1, kind.one, kind.one + 1, kind.greatest - 1]
    near = st.sampled_from([edge for edge in (*edges, kind.greatest) if kind.least <= edge <= kind.greatest])
    return near | st.integers(kind.least, kind.greatest) | st.integers(max(kind.least, -4 * kind.one), 4 * kind.one)


def value(kind: Fixed, bits: int) -> Fraction:
    return Fraction(bits, kind.one)


def held(kind: Fixed, bits: int) -> int:
    """The nearest bits that the type has."""
    return sorted((kind.least, bits, kind.greatest))[1]


def toward_zero(exact: Fraction) -> int:
    return floor(exact) if exact >= 0 else -floor(-exact)


# ------------------------------------------------------------------------------------------------------------- types


@pytest.mark.parametrize(
    ("kind", "width", "fraction", "is_signed"),
    [
        (I32F32, 64, 32, True),
        (I64F64, 128, 64, True),
        (I96F32, 128, 32, True),
        (U96F32, 128, 32, False),
        (U64F64, 128, 64, False),
        (U110F18, 128, 18, False),
    ],
    ids=lambda one: getattr(one, "name", str(one)),
)
def test_a_type_has_the_width_its_name_says(kind: Fixed, width: int, fraction: int, is_signed: bool) -> None:
    assert kind.greatest - kind.least + 1 == 2**width
    assert (kind.fraction, kind.one, kind.least < 0) == (fraction, 2**fraction, is_signed)
    assert kind.name == f"{'I' if is_signed else 'U'}{width - fraction}F{fraction}"


# -------------------------------------------------------------------------------------------------------- arithmetic


@every_type
@plenty
@given(st.data())
def test_sums_and_products_are_exact_or_at_the_end_of_the_type(kind: Fixed, data: st.DataObject) -> None:
    a, b = data.draw(numbers(kind)), data.draw(numbers(kind))
    assert kind.saturating_add(a, b) == held(kind, a + b)
    assert kind.saturating_sub(a, b) == held(kind, a - b)
    product = floor(value(kind, a) * value(kind, b) * kind.one)
    assert kind.saturating_mul(a, b) == held(kind, product)
    assert kind.checked_mul(a, b) == (product if kind.least <= product <= kind.greatest else None)


@every_type
@plenty
@given(st.data())
def test_quotients_are_cut_toward_zero(kind: Fixed, data: st.DataObject) -> None:
    a, b = data.draw(numbers(kind)), data.draw(numbers(kind))
    if b == 0:
        assert kind.checked_div(a, b) is None
        assert kind.safe_div(a, b) == 0
        with pytest.raises(ZeroDivisionError):
            kind.saturating_div(a, b)
        return
    quotient = toward_zero(value(kind, a) / value(kind, b) * kind.one)
    fits = kind.least <= quotient <= kind.greatest
    assert kind.saturating_div(a, b) == held(kind, quotient)
    assert kind.checked_div(a, b) == (quotient if fits else None)
    assert kind.safe_div(a, b) == (quotient if fits else 0)


@every_type
@plenty
@given(st.data())
def test_a_sum_of_an_iterator_wraps(kind: Fixed, data: st.DataObject) -> None:
    total = sum(data.draw(st.lists(numbers(kind), max_size=6)))
    wrapped = kind.wrap(total)
    assert kind.least <= wrapped <= kind.greatest
    assert (wrapped - total) % (kind.greatest - kind.least + 1) == 0


@pytest.mark.parametrize("kind", SIGNED, ids=lambda kind: kind.name)
def test_at_the_ends_of_signed_types(kind: Fixed) -> None:
    assert kind.saturating_add(kind.greatest, 1) == kind.greatest
    assert kind.saturating_sub(kind.least, 1) == kind.least
    assert (kind.wrap(kind.greatest + 1), kind.wrap(kind.least - 1)) == (kind.least, kind.greatest)
    assert kind.saturating_mul(kind.least, -kind.one) == kind.greatest  # the least number has no negative
    assert kind.safe_div(kind.least, -kind.one) == 0
    assert kind.saturating_div(kind.least, -kind.one) == kind.greatest


@pytest.mark.parametrize("kind", [U96F32, U64F64, U110F18], ids=lambda kind: kind.name)
def test_unsigned_types_end_at_zero(kind: Fixed) -> None:
    assert kind.saturating_sub(0, 1) == kind.from_int(-1) == kind.from_fixed(-1, I96F32) == 0
    assert kind.wrap(-1) == kind.greatest


def test_products_round_down_and_quotients_toward_zero() -> None:
    """The same loss, on the other side where the number is negative."""
    assert (I32F32.saturating_mul(1, ONE // 2), I32F32.saturating_mul(-1, ONE // 2)) == (0, -1)
    assert (I32F32.safe_div(1, 2 * ONE), I32F32.safe_div(-1, 2 * ONE)) == (0, 0)
    assert (I32F32.safe_div(-5 * ONE, 3 * ONE), I32F32.safe_div(5 * ONE, -3 * ONE)) == (-(5 * ONE // 3),) * 2


# ------------------------------------------------------------------------------------------------------- conversions


@plenty
@given(st.sampled_from(TYPES), st.sampled_from(TYPES), st.data())
def test_another_type_holds_the_number_rounded_down(source: Fixed, target: Fixed, data: st.DataObject) -> None:
    bits = data.draw(numbers(source))
    assert target.from_fixed(bits, source) == held(target, floor(value(source, bits) * target.one))


@every_type
@plenty
@given(st.data())
def test_whole_numbers_go_in_and_out(kind: Fixed, data: st.DataObject) -> None:
    whole = data.draw(st.integers(0, U64_MAX))
    assert kind.from_int(whole) == held(kind, whole * kind.one)
    bits = data.draw(numbers(kind))
    for greatest in (U16_MAX, U64_MAX):
        assert kind.to_int(bits, greatest) == sorted((0, floor(value(kind, bits)), greatest))[1]


def test_whole_parts_of_negative_numbers_round_down_before_they_saturate() -> None:
    assert I32F32.to_int(-1) == I32F32.to_int(I32F32.least) == 0
    assert I32F32.from_fixed(-1, I64F64) == -1
    assert I32F32.from_int(2**31) == I32F32.greatest
    assert I32F32.to_int(I32F32.greatest) == 2**31 - 1
    assert U110F18.to_int(U110F18.greatest) == U64_MAX


@pytest.mark.parametrize(
    ("numerator", "whole"),
    [
        (0, 0),
        (1, 0),
        (ONE // 2 - 1, 0),
        (ONE // 2, 1),
        (3 * ONE // 2, 2),
        (-(ONE // 2), -1),
        (-(ONE // 2) + 1, 0),
        (-3 * ONE // 2, -2),
    ],
)
def test_half_is_rounded_away_from_zero(numerator: int, whole: int) -> None:
    assert pallet_math.rounded(I32F32, numerator) == whole * ONE


def test_what_rounds_past_the_end_wraps() -> None:
    assert pallet_math.rounded(I32F32, I32F32.greatest) == I32F32.least
    assert pallet_math.rounded(I32F32, I32F32.least) == I32F32.least


# --------------------------------------------------------------------------------------------- exponential, logarithm


def series(x: int) -> int:
    """1 + x + x²/2! + … + x³¹/31!, written anew with exact fractions: every product and every quotient is rounded down."""
    term, total = x, ONE + x
    for i in range(2, 32):
        product = floor(Fraction(term, ONE) * Fraction(x, ONE) * ONE)
        term = floor(Fraction(product, i))
        total += term
    return total


@plenty
@given(st.integers(0, fixed.EXP_LIMIT - 1).filter(lambda x: x != ONE))
def test_the_exponential_is_its_series_and_one_by_it_below_zero(x: int) -> None:
    up = series(x)
    assert fixed.exp(x) == up
    if x:
        assert fixed.exp(-x) == ONE * ONE // up


def test_the_exponential_of_one_is_kept_as_a_constant() -> None:
    """What the series would give is used below zero alone."""
    assert fixed.exp(ONE) == 11_674_931_200
    assert series(ONE) == 11_674_931_549
    assert fixed.exp(-ONE) == ONE * ONE // series(ONE)


@pytest.mark.parametrize(
    ("whole", "bits"),
    [
        (0, ONE),
        (2, 31_735_754_285),
        (3, 86_266_724_198),
        (20, 2_066_907_302_758_576_256),
        (-1, 1_580_030_169),
        (-10, 194_991),
        (-20, 8),
    ],
)
def test_known_bits_of_the_exponential(whole: int, bits: int) -> None:
    """As the chain's own code gives them."""
    assert pallet_math.safe_exp(whole * ONE) == pallet_math.exp_safe(whole * ONE) == bits


def test_the_exponential_ends_where_a_term_of_the_series_does_not_fit() -> None:
    """A product of the series reaches 2^63 there, and not one step before."""

    def greatest_product(x: int) -> int:
        term, products = x, []
        for i in range(2, 32):
            products.append(term * x >> 32)
            term = products[-1] // i
        return max(*products, series(x))

    assert greatest_product(fixed.EXP_LIMIT - 1) <= I32F32.greatest < greatest_product(fixed.EXP_LIMIT)
    assert fixed.EXP_LIMIT * 10_000 // ONE == 208_885
    for x in (fixed.EXP_LIMIT, I32F32.greatest):
        assert fixed.exp(x) is fixed.exp(-x) is None
        assert pallet_math.safe_exp(x) == pallet_math.safe_exp(-x) == 0
    assert pallet_math.safe_exp(fixed.EXP_LIMIT - 1) == series(fixed.EXP_LIMIT - 1)
    assert pallet_math.safe_exp(I32F32.least) == 0


def test_the_other_exponential_keeps_its_argument_within_twenty() -> None:
    twenty = 20 * ONE
    assert pallet_math.exp_safe(twenty + 1) == pallet_math.exp_safe(I32F32.greatest) == series(twenty)
    assert pallet_math.exp_safe(-twenty - 1) == pallet_math.exp_safe(I32F32.least) == ONE * ONE // series(twenty)
    assert pallet_math.exp_safe(twenty - 1) == series(twenty - 1)


@plenty
@given(st.lists(st.integers(-fixed.EXP_LIMIT - 5, fixed.EXP_LIMIT + 5) | st.sampled_from([ONE, -ONE, 0]), max_size=9))
def test_exponential_and_logistic_function_on_arrays(values: list[int]) -> None:
    x = np.array(values, np.int64)
    assert exp_arrays.safe_exp(x).tolist() == [fixed.exp(one) or 0 for one in values]
    assert exp_arrays.logistic(x).tolist() == [I32F32.safe_div(ONE, ONE + (fixed.exp(-one) or 0)) for one in values]


@pytest.mark.parametrize("power", range(-30, 31))
def test_logarithms_of_powers_of_two_are_whole(power: int) -> None:
    x = ONE << power if power >= 0 else ONE >> -power
    assert fixed.log2(I32F32, x) == power * ONE


@plenty
@given(st.integers(ONE, I32F32.greatest) | st.sampled_from([ONE + 1, 2 * ONE - 1, 3 * ONE, 10 * ONE, I32F32.greatest]))
def test_a_logarithm_is_exact_to_less_than_three_bits(x: int) -> None:
    """A squaring loses less than one bit of a number of at least 1, which is 1.443 in its logarithm, and counts half as much
    with every digit: less than 1.443 in all; digits that are not computed are less than 1. Halving rounds up, by half a bit: less
    than 0.722 in the digits, and less than 1.443 before them.
    """
    logarithm = fixed.log2(I32F32, x)
    assert logarithm is not None
    with localcontext(prec=50):
        error = logarithm - (Decimal(x) / ONE).ln() / Decimal(2).ln() * ONE
    assert -3 < error < 3


def test_there_is_no_logarithm_of_nothing() -> None:
    assert fixed.log2(I32F32, 0) is fixed.log2(I32F32, -ONE) is None
    assert pallet_math.safe_ln(0) == pallet_math.safe_ln(I32F32.least) == 0
    assert pallet_math.safe_ln(ONE) == 0


@pytest.mark.parametrize(("whole", "bits"), [(2, 2_977_044_511), (3, 4_718_503_913)])
def test_known_bits_of_the_natural_logarithm(whole: int, bits: int) -> None:
    """As the chain's own code gives them."""
    assert pallet_math.safe_ln(whole * ONE) == bits


def test_below_one_it_is_that_of_the_reciprocal_negated() -> None:
    for x in (3, ONE // 3, ONE - 1):
        upper = fixed.log2(I32F32, ONE * ONE // x)
        assert upper is not None
        assert fixed.log2(I32F32, x) == -upper
    with pytest.raises(OverflowError, match="1 / x does not fit into I32F32: x has the raw bits 2"):
        fixed.log2(I32F32, 2)


def test_the_natural_logarithm_is_the_binary_one_by_that_of_e() -> None:
    for x in (3, ONE // 3, 2 * ONE, I32F32.greatest):
        binary = fixed.log2(I32F32, x)
        assert binary is not None
        assert pallet_math.safe_ln(x) == toward_zero(Fraction(binary * ONE, 12_102_203 << 9))


# --------------------------------------------------------------------------------------------------------------- top k


@plenty
@given(st.lists(st.integers(0, 4), max_size=8), st.integers(0, 9))
def test_of_equals_the_later_is_among_the_greatest(values: list[int], k: int) -> None:
    chosen = top_k_non_zero(np.array(values, np.int64), k).tolist()
    best = sorted(range(len(values)), key=lambda uid: (values[uid], uid))[::-1][:k]
    assert chosen == [uid in best and values[uid] != 0 for uid in range(len(values))]
