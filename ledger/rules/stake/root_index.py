"""The slow walk that finds coldkeys with stake on root: a batch of shares in every block, in the order of the chain's keys.

Source: subtensor staking/helpers.rs::populate_root_coldkey_staking_maps, populate_root_coldkey_staking_maps_v2,
spec_version 424.
"""

from bisect import bisect_right
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from neuron_ledger.ledger.rules.netuids import ROOT
from neuron_ledger.ledger.rules.stake.root_claims import maybe_add_coldkey_index
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.projections.maps import StorageMap, StorageValue

BATCH = 30

PALLET = bytes.fromhex("658faa385070e074c85bf6b568cf0555")
"""twox_128 of SubtensorModule."""
ALPHA = PALLET + bytes.fromhex("7261f9a8fde18018cccf70368697902f")
"""The same followed by that of Alpha: the prefix of the map's keys."""
ALPHA_V2 = PALLET + bytes.fromhex("421d8174603a6a6036511a7619b402f0")
"""The same followed by that of AlphaV2."""

Position = tuple[bytes, bytes, int]
"""(hotkey, coldkey, netuid)."""


def index_root_coldkeys_334(tx: Tx) -> None:
    """Continue the walk through the shares that are binary fractions."""
    _walk_on(tx, tx.storage.alpha, tx.storage.alpha_map_last_key, ALPHA)


def index_root_coldkeys_397(tx: Tx) -> None:
    """Continue the walk through the shares that are decimal floats."""
    _walk_on(tx, tx.storage.alpha_v2, tx.storage.alpha_v2_map_last_key, ALPHA_V2)


def _walk_on(tx: Tx, shares: StorageMap[Position, Any], last_key: StorageValue[bytes | None], prefix: bytes) -> None:
    """Number the coldkeys of the next shares on root. The last key is noted; after the last batch the walk starts over."""
    last = last_key.value
    if last is None and not shares:
        return
    positions = shares.ordered(_place)
    if last is None:
        batch = positions[:BATCH]
    else:
        begin = bisect_right(positions, last.removeprefix(prefix), key=_place)
        batch = positions[begin : begin + BATCH]
    for _, coldkey, netuid in batch:
        if netuid == ROOT:
            maybe_add_coldkey_index(tx, coldkey)
    last_key.value = prefix + _place(batch[-1]) if len(batch) == BATCH else None


def _place(position: Position) -> bytes:
    """A position's key in the chain's map, without the prefix of the map."""
    hotkey, coldkey, netuid = position
    return _hashed(hotkey) + _hashed(coldkey) + netuid.to_bytes(2, "little")


@lru_cache(maxsize=1 << 16)
def _hashed(account: bytes) -> bytes:
    return blake2b(account, digest_size=16).digest() + account
