"""spec_version 397 (April 2026).

Registration is by burn only; its price decays with every block and rises with every registration. A newcomer's last update is
its registration. An owner's uid needs neither stake nor a permit. Shares of stake are decimal numbers. Children of a
subnet that has not started are set at once. Yuma 3 is on in new networks.
"""

from attrs import evolve

from neuron_ledger.events.calls import PokePruningScores
from neuron_ledger.events.storage.items_424 import added
from neuron_ledger.ledger.rules.emission import registration_prices
from neuron_ledger.ledger.rules.epoch.dated_steps import counted_stake_397, new_permits_397, permits_397
from neuron_ledger.ledger.rules.hyperparameters import dated_tables
from neuron_ledger.ledger.rules.migrations import subnets as subnets_migrations
from neuron_ledger.ledger.rules.registration import calls as registration
from neuron_ledger.ledger.rules.registration import checks, price, seats, terms
from neuron_ledger.ledger.rules.stake import children, orders, root_index, share_books
from neuron_ledger.ledger.rules.subnets import beginning, ending, first_pools, new_networks
from neuron_ledger.ledger.rules.subnets import calls as subnets
from neuron_ledger.ledger.rules.swaps import dated_coldkeys, dated_hotkeys
from neuron_ledger.ledger.rules.weights import mechanisms, setting
from neuron_ledger.ledger.runtime import BlockStep, Runtime
from neuron_ledger.ledger.runtimes.change import inserted, inserted_before, instead, with_steps, without

ADDED = added(
    "BurnHalfLife",
    "BurnIncreaseMult",
    "AlphaV2",
    "TotalHotkeySharesV2",
    "AlphaV2MapLastKey",
    "RegisteredSubnetCounter",
    "AutoParentDelegationEnabled",
)


def step_397(before: Runtime) -> Runtime:
    """The runtime before it, with what 397 changed."""
    new_prices: dict[BlockStep, BlockStep] = {
        terms.adjust_registration_terms_for_networks: registration_prices.update_registration_prices_397
    }
    block_hook = instead(before.block_hook, {**new_prices, children.set_pending_children_334: children.set_pending_children_397})
    return evolve(
        before,
        parameter_steps=dated_tables.changed(before.parameter_steps, dated_tables.STEPS_397),
        swaps=evolve(
            before.swaps,
            stakers=dated_hotkeys.stakers_397,
            on_subnet=(*before.swaps.on_subnet, dated_hotkeys.carry_parent_delegation_397),
            coldkey=instead(before.swaps.coldkey, {dated_coldkeys.carry_shares_334: dated_coldkeys.carry_stake_397}),
        ),
        migrations=(*before.migrations, subnets_migrations.remove_work_registrations_397),
        layout=before.layout.with_items(ADDED),
        epoch=with_steps(
            before.epoch,
            {"permits": permits_397, "counted_stake": counted_stake_397, "new_permits": new_permits_397},
        ),
        first_parameters=beginning.FIRST_PARAMETERS_397,
        begin_subnet=instead(
            before.begin_subnet,
            {
                beginning.init_network_315: beginning.init_network_397,
                beginning.keep_registration_counters: beginning.keep_registration_counter_397,
            },
        ),
        register_network=inserted_before(
            inserted(
                inserted(
                    inserted(
                        instead(before.register_network, {first_pools.fill_pool_320: first_pools.fill_pool_397}),
                        new_networks.take_netuid,
                        first_pools.note_median_price_397,
                    ),
                    new_networks.seat_hotkey,
                    new_networks.count_397,
                ),
                first_pools.fill_pool_397,
                new_networks.name_owner_hotkey_397,
            ),
            new_networks.announce,
            new_networks.make_root_its_parents_397,
        ),
        cleared_with_network=ending.CLEARED_397,
        schedule_children=children.schedule_children_397,
        shares=share_books.DECIMAL_SHARES_397,
        orders=evolve(before.orders, clear_nominations=orders.clear_small_nominations_397),
        weights_checks=instead(
            before.weights_checks,
            {
                setting.stake_reaches_threshold: mechanisms.stake_reaches_threshold_397,
                setting.permit_unless_self_weight: mechanisms.permit_unless_owner_397,
            },
        ),
        block_hook=(*block_hook, root_index.index_root_coldkeys_397),
        calls={
            **{call: handler for call, handler in before.calls.items() if call is not PokePruningScores},
            **registration.CALLS_397,
            **subnets.CALLS_397,
        },
        registration_checks=without(before.registration_checks, checks.limits_are_not_reached),
        after_registration=(checks.book_recycled_burn, price.raise_price_397, checks.count_registration_397),
        replace_neuron=seats.replace_neuron_397,
    )
