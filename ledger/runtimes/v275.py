"""spec_version 275 (June 2025, commit f892a9c44): hotkeys can be swapped on one subnet, and old swaps are cleared."""

from attrs import evolve

from neuron_ledger.events.storage.layouts_dtao import dtao_layout
from neuron_ledger.events.swaps import SwapHotkey
from neuron_ledger.ledger.rules.swaps import calls as swap_calls
from neuron_ledger.ledger.runtime import Runtime


def step_275(before: Runtime) -> Runtime:
    """The runtime before it, with what 275 changed."""
    return evolve(
        before,
        layout=dtao_layout(275),
        calls={**before.calls, SwapHotkey: swap_calls.CALLS[SwapHotkey]},
        block_hook=(swap_calls.clean_up_hotkey_swap_records, *before.block_hook),
        swaps=swap_calls.SWAPS,
    )
