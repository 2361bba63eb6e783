"""spec_version 216 (December 2024): commits that a beacon opens, and scheduled children, both applied when an epoch runs.

There are batches of weights and of commits. A stake threshold replaces the minimum stake for setting weights, and applies to
setting children too. The first subnet of a chain need not wait."""

from attrs import evolve

from neuron_ledger.events.storage.layouts_195 import layout_before_alpha
from neuron_ledger.ledger.rules.emission import accrued
from neuron_ledger.ledger.rules.hyperparameters import early_tables as parameters
from neuron_ledger.ledger.rules.hyperparameters.dated_tables import changed
from neuron_ledger.ledger.rules.subnets import early_networks
from neuron_ledger.ledger.rules.tao_stake import noted_calls, scheduled_children
from neuron_ledger.ledger.rules.weights import calls as weight_calls
from neuron_ledger.ledger.rules.weights import commit_epochs, early_setting, timelock, timelock_calls, timelock_payload
from neuron_ledger.ledger.rules.weights import early_calls as weights
from neuron_ledger.ledger.runtime import Runtime


def step_216(before: Runtime) -> Runtime:
    return evolve(
        before,
        layout=layout_before_alpha(216),
        calls={**before.calls, **weights.CALLS_216, **timelock_calls.CALLS, **noted_calls.CALLS_216},
        register_network=early_networks.STEPS_216,
        parameter_steps=changed(before.parameter_steps, parameters.STEPS_216, parameters.GONE_216),
        schedule_children=scheduled_children.schedule_children_216,
        weights_checks=early_setting.CHECKS_216,
        item_failed=weight_calls.item_failed,
        commit_epoch=commit_epochs.epoch_index,
        timelock_queue=timelock.QUEUE,
        open_timelock=timelock_payload.open_by_beacon,
        read_timelock=timelock_payload.read_payload,
        before_drain=(timelock.reveal_in_epoch_where_on_216,),
        drain_pending_emission=accrued.hand_out_216,
    )
