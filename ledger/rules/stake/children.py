"""Children of hotkeys: other hotkeys that work with parts of their stake. They are scheduled, and set at a later epoch."""

from neuron_ledger.events.calls import SetChildren
from neuron_ledger.events.staking import ChildrenSet
from neuron_ledger.events.storage.items import LINKS
from neuron_ledger.ledger.errors import (
    DuplicateChild,
    InvalidChild,
    NotEnoughStakeToSetChildkeys,
    ProportionOverflow,
    TooManyChildren,
)
from neuron_ledger.ledger.rules.accounts.owners import account_order
from neuron_ledger.ledger.rules.numbers.fixed import U64_MAX
from neuron_ledger.ledger.rules.stake.moves import get_total_stake_for_hotkey
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.projections.storage import Storage

MOST_CHILDREN = 5

SET_CHILDREN_RATE_LIMIT = 150
"""Blocks between two schedules of one hotkey on one subnet."""

SET_CHILDREN, SET_CHILDKEY_TAKE = 0, 1
"""Kinds of transactions as keys of TransactionKeyLastBlock."""


# ----------------------------------------------------------------------------------------------------- what calls check


def possible_from(storage: Storage, hotkey: bytes, netuid: int, kind: int, limit: int) -> int:
    """The block from which on a kind of transaction is possible again; 0 where it was never made or has no limit."""
    last = storage.transaction_key_last_block[hotkey, netuid, kind]
    return last + limit if last and limit else 0


def ensure_valid_children(hotkey: bytes, children: LINKS) -> None:
    if len(children) > MOST_CHILDREN:
        raise TooManyChildren(children=len(children), most=MOST_CHILDREN)
    hotkeys = [child for _, child in children]
    if hotkey in hotkeys:
        raise InvalidChild(hotkey=hotkey)
    total = sum(proportion for proportion, _ in children)
    if total > U64_MAX:
        raise ProportionOverflow(total=total, most=U64_MAX)
    for index, child in enumerate(hotkeys):
        if child in hotkeys[:index]:
            raise DuplicateChild(child=child)


def ensure_stake_for_children(tx: Tx, call: SetChildren) -> None:
    """Whoever gives children needs stake at the threshold for weights, unless the hotkey is the subnet owner's."""
    storage = tx.storage
    stake, needed = get_total_stake_for_hotkey(tx, call.hotkey), storage.stake_threshold.value
    is_owner = call.netuid in storage.subnet_owner_hotkey and storage.subnet_owner_hotkey[call.netuid] == call.hotkey
    if call.children and stake < needed and not is_owner:
        raise NotEnoughStakeToSetChildkeys(stake=stake, needed=needed, missing=needed - stake)


# ------------------------------------------------------------------------------------------------------------ the block


def set_pending_children(tx: Tx) -> None:
    """Set, on every subnet whose epoch runs in this block, the scheduled children whose cooldown is over.

    Source: subtensor coinbase/block_step.rs::try_set_pending_children, spec_version 277.
    """
    if not tx.storage.pending_child_keys:
        return
    for netuid in tx.due_epochs:
        do_set_pending_children(tx, netuid)


def do_set_pending_children(tx: Tx, netuid: int) -> None:
    """Set a subnet's scheduled children whose cooldown is over, hotkeys in the order of their hashed keys.

    Source: subtensor staking/set_children.rs::do_set_pending_children, spec_version 277.
    """
    pending = tx.storage.pending_child_keys
    hotkeys = [hotkey for subnet, hotkey in pending if subnet == netuid]
    for hotkey in sorted(hotkeys, key=account_order):
        children, cooldown_block = pending[netuid, hotkey]
        if cooldown_block < tx.block:
            tx.emit(
                ChildrenSet(
                    hotkey=hotkey,
                    netuid=netuid,
                    children=children,
                    parents=_parents_afterwards(tx.storage, netuid, hotkey, children),
                )
            )


def _parents_afterwards(storage: Storage, netuid: int, hotkey: bytes, children: LINKS) -> tuple[tuple[bytes, LINKS], ...]:
    """(child, its parents) of every hotkey that stops being a child or begins to be one."""
    parents: dict[bytes, LINKS] = {}
    for _, child in storage.child_keys[hotkey, netuid]:
        parents[child] = tuple(link for link in storage.parent_keys[child, netuid] if link[1] != hotkey)
    for proportion, child in children:
        parents[child] = (*parents.get(child, storage.parent_keys[child, netuid]), (proportion, hotkey))
    return tuple((child, parents[child]) for child in sorted(parents))
