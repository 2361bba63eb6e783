"""Migrations of links between hotkeys, of stakers and of locks: the reference's own.

Source: subtensor pallets/subtensor/src/migrations, as of the spec_version in each name.
"""

from neuron_ledger.events.storage.items import LINKS
from neuron_ledger.ledger.rules.accounts.owners import account_order
from neuron_ledger.ledger.rules.migrations.once import clear, once
from neuron_ledger.ledger.rules.stake.locks import Conviction
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.projections.maps import StorageMap

Links = StorageMap[tuple[bytes, int], LINKS]


@once("migrate_fix_childkeys")
def mend_children_334(tx: Tx) -> None:
    """Remove empty links, links of a hotkey to itself, and links that only one side has.

    Source: migrate_fix_childkeys.rs, staking/set_children.rs::clean_self_loops, repair_child_parent_consistency.
    """
    children, parents = tx.storage.child_keys, tx.storage.parent_keys
    for table in (children, parents):
        _keep(table, {key: tuple(link for link in links if link[1] != key[0]) for key, links in table.items()})
    for table, other in ((children, parents), (parents, children)):
        _keep(table, {key: _known_to(other, key, links) for key, links in table.items()})


def _known_to(other: Links, key: tuple[bytes, int], links: LINKS) -> LINKS:
    """A hotkey's links on a subnet that the other side also has."""
    hotkey, netuid = key
    return tuple((part, to) for part, to in links if (part, hotkey) in other[to, netuid])


def _keep(table: Links, kept: dict[tuple[bytes, int], LINKS]) -> None:
    for key, links in kept.items():
        if not links:
            table.remove(key)
        elif links != table[key]:
            table[key] = links


@once("migrate_fix_staking_hot_keys")
def list_staking_hotkeys_371(tx: Tx) -> None:
    """Complete each coldkey's list of hotkeys that it stakes on with all on which it has a share.

    Source: migrate_fix_staking_hot_keys.rs.
    """
    storage = tx.storage
    held = [(hotkey, coldkey) for (hotkey, coldkey, _), share in storage.alpha.items() if share]
    for hotkey, coldkey in sorted(held, key=lambda pair: account_order(pair[0])):
        if hotkey not in storage.staking_hotkeys[coldkey]:
            storage.staking_hotkeys[coldkey] = (*storage.staking_hotkeys[coldkey], hotkey)


@once("migrate_populate_locking_coldkeys")
def list_locking_coldkeys_423(tx: Tx) -> None:
    """Bring every lock up to date, and index the coldkeys with locks by hotkey. Source: migrate_populate_locking_coldkeys.rs."""

    def in_key_order(key: tuple[bytes, int, bytes]) -> tuple[bytes, bytes, bytes]:
        coldkey, netuid, hotkey = key
        return account_order(coldkey), netuid.to_bytes(2, "little"), account_order(hotkey)

    for coldkey, netuid, hotkey in sorted(tx.storage.lock, key=in_key_order):
        conviction = Conviction.of(tx, coldkey, netuid, hotkey)
        conviction.move_on()
        conviction.save()


def forget_orders_423(tx: Tx) -> None:
    """Clear the notes of who staked in this block. (On the chain there are none when a block begins.)"""
    clear(tx, "StakingOperationRateLimiter")
