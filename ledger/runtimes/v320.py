"""spec_version 320 (September 2025).

A subnet can have several mechanisms, each with weights, bonds, last updates, incentive and commits of its own under a storage
index. Hyperparameters that owners set are rate-limited and refused near the end of a tempo. An owner can trim uids. The number of
subnets is limited: when it is reached, the one with the lowest moving price is removed for a new one. Stakers on a removed subnet
get a part of its pool's TAO. Clearing a uid also clears its weights and those set on it.
"""

from attrs import evolve

from neuron_ledger.events.storage.items_424 import added
from neuron_ledger.events.weight_calls import CommitCrv3Weights
from neuron_ledger.ledger.errors import SubNetworkDoesNotExist
from neuron_ledger.ledger.rules import last_blocks
from neuron_ledger.ledger.rules.accounts.identities import drop_subnet_identity
from neuron_ledger.ledger.rules.commitments import bonds, reveals
from neuron_ledger.ledger.rules.emission import handout
from neuron_ledger.ledger.rules.epoch.dated_run import read_epoch_320, run_epoch_320
from neuron_ledger.ledger.rules.epoch.dated_steps import bond_rows_320
from neuron_ledger.ledger.rules.epoch.mechanisms import storage_index_320
from neuron_ledger.ledger.rules.hyperparameters import calls as hyperparameters
from neuron_ledger.ledger.rules.hyperparameters import dated_tables, mechanism_setters, owner_calls, owner_limits
from neuron_ledger.ledger.rules.migrations import main_chain as main_chain_migrations
from neuron_ledger.ledger.rules.migrations import subnets as subnets_migrations
from neuron_ledger.ledger.rules.registration import calls as registration
from neuron_ledger.ledger.rules.registration import seats, uids
from neuron_ledger.ledger.rules.subnets import calls as subnets
from neuron_ledger.ledger.rules.subnets import ending, new_networks, pay_out
from neuron_ledger.ledger.rules.swaps import dated_hotkeys, hotkeys
from neuron_ledger.ledger.rules.weights import mechanism_calls, mechanisms, setting, timelock, timelock_calls
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.change import instead, with_steps

ADDED = added(
    "MaxMechanismCount",
    "MechanismCountCurrent",
    "MechanismEmissionSplit",
    "MinAllowedUids",
    "NetworkRegistrationStartBlock",
    "RecycleOrBurn",
    "AdminFreezeWindow",
    "OwnerHyperparamRateLimit",
    "SubnetLimit",
)


def step_320(before: Runtime) -> Runtime:
    """The runtime before it, with what 320 changed."""
    return evolve(
        before,
        parameter_steps=dated_tables.changed(before.parameter_steps, dated_tables.STEPS_320),
        swaps=evolve(
            before.swaps,
            on_subnet=instead(before.swaps.on_subnet, {hotkeys.carry_commits: dated_hotkeys.carry_commits_320}),
        ),
        migrations=(
            *before.migrations,
            subnets_migrations.lengthen_immunity_320,
            subnets_migrations.limit_subnets_320,
            subnets_migrations.hold_lock_cost_320,
            main_chain_migrations.restore_locked_tao_320,
        ),
        layout=before.layout.with_items(ADDED).with_defaults({"NetworkImmunityPeriod": 1_296_000}),
        last_blocks=last_blocks.KEYED_320,
        storage_index=storage_index_320,
        run_epoch=run_epoch_320,
        read_epoch=read_epoch_320,
        epoch=with_steps(before.epoch, {"bond_rows": bond_rows_320}),
        pay_miners=handout.pay_miners_320,
        error_names={**before.error_names, SubNetworkDoesNotExist: "SubnetNotExists"},
        calls={
            **{call: handler for call, handler in before.calls.items() if call is not CommitCrv3Weights},
            **mechanism_calls.CALLS,
            **timelock_calls.CALLS_320,
            **registration.CALLS_320,
            **hyperparameters.CALLS_320,
            **subnets.CALLS_320,
            **owner_calls.CALLS_320,
        },
        parameters_are_frozen=owner_limits.frozen_before_epoch_320,
        parameter_setters={**before.parameter_setters, **mechanism_setters.SETTERS_320},
        reset_bonds=bonds.reset_bonds_320,
        commit_target=mechanisms.commit_target_320,
        weights_checks=instead(before.weights_checks, {setting.subnet_is_there: mechanisms.mechanism_is_there_320}),
        on_each_subnet=instead(before.on_each_subnet, {timelock.reveal_commits_301: timelock.reveal_commits_320}),
        register_network=new_networks.STEPS_320,
        dissolve_network=(
            pay_out.END_STAKES_320,
            ending.clear_pool_320,
            ending.end_lease_320,
            reveals.purge_commitments_320,
            drop_subnet_identity,
            ending.remove_network_320,
        ),
        cleared_with_network=ending.CLEARED_320,
        append_neuron=seats.append_neuron_320,
        immune_owner_uids=uids.newest_of_owner_320,
        replace_neuron=seats.replace_neuron_320,
        clear_neuron=seats.clear_neuron_320,
    )
