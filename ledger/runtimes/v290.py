"""spec_version 290 (July 2025).

New subnets admit registrations from the start: NetworkRegistrationAllowed and NetworkPowRegistrationAllowed default to true.
The minimum stake is 20,000,000 rao. Moves of stake pay a fee only at the destination. What was staked in a block stays on its
hotkey until the next one. A subnet's symbol can be changed, and a new subnet gets one that no other has.
"""

from attrs import evolve

from neuron_ledger.events.storage.items_424 import added
from neuron_ledger.ledger.rules.hyperparameters import dated_tables
from neuron_ledger.ledger.rules.migrations import subnets as subnets_migrations
from neuron_ledger.ledger.rules.stake import once_a_block, transitions
from neuron_ledger.ledger.rules.subnets import calls as subnets
from neuron_ledger.ledger.rules.subnets import new_networks
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.change import inserted_before, instead

ADDED = added(
    "SubnetLeases",
    "SubnetLeaseShares",
    "SubnetUidToLeaseId",
    "NextSubnetLeaseId",
    "AccumulatedLeaseDividends",
    "StakingOperationRateLimiter",
)


def step_290(before: Runtime) -> Runtime:
    """The runtime before it, with what 290 changed."""
    return evolve(
        before,
        parameter_steps=dated_tables.changed(before.parameter_steps, dated_tables.STEPS_290),
        layout=before.layout.with_items(ADDED).with_defaults(
            {"NetworkRegistrationAllowed": True, "NetworkPowRegistrationAllowed": True}
        ),
        orders=evolve(
            before.orders,
            least=20_000_000,
            free_of_fee=transitions.free_at_origin_290,
            before_unstaking=(once_a_block.ensure_no_order_290,),
            after_order=(once_a_block.note_order_290,),
        ),
        block_hook=(*before.block_hook, once_a_block.forget_orders_290),
        migrations=(*before.migrations, subnets_migrations.allow_registrations_290),
        calls={**before.calls, **subnets.CALLS_290},
        register_network=inserted_before(
            instead(before.register_network, {new_networks.choose_symbol: new_networks.choose_symbol_290}),
            new_networks.announce,
            new_networks.allow_registrations_290,
        ),
    )
