"""spec_version 162 (July 2024, commit 884a17922, after 194): swaps cost one TAO again, and are no longer requested by work.

A senator's seat moves to its new hotkey."""

from attrs import evolve

from neuron_ledger.ledger.rules.arbitration import calls as arbitration
from neuron_ledger.ledger.rules.tao_stake import coldkey_calls, swap_calls
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.change import calls_without


def step_162(before: Runtime) -> Runtime:
    return evolve(
        before,
        calls={
            **calls_without(before.calls, arbitration.GONE_162),
            **swap_calls.CALLS_162,
            **coldkey_calls.CALLS_162,
        },
    )
