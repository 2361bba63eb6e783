"""Resetting the bonds that validators hold in a neuron, when it requests this in a commitment."""

from neuron_ledger.events.wire.rows import pack_pairs, pairs
from neuron_ledger.ledger.runtime import Tx


def reset_bonds(tx: Tx, netuid: int, hotkey: bytes) -> None:
    """Remove a hotkey's uid from every row of bonds, if the subnet permits its neurons to do so.

    Source: subtensor epoch/run_epoch.rs::do_reset_bonds, spec_version 277.
    """
    _reset(tx, netuid, hotkey, (netuid,))


def reset_bonds_320(tx: Tx, netuid: int, hotkey: bytes) -> None:
    """The same in each mechanism. Source: runtime lib.rs::on_metadata_commitment, spec_version 320."""
    count = tx.storage.mechanism_count_current[netuid]
    _reset(tx, netuid, hotkey, [tx.rules.storage_index(netuid, mechanism) for mechanism in range(count)])


def _reset(tx: Tx, netuid: int, hotkey: bytes, indices: tuple[int, ...] | list[int]) -> None:
    bonds, uid = tx.storage.bonds, tx.storage.uids[netuid, hotkey]
    if not tx.storage.bonds_reset_on[netuid] or uid is None:
        return
    for place in [place for place in bonds if place[0] in indices]:
        row = pairs(bonds[place])
        left = [pair for pair in row if pair[0] != uid]
        if len(left) < len(row):
            bonds[place] = pack_pairs(left)
