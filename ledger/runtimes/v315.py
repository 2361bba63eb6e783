"""spec_version 315 (September 2025).

Rate limits of networks have keys of their own, and a network's modality is gone; a coldkey can name the hotkey that its emission
is staked to; an epoch reports what it emitted to miners. Moves of stake pay a fee at the origin, unless that is root. Calls that
had become empty are gone.
"""

from attrs import evolve

from neuron_ledger.events.storage.items_424 import added
from neuron_ledger.ledger.rules import last_blocks
from neuron_ledger.ledger.rules.accounts import empty_calls
from neuron_ledger.ledger.rules.emission import dividends, handout
from neuron_ledger.ledger.rules.epoch.dated_run import run_epoch_315
from neuron_ledger.ledger.rules.hyperparameters import dated_tables, owner_calls
from neuron_ledger.ledger.rules.migrations import keys as keys_migrations
from neuron_ledger.ledger.rules.migrations import subnets as subnets_migrations
from neuron_ledger.ledger.rules.stake import claim_calls, transitions
from neuron_ledger.ledger.rules.subnets import beginning, ending, new_networks
from neuron_ledger.ledger.rules.swaps import coldkeys, dated_coldkeys
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.change import inserted, instead

ADDED = added(
    "CKBurn",
    "AutoStakeDestination",
    "AutoStakeDestinationColdkeys",
)

GONE = ("NetworkLastRegistered", "NetworkModality")


def step_315(before: Runtime) -> Runtime:
    """The runtime before it, with what 315 changed."""
    return evolve(
        before,
        parameter_steps=dated_tables.changed(before.parameter_steps, dated_tables.STEPS_315, dated_tables.GONE_315),
        swaps=evolve(
            before.swaps,
            coldkey=inserted(before.swaps.coldkey, coldkeys.carry_subnets, dated_coldkeys.carry_auto_stake_315),
        ),
        migrations=(*before.migrations, keys_migrations.move_last_blocks_315, subnets_migrations.remove_modalities_315),
        last_blocks=last_blocks.KEYED_315,
        calls={
            **{
                call: handler
                for call, handler in before.calls.items()
                if call not in (*empty_calls.GONE_315, *owner_calls.GONE_315)
            },
            **claim_calls.CALLS_315,
        },
        orders=evolve(before.orders, free_of_fee=transitions.free_at_one_end_315),
        register_network=instead(before.register_network, {new_networks.not_too_soon: new_networks.not_too_soon_315}),
        begin_subnet=instead(before.begin_subnet, {beginning.init_network: beginning.init_network_315}),
        cleared_with_network=ending.changed(before.cleared_with_network, no_more=("NetworkModality",)),
        run_epoch=run_epoch_315,
        layout=before.layout.without(GONE).with_items(ADDED),
        pay_miners=handout.pay_miners_315,
        childkey_burn=dividends.childkey_burn_315,
    )
