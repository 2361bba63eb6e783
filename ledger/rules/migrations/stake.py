"""What becomes of links between hotkeys, of stakers and of locks when the chain is upgraded: the reference's own migrations.

Source: subtensor pallets/subtensor/src/migrations, as each stood at the spec_version in its name.
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
    """Links without anybody, to oneself, or that only one side knows of, go.

    Source: migrate_fix_childkeys.rs, staking/set_children.rs::clean_self_loops, repair_child_parent_consistency.
    """
    children, parents = tx.storage.child_keys, tx.storage.parent_keys
    for table in (children, parents):
        _keep(table, {key: tuple(link for link in links if link[1] != key[0]) for key, links in table.items()})
    for table, other in ((children, parents), (parents, children)):
        _keep(table, {key: _known_to(other, key, links) for key, links in table.items()})


def _known_to(other: Links, key: tuple[bytes, int], links: LINKS) -> LINKS:
    """Those of a hotkey's links on a subnet that the other side has too."""
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
    """Each coldkey's list of hotkeys that it stakes to has all with which it has a share.

    Source: migrate_fix_staking_hot_keys.rs.
    """
    storage = tx.storage
    held = [(hotkey, coldkey) for (hotkey, coldkey, _), share in storage.alpha.items() if share]
    for hotkey, coldkey in sorted(held, key=lambda pair: account_order(pair[0])):
        if hotkey not in storage.staking_hotkeys[coldkey]:
            storage.staking_hotkeys[coldkey] = (*storage.staking_hotkeys[coldkey], hotkey)


@once("migrate_populate_locking_coldkeys")
def list_locking_coldkeys_423(tx: Tx) -> None:
    """Every lock is brought up to now; who has one is found by the hotkey too. Source: migrate_populate_locking_coldkeys.rs."""

    def in_key_order(key: tuple[bytes, int, bytes]) -> tuple[bytes, bytes, bytes]:
        coldkey, netuid, hotkey = key
        return account_order(coldkey), netuid.to_bytes(2, "little"), account_order(hotkey)

    for coldkey, netuid, hotkey in sorted(tx.storage.lock, key=in_key_order):
        conviction = Conviction.of(tx, coldkey, netuid, hotkey)
        conviction.move_on()
        conviction.save()


def forget_orders_423(tx: Tx) -> None:
    """Who staked in this block is asked no more. (On the chain nothing is there to forget when a block begins.)"""
    clear(tx, "StakingOperationRateLimiter")
