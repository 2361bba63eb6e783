"""Membership of the root network, and with it of the senate."""

from neuron_ledger.events.registration import DelegateAdded, SenateChanged
from neuron_ledger.ledger.errors import (
    AlreadySenator,
    CouldNotJoinSenate,
    HotKeyAlreadyRegisteredInSubNet,
    HotKeyNotRegisteredInSubNet,
    StakeTooLowForRoot,
)
from neuron_ledger.ledger.rules.netuids import ROOT, in_key_order
from neuron_ledger.ledger.rules.stake.positions import get_stake_for_hotkey_on_subnet
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.ledger.seats import Candidate

SENATE_SIZE = 12

DELEGATE_TAKE = 11796
"""The take with which a hotkey on root becomes a delegate: 18 %, in parts of 65535."""


def replace_lowest_member(tx: Tx, hotkey: bytes) -> int:
    """Give the hotkey, if it has more stake, the uid of the member with the least stake, the first of these in key order."""
    uids = in_key_order(range(tx.storage.subnetwork_n[ROOT]))
    if not uids:
        raise HotKeyNotRegisteredInSubNet(netuid=ROOT, uid=0)
    uid = min(uids, key=lambda uid: tx.rules.root_stake(tx, tx.storage.keys[ROOT, uid]))
    lowest, stake = tx.rules.root_stake(tx, tx.storage.keys[ROOT, uid]), tx.rules.root_stake(tx, hotkey)
    if lowest >= stake:
        raise StakeTooLowForRoot(stake=stake, lowest=lowest, needed=lowest + 1)
    tx.rules.replace_neuron(tx, ROOT, Candidate(uid, tx.rules.losing_score(tx.storage, ROOT, uid)), hotkey)
    return uid


def join_senate_if_eligible(tx: Tx, hotkey: bytes) -> None:
    """Make a hotkey on root a senator: while there is room, else in place of the senator with the least stake, if that is less.

    Of several with the least stake, the last in the senate's order, which is that of the accounts, is replaced.
    Raises: HotKeyNotRegisteredInSubNet, HotKeyAlreadyRegisteredInSubNet (of a senator), CouldNotJoinSenate.
    Source: subtensor coinbase/root.rs::join_senate_if_eligible, spec_version 277.
    """
    storage = tx.storage
    if (ROOT, hotkey) not in storage.uids:
        raise HotKeyNotRegisteredInSubNet(netuid=ROOT, hotkey=hotkey)
    members = storage.senate_members.value
    if hotkey in members:
        raise HotKeyAlreadyRegisteredInSubNet(senate_member=hotkey)
    if len(members) > SENATE_SIZE:
        raise CouldNotJoinSenate(members=len(members), most=SENATE_SIZE)
    if len(members) == SENATE_SIZE:
        last = min(reversed(members), key=lambda member: tx.rules.root_stake(tx, member))
        if tx.rules.root_stake(tx, last) >= tx.rules.root_stake(tx, hotkey):
            return
        members = tuple(member for member in members if member != last)
    tx.emit(SenateChanged(members=tuple(sorted((*members, hotkey)))))


def join_senate_133(tx: Tx, hotkey: bytes) -> None:
    """Make a hotkey that came to root a senator: while there is room, else in place of the one with the least stake.

    With equal stake the latter stays. Raises: AlreadySenator for a hotkey that left root and kept its seat in the senate.
    Source: subtensor root.rs::do_root_register, spec_versions 143 and 185; polkadot-sdk pallet-membership.
    """
    members = tx.storage.senate_members.value
    if len(members) == SENATE_SIZE:
        last = min(reversed(members), key=lambda member: tx.rules.root_stake(tx, member))
        if tx.rules.root_stake(tx, last) >= tx.rules.root_stake(tx, hotkey):
            return
        members = tuple(member for member in members if member != last)
    if hotkey in members:
        raise AlreadySenator(senate_member=hotkey)
    tx.emit(SenateChanged(members=tuple(sorted((*members, hotkey)))))


def ensure_is_senator(tx: Tx, hotkey: bytes) -> None:
    """Refuse a hotkey that had too little stake to get into the senate. Raises: StakeTooLowForRoot."""
    members = tx.storage.senate_members.value
    if hotkey not in members:
        lowest = min(tx.rules.root_stake(tx, member) for member in members)
        raise StakeTooLowForRoot(stake=tx.rules.root_stake(tx, hotkey), lowest=lowest, needed=lowest + 1)


def become_delegate(tx: Tx, hotkey: bytes) -> None:
    """Make a hotkey on root a delegate, if it is not one yet."""
    if hotkey not in tx.storage.delegates:
        tx.emit(DelegateAdded(hotkey=hotkey, take=DELEGATE_TAKE))


def stake_on_root(tx: Tx, hotkey: bytes) -> int:
    """Source: subtensor coinbase/root.rs::do_root_register, spec_version 277."""
    return get_stake_for_hotkey_on_subnet(tx, hotkey, ROOT)
