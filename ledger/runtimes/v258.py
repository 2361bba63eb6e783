"""spec_version 258 (April 2025): the age of a subnet's moving price counts from the start of its emission."""

from attrs import evolve

from neuron_ledger.ledger.rules.emission import coinbase, dtao
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.change import instead


def step_258(before: Runtime) -> Runtime:
    """The runtime before it, with what 258 changed."""
    return evolve(before, emission_steps=instead(before.emission_steps, {dtao.move_prices_252: coinbase.move_prices}))
