"""spec_version 283 (June 2025).

A subnet's pools charge a fee and are Uniswap-like; what a registration burns goes through them. New networks begin with
another burn. Liquid alpha divides its steepness, which is signed, by 100, and has wider bounds for alpha. An axon may be
announced with address 0. A subnet's identity has a logo besides. Limits on weights and serving are asked before dispatch too,
of signed transactions. Stake jobs are gone.

The calls that move stake, stake within a price limit or give alpha up are those of spec_version 277 alone here: later
runtimes, in which they go through other pools, do not have them.
"""

from attrs import evolve

from neuron_ledger.events.calls import AddStake, RemoveStake
from neuron_ledger.events.storage.items_424 import added
from neuron_ledger.ledger.rules.accounts.identities import OF_SUBNETS_283
from neuron_ledger.ledger.rules.epoch.dated_steps import liquid_alpha_283
from neuron_ledger.ledger.rules.migrations import emission as emission_migrations
from neuron_ledger.ledger.rules.registration import checks
from neuron_ledger.ledger.rules.serving import checks as endpoint_checks
from neuron_ledger.ledger.rules.stake import move_calls, orders, weighted_swaps
from neuron_ledger.ledger.runtime import Runtime, call_table, handles
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
        migrations=(*before.migrations, emission_migrations.count_root_tao_283),
        layout=before.layout.without(GONE).with_items(ADDED).with_defaults({"Burn": 100_000_000}),
        subnet_identity=OF_SUBNETS_283,
        epoch=with_steps(before.epoch, {"liquid_alpha": liquid_alpha_283}),
        pool=weighted_swaps.POOL_283,
        calls={
            **{call: handler for call, handler in before.calls.items() if call not in move_calls.CALLS},
            **call_table(handles(AddStake, orders.add_stake_283), handles(RemoveStake, orders.remove_stake_283)),
        },
        axon_checks=instead(
            before.axon_checks, {endpoint_checks.address_can_be_served_from: endpoint_checks.address_or_none_283}
        ),
        pay_for_registration=checks.pay_for_registration_283,
    )
