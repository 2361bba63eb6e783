"""spec_version 385 (March 2026).

Coldkeys are swapped by announcement. Validators gather voting power where a subnet tracks it. A subnet has at most 256 uids.
"""

from attrs import evolve

from neuron_ledger.ledger.runtime import Runtime


def step_385(before: Runtime) -> Runtime:
    """The runtime before it, with what 385 changed."""
    return evolve(before)
