"""spec_version 365 (December 2025).

The neuron with the lowest emission is pruned; young neurons are spared only while enough others are left; there may be no neuron
to prune. Ranks, trust and pruning scores are gone, and so is the faucet. The exponent of liquid alpha is clamped.
"""

from attrs import evolve

from neuron_ledger.events.associations import Faucet
from neuron_ledger.events.storage.items_424 import added
from neuron_ledger.ledger.rules.emission import injection
from neuron_ledger.ledger.rules.epoch.dated_steps import liquid_alpha_365
from neuron_ledger.ledger.rules.hyperparameters import dated_tables
from neuron_ledger.ledger.rules.migrations import subnets as subnets_migrations
from neuron_ledger.ledger.rules.registration import calls as registration
from neuron_ledger.ledger.rules.registration import checks, seats, uids
from neuron_ledger.ledger.rules.subnets import ending, pay_out
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.change import inserted, instead, with_steps, without_steps

ADDED = added(
    "MinNonImmuneUids",
    "RootProp",
)
GONE = ("Rank", "Trust", "PruningScores")
"""Items that nothing writes any more; the reference kept their maps, empty, until 397."""


def step_365(before: Runtime) -> Runtime:
    """The runtime before it, with what 365 changed."""
    return evolve(
        before,
        parameter_steps=dated_tables.changed(before.parameter_steps, dated_tables.STEPS_365),
        migrations=(*before.migrations, subnets_migrations.remove_ranks_365),
        layout=before.layout.without(GONE).with_items(ADDED),
        epoch=with_steps(without_steps(before.epoch, "preranks", "trust", "pruning_scores"), {"liquid_alpha": liquid_alpha_365}),
        block_hook=inserted(before.block_hook, injection.move_prices_334, injection.note_root_proportions_365),
        calls={
            **{call: handler for call, handler in before.calls.items() if call is not Faucet},
            **registration.CALLS_365,
        },
        registration_checks=inserted(before.registration_checks, checks.subnet_has_uids, checks.somebody_can_go_365),
        dissolve_network=instead(before.dissolve_network, {pay_out.END_STAKES_343: pay_out.END_STAKES_365}),
        cleared_with_network=ending.CLEARED_365,
        append_neuron=seats.append_neuron_365,
        neuron_to_prune=uids.neuron_to_prune_365,
        losing_score=uids.emission_of,
        clear_neuron=seats.clear_neuron_365,
    )
