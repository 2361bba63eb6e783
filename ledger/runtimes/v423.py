"""spec_version 423 (June 2026).

Epochs follow a stateful schedule of their subnet, at most two of them in a block. Commits count epochs. Activity is measured
in parts of the tempo. Guards stand before every call. Pools are balanced by weights. Serving needs a registration on the same
network.
"""

from attrs import evolve

from neuron_ledger.events.storage.items_424 import added
from neuron_ledger.ledger.rules.stake import weighted_swaps
from neuron_ledger.ledger.runtime import Runtime

ADDED = added(
    "Swap.ScrapReservoirAlpha",
)


def step_423(before: Runtime) -> Runtime:
    """The runtime before it, with what 423 changed."""
    return evolve(
        before,
        layout=before.layout.with_items(ADDED),
        pool=weighted_swaps.POOL_423,
    )
