"""spec_version 246 (March 2025): moving prices of young subnets move more slowly."""

from attrs import evolve

from neuron_ledger.ledger.rules.emission import dtao
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.change import instead


def step_246(before: Runtime) -> Runtime:
    """The runtime before it, with what 246 changed."""
    return evolve(before, emission_steps=instead(before.emission_steps, {dtao.move_prices_234: dtao.move_prices_246}))
