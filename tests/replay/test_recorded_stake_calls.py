"""Recorded calls of stake and claims at spec_version 424, each judged alone."""

import pytest

from neuron_ledger.replay.conformance.runner import run
from tests.shared_data import shared

TOTALS = {
    "vectors-424-calls/associations.json.gz": {
        "claim_root": 118,
        "set_root_claim_type": 68,
        "set_coldkey_auto_stake_hotkey": 63,
        "sudo_set_root_claim_threshold": 24,
        "add_stake": 38,
        "remove_stake": 12,
        "grant_stake": 10,
    },
}
"""File → how many calls of each sort it holds."""


@pytest.mark.parametrize("path", TOTALS)
def test_every_recorded_call_is_exact(path: str) -> None:
    ops = run([shared(path)], mode="op").ops
    assert {name: (ops[name].exact, ops[name].total) for name in TOTALS[path]} == {
        name: (total, total) for name, total in TOTALS[path].items()
    }
