"""Recorded histories of associations: identities, the senate, children, takes, and subnets that begin, start and end."""

import pytest

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


CALLS_424 = {
    "decrease_take": 36,
    "dissolve_network": 16,
    "increase_take": 40,
    "register_network": 39,
    "register_network_with_identity": 57,
    "root_dissolve_network": 16,
    "root_register": 32,
    "set_auto_parent_delegation_enabled": 35,
    "set_childkey_take": 54,
    "set_children": 169,
    "set_identity": 35,
    "set_pending_childkey_cooldown": 10,
    "set_subnet_identity": 47,
    "start_call": 58,
    "try_associate_hotkey": 38,
    "update_symbol": 43,
}
"""The same of spec_version 424, of 1,662."""


@pytest.mark.parametrize(("spec_version", "calls", "total"), [(277, CALLS_277, 1689), (424, CALLS_424, 1662)])
def test_histories_are_exact_from_begin_to_end(spec_version: int, calls: dict[str, int], total: int) -> None:
    report = run([shared(f"vectors-{spec_version}-calls/associations.json.gz")], mode="run")
    (tally,) = report.kinds.values()
    assert report.divergences == []
    assert (tally.exact, tally.total) == (60, 60)
    assert {name: (report.ops[name].exact, report.ops[name].total) for name in calls} == {
        name: (count, count) for name, count in calls.items()
    }
    assert sum(op.total for op in report.ops.values()) == total
