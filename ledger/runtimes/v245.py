"""spec_version 245 (February 2025): children that are scheduled wait for a day."""

from functools import partial

from attrs import evolve

from neuron_ledger.ledger.rules.stake import children
from neuron_ledger.ledger.runtime import Runtime


def step_245(before: Runtime) -> Runtime:
    """The runtime before it, with what 245 changed."""
    return evolve(before, schedule_children=partial(children.schedule_children_after, children.COOLDOWN_245))
