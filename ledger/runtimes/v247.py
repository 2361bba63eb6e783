"""spec_version 247 (March 2025): activity cutoffs have a minimum, and only root sets the rate limit of weights."""

from attrs import evolve

from neuron_ledger.events.storage.layouts_dtao import dtao_layout
from neuron_ledger.ledger.rules.hyperparameters import dtao_tables
from neuron_ledger.ledger.runtime import Runtime


def step_247(before: Runtime) -> Runtime:
    """The runtime before it, with what 247 changed."""
    return evolve(before, layout=dtao_layout(247), parameter_steps={**before.parameter_steps, **dtao_tables.STEPS_247})
