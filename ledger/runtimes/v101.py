"""spec_version 101 (March 2023, commit fb0f850af), and the 110 of a day before (1d8c8e1e7): registration is open.

It is limited per block only; the defaults of subnets are those of a test network. Everything else is as at 102, from which these
rules are made. The first 110 pruned, among the neurons with the lowest score, the one registered first, immune or not; the same
number was used again three days later, with other rules.
"""

from typing import Any, Final

from attrs import evolve

from neuron_ledger.ledger.rules.registration import checks, early_calls, early_uids
from neuron_ledger.ledger.runtimes.v102 import V102

DEFAULTS_101: Final[dict[str, Any]] = {
    "MaxAllowedUids": 512,
    "MaxWeightsLimit": 262,
    "ValidatorBatchSize": 10,
    "ValidatorSequenceLength": 10,
    "MaxAllowedValidators": 100,
    "Tempo": 0,
    "Difficulty": 1,
    "MaxRegistrationsPerBlock": 50,
    "MinDifficulty": 1,
    "MaxDifficulty": 10,
    "ServingRateLimit": 1000,
    "Burn": 0,
    "MinBurn": 0,
    "MaxBurn": 1_000_000_000,
}

V101 = evolve(
    V102,
    spec_version=101,
    layout=evolve(V102.layout.with_defaults(DEFAULTS_101), errors=V102.layout.errors[:-1]),
    calls={**V102.calls, **early_calls.CALLS_111},
    registration_limits=checks.ensure_within_block_limit_101,
    registration_checks=early_calls.CHECKS_111,
    pay_for_registration=early_calls.paid_on_the_way,
    after_registration=(checks.count_burned_registration,),
)
"""Errors are numbered as at 102, whose last one reports that registration is stopped."""

V110_FIRST = evolve(
    V101,
    spec_version=110,
    tree="first",
    neuron_to_prune=early_uids.neuron_to_prune_110_first,
    prune_queue=early_uids.prune_queue_110_first,
)
