"""spec_version 315 (September 2025).

Rates of networks are limited by keys of their own, a network's modality is gone; a coldkey can name the hotkey that its
emission is staked to; an epoch tells what it emitted to miners.
"""

from attrs import evolve

from neuron_ledger.ledger.runtime import Runtime


def step_315(before: Runtime) -> Runtime:
    """The runtime before it, with what 315 changed."""
    return evolve(before)
