"""spec_version 345 (November 2025).

Subnets that were not started lose their pending emission.
"""

from attrs import evolve

from neuron_ledger.ledger.rules.migrations import emission
from neuron_ledger.ledger.runtime import Runtime


def step_345(before: Runtime) -> Runtime:
    """The runtime before it, with what 345 changed."""
    return evolve(before, migrations=(*before.migrations, emission.forget_emission_before_start_345))
