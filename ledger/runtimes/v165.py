"""spec_version 165 (August 2024, commit f603944ce): a coldkey's swap moves its stake on others' hotkeys along.

Hotkeys can no longer be swapped, until 195."""

from attrs import evolve

from neuron_ledger.events.storage.layouts_before import early_layout
from neuron_ledger.ledger.rules.accounts import empty_calls
from neuron_ledger.ledger.rules.arbitration import calls as arbitration
from neuron_ledger.ledger.rules.migrations import early
from neuron_ledger.ledger.rules.tao_stake import coldkey_calls, swap_calls
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.change import calls_without, instead


def step_165(before: Runtime) -> Runtime:
    return evolve(
        before,
        early_migrations=early.MIGRATIONS_165,
        layout=early_layout(165),
        calls={
            **calls_without(before.calls, swap_calls.GONE_165),
            **coldkey_calls.CALLS_165,
            **empty_calls.CALLS_165,
        },
        block_hook=instead(
            before.block_hook, {arbitration.swap_coldkeys_this_block_194: arbitration.swap_coldkeys_this_block_165}
        ),
    )
