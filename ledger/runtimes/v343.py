"""spec_version 343 (November 2025).

Pending emission is kept separately as it accrues: for servers, for validators, for root.
"""

from attrs import evolve

from neuron_ledger.events.storage.items_424 import added
from neuron_ledger.ledger.rules.emission import injection
from neuron_ledger.ledger.rules.migrations import emission as emission_migrations
from neuron_ledger.ledger.rules.subnets import ending, pay_out
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.change import instead

ADDED = added(
    "PendingServerEmission",
    "PendingValidatorEmission",
)
GONE = ("PendingEmission",)


def step_343(before: Runtime) -> Runtime:
    """The runtime before it, with what 343 changed."""
    return evolve(
        before,
        migrations=(*before.migrations, emission_migrations.split_pending_emissions_343),
        layout=before.layout.without(GONE).with_items(ADDED),
        emission_steps=instead(before.emission_steps, {injection.accumulate_334: injection.accumulate_343}),
        dissolve_network=instead(before.dissolve_network, {pay_out.END_STAKES_334: pay_out.END_STAKES_343}),
        cleared_with_network=ending.CLEARED_343,
        take_pending=injection.take_pending_343,
    )
