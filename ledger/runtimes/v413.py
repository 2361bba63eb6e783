"""spec_version 413 (June 2026).

The least stake is 2,000,000 rao.
"""

from attrs import evolve

from neuron_ledger.ledger.runtime import Runtime


def step_413(before: Runtime) -> Runtime:
    """The runtime before it, with what 413 changed."""
    return evolve(before)
