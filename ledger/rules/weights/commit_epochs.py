"""Which epoch a commit belongs to, and when it may be revealed; since spec_version 423 epochs are counted in storage."""

from neuron_ledger.ledger.rules.epoch.schedule import is_commit_expired_423, is_reveal_epoch_423, schedule_of
from neuron_ledger.ledger.rules.epoch.tempo import get_epoch_index, should_run_epoch
from neuron_ledger.ledger.rules.numbers.saturating import add_u64
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.ledger.weights import Commit, RevealWindow


def epoch_index(tx: Tx, netuid: int) -> int:
    """The epoch that the block belongs to. Source: subtensor subnets/weights.rs::get_epoch_index, spec_version 277."""
    return get_epoch_index(netuid, tx.storage.tempo[netuid], tx.block)


def epoch_index_423(tx: Tx, netuid: int) -> int:
    """The subnet's epoch counter. Source: subtensor subnets/weights.rs::get_epoch_index, spec_version 424."""
    return tx.storage.subnet_epoch_index[netuid]


def commit_epoch(tx: Tx, netuid: int) -> int:
    """The epoch that a timelocked commit belongs to: that of the block, or the next one in the block that runs it.

    Source: subtensor subnets/weights.rs::do_commit_crv3_weights, spec_version 277.
    """
    tempo = tx.storage.tempo[netuid]
    return add_u64(get_epoch_index(netuid, tempo, tx.block), int(should_run_epoch(netuid, tempo, tx.block)))


def commit_epoch_423(tx: Tx, netuid: int) -> int:
    """The epoch that a commit or reveal belongs to: the subnet's counter, plus one if an epoch is due in this block.

    Source: subtensor subnets/weights.rs::current_epoch_with_lookahead, spec_version 424.
    """
    return schedule_of(tx.storage, netuid).current_epoch(tx.block)


def new_commit_423(tx: Tx, netuid: int, commit_hash: bytes) -> Commit:
    """The queue's entry for a commit made in this block."""
    return commit_hash, tx.rules.commit_epoch(tx, netuid), tx.block, 0


def reveal_window_423(tx: Tx, netuid: int, commit: Commit) -> RevealWindow:
    """When a commit may be revealed: in the epoch that comes the current reveal period after its own."""
    committed, period = commit[1], tx.storage.reveal_period_epochs[netuid]
    now = tx.rules.commit_epoch(tx, netuid)
    reveal = add_u64(committed, period)
    is_open, is_expired = is_reveal_epoch_423(now, committed, period), is_commit_expired_423(now, committed, period)
    return RevealWindow("epoch", committed, reveal, reveal, now, is_open, is_expired)
