"""Alpha that is created and destroyed: minted into a pool or as outstanding, recycled, burned; counted since spec_version 411.

Source: subtensor coinbase/alpha.rs; pallets/alpha-assets lib.rs, spec_version 424.
"""

from collections.abc import Collection, Mapping
from operator import add

from neuron_ledger.ledger.rules.numbers.fixed import U64_MAX
from neuron_ledger.ledger.rules.numbers.saturating import add_u64, clamp_u64, sub_u64
from neuron_ledger.ledger.runtime import AlphaFate, Tx
from neuron_ledger.projections.maps import StorageMap
from neuron_ledger.projections.storage import Storage


def get_alpha_issuance(tx: Tx, netuid: int) -> int:
    """A subnet's total alpha: in its pool, and outstanding. Source: subtensor staking/stake_utils.rs."""
    return add_u64(tx.storage.subnet_alpha_in[netuid], tx.storage.subnet_alpha_out[netuid])


def alpha_issuances(storage: Storage, netuids: Collection[int]) -> list[int]:
    """The same of several subnets."""
    issued = list(map(add, storage.subnet_alpha_in.values_of(netuids), storage.subnet_alpha_out.values_of(netuids)))
    return issued if max(issued, default=0) <= U64_MAX else [clamp_u64(amount) for amount in issued]


def mint_into_pools(tx: Tx, amounts: Mapping[int, int]) -> None:
    """New alpha for subnets' pools, by netuid."""
    _add_all(tx.storage.subnet_alpha_in, amounts)
    tx.rules.count_alpha(tx, "minted", amounts)


def mint_outstanding(tx: Tx, amounts: Mapping[int, int]) -> None:
    """New alpha for those who work for subnets, by netuid."""
    _add_all(tx.storage.subnet_alpha_out, amounts)
    tx.rules.count_alpha(tx, "minted", amounts)


def recycle_subnet_alpha(tx: Tx, netuid: int, amount: int) -> None:
    """Destroy outstanding alpha."""
    _take(tx.storage.subnet_alpha_out, netuid, amount)
    tx.rules.count_alpha(tx, "recycled", {netuid: amount})


def burn_subnet_alpha(tx: Tx, netuid: int, amount: int) -> None:
    """Burn outstanding alpha: it belongs to nobody, but still counts as issued."""
    tx.rules.count_alpha(tx, "burned", {netuid: amount})


def alpha_is_not_counted(_: Tx, __: AlphaFate, ___: Mapping[int, int]) -> None:
    """Until spec_version 411 alpha is not counted."""


def count_alpha_411(tx: Tx, fate: AlphaFate, amounts: Mapping[int, int]) -> None:
    """Count subnets' alpha: the total, and what was recycled and burned."""
    storage = tx.storage
    if fate == "minted":
        _add_all(storage.alpha_assets_total_alpha_issuance, amounts)
    elif fate == "burned":
        _add_all(storage.alpha_assets_alpha_burned, amounts)
    else:
        _add_all(storage.alpha_assets_alpha_recycled, amounts)
        for netuid, amount in amounts.items():
            _take(storage.alpha_assets_total_alpha_issuance, netuid, amount)


def _add_all(table: StorageMap[int, int], amounts: Mapping[int, int]) -> None:
    for netuid, amount in amounts.items():
        if amount:
            table[netuid] = add_u64(table[netuid], amount)


def _take(table: StorageMap[int, int], netuid: int, amount: int) -> None:
    if amount:
        table[netuid] = sub_u64(table[netuid], amount)
