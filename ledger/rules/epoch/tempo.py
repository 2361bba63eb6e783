"""When epochs run, and in which blocks a commit may be revealed.

Epochs of a subnet are numbered consecutively: epoch = (block + netuid + 1) // (tempo + 1). Sums and products saturate at u64.
"""

from neuron_ledger.ledger.rules.numbers.fixed import U64_MAX
from neuron_ledger.ledger.rules.numbers.saturating import add_u64, mul_u64, sub_u64


def blocks_until_next_epoch(netuid: int, tempo: int, block: int) -> int:
    """Blocks left before the subnet's next epoch, 0 in the block that runs it; 2^64 - 1 for tempo 0, which never runs one.

    Source: subtensor coinbase/run_coinbase.rs::blocks_until_next_epoch, spec_version 277.
    """
    if tempo == 0:
        return U64_MAX
    return tempo - ((block + netuid + 1) & U64_MAX) % (tempo + 1)


def should_run_epoch(netuid: int, tempo: int, block: int) -> bool:
    """Whether the subnet's epoch runs in this block.

    Source: subtensor coinbase/run_coinbase.rs::should_run_epoch, spec_version 277.
    """
    return blocks_until_next_epoch(netuid, tempo, block) == 0


def get_epoch_index(netuid: int, tempo: int, block: int) -> int:
    """The number of the epoch that a block belongs to.

    Source: subtensor subnets/weights.rs::get_epoch_index, spec_version 277.
    """
    return add_u64(block, netuid + 1) // (tempo + 1)


def get_reveal_blocks(netuid: int, tempo: int, reveal_period: int, commit_block: int) -> tuple[int, int]:
    """The first and last block in which a commit made at `commit_block` may be revealed.

    Source: subtensor subnets/weights.rs::get_reveal_blocks, spec_version 277.
    """
    reveal_epoch = add_u64(get_epoch_index(netuid, tempo, commit_block), reveal_period)
    first = sub_u64(mul_u64(reveal_epoch, tempo + 1), netuid + 1)
    return first, add_u64(first, tempo)


def is_reveal_block_range(netuid: int, tempo: int, reveal_period: int, commit_block: int, now: int) -> bool:
    """Whether a commit made at `commit_block` may be revealed now: in exactly one epoch.

    Source: subtensor subnets/weights.rs::is_reveal_block_range, spec_version 277.
    """
    reveal_epoch = add_u64(get_epoch_index(netuid, tempo, commit_block), reveal_period)
    return get_epoch_index(netuid, tempo, now) == reveal_epoch


def is_commit_expired(netuid: int, tempo: int, reveal_period: int, commit_block: int, now: int) -> bool:
    """Whether the epoch in which a commit could be revealed is over.

    Source: subtensor subnets/weights.rs::is_commit_expired, spec_version 277.
    """
    reveal_epoch = add_u64(get_epoch_index(netuid, tempo, commit_block), reveal_period)
    return get_epoch_index(netuid, tempo, now) > reveal_epoch
