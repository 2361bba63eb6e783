"""spec_version 361 (December 2025).

Timelocked commits are revealed in every block, before emission. A replaced neuron's prometheus endpoint goes too.
"""

from attrs import evolve

from neuron_ledger.ledger.rules.emission import shares
from neuron_ledger.ledger.runtime import Runtime


def step_361(before: Runtime) -> Runtime:
    """The runtime before it, with what 361 changed."""
    return evolve(
        before,
        emits=shares.emits_361,
    )
