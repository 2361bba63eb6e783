"""spec_version 238 (February 2025): scheduled children are set by epochs. Of the owner's neurons only the owner's hotkey stays.

No TAO comes to a subnet where both ways to register are closed. It is noted when stake was last moved.
"""

from attrs import evolve

from neuron_ledger.events.storage.layouts_dtao import dtao_layout
from neuron_ledger.ledger.rules.emission import coinbase
from neuron_ledger.ledger.rules.registration import uids
from neuron_ledger.ledger.rules.stake import children
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.change import without


def step_238(before: Runtime) -> Runtime:
    """The runtime before it, with what 238 changed."""
    return evolve(
        before,
        layout=dtao_layout(238),
        block_hook=without(before.block_hook, children.set_pending_children_everywhere_233),
        share_emission=coinbase.share_by_moving_price,
        immune_owner_uids=uids.owners_hotkey,
        replace_neuron=uids.replace_neuron_238,
    )
