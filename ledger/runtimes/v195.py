"""spec_version 195 (August 2024): hotkeys lend stake to children on a subnet, and what they earn waits until each is paid.

An epoch's emission is no more paid in the next block. The owner of a subnet is paid its cut when the epoch runs, and epochs run
on subnets that are closed to registration, and on the root network, as well.
"""

from attrs import evolve

from neuron_ledger.events.storage.layouts_195 import layout_before_alpha
from neuron_ledger.ledger.rules.accounts import balances
from neuron_ledger.ledger.rules.arbitration import calls as arbitration
from neuron_ledger.ledger.rules.emission import accrued, coinbase, daily, loaded, root_values
from neuron_ledger.ledger.rules.epoch import early_run, run
from neuron_ledger.ledger.rules.registration import terms
from neuron_ledger.ledger.rules.tao_stake import coldkey_calls
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.change import calls_without, without


def step_195(before: Runtime) -> Runtime:
    return evolve(
        before,
        layout=layout_before_alpha(195),
        guards=without(before.guards, arbitration.not_in_arbitration_194),
        calls=calls_without(before.calls, coldkey_calls.GONE_195),
        earlier_forms={name: form for name, form in before.earlier_forms.items() if name not in coldkey_calls.FORMS_194},
        issuance_after_fee=balances.issued_less_fee_195,
        due_epochs=run.due_epochs,
        block_hook=(
            terms.adjust_registration_terms_153,
            root_values.run_root_epoch_151,
            accrued.queue_195,
            coinbase.run_due_epochs_195,
            daily.pay_hotkeys_195,
        ),
        emitting=loaded.every_subnet_emits_103,
        on_each_subnet=(),
        before_drain=(),
        take_pending=accrued.take_pending_195,
        drain_pending_emission=accrued.hand_out_195,
        read_epoch=early_run.read_epoch_195,
    )
