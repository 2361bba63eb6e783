"""spec_version 136 (November 2023): the admin pallet sets parameters, and owners set most of them.

Registration by work has a flag of its own; root no longer registers anybody; hotkeys can be swapped; another subnet makes room
for a new one. Of the number's trees this is the last (commit 950593d9a)."""

from attrs import evolve

from neuron_ledger.events.storage.layouts_before import early_layout
from neuron_ledger.ledger.errors.names_before import NAMES_136
from neuron_ledger.ledger.rules.accounts import early_transfer_calls
from neuron_ledger.ledger.rules.hyperparameters import early_tables as parameters
from neuron_ledger.ledger.rules.registration import early_calls
from neuron_ledger.ledger.rules.subnets import early_networks
from neuron_ledger.ledger.rules.tao_stake import swap_calls
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.change import calls_without


def step_136(before: Runtime) -> Runtime:
    return evolve(
        before,
        layout=early_layout(136),
        error_names={**NAMES_136, **early_transfer_calls.NAMES},
        calls={
            **calls_without(before.calls, early_calls.GONE_136),
            **early_calls.CALLS_136,
            **swap_calls.CALLS_136,
        },
        register_network=early_networks.STEPS_136,
        parameter_steps={**before.parameter_steps, **parameters.STEPS_136},
    )
