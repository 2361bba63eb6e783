"""spec_version 201 (September 2024): all stake of nominators counts when a hotkey is paid, and its share is computed first."""

from attrs import evolve

from neuron_ledger.ledger.rules.emission import daily
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.change import instead


def step_201(before: Runtime) -> Runtime:
    return evolve(before, block_hook=instead(before.block_hook, {daily.pay_hotkeys_195: daily.pay_hotkeys_201}))
