"""Children of hotkeys: other hotkeys that work with parts of their stake. They are scheduled, and set at a later epoch.

Since spec_version 334 children and parents must agree (`relations.py`); since 397 children on a subnet that has not started are
set at once.
"""

from collections.abc import Callable, Iterable

from neuron_ledger.events.calls import SetChildren
from neuron_ledger.events.staking import ChildrenScheduled, ChildrenSet, PendingChildrenDropped
from neuron_ledger.events.storage.items import LINKS
from neuron_ledger.ledger.errors import (
    ChainError,
    DuplicateChild,
    InvalidChild,
    NotEnoughStakeToSetChildkeys,
    ProportionOverflow,
    RegistrationNotPermittedOnRootSubnet,
    TooManyChildren,
    TxRateLimitExceeded,
)
from neuron_ledger.ledger.rules.accounts.owners import account_order, ensure_coldkey_owns_hotkey
from neuron_ledger.ledger.rules.netuids import ROOT, ensure_subnet_exists, known_netuids
from neuron_ledger.ledger.rules.numbers.fixed import U64_MAX
from neuron_ledger.ledger.rules.numbers.saturating import add_u64
from neuron_ledger.ledger.rules.stake.moves import get_total_stake_for_hotkey
from neuron_ledger.ledger.rules.stake.relations import MAX_CHILDREN, ensure_may_have, links_afterwards, related
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.projections.storage import Storage

SET_CHILDREN_RATE_LIMIT = 150
"""Blocks between two schedules of one hotkey on one subnet."""

RATE_LIMIT_195, RATE_LIMIT_212 = 198, 7_200
"""The same while children were set at once: two tempos by default, then a day."""

COOLDOWN_233, COOLDOWN_245 = 1, 7_200
"""Blocks until scheduled children may be set, while this was not configurable: until 244, and from 245 to 276."""

SET_CHILDREN, SET_CHILDKEY_TAKE = 0, 1
"""Kinds of transactions as keys of TransactionKeyLastBlock."""


# ----------------------------------------------------------------------------------------------------- what calls check


def possible_from(tx: Tx, hotkey: bytes, netuid: int, kind: int, limit: int) -> int:
    """The block from which a kind of transaction is possible again; 0 where nothing limits it."""
    last = tx.rules.last_blocks.counted(tx.block, tx.storage.transaction_key_last_block[hotkey, netuid, kind])
    return last + limit if last and limit else 0


def ensure_may_schedule(tx: Tx, coldkey: bytes, call: SetChildren, limit: int = SET_CHILDREN_RATE_LIMIT) -> None:
    """limit: blocks between two such calls.

    Raises: TxRateLimitExceeded, RegistrationNotPermittedOnRootSubnet, SubNetworkDoesNotExist, NonAssociatedColdKey.
    """
    netuid, hotkey, storage = call.netuid, call.hotkey, tx.storage
    allowed_from = possible_from(tx, hotkey, netuid, SET_CHILDREN, limit)
    if tx.block < allowed_from:
        raise TxRateLimitExceeded(hotkey=hotkey, netuid=netuid, allowed_from=allowed_from)
    if netuid == ROOT:
        raise RegistrationNotPermittedOnRootSubnet(netuid=netuid)
    ensure_subnet_exists(storage, netuid)
    ensure_coldkey_owns_hotkey(tx, coldkey, hotkey)


def ensure_valid_children(hotkey: bytes, children: LINKS) -> None:
    if len(children) > MAX_CHILDREN:
        raise TooManyChildren(children=len(children), most=MAX_CHILDREN)
    hotkeys = [child for _, child in children]
    if hotkey in hotkeys:
        raise InvalidChild(hotkey=hotkey)
    total = sum(proportion for proportion, _ in children)
    if total > U64_MAX:
        raise ProportionOverflow(total=total, most=U64_MAX)
    ensure_no_child_twice(children)


def ensure_no_child_twice(children: LINKS) -> None:
    hotkeys = [child for _, child in children]
    for index, child in enumerate(hotkeys):
        if child in hotkeys[:index]:
            raise DuplicateChild(child=child)


def ensure_stake_for_children(tx: Tx, call: SetChildren) -> None:
    """Setting children requires stake at the threshold for weights, unless the hotkey is the subnet owner's."""
    storage = tx.storage
    is_owner = call.netuid in storage.subnet_owner_hotkey and storage.subnet_owner_hotkey[call.netuid] == call.hotkey
    if call.children and not is_owner:
        ensure_stake_reaches_threshold(tx, get_total_stake_for_hotkey(tx, call.hotkey))


def ensure_stake_reaches_threshold(tx: Tx, stake: int) -> None:
    """stake: rao that count for the hotkey. Raises: NotEnoughStakeToSetChildkeys."""
    needed = tx.storage.stake_threshold.value
    if stake < needed:
        raise NotEnoughStakeToSetChildkeys(stake=stake, needed=needed, missing=needed - stake)


