"""Recorded calls of stake, claims and locks, each judged alone; and histories of them, from begin to end."""

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
    "vectors-424-calls/locks.json.gz": {
        "add_stake": 4,
        "add_stake_burn": 94,
        "burn_alpha": 28,
        "lock_stake": 176,
        "move_lock": 87,
        "move_stake": 22,
        "remove_stake": 36,
        "remove_stake_full_limit": 15,
        "set_perpetual_lock": 83,
        "set_reject_locked_alpha": 61,
        "swap_stake": 25,
        "transfer_stake": 41,
        "unstake_all": 15,
    },
    "vectors-424-calls/stake_moves.json.gz": {
        "add_stake": 43,
        "add_stake_limit": 91,
        "burn_alpha": 70,
        "move_stake": 77,
        "recycle_alpha": 79,
        "remove_stake": 46,
        "remove_stake_full_limit": 92,
        "remove_stake_limit": 90,
        "swap_stake": 71,
        "swap_stake_limit": 88,
        "transfer_stake": 84,
        "unstake_all": 93,
        "unstake_all_alpha": 75,
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


@pytest.mark.parametrize(
    ("path", "histories"),
    [
        ("vectors-277-calls/stake_moves.json.gz", 60),
        ("vectors-424-calls/stake_moves.json.gz", 60),
        ("vectors-424-calls/locks.json.gz", 40),
    ],
)
def test_histories_end_as_recorded(path: str, histories: int) -> None:
    report = run([shared(path)], mode="run")
    (tally,) = report.kinds.values()
    assert report.divergences == []
    assert (tally.exact, tally.total) == (histories, histories)
