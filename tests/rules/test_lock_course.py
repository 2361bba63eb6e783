"""How a lock moves on with the blocks: alpha is unlocked, conviction grows and fades. Scenarios of the reference's tests.

Source: subtensor tests/locks.rs, spec_version 424. docs/conformance.md counts them.
"""

from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuron_ledger.ledger.rules.stake.locks import Course, Lock

RATE = 934_866
MASS = 10_000 * 10**9

masses = st.integers(10**6, 21 * 10**15)
spans = st.integers(1, 20 * RATE)
rates = st.integers(1000, 2 * RATE)


def course(now: int, unlock: int = RATE, mature: int = RATE, *, stays: bool = False, to_owner: bool = False) -> Course:
    return Course(now=now, unlock_rate=unlock, maturity_rate=mature, to_owner=to_owner, stays=stays)


def conviction(lock: Lock) -> float:
    return lock[1] / 2**64


@given(masses, spans, rates, rates)
def test_alpha_is_unlocked_and_conviction_follows_the_closed_form(mass: int, blocks: int, unlock: int, mature: int) -> None:
    after = course(blocks, unlock, mature).moved_on((mass, 0, 0))
    unlocked, matured = (exp(-min(blocks / rate, 40)) for rate in (unlock, mature))
    gained = blocks / mature * matured if unlock == mature else unlock * (unlocked - matured) / (unlock - mature)
    # Rates that are next to each other leave few digits of their difference.
    assert abs(after[0] - mass * unlocked) <= mass * 1e-9 + 100
    assert abs(conviction(after) - mass * gained) <= mass * (1e-9 + unlock * 1e-15 / max(abs(unlock - mature), 1)) + 100
    assert conviction(after) <= mass * (1 + 1e-9) + 1


@given(masses, spans)
def test_what_stays_locked_gains_all_its_conviction_and_no_more(mass: int, blocks: int) -> None:
    after = course(blocks, stays=True).moved_on((mass, 0, 0))
    assert after[0] == mass
    assert 0 < conviction(after) <= mass
    assert abs(conviction(after) - mass * (1 - exp(-blocks / RATE))) <= mass * 1e-9 + 1


@given(masses, st.integers(1, RATE), st.integers(1, RATE), st.booleans())
def test_two_spans_are_as_one(mass: int, first: int, second: int, stays: bool) -> None:
    at_once = course(first + second, stays=stays).moved_on((mass, 0, 0))
    in_two = course(first + second, stays=stays).moved_on(course(first, stays=stays).moved_on((mass, 0, 0)))
    assert abs(at_once[0] - in_two[0]) <= mass * 1e-9 + 2
    assert abs(conviction(at_once) - conviction(in_two)) <= mass * 1e-9 + 2


@given(masses.filter(lambda mass: mass < 10**16), spans)
def test_twice_the_alpha_twice_the_conviction(mass: int, blocks: int) -> None:
    once, twice = (course(blocks).moved_on((times * mass, 0, 0)) for times in (1, 2))
    if once[:2] != (0, 0):
        assert abs(twice[0] - 2 * once[0]) <= 1
        assert abs(conviction(twice) - 2 * conviction(once)) <= 1


@pytest.mark.parametrize("stays", [True, False])
def test_what_is_locked_to_the_owners_hotkey_has_the_conviction_of_its_alpha(stays: bool) -> None:
    after = course(RATE, to_owner=True, stays=stays).moved_on((MASS, 0, 0))
    assert after[1] == after[0] << 64
    assert (after[0] == MASS) is stays


def test_in_the_end_nothing_is_left() -> None:
    assert course(100 * RATE).moved_on((MASS, MASS << 64, 0)) == (0, 0, 100 * RATE)
    assert course(7).moved_on((99, 99 << 64, 7)) == (0, 0, 7)


@pytest.mark.parametrize("lock", [(100, 0, 7), (0, 100 << 64, 7), (MASS, 5, 7), (MASS, 5, 9)])
def test_nothing_moves_within_a_block(lock: Lock) -> None:
    assert course(7).moved_on(lock) == lock
