"""Locks that move: to another hotkey, to another coldkey with the stake, or between perpetual and decaying ones.

Source: subtensor staking/lock.rs, spec_version 424.
"""

from collections.abc import Callable

from neuron_ledger.events.locks import LockMoved, PerpetualLockUpdated
from neuron_ledger.ledger.errors.pools import AccountRejectsLockedAlpha, LockHotkeyMismatch, NoExistingLock
from neuron_ledger.ledger.rules.numbers.fixed import U64F64
from neuron_ledger.ledger.rules.numbers.saturating import add_u64, sub_u64
from neuron_ledger.ledger.rules.stake.checks import ensure_hotkey_account
from neuron_ledger.ledger.rules.stake.locks import (
    FRACTION,
    Conviction,
    Lock,
    existing_lock,
    is_perpetual,
    reduced,
    total_coldkey_alpha_on_subnet,
)
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.ledger.trading import Transition

# --------------------------------------------------------------------------------------------------- the sums of locks


def add_to_total(tx: Tx, coldkey: bytes, netuid: int, hotkey: bytes, lock: Lock) -> None:
    """Add a lock that came from elsewhere, with its conviction, to the sum of its kind.

    Source: subtensor staking/lock.rs::add_aggregate_lock, spec_version 424.
    """
    conviction = Conviction.of(tx, coldkey, netuid, hotkey)
    conviction.move_total_on()
    mass, gained, updated = conviction.total
    conviction.total = add_u64(mass, lock[0]), U64F64.saturating_add(gained, lock[1]), max(updated, lock[2])
    conviction.move_total_on()
    conviction.save_total()


def take_from_total(tx: Tx, coldkey: bytes, netuid: int, hotkey: bytes, mass: int, conviction: int) -> None:
    """Subtract a part of a lock from the sum of its kind.

    Source: subtensor staking/lock.rs::reduce_aggregate_lock, spec_version 424.
    """
    lock = Conviction.of(tx, coldkey, netuid, hotkey)
    lock.move_total_on()
    lock.total = reduced(lock.total, mass, conviction)
    lock.save_total()


# ------------------------------------------------------------------------------------------------------ by the coldkey


def move_lock(tx: Tx, coldkey: bytes, netuid: int, destination_hotkey: bytes) -> None:
    """Move a lock to another hotkey. The conviction is lost if that belongs to another coldkey.

    Raises: HotKeyAccountNotExists, NoExistingLock: in this order.
    Source: subtensor staking/lock.rs::do_move_lock, spec_version 424.
    """
    ensure_hotkey_account(tx, destination_hotkey)
    origin = existing_lock(tx, coldkey, netuid)
    if origin is None:
        raise NoExistingLock(netuid=netuid)
    origin.move_on()
    mass, conviction, updated = origin.lock
    if tx.storage.owner[origin.hotkey] != tx.storage.owner[destination_hotkey]:
        conviction = 0
    moved = Conviction.of(tx, coldkey, netuid, destination_hotkey)
    moved.lock = moved.course.moved_on((mass, conviction, updated))
    lost, origin.lock = origin.lock, (0, 0, updated)
    origin.save_lock()
    moved.save_lock()
    take_from_total(tx, coldkey, netuid, origin.hotkey, *lost[:2])
    add_to_total(tx, coldkey, netuid, destination_hotkey, moved.lock)
    tx.emit(LockMoved(coldkey=coldkey, origin_hotkey=origin.hotkey, destination_hotkey=destination_hotkey, netuid=netuid))


def set_perpetual_lock(tx: Tx, coldkey: bytes, netuid: int, enabled: bool) -> None:
    """Choose whether a coldkey's locked stake on a subnet stays locked, or is gradually unlocked.

    Source: subtensor staking/lock.rs::do_set_perpetual_lock, spec_version 424.
    """
    storage, changes = tx.storage, is_perpetual(tx, coldkey, netuid) != enabled
    if lock := existing_lock(tx, coldkey, netuid):
        lock.move_on()
        lock.save()
        if changes:
            take_from_total(tx, coldkey, netuid, lock.hotkey, *lock.lock[:2])
    if enabled:
        storage.decaying_lock[coldkey, netuid] = False
    else:
        storage.decaying_lock.remove((coldkey, netuid))
    if changes and (lock := existing_lock(tx, coldkey, netuid)):
        add_to_total(tx, coldkey, netuid, lock.hotkey, lock.lock)
    tx.emit(PerpetualLockUpdated(coldkey=coldkey, netuid=netuid, enabled=enabled))


