"""spec_version 413 (June 2026).

The least stake, 2,000,000 rao since 292, became a constant of the runtime: it stays the same.
"""

from attrs import evolve

from neuron_ledger.ledger.runtime import Runtime


def step_413(before: Runtime) -> Runtime:
    """The runtime before it, with what 413 changed."""
    return evolve(before)
