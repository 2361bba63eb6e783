"""spec_version 103 (March 2023, commit c88a37247): the first runtime proved here, before the root network and before alpha.

Both ways to register are stopped; only root can register hotkeys.
"""

from attrs import evolve

from neuron_ledger.events.storage.layouts_before import LAYOUT_103
from neuron_ledger.ledger.errors.names_before import NAMES_103
from neuron_ledger.ledger.rules import last_blocks
from neuron_ledger.ledger.rules.accounts import balances, early_transfer_calls
from neuron_ledger.ledger.rules.accounts import calls as accounts
from neuron_ledger.ledger.rules.blocks import calls as blocks
from neuron_ledger.ledger.rules.blocks import hashes
from neuron_ledger.ledger.rules.emission import loaded
from neuron_ledger.ledger.rules.epoch import early_run
from neuron_ledger.ledger.rules.epoch.early_steps import STEPS_103
from neuron_ledger.ledger.rules.hyperparameters import calls as hyperparameters
from neuron_ledger.ledger.rules.hyperparameters import early_tables as parameter_tables
from neuron_ledger.ledger.rules.hyperparameters import owner_limits
from neuron_ledger.ledger.rules.registration import calls as registration
from neuron_ledger.ledger.rules.registration import checks, early_calls, early_uids, terms, uids
from neuron_ledger.ledger.rules.serving import calls as serving
from neuron_ledger.ledger.rules.serving import checks as endpoint_checks
from neuron_ledger.ledger.rules.subnets import early_calls as subnets
from neuron_ledger.ledger.rules.subnets import early_networks
from neuron_ledger.ledger.rules.tao_stake import calls as stake
from neuron_ledger.ledger.rules.tao_stake import positions, take_calls
from neuron_ledger.ledger.rules.weights import early_calls as weights
from neuron_ledger.ledger.rules.weights import setting
from neuron_ledger.ledger.runtimes.not_yet import NOTHING_YET

V103 = evolve(
    NOTHING_YET,
    spec_version=103,
    layout=LAYOUT_103,
    early_migrations=(),
    error_names={**NAMES_103, **early_transfer_calls.NAMES},
    calls={
        **blocks.CALLS,
        **accounts.CALLS_103,
        **registration.POKES,
        **early_calls.CALLS_103,
        **subnets.CALLS_103,
        **serving.CALLS_103,
        **hyperparameters.CALLS,
        **early_transfer_calls.CALLS,
        **stake.CALLS_103,
        **take_calls.CALLS_103,
        **weights.CALLS_103,
    },
    earlier_forms={**early_transfer_calls.FORMS, **stake.FORMS},
    last_blocks=last_blocks.OWN_ITEMS,
    block_hash=hashes.block_hash,
    create_account=positions.create_account,
    issuance_after_fee=balances.issued_as_before,
    due_epochs=loaded.due_epochs,
    block_hook=(
        terms.adjust_registration_terms_103,
        loaded.pay_loaded_emission_103,
        loaded.generate_emission,
    ),
    emitting=loaded.every_subnet_emits_103,
    on_each_subnet=(loaded.queue_103,),
    storage_index=setting.storage_index,
    run_epoch=early_run.run_epoch_103,
    read_epoch=early_run.read_epoch,
    epoch=STEPS_103,
    registration_limits=checks.ensure_within_registration_limits_103,
    append_neuron=uids.append_neuron,
    neuron_to_prune=early_uids.neuron_to_prune_103,
    immune_owner_uids=early_uids.nobody_is_spared,
    losing_score=uids.pruning_score,
    prune_queue=early_uids.prune_queue_103,
    replace_neuron=early_uids.replace_neuron_103,
    clear_neuron=uids.nothing_is_cleared,
    root_stake=positions.staked_on_hotkey,
    dissolve_network=early_networks.END_103,
    cleared_with_network=early_networks.CLEARED_103,
    parameter_steps=parameter_tables.STEPS_103,
    parameter_setters=parameter_tables.SETTERS_103,
    parameters_are_frozen=owner_limits.never_frozen,
    axon_checks=endpoint_checks.CHECKS_103,
    prometheus_checks=endpoint_checks.CHECKS_103,
    increase_tao_stake=positions.INCREASE,
    decrease_tao_stake=positions.DECREASE_103,
)
