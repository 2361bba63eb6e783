"""Recorded histories of associations: identities, the senate, children, takes, and subnets that begin, start and end."""

from neuron_ledger.replay.conformance.runner import run
from tests.shared_data import shared

CALLS_277 = {
    "adjust_senate": 69,
    "become_delegate": 13,
    "decrease_take": 39,
    "dissolve_network": 46,
    "faucet": 7,
    "increase_take": 37,
    "register_network": 31,
    "register_network_with_identity": 67,
    "root_register": 57,
    "schedule_dissolve_network": 7,
    "set_childkey_take": 63,
    "set_children": 192,
    "set_identity": 63,
    "set_subnet_identity": 85,
    "set_tao_weights": 6,
    "start_call": 75,
    "try_associate_hotkey": 67,
}
"""How many calls of each sort the file of spec_version 277 holds, of 1,689."""


def test_histories_of_277_are_exact_from_begin_to_end() -> None:
    report = run([shared("vectors-277-calls/associations.json.gz")], mode="run")
    (tally,) = report.kinds.values()
    assert report.divergences == []
    assert (tally.exact, tally.total) == (60, 60)
    assert {name: (report.ops[name].exact, report.ops[name].total) for name in CALLS_277} == {
        name: (total, total) for name, total in CALLS_277.items()
    }
    assert sum(op.total for op in report.ops.values()) == 1689
