"""Sums that hold in every state that calls lead to: TAO, alpha, shares."""

from collections import Counter

from neuron_ledger.ledger.rules.stake.share_pool import SharePool
from neuron_ledger.projections.storage import Storage

U64 = range(2**64)


def issued_by_last_block(storage: Storage) -> int:
    """The TAO that the last block brought: what it put into the pools of the subnets that emit."""
    return sum(storage.subnet_tao_in_emission[netuid] for netuid in storage.networks_added if netuid and emits(storage, netuid))


def emits(storage: Storage, netuid: int) -> bool:
    return netuid in storage.first_emission_block_number


def assert_quantities_in_range(storage: Storage) -> None:
    """Nothing is negative or beyond 64 bits: pools, balances, stake, what is pending."""
    for table in (
        storage.subnet_tao,
        storage.subnet_alpha_in,
        storage.subnet_alpha_out,
        storage.balances,
        storage.total_hotkey_alpha,
        storage.pending_emission,
        storage.pending_root_divs,
        storage.pending_owner_cut,
        storage.pending_alpha_swapped,
    ):
        for key, value in table.items():
            assert value in U64, (table.item.name, key, value)


def assert_tao_is_issued(storage: Storage, given: int) -> None:
    """TAO in balances, in the pools, at root members and on the way to them was issued, but for what was given by force."""
    pools = sum(tao for netuid, tao in storage.subnet_tao.items() if netuid)
    at_root = sum(stake for (_, netuid), stake in storage.total_hotkey_alpha.items() if netuid == 0)
    held = sum(storage.balances.values()) + pools + at_root + sum(storage.pending_root_divs.values())
    assert held <= storage.total_issuance.value + given


def assert_alpha_is_out(storage: Storage, netuid: int, granted: int) -> None:
    """Alpha that is staked or pending has come out of the pool or the block, but for what was granted."""
    staked = sum(stake for (_, subnet), stake in storage.total_hotkey_alpha.items() if subnet == netuid)
    pending = storage.pending_emission[netuid] + storage.pending_owner_cut[netuid]
    assert staked + pending <= storage.subnet_alpha_out[netuid] + granted


def stake_of(storage: Storage, hotkey: bytes, coldkey: bytes, netuid: int) -> int:
    """What a coldkey's share of the stake on a hotkey is worth."""
    stake, denominator = storage.total_hotkey_alpha[hotkey, netuid], storage.total_hotkey_shares[hotkey, netuid]
    return SharePool(stake, denominator, storage.alpha[hotkey, coldkey, netuid]).value


def assert_shares_add_up(storage: Storage) -> None:
    """The shares of a hotkey's stake add up to its denominator; what they are worth to no more than the stake, and to all but
    the rounding of each.
    """
    shares: Counter[tuple[bytes, int]] = Counter()
    values: Counter[tuple[bytes, int]] = Counter()
    behind: Counter[tuple[bytes, int]] = Counter()
    for (hotkey, coldkey, netuid), share in storage.alpha.items():
        shares[hotkey, netuid] += share
        values[hotkey, netuid] += stake_of(storage, hotkey, coldkey, netuid)
        behind[hotkey, netuid] += 1
    assert shares == Counter(storage.total_hotkey_shares)  # a swap leaves entries of nothing, which count as none
    for key, value in values.items():
        stake = storage.total_hotkey_alpha[key]
        assert stake - 2 * behind[key] <= value <= stake
