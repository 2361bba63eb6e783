"""spec_version 146 (April 2024, commit 3bdcdd8e5): moves of stake are limited by interval, and nominations have a minimum.

Stake no longer counts as issued, and a block's emission halves as issuance grows. 147 has the same rules: it only admits more
registrations to its transaction pool."""

from attrs import evolve

from neuron_ledger.events.storage.layouts_before import early_layout
from neuron_ledger.ledger.rules.emission import root_values
from neuron_ledger.ledger.rules.hyperparameters import early_tables as parameters
from neuron_ledger.ledger.rules.migrations import early
from neuron_ledger.ledger.rules.tao_stake import calls as stake
from neuron_ledger.ledger.rules.tao_stake import positions
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.change import instead


def step_146(before: Runtime) -> Runtime:
    return evolve(
        before,
        early_migrations=early.MIGRATIONS_146,
        layout=early_layout(146),
        calls={**before.calls, **stake.CALLS_146},
        parameter_steps={**before.parameter_steps, **parameters.STEPS_146},
        increase_tao_stake=positions.INCREASE,
        decrease_tao_stake=positions.DECREASE,
        empty_tao_stake=positions.EMPTY_146,
        block_hook=instead(before.block_hook, {root_values.run_root_epoch_143: root_values.run_root_epoch_146}),
    )
