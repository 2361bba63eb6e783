"""spec_version 159 (July 2024, commit 5b5ac3a78): coldkeys have a list of the hotkeys that they stake on.

160 has the same rules."""

from attrs import evolve

from neuron_ledger.events.storage.layouts_before import early_layout
from neuron_ledger.ledger.rules.migrations import early
from neuron_ledger.ledger.rules.tao_stake import coldkey_calls, positions, swap_calls
from neuron_ledger.ledger.runtime import Runtime


def step_159(before: Runtime) -> Runtime:
    return evolve(
        before,
        early_migrations=early.MIGRATIONS_159,
        layout=early_layout(159),
        calls={**before.calls, **swap_calls.CALLS_159, **coldkey_calls.CALLS_159},
        create_account=positions.create_listed_account_159,
        increase_tao_stake=positions.INCREASE_159,
        empty_tao_stake=positions.EMPTY_159,
    )
