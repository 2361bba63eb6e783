"""spec_version 217 (December 2024): moves of stake are counted from the first of an interval, which is always allowed."""

from attrs import evolve

from neuron_ledger.events.storage.layouts_195 import layout_before_alpha
from neuron_ledger.ledger.rules.tao_stake import noted_calls
from neuron_ledger.ledger.runtime import Runtime


def step_217(before: Runtime) -> Runtime:
    return evolve(before, layout=layout_before_alpha(217), calls={**before.calls, **noted_calls.CALLS_217})
