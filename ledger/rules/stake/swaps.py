"""The pools of subnets on storage: prices, and what swaps do to reserves, alpha outstanding, total stake and volume."""

from collections.abc import Sequence

from neuron_ledger.ledger.rules.netuids import ROOT
from neuron_ledger.ledger.rules.numbers.saturating import add_u64, add_u128, sub_u64
from neuron_ledger.ledger.rules.stake.pool import STABLE, get_alpha_price, sim_swap_alpha_for_tao, sim_swap_tao_for_alpha
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.ledger.trading import Pool

U128_MAX = 2**128 - 1


def alpha_price(tx: Tx, netuid: int) -> int:
    """The current price of the subnet's alpha in rao, U96F32; 1 on the root network.

    Source: subtensor staking/stake_utils.rs::get_alpha_price, spec_version 277.
    """
    storage = tx.storage
    mechanism = STABLE if netuid == ROOT else storage.subnet_mechanism[netuid]
    return get_alpha_price(mechanism, storage.subnet_tao[netuid], storage.subnet_alpha_in[netuid])


def alpha_for_tao(tx: Tx, netuid: int, tao: int) -> int | None:
    """The alpha that rao would buy from the subnet's pool; None where it is too small."""
    return sim_swap_tao_for_alpha(*_reserves(tx, netuid), tao)


def tao_for_alpha(tx: Tx, netuid: int, alpha: int) -> int | None:
    """The rao that alpha would bring from the subnet's pool; None where it is too small."""
    return sim_swap_alpha_for_tao(*_reserves(tx, netuid), alpha)


def _reserves(tx: Tx, netuid: int) -> tuple[int, int, int]:
    storage = tx.storage
    return storage.subnet_mechanism[netuid], storage.subnet_tao[netuid], storage.subnet_alpha_in[netuid]


def swap_tao_for_alpha(tx: Tx, netuid: int, tao: int) -> int:
    """Put rao into a subnet's pool and take alpha out. Returns: the alpha; 0, and nothing moves, where the pool is too small.

    Source: subtensor staking/stake_utils.rs::swap_tao_for_alpha, spec_version 277.
    """
    storage = tx.storage
    alpha = alpha_for_tao(tx, netuid, tao)
    if alpha is None:
        return 0
    storage.subnet_alpha_in[netuid] = sub_u64(storage.subnet_alpha_in[netuid], alpha)
    storage.subnet_alpha_out[netuid] = add_u64(storage.subnet_alpha_out[netuid], alpha)
    storage.subnet_tao[netuid] = add_u64(storage.subnet_tao[netuid], tao)
    storage.total_stake.value = add_u64(storage.total_stake.value, tao)
    storage.subnet_volume[netuid] = add_u128(storage.subnet_volume[netuid], tao)
    return alpha


def swap_alpha_for_tao(tx: Tx, netuid: int, alpha: int) -> int:
    """Put alpha into a subnet's pool and take rao out. Returns: the rao; 0, and nothing moves, where the pool is too small.

    Source: subtensor staking/stake_utils.rs::swap_alpha_for_tao, spec_version 277.
    """
    storage = tx.storage
    tao = tao_for_alpha(tx, netuid, alpha)
    if tao is None:
        return 0
    storage.subnet_alpha_in[netuid] = add_u64(storage.subnet_alpha_in[netuid], alpha)
    storage.subnet_alpha_out[netuid] = sub_u64(storage.subnet_alpha_out[netuid], alpha)
    storage.subnet_tao[netuid] = sub_u64(storage.subnet_tao[netuid], tao)
    storage.total_stake.value = sub_u64(storage.total_stake.value, tao)
    storage.subnet_volume[netuid] = add_u128(storage.subnet_volume[netuid], tao)
    return tao


def room_for_all(_: Tx, offered: Sequence[tuple[int, int, int]]) -> list[tuple[int, int]]:
    """Pools accept everything that the chain adds; their prices move with it."""
    return [(tao, alpha) for _, tao, alpha in offered]


POOL = Pool(
    price=alpha_price,
    buy=swap_tao_for_alpha,
    sell=swap_alpha_for_tao,
    bought=alpha_for_tao,
    sold=tao_for_alpha,
    room_for=room_for_all,
)
"""A constant product for dynamic subnets, one for one everywhere else."""
