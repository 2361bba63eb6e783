"""Alpha that comes into being and goes: minted into a pool or as outstanding, recycled, burned; counted since spec_version 411.

Source: subtensor coinbase/alpha.rs; pallets/alpha-assets lib.rs, spec_version 424.
"""

from neuron_ledger.ledger.rules.numbers.saturating import add_u64, sub_u64
from neuron_ledger.ledger.runtime import AlphaCount, Tx
from neuron_ledger.projections.maps import StorageMap


def get_alpha_issuance(tx: Tx, netuid: int) -> int:
    """The alpha that there is of a subnet: in its pool, and outstanding. Source: subtensor staking/stake_utils.rs."""
    return add_u64(tx.storage.subnet_alpha_in[netuid], tx.storage.subnet_alpha_out[netuid])


def mint_into_pool(tx: Tx, netuid: int, amount: int) -> None:
    """New alpha for a subnet's pool."""
    _add(tx.storage.subnet_alpha_in, netuid, amount)
    tx.rules.count_alpha(tx, AlphaCount(netuid, minted=amount))


def mint_outstanding(tx: Tx, netuid: int, amount: int) -> None:
    """New alpha for those who work for a subnet."""
    _add(tx.storage.subnet_alpha_out, netuid, amount)
    tx.rules.count_alpha(tx, AlphaCount(netuid, minted=amount))


def recycle_subnet_alpha(tx: Tx, netuid: int, amount: int) -> None:
    """Outstanding alpha that ceases to be."""
    _take(tx.storage.subnet_alpha_out, netuid, amount)
    tx.rules.count_alpha(tx, AlphaCount(netuid, recycled=amount))


def burn_subnet_alpha(tx: Tx, netuid: int, amount: int) -> None:
    """Outstanding alpha that nobody gets; it still counts as issued."""
    tx.rules.count_alpha(tx, AlphaCount(netuid, burned=amount))


def alpha_is_not_counted(_: Tx, __: AlphaCount) -> None:
    """Until spec_version 411 no account is kept."""


def count_alpha_411(tx: Tx, count: AlphaCount) -> None:
    """Keep account of a subnet's alpha: what there is, and what was recycled and burned of it."""
    storage, netuid = tx.storage, count.netuid
    if count.minted:
        _add(storage.alpha_assets_total_alpha_issuance, netuid, count.minted)
    if count.recycled:
        _take(storage.alpha_assets_total_alpha_issuance, netuid, count.recycled)
        _add(storage.alpha_assets_alpha_recycled, netuid, count.recycled)
    if count.burned:
        _add(storage.alpha_assets_alpha_burned, netuid, count.burned)


def _add(table: StorageMap[int, int], netuid: int, amount: int) -> None:
    if amount:
        table[netuid] = add_u64(table[netuid], amount)


def _take(table: StorageMap[int, int], netuid: int, amount: int) -> None:
    if amount:
        table[netuid] = sub_u64(table[netuid], amount)
