"""spec_version 218 (January 2025): children that are due are set before a subnet's epoch, on closed subnets too.

Removing all children needs no stake; a timelocked commit made in the block of an epoch counts for the next one."""

from attrs import evolve

from neuron_ledger.ledger.rules.emission import accrued
from neuron_ledger.ledger.rules.stake import children
from neuron_ledger.ledger.rules.tao_stake import scheduled_children
from neuron_ledger.ledger.rules.weights import commit_epochs
from neuron_ledger.ledger.runtime import Runtime


def step_218(before: Runtime) -> Runtime:
    return evolve(
        before,
        schedule_children=scheduled_children.schedule_children_218,
        commit_epoch=commit_epochs.commit_epoch,
        emitting=accrued.open_subnets_emit_218,
        before_drain=(*before.before_drain, children.set_pending_children_on_216),
        drain_pending_emission=accrued.hand_out_210,
    )
