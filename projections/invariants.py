"""What must hold of storage at any time between calls, whatever the rules in force."""

from collections.abc import Iterator, Mapping
from typing import Any

from neuron_ledger.events.difference import Difference
from neuron_ledger.projections.storage import Storage

U16_MAX = 2**16 - 1
U64_MAX = 2**64 - 1

PER_UID = (
    *("Active", "Rank", "Trust", "Emission", "Consensus", "Incentive", "Dividends", "LastUpdate"),
    *("PruningScores", "ValidatorTrust", "ValidatorPermit"),
)
"""The vectors of a subnet that have one entry per uid, in every runtime that has them."""


def issuance_is_full(storage: Storage) -> bool:
    """Whether the balances' issuance is at the top of its 64 bits, where the chain's sums saturate."""
    return storage.balances_total_issuance.value == U64_MAX


def violations(storage: Storage, *, issuance_was_full: bool = False) -> Iterator[Difference[Any]]:
    """Every invariant that does not hold, subnet by subnet. where: the key; what: the item.

    issuance_was_full: whether `issuance_is_full` was true after any call so far.
    """
    for netuid in sorted({*storage.networks_added, *storage.subnetwork_n}):
        yield from _bijection(storage, netuid)
        yield from _lengths(storage, netuid)
        yield from _counters(storage, netuid)
    yield from _balances(storage, issuance_was_full or issuance_is_full(storage))


def unshared(storage: Storage) -> Iterator[Difference[Any]]:
    """Where totals of the whole chain, and lists of accounts, omit what storage holds for its subnets.

    An observation of a part of the chain must leave them as they were, or increase them by what it adds; one that takes its part
    for the whole gets this wrong. Totals and lists without an entry are unknown, and so not wrong.
    """
    yield from _totals(storage)
    yield from _owners(storage)


def _totals(storage: Storage) -> Iterator[Difference[Any]]:
    pools = sum(_held(storage, "SubnetTAO").values())
    for name, total, least, of in (
        ("TotalNetworks[()]", storage.total_networks.get(()), sum(storage.networks_added.values()), "NetworksAdded"),
        ("TotalStake[()]", storage.total_stake.get(()), pools, "SubnetTAO"),
        ("TotalIssuance[()]", storage.total_issuance.get(()), pools, "SubnetTAO"),
    ):
        if total is not None and total < least:
            yield Difference((), name, f"at least {least} ({of})", str(total))


def _owners(storage: Storage) -> Iterator[Difference[Any]]:
    owned, staking = (
        {coldkey: set(hotkeys) for coldkey, hotkeys in _held(storage, name).items()}
        for name in ("OwnedHotkeys", "StakingHotkeys")
    )
    for hotkey, coldkey in sorted(storage.owner.items()):
        if hotkey not in owned.get(coldkey, {hotkey}):
            yield Difference((), f"OwnedHotkeys[{coldkey.hex()}]", f"{hotkey.hex()}, which it owns", "others")
    for hotkey, coldkey, _ in sorted(key for key, share in _held(storage, "Alpha").items() if share):
        if hotkey not in staking.get(coldkey, {hotkey}):
            yield Difference((), f"StakingHotkeys[{coldkey.hex()}]", f"{hotkey.hex()}, on which it stakes", "others")


def _held(storage: Storage, name: str) -> Mapping[Any, Any]:
    """The entries of an item; none where the runtime does not have it."""
    return storage.map(name) if name in storage.layout.items else {}


def _bijection(storage: Storage, netuid: int) -> Iterator[Difference[Any]]:
    """Keys and Uids are each other's inverse over 0 … n-1, every seat is a member of the subnet and has an owner."""
    n = storage.subnetwork_n[netuid]
    seats = {uid: storage.keys[netuid, uid] for uid in range(n) if (netuid, uid) in storage.keys}
    for uid in range(n):
        hotkey = seats.get(uid)
        if hotkey is None:
            yield Difference((netuid, uid), "Keys", "a hotkey", "nothing")
            continue
        if storage.uids[netuid, hotkey] != uid:
            yield Difference((netuid, hotkey.hex()), "Uids", str(uid), str(storage.uids[netuid, hotkey]))
        if not storage.is_network_member[hotkey, netuid]:
            yield Difference((hotkey.hex(), netuid), "IsNetworkMember", "True", "False")
        if hotkey not in storage.owner:
            yield Difference(hotkey.hex(), "Owner", "a coldkey", "nothing")
        if (netuid, uid) not in storage.block_at_registration:
            yield Difference((netuid, uid), "BlockAtRegistration", "a block", "nothing")
    for table in (storage.keys, storage.uids):
        entries = sum(1 for key in table if key[0] == netuid)
        if entries != n:
            yield Difference(netuid, table.item.name, f"{n} entries (SubnetworkN)", f"{entries} entries")


def _lengths(storage: Storage, netuid: int) -> Iterator[Difference[Any]]:
    """Every per-uid vector has one entry per uid, except StakeWeight, which grows with the epoch and outlives its subnet."""
    n = storage.subnetwork_n[netuid]
    for name in PER_UID:
        if name in storage.layout.items and name not in storage.not_seen[netuid]:
            table = storage.map(name)
            if len(table[netuid]) != n:
                yield Difference(netuid, name, f"{n} entries (SubnetworkN)", f"{len(table[netuid])} entries")


def _counters(storage: Storage, netuid: int) -> Iterator[Difference[Any]]:
    """Registrations by burn and by work add up to at most the interval's, a 16-bit counter that saturates.

    Those of the block need not be included: a removed subnet's last count stays until its netuid is used again.
    """
    interval = storage.registrations_this_interval[netuid]
    by_kind = storage.burn_registrations_this_interval[netuid] + storage.pow_registrations_this_interval[netuid]
    if min(by_kind, U16_MAX) > interval:
        yield Difference(netuid, "RegistrationsThisInterval", f"at least {by_kind} (burned and worked)", str(interval))


def _balances(storage: Storage, was_full: bool) -> Iterator[Difference[Any]]:
    """The balances add up to their total issuance.

    What exceeded 64 bits was never counted, but is still subtracted when it leaves: from then on the issuance is at most their
    sum.
    """
    total, issuance = sum(storage.balances.values()), storage.balances_total_issuance.value
    if issuance > total or (issuance < total and not was_full):
        yield Difference((), "BalancesTotalIssuance", f"at most {total}" if was_full else str(total), str(issuance))
