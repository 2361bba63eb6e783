"""spec_version 292 (July 2025).

Whoever takes over a uid does not inherit its link to an EVM address.
"""

from attrs import evolve

from neuron_ledger.ledger.rules.migrations import subnets as subnets_migrations
from neuron_ledger.ledger.rules.registration import seats
from neuron_ledger.ledger.runtime import Runtime


def step_292(before: Runtime) -> Runtime:
    """The runtime before it, with what 292 changed."""
    return evolve(
        before,
        migrations=(*before.migrations, subnets_migrations.move_identities_292),
        replace_neuron=seats.replace_neuron_292,
    )
