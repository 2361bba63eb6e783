"""spec_version 156 (July 2024, commit a3ef6e048): anybody can swap coldkeys, which take their lists of hotkeys along.

Swaps cost nothing, until 162. In these weeks the main chain was in safe mode most of the time, which is not built here: calls
that it blocked are decided by their own checks."""

from attrs import evolve

from neuron_ledger.events.storage.layouts_before import early_layout
from neuron_ledger.ledger.rules.migrations import early
from neuron_ledger.ledger.rules.tao_stake import coldkey_calls, positions, swap_calls
from neuron_ledger.ledger.runtime import Runtime


def step_156(before: Runtime) -> Runtime:
    return evolve(
        before,
        early_migrations=early.MIGRATIONS_156,
        layout=early_layout(156),
        calls={**before.calls, **swap_calls.CALLS_156, **coldkey_calls.CALLS_156},
        earlier_forms={**before.earlier_forms, **coldkey_calls.FORMS_156},
        create_account=positions.create_owned_account_156,
    )
