"""Liquid alpha from 154 to 272: paces by consensus, and what they do to bonds, worked out by hand."""

import math
from typing import Any

import numpy as np
import pytest

from neuron_ledger.events.calls import AdvanceTo
from neuron_ledger.events.wire.rows import pack_pairs, pairs
from neuron_ledger.ledger.rules.epoch.liquid_alpha import column_paces_154, logistic_parameters, quartile
from neuron_ledger.ledger.rules.epoch.matrices import moving_average_by_column
from neuron_ledger.ledger.rules.epoch.rows import dense_rows, rows_of_entries
from neuron_ledger.ledger.rules.epoch.steps import proportion
from neuron_ledger.ledger.rules.numbers.fixed import I32F32, ln
from neuron_ledger.ledger.rules.numbers.kernel_forms import NUMPY
from neuron_ledger.ledger.rules.numbers.kernels import Kernels
from neuron_ledger.ledger.runtimes.timeline import TIMELINE
from tests.epoch.kernel_forms import forms
from tests.epoch.test_early_epochs import epoch
from tests.rules.two_neurons import TwoNeurons

ONE = I32F32.one
LOW, HIGH = proportion(45875), proportion(58982)
"""The chain's own bounds: about 0.7 and 0.9."""


def bits(*numbers: float) -> Any:
    return np.array([int(number * ONE) for number in numbers], np.int64)


