"""spec_version 421 (June 2026).

The share that is withheld from owners' hotkeys is recorded.
"""

from attrs import evolve

from neuron_ledger.ledger.runtime import Runtime


def step_421(before: Runtime) -> Runtime:
    """The runtime before it, with what 421 changed."""
    return evolve(before)
