"""spec_version 127 (August 2023): a coldkey's total stake decreases when it takes stake back.

Parameters of validators are gone; weights are set once in a hundred blocks by default. None of this applies to the first 127, in
July, whose rules are those of 126."""

from attrs import evolve

from neuron_ledger.events.storage.layouts_before import early_layout
from neuron_ledger.ledger.rules.hyperparameters import early_tables as parameters
from neuron_ledger.ledger.rules.hyperparameters.dated_tables import changed
from neuron_ledger.ledger.rules.migrations import early
from neuron_ledger.ledger.rules.tao_stake import calls as stake
from neuron_ledger.ledger.rules.tao_stake import positions
from neuron_ledger.ledger.runtime import Runtime


def step_127(before: Runtime) -> Runtime:
    return evolve(
        before,
        early_migrations=early.MIGRATIONS_127,
        layout=early_layout(127),
        calls={**before.calls, **stake.CALLS_127},
        parameter_steps=changed(before.parameter_steps, {}, parameters.GONE_127),
        decrease_tao_stake=positions.DECREASE,
    )


def first_127(before: Runtime) -> Runtime:
    """before: 126."""
    return evolve(before, spec_version=127, tree="first")
