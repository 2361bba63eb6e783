"""spec_version 234 (February 2025): in its moving average a price counts for at most 1."""

from attrs import evolve

from neuron_ledger.ledger.rules.emission import dtao
from neuron_ledger.ledger.rules.migrations import dtao as migrations
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.change import instead


def step_234(before: Runtime) -> Runtime:
    """The runtime before it, with what 234 changed."""
    return evolve(
        before,
        early_migrations=migrations.MIGRATIONS_234,
        emission_steps=instead(before.emission_steps, {dtao.move_prices_233: dtao.move_prices_234}),
    )