# ------------------------------------------------------------------------------------------------- at once, until 216


def set_children_at_once_195(limit: int, tx: Tx, coldkey: bytes, call: SetChildren) -> None:
    """Replace a hotkey's children at once. limit: blocks between two such calls.

    Raises: TxRateLimitExceeded, RegistrationNotPermittedOnRootSubnet, SubNetworkDoesNotExist, NonAssociatedColdKey,
    TooManyChildren, InvalidChild, ProportionOverflow, DuplicateChild: in this order.
    Source: subtensor staking/set_children.rs::do_set_children, spec_version 195.
    """
    ensure_may_schedule(tx, coldkey, call, limit)
    ensure_valid_children(call.hotkey, call.children)
    tx.storage.transaction_key_last_block[call.hotkey, call.netuid, SET_CHILDREN] = tx.block
    _set_as_asked(tx, call.netuid, call.hotkey, call.children, was_pending=False)


# ---------------------------------------------------------------------------------------------------------- scheduling


def schedule_children(tx: Tx, coldkey: bytes, call: SetChildren) -> None:
    """Schedule a hotkey's children as requested by its coldkey; they are set by the first epoch after the cooldown.

    Raises: TxRateLimitExceeded, RegistrationNotPermittedOnRootSubnet, SubNetworkDoesNotExist, NonAssociatedColdKey,
    TooManyChildren, InvalidChild, ProportionOverflow, DuplicateChild, NotEnoughStakeToSetChildkeys: in this order.
    Source: subtensor staking/set_children.rs::do_schedule_children, spec_version 277.
    """
    ensure_may_schedule(tx, coldkey, call)
    ensure_valid_children(call.hotkey, call.children)
    ensure_stake_for_children(tx, call)
    _schedule(tx, call)


def schedule_children_233(tx: Tx, coldkey: bytes, call: SetChildren) -> None:
    """The same until spec_version 244: set in the next block; a subnet owner's hotkey needs stake as well.

    Raises: as `schedule_children`. Source: subtensor staking/set_children.rs::do_schedule_children, spec_version 233.
    """
    ensure_may_schedule(tx, coldkey, call)
    ensure_valid_children(call.hotkey, call.children)
    if call.children:
        ensure_stake_reaches_threshold(tx, get_total_stake_for_hotkey(tx, call.hotkey))
    schedule_after(tx, call, COOLDOWN_233)


def schedule_children_after(cooldown: int, tx: Tx, coldkey: bytes, call: SetChildren) -> None:
    """The same from spec_version 244 to 276. cooldown: blocks, not configurable. Raises: as `schedule_children`.

    Source: subtensor staking/set_children.rs::do_schedule_children, spec_version 244.
    """
    ensure_may_schedule(tx, coldkey, call)
    ensure_valid_children(call.hotkey, call.children)
    ensure_stake_for_children(tx, call)
    schedule_after(tx, call, cooldown)


def schedule_children_334(tx: Tx, coldkey: bytes, call: SetChildren) -> None:
    """As before; a child must not be a parent.

    Raises: TxRateLimitExceeded, RegistrationNotPermittedOnRootSubnet, SubNetworkDoesNotExist, NonAssociatedColdKey,
    DuplicateChild, InvalidChild, TooManyChildren, ProportionOverflow, ChildParentInconsistency, NotEnoughStakeToSetChildkeys: in
    this order. Source: subtensor staking/set_children.rs::do_schedule_children, spec_version 334.
    """
    _ensure_agreeing_children(tx, coldkey, call)
    _schedule(tx, call)


def schedule_children_397(tx: Tx, coldkey: bytes, call: SetChildren) -> None:
    """As before; children on a subnet whose token is not enabled yet are set at once.

    Raises: as `schedule_children_334`. Source: subtensor staking/set_children.rs::do_schedule_children, spec_version 424.
    """
    _ensure_agreeing_children(tx, coldkey, call)
    if tx.storage.subtoken_enabled[call.netuid]:
        _schedule(tx, call)
    else:
        tx.storage.transaction_key_last_block[call.hotkey, call.netuid, SET_CHILDREN] = tx.block
        set_if_they_agree(tx, call.netuid, call.hotkey, call.children, was_pending=False)


def _ensure_agreeing_children(tx: Tx, coldkey: bytes, call: SetChildren) -> None:
    ensure_may_schedule(tx, coldkey, call)
    ensure_no_child_twice(call.children)
    has = related(tx.storage, call.hotkey, call.netuid, tx.storage.child_keys[call.hotkey, call.netuid])
    ensure_may_have(has, call.children)
    ensure_stake_for_children(tx, call)


def _schedule(tx: Tx, call: SetChildren) -> None:
    schedule_after(tx, call, tx.storage.pending_child_key_cooldown.value)


