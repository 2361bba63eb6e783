"""spec_version 306 (August 2025).

Commit-reveal is on by default, its period between 1 and 100 epochs; timelocked commits have a map of their own. More than one
uid of a subnet's owner can be immune.
"""

from attrs import evolve

from neuron_ledger.events.storage.items_424 import added
from neuron_ledger.ledger.rules.hyperparameters import dated_tables, setters
from neuron_ledger.ledger.rules.migrations import main_chain as main_chain_migrations
from neuron_ledger.ledger.rules.migrations import weights as weights_migrations
from neuron_ledger.ledger.rules.weights import timelock
from neuron_ledger.ledger.runtime import Runtime

ADDED = added(
    "ImmuneOwnerUidsLimit",
    "TimelockedWeightCommits",
)


def step_306(before: Runtime) -> Runtime:
    """The runtime before it, with what 306 changed."""
    return evolve(
        before,
        parameter_steps=dated_tables.changed(before.parameter_steps, dated_tables.STEPS_306),
        migrations=(
            *before.migrations,
            weights_migrations.turn_commits_on_306,
            weights_migrations.move_timelocked_commits_306,
            main_chain_migrations.mend_root_counters_306,
        ),
        layout=before.layout.with_items(ADDED).with_defaults({"CommitRevealWeightsEnabled": True}),
        parameter_setters={**before.parameter_setters, **setters.SETTERS_306},
        timelock_queue=timelock.QUEUE_306,
    )
