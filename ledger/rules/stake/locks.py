"""Stake that is locked to a hotkey: how much of it, and the conviction that grows with the time it stays locked.

A lock is (locked alpha, conviction as U64F64, block of the last update). It belongs to a coldkey on a subnet, and is locked to
one hotkey; in addition, each hotkey (and each subnet, for locks to its owner hotkey) has the sums of the perpetual locks and of
the decaying ones. Locks are brought up to date when they are used.
Source: subtensor staking/lock.rs, spec_version 424.
"""

from typing import Any

from attrs import define

from neuron_ledger.events.locks import StakeLocked
from neuron_ledger.ledger.errors import AmountTooLow, ChainError, HotKeyAccountNotExists
from neuron_ledger.ledger.errors.pools import InsufficientStakeForLock, LockHotkeyMismatch, StakeUnavailable
from neuron_ledger.ledger.rules.accounts.owners import account_order, hotkey_account_exists
from neuron_ledger.ledger.rules.numbers.decay import exp_decay
from neuron_ledger.ledger.rules.numbers.fixed import I64F64, U64F64
from neuron_ledger.ledger.rules.numbers.saturating import add_u64, clamp_u64, sub_u64
from neuron_ledger.ledger.rules.stake.positions import get_stake_for_hotkey_and_coldkey_on_subnet
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.projections.maps import StorageMap

Lock = tuple[int, int, int]
FRACTION = U64F64.fraction
ONE = U64F64.one

MIN_LOCK = 100
"""A lock with less alpha and less conviction counts as none."""


# ----------------------------------------------------------------------------------------------------- one lock in time