# ------------------------------------------------------------------------------------------------------ with the stake

Receiver = Callable[[Tx, bytes, int], None]
"""(coldkey, locked alpha): the check of a coldkey that receives locked stake."""


def transfer_lock_411(tx: Tx, move: Transition) -> None:
    """Move a part of the lock with stake that goes to another coldkey, if more goes than is free of the lock.

    The conviction moves in the same proportion as the locked stake. Raises: LockHotkeyMismatch.
    Source: subtensor staking/lock.rs::transfer_lock, spec_version 411.
    """
    _transfer_lock(tx, move, _anybody_receives)


def transfer_lock_421(tx: Tx, move: Transition) -> None:
    """As before; only to a coldkey that accepts locked stake.

    Raises: LockHotkeyMismatch, AccountRejectsLockedAlpha: in this order.
    Source: subtensor staking/lock.rs::transfer_lock, spec_version 424.
    """
    _transfer_lock(tx, move, ensure_takes_locked_alpha)


def ensure_takes_locked_alpha(tx: Tx, coldkey: bytes, locked: int) -> None:
    """Locked stake goes only to a coldkey that accepts it. Raises: AccountRejectsLockedAlpha.

    Source: subtensor staking/lock.rs::ensure_can_receive_locked_alpha, spec_version 424.
    """
    if locked and not tx.storage.account_flags[coldkey] & ACCEPTS_LOCKED_ALPHA:
        raise AccountRejectsLockedAlpha(coldkey=coldkey, locked=locked)


def set_accepts_locked_alpha(tx: Tx, coldkey: bytes, accepts: bool) -> None:
    """Note whether a coldkey accepts locked stake.

    Source: subtensor staking/lock.rs::set_accept_locked_alpha, spec_version 424.
    """
    flags = tx.storage.account_flags
    noted = flags[coldkey] | ACCEPTS_LOCKED_ALPHA if accepts else flags[coldkey] & ~ACCEPTS_LOCKED_ALPHA
    if noted:
        flags[coldkey] = noted
    else:
        flags.remove(coldkey)


ACCEPTS_LOCKED_ALPHA = 1
"""The bit of AccountFlags."""


def _anybody_receives(_: Tx, __: bytes, ___: int) -> None:
    """Until spec_version 421 every coldkey receives locked stake."""


def _transfer_lock(tx: Tx, move: Transition, ensure_may_receive: Receiver) -> None:
    coldkey, receiver, netuid = move.origin_coldkey, move.destination_coldkey, move.origin_netuid
    source = existing_lock(tx, coldkey, netuid) if coldkey != receiver and move.alpha else None
    if source is None:
        return
    source.move_on()
    destination = existing_lock(tx, receiver, netuid) or Conviction.of(tx, receiver, netuid, source.hotkey)
    destination.move_on()
    free = sub_u64(total_coldkey_alpha_on_subnet(tx, coldkey, netuid), source.lock[0])
    asked = sub_u64(move.alpha, free)
    if asked and destination.hotkey != source.hotkey:
        raise LockHotkeyMismatch(hotkey=source.hotkey, locked_to=destination.hotkey)
    mass = min(asked, source.lock[0])
    conviction = (
        U64F64.saturating_mul(source.lock[1], U64F64.safe_div(mass << FRACTION, source.lock[0] << FRACTION)) if mass else 0
    )
    ensure_may_receive(tx, receiver, mass)
    received, gained, updated = destination.lock
    source.lock = source.course.moved_on(reduced(source.lock, mass, conviction))
    destination.lock = destination.course.moved_on((add_u64(received, mass), U64F64.saturating_add(gained, conviction), updated))
    source.save_lock()
    destination.save_lock()
    if mass:
        take_from_total(tx, coldkey, netuid, source.hotkey, mass, conviction)
        add_to_total(tx, receiver, netuid, destination.hotkey, (mass, conviction, tx.block))
