"""The epochs of a subnet as a schedule that is kept in storage: since spec_version 423.

An epoch's slot is due a tempo after the last one, when the subnet's owner requested it, or when none has succeeded for very long.
At most `MaxEpochsPerBlock` of the due slots run in one block; the others are deferred to the next. A slot that is due on a subnet
whose state does not permit an epoch is skipped.
"""

from attrs import frozen

from neuron_ledger.ledger.rules.numbers.fixed import U64_MAX
from neuron_ledger.ledger.rules.numbers.saturating import add_u64
from neuron_ledger.projections.storage import Storage

MIN_TEMPO = 360
"""The shortest tempo that a subnet's owner may choose."""

MAX_TEMPO = 50_400
"""The longest tempo, and how many blocks may pass without an epoch."""

FACTOR_UNIT = 1000
"""What the activity cutoff's factor is measured in: thousandths of the tempo."""


@frozen
class Schedule:
    """The state of a subnet's schedule.

    last_epoch_block: of its last slot, run or skipped. pending_epoch_at: the block for which an epoch is requested, 0 for none.
    blocks_since_last_step: since the last epoch that ran. epoch_index: the number of slots so far.
    """

    tempo: int
    last_epoch_block: int
    pending_epoch_at: int
    blocks_since_last_step: int
    epoch_index: int

    def is_due(self, block: int) -> bool:
        """Whether an epoch's slot is due in a block."""
        return is_slot_due(self.tempo, self.last_epoch_block, self.pending_epoch_at, self.blocks_since_last_step, block)

    def blocks_until_next_auto_epoch(self, block: int) -> int:
        """Blocks left before the next slot by the tempo, 0 where it is due; 2^64 - 1 for tempo 0.

        Source: subtensor coinbase/run_coinbase.rs::blocks_until_next_auto_epoch, spec_version 424.
        """
        if self.tempo == 0:
            return U64_MAX
        return max(add_u64(self.last_epoch_block, self.tempo) - block, 0)

    def next_epoch_start_block(self) -> int | None:
        """The block of the next slot, by the tempo or by request; None for tempo 0.

        Source: subtensor coinbase/run_coinbase.rs::get_next_epoch_start_block, spec_version 424.
        """
        if self.tempo == 0:
            return None
        by_tempo = add_u64(self.last_epoch_block, self.tempo)
        return min(by_tempo, self.pending_epoch_at) if self.pending_epoch_at else by_tempo

    def current_epoch(self, block: int) -> int:
        """The epoch that a commit or reveal in this block belongs to: the next one where a slot is due.

        Source: subtensor subnets/weights.rs::current_epoch_with_lookahead, spec_version 424.
        """
        return add_u64(self.epoch_index, 1) if self.is_due(block) else self.epoch_index


def is_slot_due(tempo: int, last_epoch_block: int, pending_epoch_at: int, blocks_since_last_step: int, block: int) -> bool:
    """Whether an epoch's slot is due in a block; never with tempo 0. The others: as in `Schedule`.

    Source: subtensor coinbase/run_coinbase.rs::should_run_epoch, spec_version 424.
    """
    if tempo == 0:
        return False
    return block - last_epoch_block >= tempo or 0 < pending_epoch_at <= block or blocks_since_last_step > MAX_TEMPO


def schedule_of(storage: Storage, netuid: int) -> Schedule:
    """The schedule of a subnet in storage."""
    return Schedule(
        storage.tempo[netuid],
        storage.last_epoch_block[netuid],
        storage.pending_epoch_at[netuid],
        storage.blocks_since_last_step[netuid],
        storage.subnet_epoch_index[netuid],
    )


def is_commit_expired_423(current_epoch: int, commit_epoch: int, reveal_period: int) -> bool:
    """Whether the epoch in which a commit could be revealed is over.

    Source: subtensor subnets/weights.rs::is_commit_expired, spec_version 424.
    """
    return current_epoch > add_u64(commit_epoch, reveal_period)


def is_reveal_epoch_423(current_epoch: int, commit_epoch: int, reveal_period: int) -> bool:
    """Whether a commit may be revealed: in exactly one epoch.

    Source: subtensor subnets/weights.rs::is_reveal_block_range, spec_version 424.
    """
    return current_epoch == add_u64(commit_epoch, reveal_period)


def activity_cutoff_blocks(factor_milli: int, tempo: int) -> int:
    """The number of blocks without an update after which a uid is no longer active, at least 1.

    Source: subtensor subnets/subnet.rs::get_activity_cutoff_blocks, spec_version 424.
    """
    return max(factor_milli * tempo // FACTOR_UNIT, 1)
