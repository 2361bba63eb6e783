"""spec_version 210 (November 2024): a child's take is of its parents' part; it goes, with miners' emission, to the owner alone.

The root network no longer has emission or epochs of its members. Notes of added stake are cleared again, and stake taken back is
noted. For weights, stake counts as it does on the subnet.
"""

from attrs import evolve

from neuron_ledger.events.storage.layouts_195 import layout_before_alpha
from neuron_ledger.ledger.rules.emission import accrued, daily, loaded
from neuron_ledger.ledger.rules.registration import early_uids
from neuron_ledger.ledger.rules.tao_stake import noted_calls, positions, set_cost_swap_calls
from neuron_ledger.ledger.rules.weights import early_setting
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.change import instead


def step_210(before: Runtime) -> Runtime:
    return evolve(
        before,
        layout=layout_before_alpha(210),
        calls={**before.calls, **noted_calls.CALLS_202},
        replace_neuron=early_uids.replace_neuron_210,
        empty_tao_stake=positions.EMPTY_202,
        swaps=set_cost_swap_calls.SWAPS_210,
        weights_checks=early_setting.CHECKS_210,
        block_hook=instead(before.block_hook, {daily.pay_hotkeys_205: daily.pay_hotkeys_210}),
        emitting=loaded.all_but_root_emit_143,
        drain_pending_emission=accrued.hand_out_210,
    )
