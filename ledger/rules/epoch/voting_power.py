"""Voting power: a moving average of each validator's stake, where a subnet tracks it."""

from neuron_ledger.ledger.rules.numbers.fixed import U64_MAX

ONE = 10**18
"""1 in the unit of the average's alpha."""


def moved_voting_power(before: int, stake: int, alpha: int, threshold: int) -> int | None:
    """A validator's voting power after an epoch (u64); None where storage keeps none.

    before: 0 where it had none. alpha: the weight of the stake in the average, in parts of 10^18. threshold: a value that falls
    below it is removed, one that has not reached it yet may grow.
    Source: subtensor utils/voting_power.rs::update_voting_power_for_hotkey, spec_version 424.
    """
    moved = min((alpha * stake + max(ONE - alpha, 0) * before) // ONE, U64_MAX)
    if moved < threshold <= before:
        return None
    return moved or before or None
