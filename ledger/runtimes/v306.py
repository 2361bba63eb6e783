"""spec_version 306 (August 2025).

Commit-reveal is on by default, its period between 1 and 100 epochs; timelocked commits have a map of their own. More than one
uid of a subnet's owner can be immune.
"""

from attrs import evolve

from neuron_ledger.ledger.runtime import Runtime


def step_306(before: Runtime) -> Runtime:
    """The runtime before it, with what 306 changed."""
    return evolve(before)
