"""spec_version 338 (November 2025).

Averages of TAO flow are reset.
"""

from attrs import evolve

from neuron_ledger.ledger.rules.migrations import emission
from neuron_ledger.ledger.runtime import Runtime


def step_338(before: Runtime) -> Runtime:
    """The runtime before it, with what 338 changed."""
    return evolve(before, migrations=(*before.migrations, emission.forget_average_flows_338))
