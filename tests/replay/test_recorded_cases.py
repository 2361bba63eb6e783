"""The recorded epochs, and the recorded arithmetic under them, through the same door as `neuron-ledger conform`."""

import pytest

from neuron_ledger.ledger.rules.numbers import kernel_forms
from neuron_ledger.ledger.rules.numbers.kernel_forms import NUMPY
from neuron_ledger.replay.conformance import math_cases
from neuron_ledger.replay.conformance.runner import run
from tests.shared_data import recorded_cases, shared

TOTALS = {
    "epoch_n1.json": 40,
    "epoch_n2.json": 72,
    "epoch_n3.json": 112,
    "epoch_n5.json": 168,
    "epoch_n8.json": 200,
    "epoch_n16.json": 180,
    "epoch_n33.json.gz": 100,
    "epoch_n64.json.gz": 50,
    "epoch_n128.json.gz": 20,
    "epoch_n256.json.gz": 12,
    "epoch_large.json.gz": 10,
    "math_fixed.json": 3443,
    "math_sparse.json.gz": 900,
    "math_transcendental.json": 1750,
    "math_vec.json": 1440,
}
"""File → how many cases it holds."""

TOTALS_424 = {
    "block_emission.json": 900,
    "unit_burn.json.gz": 1200,
    "unit_neurons.json.gz": 180,
    "unit_prune.json": 600,
    "unit_swap.json": 180,
    "epoch_n1.json": 36,
    "epoch_n2.json": 108,
    "epoch_n3.json": 156,
    "epoch_n5.json.gz": 210,
    "epoch_n8.json.gz": 258,
    "epoch_n16.json.gz": 228,
    "epoch_n33.json.gz": 126,
    "epoch_n64.json.gz": 69,
    "epoch_n128.json.gz": 13,
    "epoch_n256.json.gz": 6,
    "epoch_large.json.gz": 8,
    "math_fixed.json.gz": 6885,
    "math_sparse.json.gz": 1800,
    "math_transcendental.json.gz": 3150,
    "math_vec.json.gz": 2880,
    "unit_scheduler.json.gz": 750,
    "unit_split.json": 360,
}
"""The same of spec_version 424."""

ELSEWHERE = {
    "block_emission": 660,
    "emission_drain": 120,
    "unit_adjust": 900,
    "unit_commit_hash": 180,
    "unit_prune": 450,
    "unit_seal": 270,
    "unit_tempo": 600,
}
"""Kinds whose cases are compared beside the tests of their rules (test_pure_rules, test_drain) → how many there are."""


@pytest.mark.parametrize("name", TOTALS)
def test_every_recorded_case_is_exact(name: str) -> None:
    all_exact(f"vectors/{name}", TOTALS[name])


@pytest.mark.parametrize("name", TOTALS_424)
def test_every_recorded_case_of_424_is_exact(name: str) -> None:
    all_exact(f"vectors-424/{name}", TOTALS_424[name])


@pytest.mark.parametrize("name", ["epoch_n16.json.gz", "epoch_n64.json.gz", "math_transcendental.json.gz", "math_sparse.json.gz"])
def test_plain_numpy_is_as_exact(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where numba is, the other tests ask the compiled kernels."""
    for module in (kernel_forms, math_cases):
        monkeypatch.setattr(module, "fastest", lambda: NUMPY)
    all_exact(f"vectors-424/{name}", TOTALS_424[name])


def all_exact(path: str, total: int) -> None:
    report = run([shared(path)])
    (tally,) = report.kinds.values()
    assert report.divergences == []
    assert (tally.exact, tally.total) == (total, total)
    assert report.exact


@pytest.mark.parametrize("kind", ELSEWHERE)
def test_no_case_is_missing_from_what_other_tests_compare(kind: str) -> None:
    assert len(recorded_cases(kind)) == ELSEWHERE[kind]


def test_epochs_and_arithmetic_are_all_there() -> None:
    for totals, kind, total in (
        (TOTALS, "epoch", 964),
        (TOTALS, "math", 7533),
        (TOTALS_424, "epoch", 1218),
        (TOTALS_424, "math", 14715),
    ):
        assert sum(count for name, count in totals.items() if name.startswith(kind)) == total
