"""spec_version 365 (December 2025).

The neuron with the lowest emission is pruned; young neurons are spared only while enough others are left; there may be nobody
to prune. The exponent of liquid alpha is clamped.
"""

from attrs import evolve

from neuron_ledger.ledger.runtime import Runtime


def step_365(before: Runtime) -> Runtime:
    """The runtime before it, with what 365 changed."""
    return evolve(before)
