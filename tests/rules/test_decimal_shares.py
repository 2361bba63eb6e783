"""Shares as decimal floats: against fractions, and pools whose parts stay what was put in."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuron_ledger.events.storage.layout import LAYOUT_424
from neuron_ledger.ledger.rules.numbers import decimal_float
from neuron_ledger.ledger.rules.numbers.decimal_float import GREATEST, LEAST, ZERO, DecimalFloat
from neuron_ledger.ledger.rules.stake.decimal_shares import DecimalSharePool
from neuron_ledger.ledger.rules.stake.share_books import decimal_move_397, decimal_move_all_397
from neuron_ledger.projections.storage import Storage

u64 = st.integers(0, 2**64 - 1)
floats = st.one_of(st.just(ZERO), st.tuples(st.integers(LEAST + 1, GREATEST), st.integers(-60, 40)))
LOSS = Fraction(2, LEAST)


def exact(value: DecimalFloat) -> Fraction:
    return value[0] * Fraction(10) ** value[1]


def near(value: DecimalFloat | None, wanted: Fraction) -> bool:
    """Whether a value is what is wanted, cut off at its last digits, and normal."""
    assert value is not None
    assert value == ZERO or LEAST < value[0] <= GREATEST
    return wanted * (1 - 10 * LOSS) <= exact(value) <= wanted


@given(u64)
def test_whole_numbers_come_back(number: int) -> None:
    assert decimal_float.to_u64(decimal_float.from_int(number)) == number


@given(floats, floats)
def test_sums_and_quotients_are_cut_at_their_end(a: DecimalFloat, b: DecimalFloat) -> None:
    assert near(decimal_float.add(a, b), exact(a) + exact(b))
    if b == ZERO:
        assert decimal_float.div(a, b) is None
    else:
        assert near(decimal_float.div(a, b), exact(a) / exact(b))


@given(floats, floats, floats)
def test_a_product_is_cut_after_its_division(a: DecimalFloat, b: DecimalFloat, c: DecimalFloat) -> None:
    if c == ZERO:
        assert decimal_float.mul_div(a, b, c) is None
    else:
        assert near(decimal_float.mul_div(a, b, c), exact(a) * exact(b) / exact(c))


@pytest.mark.parametrize(
    ("a", "b", "difference"),
    [
        ((5 * LEAST, 0), (3 * LEAST, 0), (2 * LEAST, 0)),
        ((5 * LEAST, 0), (6 * LEAST, 0), ZERO),
        ((5 * LEAST, 0), ZERO, (5 * LEAST, 0)),
        (ZERO, (5 * LEAST, 0), None),
        (ZERO, ZERO, ZERO),
        ((5 * LEAST, 0), (5 * LEAST, -30), (5 * LEAST, 0)),
    ],
)
def test_differences_end_at_zero(a: DecimalFloat, b: DecimalFloat, difference: DecimalFloat | None) -> None:
    assert decimal_float.sub(a, b) == difference


@given(st.integers(0, 2**128 - 1))
def test_a_binary_share_becomes_a_decimal_one(bits: int) -> None:
    assert near(decimal_float.from_u64f64(bits), Fraction(bits, 2**64))


def test_the_first_to_come_gets_shares_equal_to_its_value() -> None:
    pool = DecimalSharePool(0, ZERO, ZERO).updated_for_one(648)
    assert pool == DecimalSharePool(648, decimal_float.from_int(648), decimal_float.from_int(648))
    assert pool.value == 648


@given(st.integers(1, 2**53), st.integers(1, 2**53), st.integers(0, 2**53))
def test_what_comes_and_goes_leaves_the_others_alone(first: int, second: int, dividend: int) -> None:
    """A part that was put in is worth what it was, a rao at most lost to rounding; all of it can be taken out again."""
    one = DecimalSharePool(0, ZERO, ZERO).updated_for_one(first)
    grown = DecimalSharePool(first + dividend, one.denominator, ZERO)
    other = grown.updated_for_one(second)
    assert second - 1 <= other.value <= second
    left = other.updated_for_one(-other.value)
    rest = DecimalSharePool(left.shared_value, left.denominator, one.share)
    assert abs(rest.value - (first + dividend)) <= 1


accounts = st.sampled_from([bytes([number]) * 32 for number in range(4)])
moves = st.lists(st.tuples(accounts, accounts, st.integers(0, 2**60)), max_size=6)


@given(moves, moves, st.lists(st.tuples(accounts, accounts), max_size=2))
def test_many_shares_move_as_one_after_another(
    first: list[tuple[bytes, bytes, int]], second: list[tuple[bytes, bytes, int]], binary: list[tuple[bytes, bytes]]
) -> None:
    """Also where a hotkey comes twice, and where shares are still kept as binary fractions."""
    one_by_one, together = Storage(LAYOUT_424), Storage(LAYOUT_424)
    for storage in (one_by_one, together):
        with storage.transaction():
            for hotkey, coldkey in binary:
                storage.total_hotkey_alpha[hotkey, 1] = 7
                storage.total_hotkey_shares[hotkey, 1] = storage.alpha[hotkey, coldkey, 1] = 7 << 64
            if storage is together:
                decimal_move_all_397(storage, 1, first)
                decimal_move_all_397(storage, 1, second)
            else:
                for hotkey, coldkey, update in (*first, *second):
                    decimal_move_397(storage, hotkey, coldkey, 1, update)
    assert together.encode() == one_by_one.encode()
