"""spec_version 323 (September 2025).

Trimming that would exceed the share of immune uids has an error of its own. New neurons begin without stake weight.
"""

from attrs import evolve

from neuron_ledger.ledger.rules.registration import calls as registration
from neuron_ledger.ledger.rules.registration import seats
from neuron_ledger.ledger.runtime import Runtime


def step_323(before: Runtime) -> Runtime:
    """The runtime before it, with what 323 changed."""
    return evolve(
        before,
        calls={**before.calls, **registration.CALLS_323},
        clear_neuron=seats.clear_neuron_323,
    )
