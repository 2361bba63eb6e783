"""What a new subnet's pool is filled with, and where the rest of the payment goes."""

from contextlib import suppress

from neuron_ledger.ledger.errors import ChainError
from neuron_ledger.ledger.networks import NewNetwork
from neuron_ledger.ledger.rules.accounts.tao import existing_subnet_account, recycle_tao
from neuron_ledger.ledger.rules.numbers.fixed import U64F64, U96F32, Fixed
from neuron_ledger.ledger.rules.numbers.saturating import add_u64, sub_u64
from neuron_ledger.ledger.rules.stake.positions import increase_stake_for_hotkey_and_coldkey_on_subnet
from neuron_ledger.ledger.rules.stake.weighted_swaps import alpha_price_283
from neuron_ledger.ledger.rules.subnets.limit import subnets
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.projections.storage import Storage

# ------------------------------------------------------------------------------------ the minimum, and as much alpha


def fill_pool(tx: Tx, network: NewNetwork) -> None:
    """Fill the pool with the minimum lock cost and as much alpha; what was paid above it is lost.

    Source: subtensor subnets/subnet.rs::do_register_network, spec_version 277.
    """
    _fill_with_minimum(tx, network)
    _take_from_issuance(tx.storage, sub_u64(network.locked, tx.storage.network_min_lock_cost.value))


def fill_pool_233(tx: Tx, network: NewNetwork) -> None:
    """The same until spec_version 252; the pool's first TAO does not count as staked.

    Source: subtensor subnets/subnet.rs::do_register_network, spec_version 233.
    """
    staked = tx.storage.total_stake.value
    fill_pool(tx, network)
    tx.storage.total_stake.value = staked


def fill_pool_320(tx: Tx, network: NewNetwork) -> None:
    """As before; the payment is noted as locked, the part above the minimum as recycled, and no alpha is out.

    Source: subtensor subnets/subnet.rs::do_register_network, spec_version 320.
    """
    fill_pool(tx, network)
    _begin_accounts(tx, network, recycled=sub_u64(network.locked, tx.storage.network_min_lock_cost.value))


def _fill_with_minimum(tx: Tx, network: NewNetwork) -> None:
    storage, netuid = tx.storage, network.netuid
    pool_tao = storage.network_min_lock_cost.value
    storage.subnet_tao[netuid] = pool_tao
    storage.subnet_alpha_in[netuid] = pool_tao
    if network.locked and pool_tao:
        storage.total_stake.value = add_u64(storage.total_stake.value, pool_tao)


# ------------------------------------------------------------------------- all that was paid, at the price of others


def note_median_price_397(tx: Tx, network: NewNetwork) -> None:
    """The median price of alpha among the subnets before this one.

    Source: subtensor staking/stake_utils.rs::get_median_subnet_alpha_price, spec_version 397.
    """
    network.median_price = median(U96F32, [tx.rules.pool.price(tx, netuid) for netuid in subnets(tx)])


def note_median_price_423(tx: Tx, network: NewNetwork) -> None:
    """As before, with 64 fractional bits.

    Source: subtensor staking/stake_utils.rs::get_median_subnet_alpha_price, spec_version 424.
    """
    network.median_price = median(U64F64, [alpha_price_283(tx, netuid) for netuid in subnets(tx)])


def median(fixed: Fixed, prices: list[int]) -> int:
    """The median of the positive prices, or the mean of the two in the middle; 1 where there are none."""
    above = sorted(price for price in prices if price > 0)
    if not above:
        return fixed.one
    lower, upper = above[(len(above) - 1) // 2], above[len(above) // 2]
    return upper if len(above) % 2 else fixed.safe_div(fixed.saturating_add(lower, upper), fixed.from_int(2))


def fill_pool_397(tx: Tx, network: NewNetwork) -> None:
    """Fill the pool with the whole payment, and alpha at the median price; the owner gets alpha for the part above the minimum.

    Source: subtensor subnets/subnet.rs::do_register_network, spec_version 397.
    """
    pool_tao = _fill_at_median(tx, network, U96F32)
    above = sub_u64(pool_tao, tx.storage.network_min_lock_cost.value)
    alpha = U96F32.to_int(U96F32.safe_div(above << U96F32.fraction, network.median_price))
    recycled = sub_u64(network.locked, pool_tao)
    _begin_accounts(tx, network, recycled=recycled, alpha_out=alpha)
    if alpha:
        increase_stake_for_hotkey_and_coldkey_on_subnet(tx, network.hotkey, network.coldkey, network.netuid, alpha)
    _take_from_issuance(tx.storage, recycled)


def fill_pool_411(tx: Tx, network: NewNetwork) -> None:
    """As before, but the owner gets no alpha.

    Source: subtensor subnets/subnet.rs::do_register_network, spec_version 411.
    """
    _fill_from_account(tx, network, U96F32)


def fill_pool_423(tx: Tx, network: NewNetwork) -> None:
    """As before, at a price with 64 fractional bits.

    Source: subtensor subnets/subnet.rs::do_register_network, spec_version 424.
    """
    _fill_from_account(tx, network, U64F64)


def _fill_from_account(tx: Tx, network: NewNetwork, fixed: Fixed) -> None:
    recycled = sub_u64(network.locked, _fill_at_median(tx, network, fixed))
    _begin_accounts(tx, network, recycled=recycled)
    if recycled:
        with suppress(ChainError):
            recycle_tao(tx, existing_subnet_account(tx, network.netuid), recycled)


def _fill_at_median(tx: Tx, network: NewNetwork, fixed: Fixed) -> int:
    """Fill the pool. Returns: its rao."""
    storage, netuid = tx.storage, network.netuid
    pool_tao = max(network.locked, storage.network_min_lock_cost.value)
    storage.subnet_tao[netuid] = pool_tao
    storage.subnet_alpha_in[netuid] = fixed.to_int(fixed.safe_div(fixed.from_int(pool_tao), network.median_price))
    if pool_tao:
        storage.total_stake.value = add_u64(storage.total_stake.value, pool_tao)
    return pool_tao


# ---------------------------------------------------------------------------------------------------------- accounts


def _begin_accounts(tx: Tx, network: NewNetwork, *, recycled: int, alpha_out: int = 0) -> None:
    storage, netuid = tx.storage, network.netuid
    storage.subnet_locked[netuid] = network.locked
    storage.subnet_alpha_out[netuid] = alpha_out
    storage.subnet_volume[netuid] = 0
    storage.rao_recycled_for_registration[netuid] = recycled


def _take_from_issuance(storage: Storage, amount: int) -> None:
    if amount:
        storage.total_issuance.value = sub_u64(storage.total_issuance.value, amount)
