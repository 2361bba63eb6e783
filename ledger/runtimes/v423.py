"""spec_version 423 (June 2026).

Epochs follow a stateful schedule of their subnet, at most two of them in a block. Commits count epochs. Activity is measured
in parts of the tempo. New subnets get no emission until that is switched on. Every call is checked by guards first. Pools are
balanced by weights. A price limit that permits no amount makes an order of 0. Stake may be moved in the block in which it was
staked. Serving needs a registration on the same network.
"""

from attrs import evolve

from neuron_ledger.events.storage.items_424 import added
from neuron_ledger.ledger.rules import guards
from neuron_ledger.ledger.rules.emission import registration_prices
from neuron_ledger.ledger.rules.emission.slots import due_epochs_423, run_due_epochs_334, run_due_epochs_423
from neuron_ledger.ledger.rules.epoch.dated_run import read_epoch_423
from neuron_ledger.ledger.rules.epoch.dated_steps import renewed_423
from neuron_ledger.ledger.rules.hyperparameters import dated_tables, owner_calls, owner_limits, setters
from neuron_ledger.ledger.rules.migrations import stake as stake_migrations
from neuron_ledger.ledger.rules.migrations import weights as weights_migrations
from neuron_ledger.ledger.rules.serving import checks as endpoint_checks
from neuron_ledger.ledger.rules.stake import children, limits, once_a_block, weighted_swaps
from neuron_ledger.ledger.rules.subnets import beginning, ending, first_pools, new_networks
from neuron_ledger.ledger.rules.weights import commit_epochs, timelock
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.change import inserted, instead, with_steps, without

ADDED = added(
    "ActivityCutoffFactorMilli",
    "LastEpochBlock",
    "PendingEpochAt",
    "SubnetEpochIndex",
    "MaxEpochsPerBlock",
    "ColdkeySwapAnnouncements",
    "Swap.ScrapReservoirAlpha",
)
GONE = ("StakingOperationRateLimiter",)


def step_423(before: Runtime) -> Runtime:
    """The runtime before it, with what 423 changed."""
    return evolve(
        before,
        migrations=(
            *before.migrations,
            weights_migrations.begin_schedules_423,
            stake_migrations.list_locking_coldkeys_423,
            stake_migrations.forget_orders_423,
        ),
        calls={**before.calls, **owner_calls.CALLS_423},
        parameter_steps=dated_tables.changed(before.parameter_steps, dated_tables.STEPS_423),
        layout=before.layout.without(GONE).with_items(ADDED),
        due_epochs=due_epochs_423,
        block_hook=instead(
            instead(
                instead(without(before.block_hook, once_a_block.forget_orders_290), {run_due_epochs_334: run_due_epochs_423}),
                {timelock.reveal_everywhere_361: timelock.reveal_everywhere_423},
            ),
            {
                registration_prices.update_registration_prices_397: registration_prices.update_registration_prices_423,
                children.set_pending_children_397: children.set_pending_children_423,
            },
        ),
        parameters_are_frozen=owner_limits.frozen_before_epoch_423,
        parameter_setters={**before.parameter_setters, **setters.SETTERS_423},
        begin_subnet=instead(before.begin_subnet, {beginning.init_network_411: beginning.init_network_423}),
        register_network=inserted(
            instead(
                before.register_network,
                {
                    first_pools.note_median_price_397: first_pools.note_median_price_423,
                    first_pools.fill_pool_411: first_pools.fill_pool_423,
                },
            ),
            new_networks.announce,
            new_networks.switch_emission_off_423,
        ),
        dissolve_network=instead(before.dissolve_network, {ending.release_locks_411: ending.release_locks_423}),
        cleared_with_network=ending.CLEARED_423,
        read_epoch=read_epoch_423,
        epoch=with_steps(before.epoch, {"renewed": renewed_423}),
        pool=weighted_swaps.POOL_423,
        orders=evolve(before.orders, within_limit=limits.whatever_423, before_unstaking=(), after_order=()),
        guards=(*before.guards, *guards.GUARDS_423),
        new_commit=commit_epochs.new_commit_423,
        reveal_window=commit_epochs.reveal_window_423,
        commit_epoch=commit_epochs.commit_epoch_423,
        epoch_index=commit_epochs.epoch_index_423,
        axon_checks=instead(
            before.axon_checks, {endpoint_checks.hotkey_is_registered_anywhere: endpoint_checks.hotkey_is_registered_here_423}
        ),
        prometheus_checks=instead(
            before.prometheus_checks,
            {endpoint_checks.hotkey_is_registered_anywhere: endpoint_checks.hotkey_is_registered_here_423},
        ),
    )
