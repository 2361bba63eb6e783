"""How storage keeps the shares of a hotkey's stake: as binary fractions until spec_version 397, as decimal floats since.

An entry that was written as a binary fraction is read as such until the share next moves; then it becomes a decimal float.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from neuron_ledger.ledger.rules.accounts.owners import account_order
from neuron_ledger.ledger.rules.numbers.decimal_float import ZERO, DecimalFloat, from_u64f64, to_u64
from neuron_ledger.ledger.rules.stake.decimal_shares import DecimalSharePool, updated_for_one
from neuron_ledger.ledger.rules.stake.share_pool import SharePool
from neuron_ledger.ledger.trading import ShareBook
from neuron_ledger.projections.maps import StorageMap
from neuron_ledger.projections.storage import Storage

Position = tuple[bytes, bytes, int]
"""(hotkey, coldkey, netuid)."""


def put(table: StorageMap[Any, Any], key: Any, value: Any, nothing: Any = 0) -> None:
    """Store a value; for `nothing`, remove the entry."""
    if value == nothing:
        table.remove(key)
    else:
        table[key] = value


def put_all(table: StorageMap[Any, Any], keys: Sequence[Any], values: Sequence[Any], nothing: Any = 0) -> None:
    """The same of several values under different keys."""
    entries = zip(keys, values, strict=True)
    if nothing not in values:
        table.put_all(entries)
        return
    for key, value in entries:
        put(table, key, value, nothing)


# ------------------------------------------------------------------------------------------------- binary fractions


def binary_value(storage: Storage, hotkey: bytes, coldkey: bytes, netuid: int) -> int | None:
    """The value of a coldkey's share; None where it has none."""
    if (hotkey, coldkey, netuid) not in storage.alpha:
        return None
    return binary_pool(storage, hotkey, coldkey, netuid).value


def binary_move(storage: Storage, hotkey: bytes, coldkey: bytes, netuid: int, update: int) -> int:
    """Move the value of a coldkey's share by an i64. Returns: by how much it actually moved."""
    values, denominators, shares = storage.total_hotkey_alpha, storage.total_hotkey_shares, storage.alpha
    of_hotkey, of_coldkey = (hotkey, netuid), (hotkey, coldkey, netuid)
    value, denominator, share = values[of_hotkey], denominators[of_hotkey], shares[of_coldkey]
    if update == 0:
        are_there = of_hotkey in values, of_hotkey in denominators, of_coldkey in shares
        if are_there == (bool(value), bool(denominator), bool(share)) and (denominator or not share):
            return 0
    pool, moved = SharePool(value, denominator, share).updated_for_one(update)
    now, after, part = pool
    if now and after and part:
        denominators[of_hotkey], shares[of_coldkey], values[of_hotkey] = after, part, now
    else:
        put(denominators, of_hotkey, after)
        put(shares, of_coldkey, part)
        put(values, of_hotkey, now)
    return moved


def binary_move_all(storage: Storage, netuid: int, updates: Sequence[tuple[bytes, bytes, int]]) -> None:
    """Move the values of coldkeys' shares, (hotkey, coldkey, i64), one after another."""
    for hotkey, coldkey, update in updates:
        binary_move(storage, hotkey, coldkey, netuid, update)


def binary_moves(storage: Storage, hotkey: bytes, netuid: int, update: int) -> bool:
    """Whether an i64 for one coldkey would move any share of the hotkey's stake."""
    pool = SharePool(storage.total_hotkey_alpha[hotkey, netuid], storage.total_hotkey_shares[hotkey, netuid], 0)
    return pool.moves_shares(update)


def binary_pool(storage: Storage, hotkey: bytes, coldkey: bytes, netuid: int) -> SharePool:
    """A hotkey's pool as seen by a coldkey."""
    return SharePool(
        shared_value=storage.total_hotkey_alpha[hotkey, netuid],
        denominator=storage.total_hotkey_shares[hotkey, netuid],
        share=storage.alpha[hotkey, coldkey, netuid],
    )


def binary_holders(storage: Storage, netuid: int) -> dict[bytes, list[tuple[bytes, int]]]:
    """By hotkey: the coldkeys that have shares of its stake, in the order of their hashed keys, and the whole part of each."""
    shares = [(hotkey, coldkey, bits >> 64) for (hotkey, coldkey, subnet), bits in storage.alpha.items() if subnet == netuid]
    return _by_hotkey(sorted(shares, key=lambda share: account_order(share[1])))


def _by_hotkey(shares: Iterable[tuple[bytes, bytes, int]]) -> dict[bytes, list[tuple[bytes, int]]]:
    holders: dict[bytes, list[tuple[bytes, int]]] = {}
    for hotkey, coldkey, whole in shares:
        holders.setdefault(hotkey, []).append((coldkey, whole))
    return holders


BINARY_SHARES = ShareBook(
    value=binary_value, move=binary_move, move_all=binary_move_all, moves=binary_moves, holders=binary_holders
)
"""Alpha and TotalHotkeyShares, U64F64."""


# --------------------------------------------------------------------------------------------------- decimal floats


def decimal_value_397(storage: Storage, hotkey: bytes, coldkey: bytes, netuid: int) -> int | None:
    """The value of a coldkey's share; None where it has none.

    Source: subtensor staking/stake_utils.rs::HotkeyAlphaSharePoolDataOperations, spec_version 424.
    """
    key = hotkey, coldkey, netuid
    if key not in storage.alpha and key not in storage.alpha_v2:
        return None
    return _decimal_pool(storage, hotkey, coldkey, netuid).value