def test_quartiles_lie_between_values_by_proportion() -> None:
    """Of n values the place of the first is (n - 1) / 4, exactly."""
    values = bits(0.5, 0, 0.25, 1)
    assert [quartile(values, quarters) / ONE for quarters in (1, 2, 3)] == [0.1875, 0.375, 0.625]
    assert [quartile(bits(3, 1, 2, 5, 4), quarters) // ONE for quarters in (1, 3)] == [2, 4]
    assert [quartile(bits(0.5), quarters) / ONE for quarters in (1, 3)] == [0.5, 0.5]
    # (2 - 1) * 3 / 4 of the way from 0 to the least number rounds down
    assert quartile(np.array([0, 1], np.int64), 3) == 0


def test_the_curve_goes_through_both_bounds() -> None:
    slope, intercept = (number / ONE for number in logistic_parameters(LOW, HIGH, int(0.1 * ONE), int(0.3 * ONE)))
    by_hand = (math.log(1 / 0.9 - 1) - math.log(1 / 0.7 - 1)) / (0.1 - 0.3)
    assert slope == pytest.approx(by_hand, rel=1e-3)
    assert intercept == pytest.approx(math.log(1 / 0.7 - 1) + by_hand * 0.1, abs=1e-3)
    assert logistic_parameters(LOW, HIGH, 5, 5) == logistic_parameters(0, HIGH, 1, 5) == (0, 0)


def test_the_logarithm_is_the_binary_one_divided() -> None:
    """log2(4) = 2 exactly, and log2(e) has 23 bits behind the point. A pace of 1 has odds of 0, whose logarithm counts as 0."""
    log2_e = 12_102_203 << 9
    assert ln(4 * ONE) == (2 * ONE << 32) // log2_e
    assert ln(ONE >> 2) == -((2 * ONE << 32) // log2_e)
    assert (ln(0), ln(-5)) == (None, None)
    assert logistic_parameters(ONE, ONE, 0, ONE) == (0, 0)


@forms
def test_paces_rise_with_consensus_within_their_bounds(form: Kernels) -> None:
    consensus = bits(0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.31)
    paces = column_paces_154(consensus, LOW, HIGH, form)
    assert paces is not None
    assert (paces[0], paces[1], paces[-2], paces[-1]) == (LOW, LOW, HIGH, HIGH)
    low, high = (float(np.quantile(consensus / ONE, part)) for part in (0.25, 0.75))
    slope = (math.log(1 / 0.9 - 1) - math.log(1 / 0.7 - 1)) / (low - high)
    intercept = math.log(1 / 0.7 - 1) + slope * low
    by_hand = [1 / (1 + math.exp(intercept - slope * part)) for part in (0.02, 0.05, 0.1, 0.2)]
    assert (paces[2:6] / ONE).tolist() == pytest.approx(by_hand, abs=1e-4)


@forms
def test_where_both_quartiles_are_the_same_all_paces_are_a_half_within_the_bounds(form: Kernels) -> None:
    same = column_paces_154(bits(0.2, 0.2, 0.2), LOW, HIGH, form)
    assert same is not None
    assert same.tolist() == [LOW] * 3
    wide = column_paces_154(bits(0.2, 0.2, 0.2), 1, HIGH, form)
    assert wide is not None
    assert wide.tolist() == [ONE >> 1] * 3


def test_without_consensus_at_the_upper_quartile_there_are_no_paces() -> None:
    assert column_paces_154(bits(0, 0, 0), LOW, HIGH, NUMPY) is None
    assert column_paces_154(bits(0, 0, 0, 0, 0.5), LOW, HIGH, NUMPY) is None
    assert column_paces_154(bits(0, 0, 0, 0.5), LOW, HIGH, NUMPY) is not None


@forms
def test_a_steep_curve_stays_in_range(form: Kernels) -> None:
    """Quartiles next to each other: the slope is the greatest number, and a step of consensus is a half in the exponent."""
    half, low, high = ONE >> 1, proportion(1), proportion(65534)
    consensus = np.array([half, half + 1, half + 1, half, half], np.int64)
    assert (quartile(consensus, 1), quartile(consensus, 3)) == (half, half + 1)
    assert logistic_parameters(low, high, half, half + 1)[0] == I32F32.greatest
    paces = column_paces_154(consensus, low, high, form)
    assert paces is not None
    odds = math.log(65534)
    by_hand = [1 / (1 + math.exp(odds - step)) for step in (0, 0.5)]
    assert (paces[:2] / ONE).tolist() == pytest.approx(by_hand, rel=1e-4)
    assert paces.tolist() == [paces[0], paces[1], paces[1], paces[0], paces[0]]


@forms
def test_bonds_move_by_column(form: Kernels) -> None:
    """A quarter and a half of the way; of several old entries for a uid each counts, of new ones the last."""
    uids = np.array([0], np.int64)
    new, old = (dense_rows(uids, bits(*numbers).reshape(1, 2), form) for numbers in ((1, 0.5), (0, 0.25)))
    moved = moving_average_by_column(new, old, bits(0.25, 0.5))
    assert (moved.values / ONE).tolist() == [[0.25, 0.375]]
    row, column = np.array([0, 0, 0], np.int64), np.array([1, 0, 1], np.int64)
    twice = rows_of_entries(uids, 2, row, column, np.array([64, 32, 16], np.int64), form)
    assert (
        moving_average_by_column(twice, dense_rows(uids, bits(0, 0).reshape(1, 2), form), bits(0.25, 0.5)).values
    ).tolist() == [[8, 8]]
    assert moving_average_by_column(new, twice, bits(0, 0)).values.tolist() == [[32, 80]]


def test_bounds_that_are_one_pace_move_as_the_subnets_average_would() -> None:
    """0.8 taken in, be it by bounds of 52428 / 65535 or by an average of 200,000 ppm."""
    steps = TIMELINE.runtime(154).epoch
    weights = {0: pack_pairs([(2, 65535), (3, 20000)]), 1: pack_pairs([(2, 30000), (3, 65535)])}
    fields: dict[str, Any] = {
        "weights": weights,
        "bonds": {0: pack_pairs([(2, 65535)]), 1: pack_pairs([(2, 20000), (3, 65535)])},
        "validator_permit": (True, True, False, False),
    }
    liquid = {"liquid_alpha": True, "alpha_low": 52428, "alpha_high": 52428}
    stakes = [5, 4, 0, 0]
    found = epoch(steps, stakes, **fields, **liquid, bonds_moving_average=990_000)
    assert found == epoch(steps, stakes, **fields, bonds_moving_average=200_000)
    assert found != epoch(steps, stakes, **fields, bonds_moving_average=990_000)
    before = TIMELINE.runtime(153).epoch
    assert epoch(before, stakes, **fields, **liquid, bonds_moving_average=990_000) == epoch(
        steps, stakes, **fields, bonds_moving_average=990_000
    ), "before 154 nobody asks"


def test_an_epoch_in_a_block_reads_whether_it_is_on() -> None:
    """And runs with it, from a block on: HOT weights OTHER_HOT alone, and has all bonds to it."""
    given = []
    for on in (False, True):
        chain = TwoNeurons(154)
        chain.storage.liquid_alpha_on[1] = on
        chain.storage.alpha_values[1] = (7, 60000)
        found = chain.rules.read_epoch(chain.tx, 1, 0, 10)
        given.append((found.liquid_alpha, found.alpha_low, found.alpha_high))
    assert given == [(False, 7, 60000), (True, 7, 60000)]
    chain = TwoNeurons(154)
    storage = chain.storage
    storage.liquid_alpha_on[1], storage.weights[1, 0] = True, pack_pairs([(1, 65535)])
    storage.last_update[1], storage.kappa[1] = (999, 999), 32767
    storage.total_hotkey_stake[storage.keys[1, 0]] = 10
    storage.network_registration_allowed[1] = True
    chain.ok(AdvanceTo(1000 + (-(1000 + 1 + 2)) % 100))
    assert storage.last_mechansim_step_block[1] == chain.block
    assert pairs(storage.bonds[1, 0]) == [(1, 65535)]


def test_a_slope_that_does_not_fit_is_0_since_233() -> None:
    assert logistic_parameters(proportion(1), proportion(65534), 5, 6, I32F32.safe_div)[0] == 0
    assert column_paces_154(bits(), LOW, HIGH, NUMPY) is None
