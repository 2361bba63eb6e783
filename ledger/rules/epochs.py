"""Epochs on storage."""

from ledger.rules import tempo
from ledger.transaction import Transaction


def should_run_epoch(tx: Transaction, netuid: int) -> bool:
    """Whether the subnet's epoch runs in this block.

    Source: subtensor coinbase/run_coinbase.rs::should_run_epoch, spec_version 277.
    """
    return tempo.should_run_epoch(netuid, tx.storage.tempo[netuid], tx.block)


def run_epoch(tx: Transaction, netuid: int, emission: int) -> list[tuple[bytes, int, int]]:
    return []
