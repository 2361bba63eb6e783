"""spec_version 274 (June 2025, commit 4c9836f8c): staking within a limit also needs the subnet's token to be enabled."""

from attrs import evolve

from neuron_ledger.ledger.rules.stake import checks
from neuron_ledger.ledger.runtime import Runtime


def step_274(before: Runtime) -> Runtime:
    """The runtime before it, with what 274 changed."""
    return evolve(before, orders=evolve(before.orders, before_staking=(checks.ensure_subtoken_enabled,)))
