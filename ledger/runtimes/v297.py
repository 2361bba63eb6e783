"""spec_version 297 (July 2025).

A timelocked commit remembers its block. With commit-reveal on, a row loses the targets that registered after its owner's
earliest commit that has not expired. Stake that moves within a subnet is transferred, not traded.
"""

from attrs import evolve

from neuron_ledger.events.storage.items_424 import added
from neuron_ledger.ledger.rules.epoch.dated_run import read_epoch_297
from neuron_ledger.ledger.rules.epoch.dated_steps import weights_297
from neuron_ledger.ledger.rules.hyperparameters import dated_tables
from neuron_ledger.ledger.rules.migrations import subnets as subnets_migrations
from neuron_ledger.ledger.rules.migrations import weights as weights_migrations
from neuron_ledger.ledger.rules.stake import transitions
from neuron_ledger.ledger.rules.weights import timelock
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.change import with_steps

ADDED = added("CRV3WeightCommitsV2")


def step_297(before: Runtime) -> Runtime:
    """The runtime before it, with what 297 changed."""
    return evolve(
        before,
        parameter_steps=dated_tables.changed(before.parameter_steps, dated_tables.STEPS_297),
        migrations=(*before.migrations, subnets_migrations.set_symbols_297, weights_migrations.give_commits_a_block_297),
        read_epoch=read_epoch_297,
        epoch=with_steps(before.epoch, {"weights": weights_297}),
        layout=before.layout.with_items(ADDED),
        timelock_queue=timelock.QUEUE_297,
        orders=evolve(before.orders, is_traded=transitions.traded_between_subnets_297),
    )
