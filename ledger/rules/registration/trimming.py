"""Trimming: a subnet removes its worst uids at once, since spec_version 320; the remaining ones close up.

The uids with the lowest emission are removed, except the owner's immune uids and young ones.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from attrs import evolve, frozen

from neuron_ledger.events.registration import NeuronsTrimmed
from neuron_ledger.events.wire.rows import pack_pairs, pairs
from neuron_ledger.ledger.errors import ChainError, InvalidValue, TrimmingWouldExceedMaxImmunePercentage
from neuron_ledger.ledger.rules.netuids import ensure_subnet_exists
from neuron_ledger.ledger.rules.registration.pruning import is_immune
from neuron_ledger.ledger.rules.registration.seats import storage_indices
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.projections.journal import ABSENT
from neuron_ledger.projections.maps import StorageMap

MAX_IMMUNE_PERCENT = 80
"""The percentage of immune uids among the remaining ones at which trimming is refused."""

ROWS = ("Weights", "Bonds")
OF_MECHANISM = ("Incentive", "LastUpdate")
"""The items of each mechanism: rows by (storage index, uid), vectors by storage index."""


@frozen
class Trimming:
    """What trimming changes in a runtime.

    vectors: of the subnet, one entry per uid. by_hotkey, by_uid: items with an entry by (netuid, hotkey), by (netuid, uid).
    too_many_immune: makes the error for too many immune uids among the remaining ones.
    """

    vectors: tuple[str, ...]
    by_hotkey: tuple[str, ...]
    by_uid: tuple[str, ...]
    too_many_immune: Callable[[int, int, int], ChainError]


def _exceeded(netuid: int, max_n: int, immune: int) -> ChainError:
    return TrimmingWouldExceedMaxImmunePercentage(netuid=netuid, max_n=max_n, immune=immune)


VECTORS_365 = ("Active", "Consensus", "Dividends", "ValidatorTrust", "ValidatorPermit", "StakeWeight")
BY_HOTKEY_334 = ("AlphaDividendsPerSubnet", "Axons", "NeuronCertificates", "Prometheus")

TRIMMING_320 = Trimming(
    vectors=("Rank", "Trust", "PruningScores", *VECTORS_365),
    by_hotkey=("TaoDividendsPerSubnet", *BY_HOTKEY_334),
    by_uid=("Keys", "BlockAtRegistration"),
    too_many_immune=lambda netuid, max_n, immune: InvalidValue(netuid=netuid, value=max_n, immune=immune),
)
TRIMMING_323 = evolve(TRIMMING_320, by_uid=("Keys", "BlockAtRegistration", "AssociatedEvmAddress"), too_many_immune=_exceeded)
TRIMMING_334 = evolve(TRIMMING_323, by_hotkey=BY_HOTKEY_334)
TRIMMING_365 = evolve(TRIMMING_334, vectors=VECTORS_365)


# ------------------------------------------------------------------------------------------------------- pure rules


def immune_percent(immune: int, max_n: int) -> int:
    """The percentage of uids that would be immune, rounded down; at most 100.

    Source: polkadot-sdk sp-arithmetic per_things.rs::from_rational, as used at spec_version 424.
    """
    return 100 if immune >= max_n else immune * 100 // max_n


def uids_that_stay(emission: Sequence[int], n: int, max_n: int, immune: Sequence[bool]) -> list[int]:
    """The uids that a subnet keeps, in order: the lowest emissions are removed, of equal ones the highest uid, until `max_n` are

    left.
    emission: by uid; uids without an entry are not considered. immune: shape (n,).
    Source: subtensor subnets/uids.rs::trim_to_max_allowed_uids, spec_version 424.
    """
    by_rank = sorted(range(len(emission)), key=lambda uid: -emission[uid])
    left = n
    stay = by_rank[n:]
    for uid in reversed(by_rank[:n]):
        if left > max_n and not (uid < n and immune[uid]):
            left -= 1
        else:
            stay.append(uid)
    return sorted(stay)


# ------------------------------------------------------------------------------------------------------ on storage


def trim(how: Trimming, tx: Tx, netuid: int, max_n: int) -> None:
    """Limit a subnet to `max_n` uids, removing those in excess.

    Raises: SubNetworkDoesNotExist, InvalidValue, `Trimming.too_many_immune`: in this order.
    Source: subtensor subnets/uids.rs::trim_to_max_allowed_uids, spec_version 424.
    """
    storage = tx.storage
    ensure_subnet_exists(storage, netuid)
    lowest, highest = storage.min_allowed_uids[netuid], storage.max_allowed_uids[netuid]
    if not lowest <= max_n <= highest:
        raise InvalidValue(netuid=netuid, value=max_n, lowest=lowest, highest=highest)
    storage.max_allowed_uids[netuid] = max_n
    n = storage.subnetwork_n[netuid]
    if n <= max_n:
        return
    immune = _immune(tx, netuid, n)
    if immune_percent(sum(immune), max_n) >= MAX_IMMUNE_PERCENT:
        raise how.too_many_immune(netuid, max_n, sum(immune))
    emission = storage.emission[netuid]
    stay = uids_that_stay(emission, n, max_n, immune)
    gone = tuple(sorted({*range(len(emission))} - {*stay}))
    tx.emit(NeuronsTrimmed(netuid=netuid, gone=gone, stay=tuple(stay)))
    for uid in gone:
        _remove(tx, netuid, uid, how)
    for name in ("Emission", *how.vectors):
        _keep(storage.map(name), netuid, stay)
    for index in storage_indices(tx, netuid):
        for name in OF_MECHANISM:
            _keep(storage.map(name), index, stay)
    _move_together(tx, netuid, {old: new for new, old in enumerate(stay)}, how)
    storage.subnetwork_n[netuid] = max_n


def _immune(tx: Tx, netuid: int, n: int) -> list[bool]:
    """Whether each uid is one of the owner's immune ones, or young."""
    storage = tx.storage
    owners, period = tx.rules.immune_owner_uids(storage, netuid), storage.immunity_period[netuid]
    return [uid in owners or is_immune(storage.block_at_registration[netuid, uid], period, tx.block) for uid in range(n)]


