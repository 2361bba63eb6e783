"""spec_version 148 (April 2024, commit 534ed790b): where too little of a nomination would be left, all of it is removed."""

from attrs import evolve

from neuron_ledger.ledger.rules.tao_stake import calls as stake
from neuron_ledger.ledger.runtime import Runtime


def step_148(before: Runtime) -> Runtime:
    return evolve(before, calls={**before.calls, **stake.CALLS_148})
