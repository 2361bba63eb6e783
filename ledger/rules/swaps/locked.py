"""Locked stake when keys are swapped: locks to the old hotkey, or of the old coldkey, move to the new one.

Source: subtensor staking/lock.rs, spec_version 424.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from attrs import evolve

from neuron_ledger.ledger.errors import ActiveLockExists
from neuron_ledger.ledger.key_swaps import ColdkeySwap, HotkeySwap
from neuron_ledger.ledger.rules.netuids import known_netuids
from neuron_ledger.ledger.rules.stake.lock_moves import (
    add_to_total,
    ensure_takes_locked_alpha,
    set_accepts_locked_alpha,
    take_from_total,
)
from neuron_ledger.ledger.rules.stake.locks import Conviction, Course, Lock, is_perpetual
from neuron_ledger.ledger.rules.swaps.moved import carry
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.projections.maps import StorageMap

# ------------------------------------------------------------------------------------------------------------- hotkeys


def carry_locks_of_hotkey_411(tx: Tx, swap: HotkeySwap) -> None:
    """On all subnets. Source: lock.rs::swap_hotkey_locks."""
    _carry_to_hotkey(tx, swap, known_netuids(tx.storage))


def carry_locks_on_subnet_416(tx: Tx, swap: HotkeySwap) -> None:
    """On the one subnet of the swap. Source: lock.rs::swap_hotkey_locks_on_subnet."""
    _carry_to_hotkey(tx, swap, () if swap.netuid is None else (swap.netuid,))


def _carry_to_hotkey(tx: Tx, swap: HotkeySwap, netuids: Iterable[int]) -> None:
    """Source: lock.rs::swap_hotkey_locks_for_netuids."""
    for netuid in netuids:
        owners_hotkey = tx.storage.subnet_owner_hotkey[netuid]
        was_owners, is_owners = owners_hotkey == swap.old, owners_hotkey in (swap.old, swap.new)
        if is_owners or _has_total(tx, netuid, swap.old):
            _carry_locks(tx, swap, netuid, was_owners, is_owners)
            _carry_totals(tx, swap, netuid, was_owners, is_owners)


def _has_total(tx: Tx, netuid: int, hotkey: bytes) -> bool:
    return (netuid, hotkey) in tx.storage.hotkey_lock or (netuid, hotkey) in tx.storage.decaying_hotkey_lock


def _carry_locks(tx: Tx, swap: HotkeySwap, netuid: int, was_owners: bool, is_owners: bool) -> None:
    """Move each coldkey's lock, brought up to date. A coldkey that is listed without a lock is removed from the list."""
    storage = tx.storage
    coldkeys = [coldkey for subnet, hotkey, coldkey in storage.locking_coldkeys if (subnet, hotkey) == (netuid, swap.old)]
    for coldkey in coldkeys:
        lock = storage.lock[coldkey, netuid, swap.old]
        storage.locking_coldkeys.remove((netuid, swap.old, coldkey))
        if lock is None:
            continue
        storage.lock.remove((coldkey, netuid, swap.old))
        stays = is_perpetual(tx, coldkey, netuid)
        moved = evolve(Conviction.of(tx, coldkey, netuid, swap.new), lock=_moved(tx, lock, was_owners, is_owners, stays))
        moved.save_lock()


def _carry_totals(tx: Tx, swap: HotkeySwap, netuid: int, was_owners: bool, is_owners: bool) -> None:
    """Move the sums, replacing those of the new hotkey."""
    storage = tx.storage
    of_owner, of_hotkey = (storage.owner_lock, storage.decaying_owner_lock), (storage.hotkey_lock, storage.decaying_hotkey_lock)
    for stays, to_owner, to_hotkey in zip((True, False), of_owner, of_hotkey, strict=True):
        source: StorageMap[Any, Lock | None] = to_owner if was_owners else to_hotkey
        target: StorageMap[Any, Lock | None] = to_owner if is_owners else to_hotkey
        old, new = netuid if was_owners else (netuid, swap.old), netuid if is_owners else (netuid, swap.new)
        total = source[old]
        if total is None:
            continue
        source.remove(old)
        moved = _moved(tx, total, was_owners, is_owners, stays)
        if moved[:2] == (0, 0):
            target.remove(new)
        else:
            target[new] = moved


