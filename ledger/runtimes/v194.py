"""spec_version 194 (July 2024, commit bcb696b6e, after 160): swaps of coldkeys are requested by work, and wait for arbitration.

A waiting coldkey can do hardly anything. A hotkey on root that has come to qualify joins the senate."""

from attrs import evolve

from neuron_ledger.events.storage.layouts_before import early_layout
from neuron_ledger.ledger.rules.arbitration import calls as arbitration
from neuron_ledger.ledger.rules.registration import early_calls, root, terms
from neuron_ledger.ledger.rules.tao_stake import coldkey_calls, swap_calls
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.change import calls_without, inserted_before


def step_194(before: Runtime) -> Runtime:
    return evolve(
        before,
        layout=early_layout(194),
        guards=(*before.guards, arbitration.not_in_arbitration_194),
        calls={
            **calls_without(before.calls, coldkey_calls.GONE_194),
            **early_calls.CALLS_194,
            **swap_calls.CALLS_194,
            **coldkey_calls.CALLS_194,
            **arbitration.CALLS_194,
        },
        earlier_forms={**before.earlier_forms, **coldkey_calls.FORMS_194},
        block_hook=inserted_before(
            before.block_hook, terms.adjust_registration_terms_153, arbitration.swap_coldkeys_this_block_194
        ),
        after_root_registration=(root.join_senate_if_eligible, root.become_delegate),
    )
