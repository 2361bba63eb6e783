"""spec_version 151 (June 2024): commits to weights by interval, and errors under their names of today.

Root's weights are normalised per member; the seal of work is again as before 149. 152 has the same rules: only its transaction
pool checks that the hotkey, not the coldkey, has enough stake for root's weights."""

from attrs import evolve

from neuron_ledger.events.storage.layouts_before import early_layout
from neuron_ledger.ledger.rules.emission import root_values
from neuron_ledger.ledger.rules.hyperparameters import early_tables as parameters
from neuron_ledger.ledger.rules.registration import early_calls
from neuron_ledger.ledger.rules.weights import early_calls as weights
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.change import instead


def step_151(before: Runtime) -> Runtime:
    return evolve(
        before,
        layout=early_layout(151),
        error_names={},
        calls={**before.calls, **early_calls.CALLS_136, **weights.CALLS_151},
        parameter_steps={**before.parameter_steps, **parameters.STEPS_151},
        parameter_setters=parameters.SETTERS_151,
        block_hook=instead(before.block_hook, {root_values.run_root_epoch_149: root_values.run_root_epoch_151}),
    )
