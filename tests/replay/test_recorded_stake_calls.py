"""Recorded calls of stake and claims, each judged alone; and the histories of stake that moves, from begin to end."""

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
    "vectors-277-calls/stake_moves.json.gz": {
        "add_stake": 57,
        "add_stake_limit": 94,
        "burn_alpha": 90,
        "move_stake": 81,
        "recycle_alpha": 74,
        "remove_stake": 60,
        "remove_stake_limit": 98,
        "swap_stake": 76,
        "swap_stake_limit": 94,
        "transfer_stake": 88,
        "unstake_all": 84,
        "unstake_all_alpha": 98,
    },
}
"""File → how many calls of each sort it holds."""


@pytest.mark.parametrize("path", TOTALS)
def test_every_recorded_call_is_exact(path: str) -> None:
    ops = run([shared(path)], mode="op").ops
    assert {name: (ops[name].exact, ops[name].total) for name in TOTALS[path]} == {
        name: (total, total) for name, total in TOTALS[path].items()
    }


def test_histories_of_moving_stake_end_as_recorded() -> None:
    report = run([shared("vectors-277-calls/stake_moves.json.gz")], mode="run")
    (tally,) = report.kinds.values()
    assert report.divergences == []
    assert (tally.exact, tally.total) == (60, 60)
