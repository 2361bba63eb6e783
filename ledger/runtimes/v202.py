"""spec_version 202 (September 2024): what was staked since a hotkey was paid does not count when it is paid again.

Who sets weights needs stake on the subnet, with what is lent."""

from attrs import evolve

from neuron_ledger.events.storage.layouts_195 import layout_before_alpha
from neuron_ledger.ledger.rules.emission import daily
from neuron_ledger.ledger.rules.weights import early_calls as weights
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.change import instead


def step_202(before: Runtime) -> Runtime:
    return evolve(
        before,
        layout=layout_before_alpha(202),
        calls={**before.calls, **weights.CALLS_202},
        block_hook=instead(before.block_hook, {daily.pay_hotkeys_201: daily.pay_hotkeys_202}),
    )
