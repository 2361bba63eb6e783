"""spec_version 217 (December 2024): errors are numbered otherwise."""

from attrs import evolve

from neuron_ledger.events.storage.layouts_195 import layout_before_alpha
from neuron_ledger.ledger.runtime import Runtime


def step_217(before: Runtime) -> Runtime:
    return evolve(before, layout=layout_before_alpha(217))
