"""spec_version 292 (July 2025).

The new holder of a uid does not inherit its link to an EVM address. The minimum stake is 2,000,000 rao, the minimum nomination a
part of that.
"""

from attrs import evolve

from neuron_ledger.ledger.rules.migrations import subnets as subnets_migrations
from neuron_ledger.ledger.rules.registration import seats
from neuron_ledger.ledger.rules.stake import orders
from neuron_ledger.ledger.runtime import Runtime


def step_292(before: Runtime) -> Runtime:
    """The runtime before it, with what 292 changed."""
    return evolve(
        before,
        migrations=(*before.migrations, subnets_migrations.move_identities_292),
        orders=evolve(before.orders, least=2_000_000, least_nomination=orders.least_nomination_292),
        replace_neuron=seats.replace_neuron_292,
    )
