"""The calls on locks of stake, since spec_version 411."""

from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.events.locks import LockStake, MoveLock, RejectLockedAlphaUpdated, SetPerpetualLock, SetRejectLockedAlpha
from neuron_ledger.ledger.rules.stake import lock_moves, locks
from neuron_ledger.ledger.runtime import Tx, call_table, handles
from neuron_ledger.ledger.transaction import ensure_signed


def lock_stake_411(tx: Tx, origin: Origin, call: LockStake) -> None:
    """Lock stake, or more stake, of the signing coldkey on a subnet to a hotkey.

    Raises: BadOrigin, then as `locks.do_lock_stake`.
    Source: subtensor macros/dispatches.rs::lock_stake, spec_version 424.
    """
    locks.do_lock_stake(tx, ensure_signed(origin), call.netuid, call.hotkey, call.amount)


def move_lock_411(tx: Tx, origin: Origin, call: MoveLock) -> None:
    """Move the signing coldkey's lock to another hotkey.

    Raises: BadOrigin, then as `lock_moves.move_lock`.
    Source: subtensor macros/dispatches.rs::move_lock, spec_version 424.
    """
    lock_moves.move_lock(tx, ensure_signed(origin), call.netuid, call.destination_hotkey)


def set_perpetual_lock_411(tx: Tx, origin: Origin, call: SetPerpetualLock) -> None:
    """Choose whether the signing coldkey's locked stake stays locked. Raises: BadOrigin.

    Source: subtensor macros/dispatches.rs::set_perpetual_lock, spec_version 424.
    """
    lock_moves.set_perpetual_lock(tx, ensure_signed(origin), call.netuid, call.enabled)


def set_reject_locked_alpha_421(tx: Tx, origin: Origin, call: SetRejectLockedAlpha) -> None:
    """Choose whether locked stake may be transferred to the signing coldkey. Raises: BadOrigin.

    Source: subtensor macros/dispatches.rs::set_reject_locked_alpha, spec_version 424.
    """
    coldkey = ensure_signed(origin)
    lock_moves.set_accepts_locked_alpha(tx, coldkey, not call.enabled)
    tx.emit(RejectLockedAlphaUpdated(coldkey=coldkey, enabled=call.enabled))


CALLS_411 = call_table(
    handles(LockStake, lock_stake_411),
    handles(MoveLock, move_lock_411),
    handles(SetPerpetualLock, set_perpetual_lock_411),
)
CALLS_421 = call_table(handles(SetRejectLockedAlpha, set_reject_locked_alpha_421))
