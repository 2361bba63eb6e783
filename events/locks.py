"""Stake that is locked to a hotkey: locking it, moving the lock, whether it decays, and transfers of it."""

from neuron_ledger.events.wire.arguments import GivenAccount
from neuron_ledger.events.wire.record import Call, Event, call, event
from neuron_ledger.events.wire.units import BOOL, AccountId, NetUid, Rao

# ------------------------------------------------------------------------------------------------------------ calls


@call("lock_stake")
class LockStake(Call):
    """Lock stake, or more stake, on a subnet to a hotkey. Signed by the coldkey. amount: alpha of the subnet."""

    hotkey: GivenAccount
    netuid: NetUid
    amount: Rao


@call("move_lock")
class MoveLock(Call):
    """Move a coldkey's lock on a subnet to another hotkey. Signed by the coldkey."""

    destination_hotkey: GivenAccount
    netuid: NetUid


@call("set_perpetual_lock")
class SetPerpetualLock(Call):
    """Choose whether stake locked on a subnet stays locked, or is gradually unlocked. Signed by the coldkey."""

    netuid: NetUid
    enabled: BOOL


@call("set_reject_locked_alpha")
class SetRejectLockedAlpha(Call):
    """Choose whether locked stake may be transferred to the coldkey. Signed by the coldkey."""

    enabled: BOOL


# ----------------------------------------------------------------------------------------------------------- events


@event("StakeLocked", deposit=("StakeLocked", "coldkey=", "hotkey=", "netuid=", "amount="))
class StakeLocked(Event):
    """Stake (alpha) of a coldkey was locked to a hotkey of a subnet."""

    coldkey: AccountId
    hotkey: AccountId
    netuid: NetUid
    amount: Rao


@event("LockMoved", deposit=("LockMoved", "coldkey=", "origin_hotkey=", "destination_hotkey=", "netuid="))
class LockMoved(Event):
    """A coldkey's lock on a subnet was moved to another hotkey."""

    coldkey: AccountId
    origin_hotkey: AccountId
    destination_hotkey: AccountId
    netuid: NetUid


@event("PerpetualLockUpdated", deposit=("PerpetualLockUpdated", "coldkey=", "netuid=", "enabled="))
class PerpetualLockUpdated(Event):
    """A coldkey chose whether its locked stake on a subnet stays locked."""

    coldkey: AccountId
    netuid: NetUid
    enabled: BOOL


@event("RejectLockedAlphaUpdated", deposit=("RejectLockedAlphaUpdated", "coldkey=", "enabled="))
class RejectLockedAlphaUpdated(Event):
    """A coldkey chose whether locked stake may be transferred to it."""

    coldkey: AccountId
    enabled: BOOL
