"""spec_version 247 (March 2025): activity cutoffs have a minimum."""

from attrs import evolve

from neuron_ledger.events.storage.layouts_dtao import dtao_layout
from neuron_ledger.ledger.runtime import Runtime


def step_247(before: Runtime) -> Runtime:
    """The runtime before it, with what 247 changed."""
    return evolve(before, layout=dtao_layout(247))
