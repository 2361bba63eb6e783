"""spec_version 195 (August 2024): hotkeys lend stake to children on a subnet, and earnings are pending until each hotkey is paid.

An epoch's emission is no longer paid in the next block. The owner of a subnet is paid its cut when the epoch runs, and epochs
also run on subnets that are closed to registration, and on the root network.

Of neurons with the same score the oldest is pruned, and immune ones only if all are immune. Coldkeys list the hotkeys that they
stake on, have identities, and schedule their own swap; root swaps them too. Subnets have identities, and root removes them.
"""

from functools import partial

from attrs import evolve

from neuron_ledger.events.storage.layouts_195 import layout_before_alpha
from neuron_ledger.ledger.rules.accounts import balances, empty_calls, identities, identity_calls
from neuron_ledger.ledger.rules.arbitration import calls as arbitration
from neuron_ledger.ledger.rules.emission import accrued, coinbase, daily, loaded, root_values
from neuron_ledger.ledger.rules.epoch import early_run, run
from neuron_ledger.ledger.rules.hyperparameters import early_tables as parameters
from neuron_ledger.ledger.rules.hyperparameters import owner_calls
from neuron_ledger.ledger.rules.registration import terms, uids
from neuron_ledger.ledger.rules.stake import calls as childkeys
from neuron_ledger.ledger.rules.stake import childkey_takes, children
from neuron_ledger.ledger.rules.subnets import early_calls as subnets
from neuron_ledger.ledger.rules.subnets import early_networks
from neuron_ledger.ledger.rules.swaps import coldkeys
from neuron_ledger.ledger.rules.tao_stake import coldkey_calls, noted_calls, positions, set_cost_swap_calls, take_calls
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.change import calls_without, without


def step_195(before: Runtime) -> Runtime:
    gone = {*subnets.FORMS_133, *coldkey_calls.FORMS_194}
    return evolve(
        before,
        early_migrations=None,
        layout=layout_before_alpha(195),
        calls={
            **calls_without(before.calls, subnets.GONE_195, coldkey_calls.GONE_195, empty_calls.CALLS_165),
            **identity_calls.CALLS_195,
            **owner_calls.CALLS_195,
            **childkeys.CALLS_195,
            **subnets.CALLS_195,
            **noted_calls.CALLS_195,
            **set_cost_swap_calls.CALLS_195,
            **take_calls.CALLS_195,
        },
        earlier_forms={
            **{name: form for name, form in before.earlier_forms.items() if name not in gone},
            **subnets.FORMS_195,
            **identity_calls.FORMS_195,
            **set_cost_swap_calls.FORMS_195,
        },
        guards=without(before.guards, arbitration.not_in_arbitration_194),
        issuance_after_fee=balances.issued_less_fee_195,
        # Uids and the root network.
        neuron_to_prune=uids.neuron_to_prune,
        prune_queue=uids.queue_by_score_and_age,
        # Subnets.
        register_network=early_networks.STEPS_195,
        subnet_identity=identities.OF_SUBNETS_195,
        dissolve_network=early_networks.END_195,
        parameter_steps={**before.parameter_steps, **parameters.STEPS_195},
        parameter_setters=parameters.SETTERS_195,
        # Stake and keys.
        empty_tao_stake=positions.EMPTY_195,
        schedule_children=partial(children.set_children_at_once_195, children.RATE_LIMIT_195),
        least_childkey_take=childkey_takes.nothing,
        swaps=set_cost_swap_calls.SWAPS_195,
        # Blocks.
        due_epochs=run.due_epochs,
        block_hook=(
            terms.adjust_registration_terms_153,
            root_values.run_root_epoch_151,
            accrued.queue_195,
            coinbase.run_due_epochs_195,
            daily.pay_hotkeys_195,
            coldkeys.run_scheduled_swaps,
            subnets.run_scheduled_dissolutions_195,
        ),
        emitting=loaded.every_subnet_emits_103,
        on_each_subnet=(),
        before_drain=(),
        take_pending=accrued.take_pending_195,
        drain_pending_emission=accrued.hand_out_195,
        read_epoch=early_run.read_epoch_195,
    )
