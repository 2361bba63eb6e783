"""spec_version 153 (July 2024, commit de1026780): epochs of closed subnets run again, without emission.

Counters and sums that wrapped around saturate from now on."""

from attrs import evolve

from neuron_ledger.ledger.rules.emission import loaded
from neuron_ledger.ledger.rules.registration import checks, terms
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.change import instead


def step_153(before: Runtime) -> Runtime:
    return evolve(
        before,
        registration_limits=checks.ensure_within_registration_limits,
        block_hook=instead(
            before.block_hook,
            {
                terms.adjust_registration_terms_121: terms.adjust_registration_terms_153,
                loaded.pay_loaded_emission_121: loaded.pay_loaded_emission_153,
            },
        ),
        emitting=loaded.all_but_root_emit_143,
        on_each_subnet=(loaded.queue_if_open_153,),
    )
