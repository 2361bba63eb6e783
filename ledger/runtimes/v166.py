"""spec_version 166 (August 2024, commit 6a37d4bd7): an upgrade recomputes the total stake of coldkeys.

Everything else is as at 165."""

from attrs import evolve

from neuron_ledger.ledger.rules.migrations import early
from neuron_ledger.ledger.runtime import Runtime


def step_166(before: Runtime) -> Runtime:
    return evolve(before, early_migrations=early.MIGRATIONS_166)
