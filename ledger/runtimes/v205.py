"""spec_version 205 (November 2024): weight commits are queued, and revealed by epochs; endpoints have certificates.

The root network has pending emission again; notes of added stake are not cleared, and stake taken back is not noted. Everything
staked on a hotkey counts for its weights. A swap of keys costs a tenth, and updates the links to children.
"""

from attrs import evolve

from neuron_ledger.events.storage.layouts_195 import layout_before_alpha
from neuron_ledger.ledger.rules.emission import daily, loaded
from neuron_ledger.ledger.rules.registration import early_uids
from neuron_ledger.ledger.rules.serving import calls as serving
from neuron_ledger.ledger.rules.tao_stake import calls as stake
from neuron_ledger.ledger.rules.tao_stake import positions, set_cost_swap_calls
from neuron_ledger.ledger.rules.weights import commit_reveal, early_setting
from neuron_ledger.ledger.rules.weights import early_calls as weights
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.change import instead


def step_205(before: Runtime) -> Runtime:
    return evolve(
        before,
        layout=layout_before_alpha(205),
        calls={
            **before.calls,
            **stake.CALLS_150,
            **weights.CALLS_205,
            **serving.CALLS_205,
        },
        replace_neuron=early_uids.replace_neuron_205,
        empty_tao_stake=positions.EMPTY_195,
        parameter_setters={},
        swaps=set_cost_swap_calls.SWAPS_205,
        weights_checks=early_setting.CHECKS_205,
        commit_checks=commit_reveal.COMMIT_CHECKS,
        new_commit=commit_reveal.new_commit,
        reveal_window=commit_reveal.reveal_window,
        commit_target=commit_reveal.anywhere,
        block_hook=instead(before.block_hook, {daily.pay_hotkeys_202: daily.pay_hotkeys_205}),
        emitting=loaded.every_subnet_emits_103,
    )
