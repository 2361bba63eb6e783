"""spec_version 149 (May 2024, commit 815383106): takes have bounds, and are raised and lowered.

An account that cannot pay a price in full pays what it has. The seal of work has its nonce in the other byte order, until 151;
the minimum that a nomination must keep is again as at 146."""

from attrs import evolve

from neuron_ledger.events.storage.layouts_before import early_layout
from neuron_ledger.ledger.errors.names_before import NAMES_149
from neuron_ledger.ledger.rules.accounts import transfer_calls
from neuron_ledger.ledger.rules.emission import root_values
from neuron_ledger.ledger.rules.hyperparameters import early_tables as parameters
from neuron_ledger.ledger.rules.migrations import early
from neuron_ledger.ledger.rules.registration import early_calls
from neuron_ledger.ledger.rules.subnets import early_networks
from neuron_ledger.ledger.rules.tao_stake import calls as stake
from neuron_ledger.ledger.rules.tao_stake import swap_calls, take_calls
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.change import instead


def step_149(before: Runtime) -> Runtime:
    return evolve(
        before,
        early_migrations=early.MIGRATIONS_149,
        layout=early_layout(149),
        error_names=NAMES_149,
        calls={
            **before.calls,
            **transfer_calls.CALLS,
            **early_calls.CALLS_149,
            **stake.CALLS_149,
            **take_calls.CALLS_149,
            **swap_calls.CALLS_149,
        },
        registration_checks=early_calls.CHECKS_149,
        register_network=early_networks.STEPS_149,
        parameter_steps={**before.parameter_steps, **parameters.STEPS_149},
        parameter_setters=parameters.SETTERS_149,
        block_hook=instead(before.block_hook, {root_values.run_root_epoch_146: root_values.run_root_epoch_149}),
    )
