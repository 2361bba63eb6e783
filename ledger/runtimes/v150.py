"""spec_version 150 (May 2024, commit 40a8321a3): subnets that are closed to registration get no emission, and have no epochs.

A remainder that is too small for a nomination is returned with what was asked for; the minimum take is half of what it was."""

from attrs import evolve

from neuron_ledger.events.storage.layouts_before import early_layout
from neuron_ledger.ledger.rules.emission import loaded
from neuron_ledger.ledger.rules.tao_stake import calls as stake
from neuron_ledger.ledger.runtime import Runtime


def step_150(before: Runtime) -> Runtime:
    return evolve(
        before,
        layout=early_layout(150),
        calls={**before.calls, **stake.CALLS_150},
        emitting=loaded.open_subnets_emit_150,
    )
