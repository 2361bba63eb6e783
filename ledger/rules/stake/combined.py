"""The stake that a uid brings to the epoch: alpha and weighted TAO, less what goes to children, plus what comes from parents."""

from collections.abc import Sequence

from neuron_ledger.ledger.rules.numbers.fixed import I64F64, U64_MAX, U96F32


def inherited_stake(own: int, to_children: Sequence[int], from_parents: Sequence[tuple[int, int]]) -> int:
    """Stake (u64) that counts for a hotkey: its own, less its children's parts of it, plus its parts of its parents' own.

    to_children: proportions, u64 in parts of 2^64 - 1. from_parents: (proportion, the parent's own stake).
    Source: subtensor staking/stake_utils.rs::get_inherited_for_hotkey_on_subnet, get_tao_inherited_for_hotkey_on_subnet,
    spec_version 277.
    """
    if not to_children and not from_parents:
        return own
    given = received = 0
    for share in to_children:
        given = U96F32.saturating_add(given, part_lent(own, share))
    for share, stake in from_parents:
        received = U96F32.saturating_add(received, part_lent(stake, share))
    left = U96F32.saturating_sub(U96F32.from_int(own), given)
    return U96F32.to_int(U96F32.saturating_add(left, received))


def combined_stake(alpha: int, tao: int, tao_weight_bits: int) -> int:
    """alpha + tao weight · tao, I64F64 bits. alpha, tao: u64. tao_weight_bits: U96F32.

    Source: subtensor staking/stake_utils.rs::get_stake_weights_for_network, spec_version 277.
    """
    if tao == 0:
        return I64F64.from_int(alpha)
    weight = I64F64.from_fixed(tao_weight_bits, U96F32)
    return I64F64.saturating_add(I64F64.from_int(alpha), I64F64.saturating_mul(I64F64.from_int(tao), weight))


def stored_proportion(stored: int) -> int:
    """A stored u64 as a part of 2^64 - 1, U96F32 bits.

    Source: subtensor staking/stake_utils.rs::get_tao_weight, spec_version 277.
    """
    return U96F32.safe_div(U96F32.from_int(stored), U96F32.from_int(U64_MAX))


def part_lent(stake: int, share: int) -> int:
    """A share (u64 as a part of 2^64 - 1) of a stake (u64), U96F32 bits."""
    return U96F32.saturating_mul(U96F32.from_int(stake), stored_proportion(share))
