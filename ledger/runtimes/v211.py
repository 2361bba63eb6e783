"""spec_version 211 (November 2024): subnets that are closed to registration get no emission, and none of their epochs runs."""

from attrs import evolve

from neuron_ledger.ledger.rules.emission import loaded
from neuron_ledger.ledger.runtime import Runtime


def step_211(before: Runtime) -> Runtime:
    return evolve(before, emitting=loaded.open_subnets_emit_150)