def _moved(tx: Tx, lock: Lock, was_owners: bool, is_owners: bool, stays: bool) -> Lock:
    """A lock brought up to date on its old course, and then put on its new one."""
    return _course(tx, is_owners, stays).moved_on(_course(tx, was_owners, stays).moved_on(lock))


def _course(tx: Tx, to_owner: bool, stays: bool) -> Course:
    return Course(tx.block, tx.storage.unlock_rate.value, tx.storage.maturity_rate.value, to_owner, stays)


# ------------------------------------------------------------------------------------------------------------ coldkeys


def carry_locks_of_coldkey_411(tx: Tx, swap: ColdkeySwap) -> None:
    """Move the locks; whether they are perpetual is from now on the new coldkey's choice.

    Raises: ActiveLockExists. Source: lock.rs::swap_coldkey_locks, spec_version 411.
    """
    ensure_no_active_locks(tx, swap.new)
    for lock in list(_locks_as_they_are_now(tx, swap.old)):
        _take_away(tx, lock)
        _give(tx, swap.new, lock)


def carry_locks_of_coldkey_421(tx: Tx, swap: ColdkeySwap) -> None:
    """Move the locks, including whether they are perpetual; only to a coldkey that accepts locked stake.

    Raises: ActiveLockExists, AccountRejectsLockedAlpha: in this order.
    Source: lock.rs::swap_coldkey_locks, spec_version 421.
    """
    ensure_no_active_locks(tx, swap.new)
    locks = list(_locks_as_they_are_now(tx, swap.old))
    for lock in locks:
        ensure_takes_locked_alpha(tx, swap.new, lock.lock[0])
    for lock in locks:
        _take_away(tx, lock)
    for netuid in [netuid for coldkey, netuid in tx.storage.decaying_lock if coldkey == swap.old]:
        carry(tx.storage.decaying_lock, (swap.old, netuid), (swap.new, netuid))
    for lock in locks:
        _give(tx, swap.new, lock)


def accept_locked_alpha_424(tx: Tx, swap: ColdkeySwap) -> None:
    """Let the new coldkey accept locked stake for the time of the swap. Source: swap/swap_coldkey.rs::do_swap_coldkey."""
    set_accepts_locked_alpha(tx, swap.new, True)


def carry_flags_424(tx: Tx, swap: ColdkeySwap) -> None:
    """Let the new coldkey accept locked stake afterwards if the old one did. Source: lock.rs::swap_coldkey_locks."""
    flags = tx.storage.account_flags
    before = flags[swap.old]
    flags.remove(swap.old)
    if before:
        flags[swap.new] = before
    else:
        flags.remove(swap.new)


def ensure_no_active_locks(tx: Tx, coldkey: bytes) -> None:
    """Refuse a coldkey that has locked anything. Raises: ActiveLockExists. Source: lock.rs::ensure_no_active_locks."""
    for lock in _locks_as_they_are_now(tx, coldkey):
        if lock.lock[0]:
            raise ActiveLockExists(coldkey=coldkey, netuid=lock.netuid, locked=lock.lock[0])


def _locks_as_they_are_now(tx: Tx, coldkey: bytes) -> Iterator[Conviction]:
    for netuid, hotkey in sorted((netuid, hotkey) for owner, netuid, hotkey in tx.storage.lock if owner == coldkey):
        conviction = Conviction.of(tx, coldkey, netuid, hotkey)
        yield evolve(conviction, lock=conviction.course.moved_on(conviction.lock))


def _take_away(tx: Tx, lock: Conviction) -> None:
    tx.storage.lock.remove((lock.coldkey, lock.netuid, lock.hotkey))
    tx.storage.locking_coldkeys.remove((lock.netuid, lock.hotkey, lock.coldkey))
    take_from_total(tx, lock.coldkey, lock.netuid, lock.hotkey, *lock.lock[:2])


def _give(tx: Tx, coldkey: bytes, lock: Conviction) -> None:
    given = Conviction.of(tx, coldkey, lock.netuid, lock.hotkey)
    given.lock = given.course.moved_on(lock.lock)
    given.save_lock()
    add_to_total(tx, coldkey, lock.netuid, lock.hotkey, given.lock)
