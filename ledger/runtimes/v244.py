"""spec_version 244 (February 2025): validators are paid what alpha brought of their dividends.

A share that is too small, or would make others so, is taken out whole. The stake of before alpha, and items that nothing asked
for, are gone from storage.
"""

from attrs import evolve

from neuron_ledger.events.storage.layouts_dtao import dtao_layout
from neuron_ledger.ledger.rules.emission import dtao
from neuron_ledger.ledger.rules.stake import share_books
from neuron_ledger.ledger.runtime import Runtime


def step_244(before: Runtime) -> Runtime:
    """The runtime before it, with what 244 changed."""
    return evolve(
        before,
        layout=dtao_layout(244),
        shares=share_books.BINARY_SHARES,
        drain_pending_emission=dtao.drain_pending_emission_244,
    )
