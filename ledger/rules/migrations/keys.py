"""Migrations of rate limits and of announced coldkeys: the reference's own.

Source: subtensor pallets/subtensor/src/migrations, as of the spec_version in each name.
"""

from collections.abc import Iterator
from hashlib import blake2b

from neuron_ledger.ledger.rules.last_blocks import (
    CHILDKEY_TAKE,
    DELEGATE_TAKE,
    LIMITS,
    NETWORK,
    RATE_LIMIT_KEYS_315,
    RATE_LIMIT_KEYS_320,
    rate_limit_key,
)
from neuron_ledger.ledger.rules.migrations.once import clear, once
from neuron_ledger.ledger.rules.numbers.saturating import sub_u64
from neuron_ledger.ledger.runtime import Tx


@once(
    *("migrate_network_last_registered", "migrate_last_tx_block"),
    *("migrate_last_tx_block_childkey_take", "migrate_last_tx_block_delegate_take"),
)
def move_last_blocks_315(tx: Tx) -> None:
    """Collect the blocks of the last rate-limited calls in one item. Source: migrate_rate_limiting_last_blocks.rs."""
    for limit in LIMITS:
        for key, block in list(tx.storage.map(limit).items()):
            tx.rules.last_blocks.write(tx.storage, limit, key or None, block)
        clear(tx, limit)


@once("migrate_rate_limit_keys")
def renumber_limits_334(tx: Tx) -> None:
    """Move notes from the numbers of 315 to those of 320, which 320 itself did not do; the later block counts.

    A limit of takes is only taken over where the account has a child or a parent, or is a delegate. Notes that already have the
    new numbers are read by the old ones too, and moved where they make sense. Source: migrate_rate_limit_keys.rs.
    """
    table = tx.storage.last_rate_limited_block
    parents_and_children, delegates = set(_linked(tx)), set(tx.storage.delegates)
    for key, block in sorted(table.items()):
        limit, account = _read_by_numbers_of_315(key)
        if (
            limit is None
            or (limit == CHILDKEY_TAKE and account not in parents_and_children)
            or (limit == DELEGATE_TAKE and account not in delegates)
        ):
            continue
        renumbered = rate_limit_key(RATE_LIMIT_KEYS_320, limit, account)
        table[renumbered] = max(block, table.get(renumbered, 0))
        table.remove(key)


def _read_by_numbers_of_315(key: bytes) -> tuple[str | None, bytes]:
    """The limit and account of a key at 315; no limit where it is not one of those that were renumbered."""
    variant, fields = int.from_bytes(key[:1]), key[1:]
    limit = RATE_LIMIT_KEYS_315[variant] if variant < len(RATE_LIMIT_KEYS_315) else None
    if limit not in LIMITS or len(fields) != (0 if limit == NETWORK else 32):
        return None, b""
    return limit, fields


def _linked(tx: Tx) -> Iterator[bytes]:
    """Every hotkey that has, is or will be a child or a parent."""
    storage = tx.storage
    links = (
        *storage.child_keys.items(),
        *storage.parent_keys.items(),
        *(((hotkey, netuid), children) for (netuid, hotkey), (children, _) in storage.pending_child_keys.items()),
    )
    for (hotkey, _), others in links:
        yield hotkey
        yield from (other for _, other in others)


@once("migrate_coldkey_swap_scheduled_to_announcements")
def announce_scheduled_swaps_385(tx: Tx) -> None:
    """Turn swaps of coldkeys that are scheduled for later blocks into announcements made one announcement delay earlier.

    They are removed from the scheduler. Source: migrate_coldkey_swap_scheduled_to_announcements.rs, as of spec_version 391.
    """
    storage, delay = tx.storage, tx.storage.coldkey_swap_announcement_delay.value
    for coldkey, (block, new_coldkey) in list(storage.map("ColdkeySwapScheduled").items()):
        if block > tx.block:
            to = blake2b(new_coldkey, digest_size=32).digest()
            storage.coldkey_swap_announcements[coldkey] = (sub_u64(block, delay), to)
    clear(tx, "ColdkeySwapScheduled", "ColdkeySwapScheduleDuration", "ColdkeySwapRescheduleDuration", "ScheduledColdkeySwaps")


@once("migrate_remove_add_stake_burn_rate_limit")
def forget_stake_burns_411(tx: Tx) -> None:
    """Staking and burning at once is no longer rate-limited. Source: migrate_remove_add_stake_burn_rate_limit.rs."""
    table, variant = tx.storage.last_rate_limited_block, rate_limit_key(RATE_LIMIT_KEYS_320, "AddStakeBurn")
    for key in [key for key in table if key.startswith(variant)]:
        table.remove(key)
