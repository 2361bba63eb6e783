"""spec_version 392 (March 2026).

Swaps of hotkeys are switched off.
"""

from attrs import evolve

from neuron_ledger.ledger.rules.swaps import announcement_calls
from neuron_ledger.ledger.runtime import Runtime


def step_392(before: Runtime) -> Runtime:
    """The runtime before it, with what 392 changed."""
    return evolve(before, calls={**before.calls, **announcement_calls.CALLS_392})
