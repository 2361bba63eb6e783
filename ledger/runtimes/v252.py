"""spec_version 252 (March 2025): what the owner hotkey earns as a miner is burned, and its weight for itself counts.

A child takes its part of what its parents get, but nothing from parents of its own coldkey. How fast the moving prices of young
subnets move is a hyperparameter. Unstaking costs what the stake earned in an epoch; of stake that moves within a limit, only what
the limit permits moves. Owners name the subnet's owner hotkey, and can set the version key of weights at a limited rate. Subnets
are no longer removed by schedule, and their number is not limited.
"""

from attrs import evolve

from neuron_ledger.events.associations import ScheduleDissolveNetwork
from neuron_ledger.events.storage.layouts_dtao import dtao_layout
from neuron_ledger.ledger.rules.accounts import empty_calls
from neuron_ledger.ledger.rules.emission import dividends, drain, dtao
from neuron_ledger.ledger.rules.epoch import dtao_run
from neuron_ledger.ledger.rules.hyperparameters import dtao_tables
from neuron_ledger.ledger.rules.migrations import dtao as migrations
from neuron_ledger.ledger.rules.stake import dtao_orders, transitions
from neuron_ledger.ledger.rules.subnets import beginning, dtao_networks, ending
from neuron_ledger.ledger.rules.subnets import early_calls as early_subnets
from neuron_ledger.ledger.rules.tao_stake import dtao_swap_calls
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.change import instead, without


def step_252(before: Runtime) -> Runtime:
    """The runtime before it, with what 252 changed."""
    return evolve(
        before,
        early_migrations=migrations.MIGRATIONS_252,
        layout=dtao_layout(252),
        calls={
            **before.calls,
            ScheduleDissolveNetwork: empty_calls.CALLS[ScheduleDissolveNetwork],
            **dtao_tables.CALLS_252,
        },
        block_hook=without(before.block_hook, early_subnets.run_scheduled_dissolutions_195),
        register_network=dtao_networks.STEPS_252,
        begin_subnet=(beginning.init_network, *before.begin_subnet[1:]),
        cleared_with_network=ending.CLEARED_WITH_A_NETWORK,
        parameter_steps={**before.parameter_steps, **dtao_tables.STEPS_252},
        swaps=dtao_swap_calls.SWAPS_252,
        orders=evolve(before.orders, move=transitions.move_at_fixed_fee, unstaking_fee=dtao_orders.unstaking_fee_252),
        emission_steps=instead(before.emission_steps, {dtao.move_prices_246: dtao.move_prices_252}),
        share_with_parents=dividends.get_parent_child_dividends_distribution,
        pay_miners=drain.pay_miners,
        read_epoch=dtao_run.read_epoch_252,
    )