@define
class Course:
    """How locks develop: current block, rates of unlocking and maturing, whether to the owner hotkey, whether perpetual."""

    now: int
    unlock_rate: int
    maturity_rate: int
    to_owner: bool
    stays: bool

    def moved_on(self, lock: Lock) -> Lock:
        """The lock as of the current block."""
        mass, conviction, updated = lock
        if self.now > updated:
            mass, conviction = self._after(mass, conviction, self.now - updated)
            updated = self.now
        if self.to_owner:
            conviction = mass << FRACTION
        return (0, 0, updated) if is_nothing((mass, conviction, updated)) else (mass, conviction, updated)

    def _after(self, mass: int, conviction: int, blocks: int) -> tuple[int, int]:
        unlocked, matured = exp_decay(blocks, self.unlock_rate), exp_decay(blocks, self.maturity_rate)
        before = U64F64.saturating_mul(matured, conviction)
        grown = U64F64.saturating_mul(mass << FRACTION, self._growth(blocks, unlocked, matured))
        left = mass if self.stays else unlocked * mass >> FRACTION
        return left, U64F64.saturating_add(before, grown)

    def _growth(self, blocks: int, unlocked: int, matured: int) -> int:
        """The conviction that one alpha gained, U64F64."""
        if self.stays:
            return sub_u64(ONE, matured)
        unlock, mature = self.unlock_rate, self.maturity_rate
        if unlock == mature:
            return U64F64.saturating_mul((blocks << FRACTION) // mature if mature else 0, matured)
        if unlock == 0 or mature == 0:
            return 0
        gained = I64F64.saturating_mul(I64F64.from_int(unlock), unlocked - matured)
        return max(I64F64.checked_div(gained, I64F64.from_int(unlock - mature)) or 0, 0)


def is_nothing(lock: Lock) -> bool:
    """Whether a lock is too small to count."""
    return lock[0] < MIN_LOCK and lock[1] < MIN_LOCK << FRACTION


def reduced(lock: Lock, mass: int, conviction: int) -> Lock:
    """The lock less these amounts."""
    return sub_u64(lock[0], mass), sub_u64(lock[1], conviction), lock[2]


# ------------------------------------------------------------------------------------------- a lock and its sum, stored


@define
class Conviction:
    """A coldkey's lock to a hotkey of a subnet, and the sum that it is a part of. Nothing is stored until `save`."""

    tx: Tx
    coldkey: bytes
    netuid: int
    hotkey: bytes
    course: Course
    lock: Lock
    total: Lock

    @classmethod
    def of(cls, tx: Tx, coldkey: bytes, netuid: int, hotkey: bytes) -> "Conviction":
        """The existing lock, or an empty one."""
        storage, nothing = tx.storage, (0, 0, tx.block)
        course = Course(
            now=tx.block,
            unlock_rate=storage.unlock_rate.value,
            maturity_rate=storage.maturity_rate.value,
            to_owner=storage.subnet_owner_hotkey[netuid] == hotkey,
            stays=is_perpetual(tx, coldkey, netuid),
        )
        table, key = _sums(tx, course, netuid, hotkey)
        lock = storage.lock.get((coldkey, netuid, hotkey)) or nothing
        return cls(tx, coldkey, netuid, hotkey, course, lock, table.get(key) or nothing)

    def move_on(self) -> None:
        """Bring the lock and its sum up to date."""
        before, self.lock = self.lock, self.course.moved_on(self.lock)
        lost = sub_u64(before[0], self.lock[0]), sub_u64(before[1], self.lock[1])
        if lost == (0, 0):
            self.move_total_on()
        else:
            self.total = (*reduced(self.total, *lost)[:2], self.course.now)

    def move_total_on(self) -> None:
        self.total = self.course.moved_on(self.total)

    def add(self, mass: int) -> None:
        """Lock more, which has no conviction yet."""
        self.lock = self.course.moved_on((add_u64(self.lock[0], mass), self.lock[1], self.lock[2]))
        self.move_total_on()
        self.total = add_u64(self.total[0], mass), self.total[1], max(self.total[2], self.course.now)
        self.move_total_on()

    def take(self, mass: int) -> None:
        """Lock less, with its part of the conviction."""
        before = self.lock
        left = sub_u64(before[0], mass)
        conviction = 0
        if left:
            part = U64F64.safe_div(mass << FRACTION, before[0] << FRACTION)
            conviction = U64F64.saturating_mul(before[1], sub_u64(ONE, part))
        self.lock = left, conviction, self.course.now
        self.total = reduced(self.total, before[0] - left, sub_u64(before[1], conviction))

    def save(self) -> None:
        """Store both; an empty one is removed."""
        self.save_lock()
        self.save_total()

    def save_lock(self) -> None:
        """Store only the lock."""
        storage, key = self.tx.storage, (self.coldkey, self.netuid, self.hotkey)
        locking = self.netuid, self.hotkey, self.coldkey
        if is_nothing(self.lock):
            storage.locking_coldkeys.remove(locking)
            storage.lock.remove(key)
        else:
            storage.locking_coldkeys[locking] = ()
            storage.lock[key] = self.lock

    def save_total(self) -> None:
        """Store only the sum."""
        table, key = _sums(self.tx, self.course, self.netuid, self.hotkey)
        if self.total[:2] == (0, 0):
            table.remove(key)
        else:
            table[key] = self.total


def is_perpetual(tx: Tx, coldkey: bytes, netuid: int) -> bool:
    """Whether what a coldkey locks on a subnet stays locked."""
    return tx.storage.decaying_lock.get((coldkey, netuid)) is False


def _sums(tx: Tx, course: Course, netuid: int, hotkey: bytes) -> tuple[StorageMap[Any, Lock | None], Any]:
    """The map that holds the sum of locks of the same kind, and the key in it."""
    storage = tx.storage
    if course.to_owner:
        return (storage.owner_lock if course.stays else storage.decaying_owner_lock), netuid
    return (storage.hotkey_lock if course.stays else storage.decaying_hotkey_lock), (netuid, hotkey)


def existing_lock(tx: Tx, coldkey: bytes, netuid: int) -> Conviction | None:
    """A coldkey's lock on a subnet: the first, in the order of the chain's keys."""
    hotkeys = [hotkey for _, subnet, hotkey in tx.storage.lock.under(coldkey) if subnet == netuid]
    return Conviction.of(tx, coldkey, netuid, min(hotkeys, key=account_order)) if hotkeys else None


# ---------------------------------------------------------------------------------------------------------------- rules


def get_current_locked(tx: Tx, coldkey: bytes, netuid: int) -> int:
    """The alpha that a coldkey has locked on a subnet now."""
    conviction = existing_lock(tx, coldkey, netuid)
    return conviction.course.moved_on(conviction.lock)[0] if conviction else 0


def total_coldkey_alpha_on_subnet(tx: Tx, coldkey: bytes, netuid: int) -> int:
    """A coldkey's stake on all hotkeys of a subnet."""
    hotkeys = tx.storage.staking_hotkeys[coldkey]
    return clamp_u64(sum(get_stake_for_hotkey_and_coldkey_on_subnet(tx, hotkey, coldkey, netuid) for hotkey in hotkeys))


def ensure_available_to_unstake(tx: Tx, coldkey: bytes, netuid: int, amount: int) -> None:
    """Refuse to unstake more than what is not locked. Raises: StakeUnavailable."""
    total, locked = total_coldkey_alpha_on_subnet(tx, coldkey, netuid), get_current_locked(tx, coldkey, netuid)
    if sub_u64(total, locked) < amount:
        raise StakeUnavailable(needed=amount, stake=total, locked=locked)


def do_lock_stake(tx: Tx, coldkey: bytes, netuid: int, hotkey: bytes, amount: int) -> None:
    """Lock stake, or more stake, to a hotkey.

    Raises: AmountTooLow, HotKeyAccountNotExists, LockHotkeyMismatch, InsufficientStakeForLock: in this order.
    """
    if amount == 0:
        raise AmountTooLow(amount=0, needed=1)
    if not hotkey_account_exists(tx, hotkey):
        raise HotKeyAccountNotExists(hotkey=hotkey)
    conviction = existing_lock(tx, coldkey, netuid) or Conviction.of(tx, coldkey, netuid, hotkey)
    if conviction.hotkey != hotkey:
        raise LockHotkeyMismatch(hotkey=hotkey, locked_to=conviction.hotkey)
    conviction.move_on()
    stake, needed = total_coldkey_alpha_on_subnet(tx, coldkey, netuid), add_u64(conviction.lock[0], amount)
    if stake < needed:
        raise InsufficientStakeForLock(stake=stake, needed=needed)
    if conviction.lock[:2] == (0, 0):
        conviction.lock = 0, 0, tx.block
    conviction.add(amount)
    conviction.save()
    tx.emit(StakeLocked(coldkey=coldkey, hotkey=hotkey, netuid=netuid, amount=amount))


def auto_lock_owner_cut(tx: Tx, netuid: int, amount: int) -> None:
    """Lock the owner's cut, if it chose so: to the hotkey of its existing lock, or to the owner hotkey."""
    storage = tx.storage
    if not storage.owner_cut_auto_lock_enabled[netuid]:
        return
    owner = storage.subnet_owner[netuid]
    conviction = existing_lock(tx, owner, netuid)
    hotkey = conviction.hotkey if conviction else storage.subnet_owner_hotkey[netuid]
    try:
        do_lock_stake(tx, owner, netuid, hotkey, amount)
    except ChainError:
        return


def force_reduce_lock(tx: Tx, coldkey: bytes, netuid: int, amount: int) -> None:
    """Lock less, with its part of the conviction."""
    if conviction := existing_lock(tx, coldkey, netuid):
        conviction.move_on()
        conviction.move_total_on()
        conviction.take(amount)
        conviction.save()


def cleanup_lock_if_zero(tx: Tx, coldkey: bytes, netuid: int) -> None:
    """Bring a coldkey's lock on a subnet up to date; an empty one is removed."""
    if conviction := existing_lock(tx, coldkey, netuid):
        conviction.move_on()
        conviction.save()
