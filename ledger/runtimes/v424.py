"""spec_version 424 (June 2026).

Today's runtime. More than a thousand times what a pool holds is refused before all else.
"""

from attrs import evolve

from neuron_ledger.events.storage.layout import LAYOUT_424
from neuron_ledger.ledger.rules.stake import limits
from neuron_ledger.ledger.runtime import Runtime


def step_424(before: Runtime) -> Runtime:
    """The runtime before it, with what 424 changed."""
    return evolve(before, layout=LAYOUT_424, orders=evolve(before.orders, bound=limits.bounded_424))
