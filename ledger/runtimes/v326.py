"""spec_version 326 (October 2025).

The price of a new subnet is reset.
"""

from attrs import evolve

from neuron_ledger.ledger.rules.migrations import subnets
from neuron_ledger.ledger.rules.migrations.once import only_noted
from neuron_ledger.ledger.runtime import Runtime


def step_326(before: Runtime) -> Runtime:
    """The runtime before it, with what 326 changed."""
    return evolve(
        before,
        migrations=(*before.migrations, subnets.raise_lock_cost_326, only_noted("migrate_auto_stake_destination")),
    )
