"""spec_version 212 (November 2024): children can be set at most once a day."""

from functools import partial

from attrs import evolve

from neuron_ledger.ledger.rules.stake import children
from neuron_ledger.ledger.runtime import Runtime


def step_212(before: Runtime) -> Runtime:
    return evolve(before, schedule_children=partial(children.set_children_at_once_195, children.RATE_LIMIT_212))
