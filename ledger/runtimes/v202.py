"""spec_version 202 (September 2024): what was staked since a hotkey was paid does not count when it is paid again.

What a hotkey earned but was not paid yet moves with it when it is swapped."""

from attrs import evolve

from neuron_ledger.events.storage.layouts_195 import layout_before_alpha
from neuron_ledger.ledger.rules.emission import daily
from neuron_ledger.ledger.rules.registration import early_uids
from neuron_ledger.ledger.rules.tao_stake import noted_calls, positions, set_cost_swap_calls
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.change import instead


def step_202(before: Runtime) -> Runtime:
    return evolve(
        before,
        layout=layout_before_alpha(202),
        calls={**before.calls, **noted_calls.CALLS_202},
        replace_neuron=early_uids.replace_neuron_202,
        empty_tao_stake=positions.EMPTY_202,
        swaps=set_cost_swap_calls.SWAPS_202,
        block_hook=instead(before.block_hook, {daily.pay_hotkeys_201: daily.pay_hotkeys_202}),
    )
