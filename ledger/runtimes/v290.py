"""spec_version 290 (July 2025).

New subnets admit registrations from the start: NetworkRegistrationAllowed and NetworkPowRegistrationAllowed default to true.
The least stake is 20,000,000 rao. Stake that moves pays a fee where it comes to alone.
"""

from attrs import evolve

from neuron_ledger.events.storage.items_424 import added
from neuron_ledger.ledger.rules.migrations import subnets as subnets_migrations
from neuron_ledger.ledger.rules.stake import transitions
from neuron_ledger.ledger.runtime import Runtime

ADDED = added("SubnetLeases", "SubnetLeaseShares", "SubnetUidToLeaseId", "NextSubnetLeaseId", "AccumulatedLeaseDividends")


def step_290(before: Runtime) -> Runtime:
    """The runtime before it, with what 290 changed."""
    return evolve(
        before,
        layout=before.layout.with_items(ADDED).with_defaults(
            {"NetworkRegistrationAllowed": True, "NetworkPowRegistrationAllowed": True}
        ),
        orders=evolve(before.orders, least=20_000_000, free_of_fee=transitions.free_at_origin_290),
        migrations=(*before.migrations, subnets_migrations.allow_registrations_290),
    )