def schedule_after(tx: Tx, call: SetChildren, cooldown: int) -> None:
    """cooldown: blocks until they can be set."""
    tx.storage.transaction_key_last_block[call.hotkey, call.netuid, SET_CHILDREN] = tx.block
    cooldown_block = add_u64(tx.block, cooldown)
    tx.emit(ChildrenScheduled(hotkey=call.hotkey, netuid=call.netuid, cooldown_block=cooldown_block, children=call.children))


# ------------------------------------------------------------------------------------------------------------ the block


def set_pending_children_everywhere_233(tx: Tx) -> None:
    """Set the scheduled children whose cooldown is over, on every subnet in every block.

    Source: subtensor coinbase/run_coinbase.rs::run_coinbase, spec_version 233.
    """
    _set_on(tx, [netuid for netuid in known_netuids(tx.storage) if netuid != ROOT], _cooldown_is_over, _set_as_asked)


def set_pending_children(tx: Tx) -> None:
    """Set, on every subnet whose epoch runs in this block, the scheduled children whose cooldown is over.

    Source: subtensor coinbase/block_step.rs::try_set_pending_children, spec_version 277.
    """
    _set_on(tx, tx.due_epochs, _cooldown_is_over, _set_as_asked)


def set_pending_children_on_216(tx: Tx, netuid: int) -> None:
    """The same on one subnet. Source: subtensor staking/set_children.rs::do_set_pending_children, spec_version 216."""
    _set_on(tx, (netuid,), _cooldown_is_over, _set_as_asked)


def set_pending_children_334(tx: Tx) -> None:
    """As before; children that do not agree with parents are dropped.

    Source: subtensor staking/set_children.rs::do_set_pending_children, spec_version 334.
    """
    _set_on(tx, tx.due_epochs, _cooldown_is_over, _set_or_drop)


def set_pending_children_397(tx: Tx) -> None:
    """As before; on a subnet whose token is not enabled yet, there is no cooldown.

    Source: subtensor staking/set_children.rs::do_set_pending_children, spec_version 424.
    """
    _set_on(tx, tx.due_epochs, _cooldown_is_over_or_not_started, _set_or_drop)


def set_pending_children_423(tx: Tx) -> None:
    """As before, on every subnet whose last epoch is noted for this block, even if it was skipped.

    Source: subtensor coinbase/block_step.rs::try_set_pending_children, spec_version 424.
    """
    last = tx.storage.last_epoch_block
    if tx.storage.pending_child_keys:
        netuids = [netuid for netuid in known_netuids(tx.storage) if last[netuid] == tx.block]
        _set_on(tx, netuids, _cooldown_is_over_or_not_started, _set_or_drop)


def _cooldown_is_over(tx: Tx, _: int, cooldown_block: int) -> bool:
    return cooldown_block < tx.block


def _cooldown_is_over_or_not_started(tx: Tx, netuid: int, cooldown_block: int) -> bool:
    return cooldown_block < tx.block or not tx.storage.subtoken_enabled[netuid]


def _set_on(
    tx: Tx,
    netuids: Iterable[int],
    is_over: Callable[[Tx, int, int], bool],
    set_children: Callable[[Tx, int, bytes, LINKS], None],
) -> None:
    """Set the scheduled children of subnets, hotkeys in the order of their hashed keys.

    is_over: (tx, netuid, cooldown block) → whether the cooldown is over.
    """
    pending = tx.storage.pending_child_keys
    if not pending:
        return
    for netuid in netuids:
        hotkeys = [hotkey for subnet, hotkey in pending if subnet == netuid]
        for hotkey in sorted(hotkeys, key=account_order):
            children, cooldown_block = pending[netuid, hotkey]
            if is_over(tx, netuid, cooldown_block):
                set_children(tx, netuid, hotkey, children)


def _set_as_asked(tx: Tx, netuid: int, hotkey: bytes, children: LINKS, *, was_pending: bool = True) -> None:
    tx.emit(
        ChildrenSet(
            hotkey=hotkey,
            netuid=netuid,
            children=children,
            was_pending=was_pending,
            child_keys=((hotkey, children),),
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


def _set_or_drop(tx: Tx, netuid: int, hotkey: bytes, children: LINKS) -> None:
    if not set_if_they_agree(tx, netuid, hotkey, children, was_pending=True):
        tx.emit(PendingChildrenDropped(hotkey=hotkey, netuids=(netuid,)))


def set_if_they_agree(tx: Tx, netuid: int, hotkey: bytes, children: LINKS, *, was_pending: bool) -> bool:
    """Replace a hotkey's children, unless a hotkey would then be both its child and its parent. Returns: whether it was done.

    Source: subtensor staking/set_children.rs::persist_pending_chidren_ok, spec_version 424.
    """
    try:
        relations = related(tx.storage, hotkey, netuid, children)
    except ChainError:
        return False
    child_keys, parents = links_afterwards(tx.storage, netuid, relations)
    tx.emit(
        ChildrenSet(
            hotkey=hotkey, netuid=netuid, children=children, was_pending=was_pending, child_keys=child_keys, parents=parents
        )
    )
    return True
