"""spec_version 424 (June 2026).

Today's runtime.
"""

from attrs import evolve

from neuron_ledger.events.calls import AddStake, RemoveStake
from neuron_ledger.events.storage.layout import LAYOUT_424
from neuron_ledger.ledger.rules.stake import orders
from neuron_ledger.ledger.runtime import Runtime, call_table, handles


def step_424(before: Runtime) -> Runtime:
    """The runtime before it, with what 424 changed."""
    return evolve(
        before,
        layout=LAYOUT_424,
        calls={
            **before.calls,
            **call_table(handles(AddStake, orders.add_stake_424), handles(RemoveStake, orders.remove_stake_424)),
        },
    )
