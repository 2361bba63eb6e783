"""spec_version 261 (April 2025): what a hotkey held in the last epoch is noted. The chain computes with unsigned numbers."""

from attrs import evolve

from neuron_ledger.events.storage.layouts_dtao import dtao_layout
from neuron_ledger.ledger.rules.emission import drain
from neuron_ledger.ledger.runtime import Runtime


def step_261(before: Runtime) -> Runtime:
    """The runtime before it, with what 261 changed."""
    return evolve(before, layout=dtao_layout(261), drain_pending_emission=drain.drain_pending_emission)
