"""spec_version 143 (March 2024, commit a625834ea): the root network shares out what a block brings."""

from attrs import evolve

from neuron_ledger.events.storage.layouts_before import LAYOUT_143
from neuron_ledger.ledger.errors.names_before import NAMES_143
from neuron_ledger.ledger.rules.accounts import early_transfer_calls
from neuron_ledger.ledger.rules.emission import loaded, root_values
from neuron_ledger.ledger.rules.epoch import run
from neuron_ledger.ledger.rules.epoch.early_steps import STEPS_143
from neuron_ledger.ledger.rules.hyperparameters import early_tables as parameter_tables
from neuron_ledger.ledger.rules.registration import checks, early_calls, early_uids, root, terms
from neuron_ledger.ledger.rules.serving import checks as endpoint_checks
from neuron_ledger.ledger.rules.subnets import beginning, early_networks
from neuron_ledger.ledger.rules.subnets import early_calls as subnets
from neuron_ledger.ledger.rules.tao_stake import calls as stake
from neuron_ledger.ledger.rules.tao_stake import positions, swap_calls, take_calls
from neuron_ledger.ledger.rules.weights import early_calls as weights
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.change import calls_without


def step_143(before: Runtime) -> Runtime:
    """What changed since 103."""
    return evolve(
        before,
        spec_version=143,
        layout=LAYOUT_143,
        error_names={**NAMES_143, **early_transfer_calls.NAMES},
        calls={
            **calls_without(before.calls, early_calls.CALLS_103, subnets.CALLS_103),
            **early_calls.CALLS_143,
            **subnets.CALLS_143,
            **stake.CALLS_112,
            **take_calls.CALLS_112,
            **swap_calls.CALLS_136,
            **weights.CALLS_143,
        },
        earlier_forms={**before.earlier_forms, **subnets.FORMS_143},
        registration_checks=early_calls.CHECKS_143,
        pay_for_registration=early_calls.paid_on_the_way,
        after_registration=(checks.count_burned_registration, checks.book_recycled_burn),
        replace_neuron=early_uids.replace_neuron_118,
        after_root_registration=(root.join_senate_133, root.become_delegate),
        register_network=early_networks.STEPS_143,
        free_netuid=beginning.lowest_free_netuid,
        first_parameters=early_networks.FIRST_PARAMETERS_143,
        begin_subnet=early_networks.BEGIN_143,
        dissolve_network=early_networks.END_143,
        cleared_with_network=early_networks.CLEARED_143,
        parameter_steps=parameter_tables.STEPS_143,
        axon_checks=endpoint_checks.AXON_CHECKS,
        prometheus_checks=endpoint_checks.AXON_CHECKS,
        increase_tao_stake=positions.INCREASE_143,
        decrease_tao_stake=positions.DECREASE_143,
        block_hook=(
            terms.adjust_registration_terms_for_networks,
            root_values.run_root_epoch_143,
            loaded.pay_loaded_emission_121,
            loaded.generate_emission,
        ),
        emitting=loaded.all_but_root_emit_143,
        on_each_subnet=(loaded.queue_beside_owner_cut_143,),
        run_epoch=run.run_epoch,
        epoch=STEPS_143,
    )
