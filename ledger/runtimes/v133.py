"""spec_version 133 (October 2023): the root network distributes a block's emission; subnets have owners, who lock TAO for them.

Owners are paid a part of their subnets' emission, and set some of their parameters. Stake counts as issued, so that emission
counts twice, until spec_version 146."""

from attrs import evolve

from neuron_ledger.events.storage.layouts_before import early_layout
from neuron_ledger.ledger.rules.emission import loaded, root_values
from neuron_ledger.ledger.rules.hyperparameters import early_tables as parameters
from neuron_ledger.ledger.rules.hyperparameters.dated_tables import changed
from neuron_ledger.ledger.rules.migrations import early
from neuron_ledger.ledger.rules.registration import early_calls, root, terms
from neuron_ledger.ledger.rules.subnets import beginning, early_networks
from neuron_ledger.ledger.rules.subnets import early_calls as subnets
from neuron_ledger.ledger.rules.tao_stake import positions
from neuron_ledger.ledger.rules.weights import early_calls as weights
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.change import calls_without, inserted


def step_133(before: Runtime) -> Runtime:
    return evolve(
        before,
        early_migrations=early.MIGRATIONS_133,
        layout=early_layout(133),
        calls={
            **calls_without(before.calls, early_calls.GONE_133, subnets.CALLS_103),
            **early_calls.CALLS_133,
            **subnets.CALLS_133,
            **weights.CALLS_133,
        },
        earlier_forms={**before.earlier_forms, **subnets.FORMS_133},
        registration_checks=early_calls.CHECKS_133,
        after_root_registration=(root.join_senate_133, root.become_delegate),
        register_network=early_networks.STEPS_133,
        free_netuid=beginning.lowest_free_netuid,
        first_parameters=early_networks.FIRST_PARAMETERS_133,
        begin_subnet=early_networks.BEGIN_133,
        dissolve_network=early_networks.END_133,
        cleared_with_network=early_networks.CLEARED_133,
        parameter_steps=changed(before.parameter_steps, parameters.STEPS_133, parameters.GONE_133),
        increase_tao_stake=positions.INCREASE_143,
        decrease_tao_stake=positions.DECREASE_143,
        block_hook=inserted(before.block_hook, terms.adjust_registration_terms_121, root_values.run_root_epoch_143),
        emitting=loaded.all_but_root_emit_143,
        on_each_subnet=(loaded.queue_beside_owner_cut_143,),
    )
