"""spec_version 154 (July 2024, commit 1934f339b): liquid alpha, by which the bonds to each miner move at a pace of their own.

A hotkey's swap moves its Prometheus endpoint and its pending emission along. 155 has the same rules."""

from attrs import evolve

from neuron_ledger.events.storage.layouts_before import early_layout
from neuron_ledger.ledger.rules.epoch import early_run, early_steps
from neuron_ledger.ledger.rules.hyperparameters import early_tables as parameters
from neuron_ledger.ledger.rules.hyperparameters import owner_calls
from neuron_ledger.ledger.rules.tao_stake import swap_calls
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.change import with_steps


def step_154(before: Runtime) -> Runtime:
    return evolve(
        before,
        layout=early_layout(154),
        calls={**before.calls, **owner_calls.CALLS_154, **swap_calls.CALLS_154},
        parameter_steps={**before.parameter_steps, **parameters.STEPS_154},
        read_epoch=early_run.read_epoch_154,
        epoch=with_steps(before.epoch, {"bonds": early_steps.bonds_154}),
    )
