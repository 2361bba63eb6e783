"""spec_version 118 (April 2023): work is bound to its hotkey; a hotkey that leaves its last subnet loses its stake."""

from attrs import evolve

from neuron_ledger.ledger.rules.registration import early_calls, early_uids
from neuron_ledger.ledger.rules.weights import early_calls as weights
from neuron_ledger.ledger.runtime import Runtime


def step_118(before: Runtime) -> Runtime:
    return evolve(
        before,
        calls={**before.calls, **early_calls.CALLS_118, **weights.CALLS_118},
        replace_neuron=early_uids.replace_neuron_118,
    )
