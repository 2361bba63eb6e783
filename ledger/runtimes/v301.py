"""spec_version 301 (August 2025).

Timelocked commits carry their hotkey and need the client version that the chain requires; one whose pulse is missing is kept and
tried again. Unstaking, moving or giving up more alpha than there is means all of it. Fixed-point numbers are those of version
0.6.0 of the library.
"""

from attrs import evolve

from neuron_ledger.events.storage.items_424 import added
from neuron_ledger.events.weight_calls import CommitCrv3Weights, CommitTimelockedWeights
from neuron_ledger.ledger.rules.hyperparameters import dated_tables
from neuron_ledger.ledger.rules.stake import orders
from neuron_ledger.ledger.rules.weights import timelock, timelock_calls, timelock_payload
from neuron_ledger.ledger.runtime import Runtime, call_table, handles
from neuron_ledger.ledger.runtimes.change import without

ADDED = added("CommitRevealWeightsVersion")


def step_301(before: Runtime) -> Runtime:
    """The runtime before it, with what 301 changed."""
    return evolve(
        before,
        parameter_steps=dated_tables.changed(before.parameter_steps, dated_tables.STEPS_301),
        layout=before.layout.with_items(ADDED),
        calls={
            **before.calls,
            **call_table(
                handles(CommitCrv3Weights, timelock_calls.commit_crv3_weights_301),
                handles(CommitTimelockedWeights, timelock_calls.commit_timelocked_weights),
            ),
        },
        orders=evolve(before.orders, offered=orders.what_there_is_301),
        read_timelock=timelock_payload.read_payload_301,
        before_drain=without(before.before_drain, timelock.reveal_in_epoch),
        on_each_subnet=(*before.on_each_subnet, timelock.reveal_commits_301),
    )
