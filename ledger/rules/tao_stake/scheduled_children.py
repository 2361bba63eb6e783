"""Scheduled children before alpha: the whole stake on the hotkey counts.

Source: subtensor staking/set_children.rs::do_schedule_children, spec_versions 216 and 218.
"""

from neuron_ledger.events.calls import SetChildren
from neuron_ledger.ledger.rules.stake.children import (
    ensure_may_schedule,
    ensure_stake_reaches_threshold,
    ensure_valid_children,
    schedule_after,
)
from neuron_ledger.ledger.rules.tao_stake.positions import staked_on_hotkey
from neuron_ledger.ledger.runtime import Tx

COOLDOWN_216 = 7_200
"""Blocks until scheduled children can be set, before that became a parameter."""


def schedule_children_216(tx: Tx, coldkey: bytes, call: SetChildren) -> None:
    """Schedule a hotkey's children; even removing all children requires stake. Raises: as `schedule_children` of 277."""
    ensure_may_schedule(tx, coldkey, call)
    ensure_valid_children(call.hotkey, call.children)
    ensure_stake_reaches_threshold(tx, staked_on_hotkey(tx, call.hotkey))
    schedule_after(tx, call, COOLDOWN_216)


def schedule_children_218(tx: Tx, coldkey: bytes, call: SetChildren) -> None:
    """The same; removing all children requires no stake. Raises: as before."""
    ensure_may_schedule(tx, coldkey, call)
    ensure_valid_children(call.hotkey, call.children)
    if call.children:
        ensure_stake_reaches_threshold(tx, staked_on_hotkey(tx, call.hotkey))
    schedule_after(tx, call, COOLDOWN_216)
