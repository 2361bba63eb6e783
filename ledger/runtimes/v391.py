"""spec_version 391 (March 2026).

The round of a timelocked commit is no longer compared with the last pulse.
"""

from attrs import evolve

from neuron_ledger.ledger.runtime import Runtime


def step_391(before: Runtime) -> Runtime:
    """The runtime before it, with what 391 changed."""
    return evolve(before)
