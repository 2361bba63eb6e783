"""spec_version 216 (December 2024): commits that a beacon opens, and children that wait, both until an epoch runs."""

from attrs import evolve

from neuron_ledger.events.storage.layouts_195 import layout_before_alpha
from neuron_ledger.ledger.rules.emission import accrued
from neuron_ledger.ledger.rules.weights import calls as weights_calls
from neuron_ledger.ledger.rules.weights import commit_epochs, early_setting, timelock, timelock_calls, timelock_payload
from neuron_ledger.ledger.rules.weights import early_calls as weights
from neuron_ledger.ledger.runtime import Runtime


def step_216(before: Runtime) -> Runtime:
    return evolve(
        before,
        layout=layout_before_alpha(216),
        calls={**before.calls, **weights.CALLS_216, **timelock_calls.CALLS},
        weights_checks=early_setting.CHECKS_216,
        item_failed=weights_calls.item_failed,
        commit_epoch=commit_epochs.epoch_index,
        timelock_queue=timelock.QUEUE,
        open_timelock=timelock_payload.open_by_beacon,
        read_timelock=timelock_payload.read_payload,
        before_drain=(timelock.reveal_in_epoch_where_on_216,),
        drain_pending_emission=accrued.hand_out_216,
    )
