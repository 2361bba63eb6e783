"""spec_version 196 (September 2024): the root network no longer has pending emission; its epochs still run."""

from attrs import evolve

from neuron_ledger.ledger.rules.emission import loaded
from neuron_ledger.ledger.runtime import Runtime


def step_196(before: Runtime) -> Runtime:
    return evolve(before, emitting=loaded.all_but_root_emit_143)
