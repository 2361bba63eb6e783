"""spec_version 239 (February 2025): an amount of stake must be large enough to move a share."""

from attrs import evolve

from neuron_ledger.ledger.rules.stake import dtao_shares
from neuron_ledger.ledger.runtime import Runtime


def step_239(before: Runtime) -> Runtime:
    """The runtime before it, with what 239 changed."""
    return evolve(before, shares=dtao_shares.SHARES_239)
