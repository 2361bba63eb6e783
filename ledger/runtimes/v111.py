"""spec_version 111 (March 2023): registration is open again, by burn and by work.

Since 110, until which it was stopped, there is also a limit of registrations per interval."""

from attrs import evolve

from neuron_ledger.ledger.rules.registration import checks, early_calls
from neuron_ledger.ledger.runtime import Runtime


def step_111(before: Runtime) -> Runtime:
    return evolve(
        before,
        calls={**before.calls, **early_calls.CALLS_111},
        registration_checks=early_calls.CHECKS_111,
        pay_for_registration=early_calls.paid_on_the_way,
        after_registration=(checks.count_burned_registration,),
    )
