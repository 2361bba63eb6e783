"""spec_version 185 (May 2024, commit 41f9d2524, of the test network): commits to weights by interval, limits of takes."""

from attrs import evolve

from neuron_ledger.events.storage.layouts_before import LAYOUT_185
from neuron_ledger.ledger.rules.accounts import transfer_calls
from neuron_ledger.ledger.rules.emission import loaded, root_values
from neuron_ledger.ledger.rules.hyperparameters import early_tables as parameter_tables
from neuron_ledger.ledger.rules.registration import early_calls
from neuron_ledger.ledger.rules.subnets import early_networks
from neuron_ledger.ledger.rules.tao_stake import calls as stake
from neuron_ledger.ledger.rules.tao_stake import positions, swap_calls, take_calls
from neuron_ledger.ledger.rules.weights import early_calls as weights
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.change import instead


def step_185(before: Runtime) -> Runtime:
    """What changed since 143."""
    return evolve(
        before,
        spec_version=185,
        layout=LAYOUT_185,
        error_names={},
        calls={
            **before.calls,
            **transfer_calls.CALLS,
            **stake.CALLS_146,
            **take_calls.CALLS_149,
            **swap_calls.CALLS_149,
            **weights.CALLS_151,
        },
        registration_checks=early_calls.CHECKS_185,
        register_network=early_networks.STEPS_185,
        parameter_steps=parameter_tables.STEPS_185,
        parameter_setters=parameter_tables.SETTERS_185,
        increase_tao_stake=positions.INCREASE,
        decrease_tao_stake=positions.DECREASE,
        block_hook=instead(before.block_hook, {root_values.run_root_epoch_143: root_values.run_root_epoch_185}),
        emitting=loaded.open_subnets_emit_185,
    )
