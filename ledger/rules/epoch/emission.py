"""An epoch's emission: to miners by incentive, to validators by dividends."""

import numpy as np
from attrs import frozen

from neuron_ledger.ledger.rules.numbers.fixed_arrays import (
    FRACTION,
    ONE,
    Bits,
    Words,
    saturating_add,
    words,
    wrapping_sum,
)
from neuron_ledger.ledger.rules.numbers.kernels import Kernels
from neuron_ledger.ledger.rules.numbers.saturating import clamp_u64

LOW_HALF = ONE - 1


@frozen(eq=False, kw_only=True)
class Emission:
    """Shares (raw bits) and amounts (u64) of each uid: as miner, as validator, and both."""

    server_share: Bits
    validator_share: Bits
    combined_share: Bits
    server: Words
    validator: Words
    combined: Words


def share_emission(
    incentive: Bits, dividends: Bits, stake: Bits, active_stake: Bits, rao_emission: int, kernels: Kernels
) -> Emission:
    """Split `rao_emission` (u64) by incentive and dividends; where there are none, validators get it by stake.

    This is the active stake, or all stake if none is active. incentive, dividends, stake, active_stake: by uid, raw bits.
    Source: subtensor epoch/run_epoch.rs::epoch (emission and pruning scores), spec_version 277.
    """
    combined = saturating_add(incentive, dividends)
    total = wrapping_sum(combined)
    server_share = kernels.normalize_using_sum(incentive, total)
    if total:
        validator_share = kernels.normalize_using_sum(dividends, total)
        combined_share = kernels.normalize(combined)
    else:
        validator_share = combined_share = active_stake if wrapping_sum(active_stake) else stake
    return Emission(
        server_share=server_share,
        validator_share=validator_share,
        combined_share=combined_share,
        server=amounts(server_share, rao_emission),
        validator=amounts(validator_share, rao_emission),
        combined=amounts(combined_share, rao_emission),
    )


def amounts(shares: Bits, whole: int) -> Words:
    """floor(share · whole) for each share, within u64. shares: raw bits. whole: u64.

    For shares from 0 to 1 the whole is split into two halves: share · low < 2^64, and the sum is at most the whole.
    """
    if words(shares).max(initial=0) <= ONE:
        high, low = np.uint64(whole >> FRACTION), np.uint64(whole & LOW_HALF)
        return words(shares) * high + ((words(shares) * low) >> np.uint64(FRACTION))
    return np.array([clamp_u64(share * whole >> FRACTION) for share in shares.tolist()], np.uint64)
