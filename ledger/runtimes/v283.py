"""spec_version 283 (June 2025).

A subnet's pools charge a fee and are Uniswap-like; what a registration burns goes through them. New networks begin with
another burn. Liquid alpha divides its steepness, which is signed, by 100, and has wider bounds for alpha. An axon may be
announced with address 0. A subnet's identity also has a logo. Limits on weights and serving are also checked before dispatch,
for signed transactions. Stake jobs are gone.

Moves of stake go through those pools too, which apply price limits; all of a hotkey's stake can be taken back within one.
"""

from attrs import evolve

from neuron_ledger.events.storage.items_424 import added
from neuron_ledger.ledger.rules.accounts.identities import OF_SUBNETS_283
from neuron_ledger.ledger.rules.epoch.dated_steps import liquid_alpha_283
from neuron_ledger.ledger.rules.hyperparameters import dated_tables, owner_calls
from neuron_ledger.ledger.rules.migrations import emission as emission_migrations
from neuron_ledger.ledger.rules.registration import checks
from neuron_ledger.ledger.rules.serving import checks as endpoint_checks
from neuron_ledger.ledger.rules.stake import limits, order_calls, orders, transitions, weighted_swaps
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.change import instead, with_steps

ADDED = added(
    "AlphaSigmoidSteepness",
    "SubnetIdentitiesV3",
    "Swap.FeeRate",
    "Swap.SwapBalancer",
    "Swap.PalSwapInitialized",
    "SubnetIdentitiesV3",
)
GONE = ("StakeJobs",)


def step_283(before: Runtime) -> Runtime:
    """The runtime before it, with what 283 changed."""
    return evolve(
        before,
        parameter_steps=dated_tables.changed(before.parameter_steps, dated_tables.STEPS_283),
        migrations=(*before.migrations, emission_migrations.count_root_tao_283),
        layout=before.layout.without(GONE).with_items(ADDED).with_defaults({"Burn": 100_000_000}),
        subnet_identity=OF_SUBNETS_283,
        epoch=with_steps(before.epoch, {"liquid_alpha": liquid_alpha_283}),
        pool=weighted_swaps.POOL_283,
        orders=evolve(
            before.orders,
            most_added=limits.most_added_283,
            most_removed=limits.most_removed_283,
            relative_price=limits.relative_price_283,
            move=transitions.move_stake_283,
            clear_nominations=orders.clear_small_nominations_283,
        ),
        calls={**before.calls, **order_calls.CALLS_283, **owner_calls.CALLS_283},
        axon_checks=instead(
            before.axon_checks, {endpoint_checks.address_can_be_served_from: endpoint_checks.address_or_none_283}
        ),
        pay_for_registration=checks.pay_for_registration_283,
    )
