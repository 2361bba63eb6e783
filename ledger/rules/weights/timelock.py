"""Timelocked (CRV3) weight commits. Here they are only ever dropped: this ledger knows no beacon that would open them."""

from neuron_ledger.events.weights import TimelockedCommitsDropped
from neuron_ledger.ledger.rules.epoch.tempo import get_epoch_index
from neuron_ledger.ledger.rules.numbers.saturating import sub_u64
from neuron_ledger.ledger.runtime import Tx


def drop_timelocked_commits(tx: Tx, netuid: int) -> None:
    """Drop the commits whose epoch of reveal is over, and those of this one, as the chain does where a beacon's pulse is missing.

    Source: subtensor coinbase/run_coinbase.rs::reveal_crv3_commits, spec_version 277.
    """
    storage = tx.storage
    committed = sorted(epoch for subnet, epoch in storage.crv3_weight_commits if subnet == netuid)
    if not committed:
        return
    current = get_epoch_index(netuid, storage.tempo[netuid], tx.block)
    revealed = sub_u64(current, sub_u64(storage.reveal_period_epochs[netuid], 1))
    dropped = [epoch for epoch in committed if epoch < revealed or (epoch == revealed and current >= 2)]
    if dropped:
        tx.emit(TimelockedCommitsDropped(netuid=netuid, epochs=tuple(dropped)))
