"""spec_version 371 (January 2026).

Coldkeys' lists of hotkeys that they stake to are completed. Scheduled children wait 7,200 blocks by default. The delay before a
subnet can be started becomes configurable, and is 0 blocks at first.
"""

from attrs import evolve

from neuron_ledger.events.storage.items_424 import added
from neuron_ledger.ledger.rules.migrations import stake
from neuron_ledger.ledger.rules.subnets.calls import start_call_delay_371
from neuron_ledger.ledger.runtime import Runtime


def step_371(before: Runtime) -> Runtime:
    """The runtime before it, with what 371 changed."""
    return evolve(
        before,
        migrations=(*before.migrations, stake.list_staking_hotkeys_371),
        layout=before.layout.with_items(added("StartCallDelay")).with_defaults({"PendingChildKeyCooldown": 7_200}),
        start_call_delay=start_call_delay_371,
    )