def decimal_move_397(storage: Storage, hotkey: bytes, coldkey: bytes, netuid: int, update: int) -> int:
    """Move the value of a coldkey's share by an i64. Returns: that i64."""
    values, denominators, shares = storage.total_hotkey_alpha, storage.total_hotkey_shares_v2, storage.alpha_v2
    of_hotkey, of_coldkey = (hotkey, netuid), (hotkey, coldkey, netuid)
    if storage.total_hotkey_shares.get(of_hotkey) is None and storage.alpha.get(of_coldkey) is None:
        value, denominator, share = values.get(of_hotkey, 0), denominators.get(of_hotkey, ZERO), shares.get(of_coldkey, ZERO)
        if update == 0 and value and denominator != ZERO and share != ZERO:
            return 0
        pool = DecimalSharePool(value, denominator, share).updated_for_one(update)
    else:
        pool = _decimal_pool(storage, hotkey, coldkey, netuid).updated_for_one(update)
        storage.total_hotkey_shares.remove(of_hotkey)
        storage.alpha.remove(of_coldkey)
    now, after, part = pool
    if now and after != ZERO and part != ZERO:
        denominators[of_hotkey], shares[of_coldkey], values[of_hotkey] = after, part, now
    else:
        put(denominators, of_hotkey, after, ZERO)
        put(shares, of_coldkey, part, ZERO)
        put(values, of_hotkey, now)
    return update


def decimal_move_all_397(storage: Storage, netuid: int, updates: Sequence[tuple[bytes, bytes, int]]) -> None:
    """Move the values of coldkeys' shares, (hotkey, coldkey, i64), as one after another."""
    of_hotkeys = [(hotkey, netuid) for hotkey, _, _ in updates]
    of_coldkeys = [(hotkey, coldkey, netuid) for hotkey, coldkey, _ in updates]
    if len({hotkey for hotkey, _, _ in updates}) < len(updates) or _any_is_binary(storage, of_hotkeys, of_coldkeys):
        for hotkey, coldkey, update in updates:
            decimal_move_397(storage, hotkey, coldkey, netuid, update)
        return
    values, denominators, shares = storage.total_hotkey_alpha, storage.total_hotkey_shares_v2, storage.alpha_v2
    before = zip(values.values_of(of_hotkeys), denominators.values_of(of_hotkeys), shares.values_of(of_coldkeys), strict=True)
    of_pools, of_holders, after = [], [], []
    for (_, _, update), pool, of_hotkey, of_coldkey in zip(updates, before, of_hotkeys, of_coldkeys, strict=True):
        value, denominator, share = pool
        if update or not value or denominator == ZERO or share == ZERO:
            of_pools.append(of_hotkey)
            of_holders.append(of_coldkey)
            after.append(updated_for_one(value, denominator, share, update))
    if after:
        now, sums, parts = zip(*after, strict=True)
        put_all(values, of_pools, now)
        put_all(denominators, of_pools, sums, ZERO)
        put_all(shares, of_holders, parts, ZERO)


def _any_is_binary(storage: Storage, of_hotkeys: Sequence[tuple[bytes, int]], of_coldkeys: Sequence[Position]) -> bool:
    """Whether any of the shares is still kept as a binary fraction."""
    denominators, shares = storage.total_hotkey_shares.keys(), storage.alpha.keys()
    return not (denominators.isdisjoint(of_hotkeys) and shares.isdisjoint(of_coldkeys))


def decimal_moves_397(storage: Storage, hotkey: bytes, netuid: int, update: int) -> bool:
    """Whether an i64 for one coldkey would move any share of the hotkey's stake."""
    pool = DecimalSharePool(storage.total_hotkey_alpha[hotkey, netuid], _denominator(storage, hotkey, netuid), ZERO)
    return pool.moves_shares(update)


def _decimal_pool(storage: Storage, hotkey: bytes, coldkey: bytes, netuid: int) -> DecimalSharePool:
    key = hotkey, coldkey, netuid
    share = from_u64f64(storage.alpha[key]) if key in storage.alpha else storage.alpha_v2[key]
    return DecimalSharePool(storage.total_hotkey_alpha[hotkey, netuid], _denominator(storage, hotkey, netuid), share)


def _denominator(storage: Storage, hotkey: bytes, netuid: int) -> DecimalFloat:
    key = hotkey, netuid
    if key in storage.total_hotkey_shares:
        return from_u64f64(storage.total_hotkey_shares[key])
    return storage.total_hotkey_shares_v2[key]


def decimal_holders_397(storage: Storage, netuid: int) -> dict[bytes, list[tuple[bytes, int]]]:
    """By hotkey: the coldkeys that have shares of its stake, in the order of accounts, and the whole part of each.

    Source: subtensor staking/helpers.rs::alpha_iter_single_prefix, spec_version 424.
    """
    shares = {key: bits >> 64 for key, bits in storage.alpha.items() if key[2] == netuid}
    shares |= {key: to_u64(share) for key, share in storage.alpha_v2.items() if key[2] == netuid}
    return _by_hotkey((hotkey, coldkey, whole) for (hotkey, coldkey, _), whole in sorted(shares.items()))


DECIMAL_SHARES_397 = ShareBook(
    value=decimal_value_397,
    move=decimal_move_397,
    move_all=decimal_move_all_397,
    moves=decimal_moves_397,
    holders=decimal_holders_397,
)
"""AlphaV2 and TotalHotkeySharesV2, decimal floats, and what is still in Alpha and TotalHotkeyShares."""
