"""Joining the root network, and with it the senate."""

from neuron_ledger.events.calls import RootRegister
from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.events.registration import DelegateAdded, NeuronRegistered, SenateChanged
from neuron_ledger.ledger.errors import (
    CouldNotJoinSenate,
    HotKeyAlreadyRegisteredInSubNet,
    HotKeyNotRegisteredInSubNet,
    RootNetworkDoesNotExist,
    StakeTooLowForRoot,
)
from neuron_ledger.ledger.rules.accounts import create_account_if_non_existent
from neuron_ledger.ledger.rules.netuids import ROOT, in_key_order, subnet_exists
from neuron_ledger.ledger.rules.registration.calls import ensure_not_registered, ensure_within_registration_limits
from neuron_ledger.ledger.rules.registration.uids import pruning_score
from neuron_ledger.ledger.rules.stake.positions import get_stake_for_hotkey_on_subnet
from neuron_ledger.ledger.runtime import Candidate, Tx, call_table, handles
from neuron_ledger.ledger.transaction import ensure_signed

SENATE_SIZE = 12
DELEGATE_TAKE = 11796
"""The take with which a hotkey on root becomes a delegate: 18 %, as parts of 65535."""


def root_register(tx: Tx, origin: Origin, call: RootRegister) -> None:
    """Put a hotkey on the root network: on a free uid, else in place of the member with the least stake.

    Who owns the hotkey is not checked.
    Raises: RootNetworkDoesNotExist, BadOrigin, TooManyRegistrationsThisBlock, TooManyRegistrationsThisInterval,
    HotKeyAlreadyRegisteredInSubNet, HotKeyNotRegisteredInSubNet (root may have no member), StakeTooLowForRoot, and what
    `join_senate_if_eligible` raises: in this order.
    Source: subtensor coinbase/root.rs::do_root_register, spec_version 277.
    """
    storage, hotkey = tx.storage, call.hotkey
    if not subnet_exists(storage, ROOT):
        raise RootNetworkDoesNotExist(netuid=ROOT)
    coldkey = ensure_signed(origin)
    ensure_within_registration_limits(tx, ROOT)
    ensure_not_registered(tx, ROOT, hotkey)
    create_account_if_non_existent(tx, coldkey, hotkey)
    if storage.subnetwork_n[ROOT] < storage.max_allowed_uids[ROOT]:
        uid = tx.rules.append_neuron(tx, ROOT, hotkey)
    else:
        uid = _replace_lowest_member(tx, hotkey)
    for step in tx.rules.after_root_registration:
        step(tx, hotkey)
    storage.registrations_this_interval[ROOT] += 1
    storage.registrations_this_block[ROOT] += 1
    tx.emit(NeuronRegistered(netuid=ROOT, uid=uid, hotkey=hotkey))


def _replace_lowest_member(tx: Tx, hotkey: bytes) -> int:
    """Give the hotkey the uid of the member with the least stake, the first of these in key order; more stake is needed."""
    uids = in_key_order(range(tx.storage.subnetwork_n[ROOT]))
    if not uids:
        raise HotKeyNotRegisteredInSubNet(netuid=ROOT, uid=0)
    uid = min(uids, key=lambda uid: _root_stake(tx, tx.storage.keys[ROOT, uid]))
    lowest, stake = _root_stake(tx, tx.storage.keys[ROOT, uid]), _root_stake(tx, hotkey)
    if lowest >= stake:
        raise StakeTooLowForRoot(stake=stake, lowest=lowest, needed=lowest + 1)
    tx.rules.replace_neuron(tx, ROOT, Candidate(uid, pruning_score(tx.storage, ROOT, uid)), hotkey)
    return uid


def join_senate_if_eligible(tx: Tx, hotkey: bytes) -> None:
    """Make a hotkey on root a senator: while there is room, else in place of the senator with the least stake, if that is less.

    Of several with the least stake the last in the senate's order, which is that of the accounts, goes.
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
        last = min(reversed(members), key=lambda member: _root_stake(tx, member))
        if _root_stake(tx, last) >= _root_stake(tx, hotkey):
            return
        members = tuple(member for member in members if member != last)
    tx.emit(SenateChanged(members=tuple(sorted((*members, hotkey)))))


def become_delegate(tx: Tx, hotkey: bytes) -> None:
    """Make a hotkey on root a delegate, if it is none yet."""
    if hotkey not in tx.storage.delegates:
        tx.emit(DelegateAdded(hotkey=hotkey, take=DELEGATE_TAKE))


def _root_stake(tx: Tx, hotkey: bytes) -> int:
    return get_stake_for_hotkey_on_subnet(tx, hotkey, ROOT)


CALLS = call_table(
    handles(RootRegister, root_register),
)
