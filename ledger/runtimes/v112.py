"""spec_version 112 (March 2023): the block of a call on stake is noted, so that its rate can be limited."""

from attrs import evolve

from neuron_ledger.ledger.rules.tao_stake import calls as stake
from neuron_ledger.ledger.rules.tao_stake import take_calls
from neuron_ledger.ledger.runtime import Runtime


def step_112(before: Runtime) -> Runtime:
    return evolve(
        before,
        calls={**before.calls, **stake.CALLS_112, **take_calls.CALLS_112},
    )
