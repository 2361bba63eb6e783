"""spec_version 158 (July 2024, commit a62975c8d): a coldkey can take back all stake on its hotkeys, and give it away."""

from attrs import evolve

from neuron_ledger.ledger.rules.tao_stake import coldkey_calls
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.change import calls_without


def step_158(before: Runtime) -> Runtime:
    return evolve(
        before,
        calls={**calls_without(before.calls, coldkey_calls.GONE_158), **coldkey_calls.CALLS_158},
        earlier_forms={**before.earlier_forms, **coldkey_calls.FORMS_158},
    )
