"""spec_version 205 (November 2024): emission waits for the root network again; what was noted of stake added is not forgotten."""

from attrs import evolve

from neuron_ledger.events.storage.layouts_195 import layout_before_alpha
from neuron_ledger.ledger.rules.emission import daily, loaded
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.change import instead


def step_205(before: Runtime) -> Runtime:
    return evolve(
        before,
        layout=layout_before_alpha(205),
        block_hook=instead(before.block_hook, {daily.pay_hotkeys_202: daily.pay_hotkeys_205}),
        emitting=loaded.every_subnet_emits_103,
    )
