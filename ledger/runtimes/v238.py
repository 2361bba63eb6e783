"""spec_version 238 (February 2025): scheduled children are set by epochs. Of the owner's neurons only the owner hotkey is immune.

A subnet gets no TAO where both ways to register are closed. The block of the last move of stake is noted; coldkeys can also move
stake on hotkeys that they do not own. Only root sets difficulties. When an owner hotkey is swapped, the new one takes that role.
"""

from attrs import evolve

from neuron_ledger.events.storage.layouts_dtao import dtao_layout
from neuron_ledger.ledger.rules.emission import coinbase
from neuron_ledger.ledger.rules.hyperparameters import dtao_tables
from neuron_ledger.ledger.rules.migrations import dtao as migrations
from neuron_ledger.ledger.rules.registration import uids
from neuron_ledger.ledger.rules.serving.checks import PROMETHEUS_CHECKS
from neuron_ledger.ledger.rules.stake import children, dtao_orders, moves
from neuron_ledger.ledger.rules.tao_stake import dtao_swap_calls
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.change import without


def step_238(before: Runtime) -> Runtime:
    """The runtime before it, with what 238 changed."""
    return evolve(
        before,
        early_migrations=migrations.MIGRATIONS_238,
        layout=dtao_layout(238),
        block_hook=without(before.block_hook, children.set_pending_children_everywhere_233),
        share_emission=coinbase.share_by_moving_price,
        immune_owner_uids=uids.owners_hotkey,
        replace_neuron=uids.replace_neuron_238,
        parameter_steps={**before.parameter_steps, **dtao_tables.STEPS_238},
        prometheus_checks=PROMETHEUS_CHECKS,
        swaps=dtao_swap_calls.SWAPS_238,
        orders=evolve(before.orders, movable=dtao_orders.MOVABLE_238, note_block=moves.note_block),
    )
