"""spec_version 297 (July 2025).

A timelocked commit remembers its block. With commit-reveal on, a row loses the targets that registered after its owner's
earliest commit that has not expired.
"""

from attrs import evolve

from neuron_ledger.ledger.runtime import Runtime


def step_297(before: Runtime) -> Runtime:
    """The runtime before it, with what 297 changed."""
    return evolve(before)
