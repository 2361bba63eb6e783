"""Recorded swaps of hotkeys and coldkeys, each judged alone, among all that such histories hold besides."""

import pytest

from neuron_ledger.replay.conformance.runner import run
from tests.shared_data import shared

TOTALS = {
    "vectors-277-calls/key_swaps.json.gz": {"swap_hotkey": 324, "swap_coldkey": 112, "schedule_swap_coldkey": 65, "step": 330},
    "vectors-424-calls/key_swaps.json.gz": {
        "swap_hotkey": 234,
        "swap_hotkey_v2": 289,
        "swap_coldkey": 35,
        "announce_coldkey_swap": 130,
        "swap_coldkey_announced": 64,
        "clear_coldkey_swap_announcement": 24,
        "dispute_coldkey_swap": 18,
        "reset_coldkey_swap": 17,
        "schedule_swap_coldkey": 5,
        "step": 340,
    },
    "vectors-424-calls/locks.json.gz": {"swap_hotkey_v2": 27, "swap_coldkey": 32},
}
"""File → how many operations of each sort it holds."""


@pytest.mark.parametrize("path", TOTALS)
def test_every_recorded_call_is_exact(path: str) -> None:
    ops = run([shared(path)], mode="op").ops
    assert {name: (ops[name].exact, ops[name].total) for name in TOTALS[path]} == {
        name: (total, total) for name, total in TOTALS[path].items()
    }


@pytest.mark.parametrize("path", ["vectors-277-calls/key_swaps.json.gz", "vectors-424-calls/key_swaps.json.gz"])
def test_histories_of_swaps_end_as_recorded(path: str) -> None:
    report = run([shared(path)], mode="run")
    (tally,) = report.kinds.values()
    assert report.divergences == []
    assert (tally.exact, tally.total) == (60, 60)
