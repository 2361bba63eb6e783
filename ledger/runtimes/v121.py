"""spec_version 121 (May 2023): a hotkey's earnings as a miner and as a validator are distinguished.

Subnets may be closed to registration; where as many registered by work as by burn, both prices move."""

from attrs import evolve

from neuron_ledger.events.storage.layouts_before import early_layout
from neuron_ledger.ledger.rules.emission import loaded
from neuron_ledger.ledger.rules.epoch import run
from neuron_ledger.ledger.rules.hyperparameters import early_tables as parameters
from neuron_ledger.ledger.rules.migrations import early
from neuron_ledger.ledger.rules.registration import early_calls, terms
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.change import instead


def step_121(before: Runtime) -> Runtime:
    return evolve(
        before,
        early_migrations=early.MIGRATIONS_121,
        layout=early_layout(121),
        calls={**before.calls, **early_calls.CALLS_121},
        registration_checks=early_calls.CHECKS_121,
        block_hook=instead(
            before.block_hook,
            {
                terms.adjust_registration_terms_103: terms.adjust_registration_terms_121,
                loaded.pay_loaded_emission_103: loaded.pay_loaded_emission_121,
            },
        ),
        run_epoch=run.run_epoch,
        parameter_steps={**before.parameter_steps, **parameters.STEPS_121},
    )
