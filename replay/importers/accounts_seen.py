"""What a snapshot shows of accounts and of their stake, combined with what the ledger already holds.

A subnet's answer shows who owns its hotkeys and what is staked on them; coldkeys and stake on the root network are shared with
other subnets. So they are not replaced: hotkeys are added to those that a coldkey has, and totals change by what is new.
"""

from collections.abc import Iterable
from typing import Any

from neuron_ledger.ledger.rules.stake.share_pool import SharePool
from neuron_ledger.projections.storage import Storage

Entries = dict[str, tuple[dict[Any, Any], list[Any]]]
"""Item → the entries that are set, and the keys that are removed."""


def put(changes: Entries, item: str, key: Any, value: Any) -> None:
    """Set an entry."""
    changes.setdefault(item, ({}, []))[0][key] = value


def remove(changes: Entries, item: str, key: Any) -> None:
    """Remove an entry."""
    changes.setdefault(item, ({}, []))[1].append(key)


def put_owners(changes: Entries, storage: Storage, owners: Iterable[tuple[bytes, bytes]]) -> None:
    """Who owns which hotkey now: (hotkey, coldkey). A hotkey that had another owner is removed from that one's list."""
    owned: dict[bytes, tuple[bytes, ...]] = {}
    staking: dict[bytes, tuple[bytes, ...]] = {}
    for hotkey, coldkey in owners:
        before = storage.owner.get(hotkey, coldkey)
        if before != coldkey:
            owned[before] = tuple(key for key in owned.get(before, storage.owned_hotkeys[before]) if key != hotkey)
        owned[coldkey] = _with(owned.get(coldkey, tuple(storage.owned_hotkeys[coldkey])), hotkey)
        staking[coldkey] = _with(staking.get(coldkey, tuple(storage.staking_hotkeys[coldkey])), hotkey)
        put(changes, "Owner", hotkey, coldkey)
    for item, lists in (("OwnedHotkeys", owned), ("StakingHotkeys", staking)):
        for coldkey, hotkeys in lists.items():
            put(changes, item, coldkey, hotkeys)


def put_stake(changes: Entries, storage: Storage, hotkey: bytes, coldkey: bytes, netuid: int, stake: int) -> int:
    """The stake on a hotkey: all of it counts as its coldkey's, unless shares of it are already known.

    Returns: how much more that is than the ledger held.
    """
    before = storage.total_hotkey_alpha[hotkey, netuid]
    if stake == before:
        return 0
    if not storage.total_hotkey_shares[hotkey, netuid]:
        pool, _ = SharePool(0, 0, 0).updated_for_one(stake)
        put(changes, "TotalHotkeyShares", (hotkey, netuid), pool.denominator)
        put(changes, "Alpha", (hotkey, coldkey, netuid), pool.share)
    elif not stake:
        for item, keys in (("TotalHotkeyShares", [(hotkey, netuid)]), ("Alpha", _shares(storage, hotkey, netuid))):
            for key in keys:
                remove(changes, item, key)
    if stake:
        put(changes, "TotalHotkeyAlpha", (hotkey, netuid), stake)
    else:
        remove(changes, "TotalHotkeyAlpha", (hotkey, netuid))
    return stake - before


def _shares(storage: Storage, hotkey: bytes, netuid: int) -> list[tuple[bytes, bytes, int]]:
    return [key for key in storage.alpha if (key[0], key[2]) == (hotkey, netuid)]


def _with(hotkeys: tuple[bytes, ...], hotkey: bytes) -> tuple[bytes, ...]:
    return hotkeys if hotkey in hotkeys else (*hotkeys, hotkey)
