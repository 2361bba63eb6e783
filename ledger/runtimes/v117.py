"""spec_version 117 (April 2023): weights are stored scaled to the greatest one; burns of registrations are totalled."""

from attrs import evolve

from neuron_ledger.events.storage.layouts_before import early_layout
from neuron_ledger.ledger.rules.hyperparameters import early_tables as parameters
from neuron_ledger.ledger.rules.registration import checks
from neuron_ledger.ledger.rules.weights import early_calls as weights
from neuron_ledger.ledger.runtime import Runtime


def step_117(before: Runtime) -> Runtime:
    return evolve(
        before,
        layout=early_layout(117),
        calls={**before.calls, **weights.CALLS_117},
        after_registration=(*before.after_registration, checks.book_recycled_burn),
        parameter_steps={**before.parameter_steps, **parameters.STEPS_117},
    )