def _remove(tx: Tx, netuid: int, uid: int, how: Trimming) -> None:
    """Remove everything stored for a uid and its hotkey, except entries of vectors."""
    storage = tx.storage
    if (netuid, uid) in storage.keys:
        hotkey = storage.keys[netuid, uid]
        storage.uids.remove((netuid, hotkey))
        storage.is_network_member.remove((hotkey, netuid))
        storage.last_hotkey_emission_on_netuid.remove((hotkey, netuid))
        for name in how.by_hotkey:
            storage.map(name).remove((netuid, hotkey))
    for name in how.by_uid:
        storage.map(name).remove((netuid, uid))
    for index in storage_indices(tx, netuid):
        for name in ROWS:
            storage.map(name).remove((index, uid))


def _keep(vectors: StorageMap[int, Any], key: int, stay: Sequence[int]) -> None:
    """Keep a vector's entries of the remaining uids; a missing one becomes 0."""
    vector = vectors[key]
    nothing: Any = False if vectors.item.name in ("Active", "ValidatorPermit") else 0
    vectors[key] = tuple(vector[uid] if uid < len(vector) else nothing for uid in stay)


def _move_together(tx: Tx, netuid: int, new_uids: Mapping[int, int], how: Trimming) -> None:
    """Give the remaining neurons their new uids, also in rows of bonds and weights; entries for others are dropped."""
    storage = tx.storage
    indices = storage_indices(tx, netuid)
    for old, new in new_uids.items():
        for name in how.by_uid:
            _swap(storage.map(name), (netuid, old), (netuid, new))
        for index in indices:
            for name in ROWS:
                rows = storage.map(name)
                _swap(rows, (index, old), (index, new))
                row = pairs(rows[index, new])
                rows[index, new] = pack_pairs([(new_uids[uid], value) for uid, value in row if uid in new_uids])
    for seat in [seat for seat in storage.uids if seat[0] == netuid]:
        storage.uids.remove(seat)
    for new in new_uids.values():
        storage.uids[netuid, storage.keys[netuid, new]] = new


def _swap(table: StorageMap[Any, Any], one: Any, other: Any) -> None:
    """Exchange two entries, either of which may be absent."""
    values = table.get(one, ABSENT), table.get(other, ABSENT)
    for key, value in zip((other, one), values, strict=True):
        if value is ABSENT:
            table.remove(key)
        else:
            table[key] = value
