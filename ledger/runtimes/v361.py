"""spec_version 361 (December 2025).

Timelocked commits are revealed in every block, before emission. A replaced neuron's Prometheus endpoint is cleared too.
"""

from attrs import evolve

from neuron_ledger.ledger.rules.emission import coinbase, shares
from neuron_ledger.ledger.rules.hyperparameters import dated_tables, owner_calls
from neuron_ledger.ledger.rules.migrations import subnets as subnets_migrations
from neuron_ledger.ledger.rules.registration import seats
from neuron_ledger.ledger.rules.subnets import ending
from neuron_ledger.ledger.rules.weights import timelock
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.change import inserted_before, without

GONE = ("Identities", "SubnetIdentities", "SubnetIdentitiesV2")


def step_361(before: Runtime) -> Runtime:
    """The runtime before it, with what 361 changed."""
    return evolve(
        before,
        calls={**before.calls, **owner_calls.CALLS_361},
        parameter_steps=dated_tables.changed(before.parameter_steps, dated_tables.STEPS_361),
        migrations=(
            *before.migrations,
            subnets_migrations.remove_old_identities_361,
            subnets_migrations.remove_strangers_endpoints_361,
        ),
        layout=before.layout.without(GONE),
        cleared_with_network=ending.CLEARED_361,
        emitting=shares.emitting_361,
        on_each_subnet=without(before.on_each_subnet, timelock.reveal_commits_320),
        block_hook=inserted_before(before.block_hook, coinbase.run_coinbase, timelock.reveal_everywhere_361),
        replace_neuron=seats.replace_neuron_361,
    )
