"""The pools of the draft of alpha: a constant product, or one for one, without a minimum reserve or a fee.

Every swap is served, even by a pool that is empty on one side, which gives everything it has on the other. The TAO of every swap
counts in TotalStake. Computed in I96F32.
Source: subtensor staking/stake_utils.rs, spec_version 218 of the draft (commit 1629c559b).
"""

from neuron_ledger.ledger.rules.netuids import ROOT
from neuron_ledger.ledger.rules.numbers.fixed import I96F32
from neuron_ledger.ledger.rules.numbers.saturating import add_u64, sub_u64
from neuron_ledger.ledger.rules.stake.pool import DYNAMIC, PRICE_ONE
from neuron_ledger.ledger.rules.stake.swaps import room_for_all
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.ledger.trading import Pool


def taken_218_draft(reserve: int, other_reserve: int, added: int) -> int:
    """What leaves a reserve (u64) when `added` joins the other one (u64) and their product is kept."""
    own, other = I96F32.from_int(reserve), I96F32.from_int(other_reserve)
    product = I96F32.saturating_mul(own, other)
    left = I96F32.checked_div(product, I96F32.saturating_add(other, I96F32.from_int(added))) or 0
    return I96F32.to_wrapped_int(I96F32.saturating_sub(own, left))


def alpha_for_tao_218_draft(tx: Tx, netuid: int, tao: int) -> int:
    """The alpha that rao would buy."""
    if tx.storage.subnet_mechanism[netuid] != DYNAMIC:
        return tao
    return taken_218_draft(tx.storage.subnet_alpha_in[netuid], tx.storage.subnet_tao[netuid], tao)


def tao_for_alpha_218_draft(tx: Tx, netuid: int, alpha: int) -> int:
    """The rao that alpha would bring."""
    if tx.storage.subnet_mechanism[netuid] != DYNAMIC:
        return alpha
    return taken_218_draft(tx.storage.subnet_tao[netuid], tx.storage.subnet_alpha_in[netuid], alpha)


def swap_tao_for_alpha_218_draft(tx: Tx, netuid: int, tao: int) -> int:
    """Put rao into a subnet's pool and take alpha out. Returns: the alpha. Source: stake_utils.rs::swap_tao_for_alpha."""
    storage, alpha = tx.storage, alpha_for_tao_218_draft(tx, netuid, tao)
    storage.subnet_alpha_in[netuid] = sub_u64(storage.subnet_alpha_in[netuid], alpha)
    storage.subnet_alpha_out[netuid] = add_u64(storage.subnet_alpha_out[netuid], alpha)
    storage.subnet_tao[netuid] = add_u64(storage.subnet_tao[netuid], tao)
    storage.total_stake.value = add_u64(storage.total_stake.value, tao)
    return alpha


def swap_alpha_for_tao_218_draft(tx: Tx, netuid: int, alpha: int) -> int:
    """Put alpha into a subnet's pool and take rao out. Returns: the rao. Source: stake_utils.rs::swap_alpha_for_tao."""
    storage, tao = tx.storage, tao_for_alpha_218_draft(tx, netuid, alpha)
    storage.subnet_alpha_in[netuid] = add_u64(storage.subnet_alpha_in[netuid], alpha)
    storage.subnet_alpha_out[netuid] = sub_u64(storage.subnet_alpha_out[netuid], alpha)
    storage.subnet_tao[netuid] = sub_u64(storage.subnet_tao[netuid], tao)
    storage.total_stake.value = sub_u64(storage.total_stake.value, tao)
    return tao


def alpha_price_218_draft(tx: Tx, netuid: int) -> int:
    """The current price of the subnet's alpha in rao, with 32 fractional bits; 0 where a pool holds no alpha.

    Source: coinbase/run_coinbase.rs::run_coinbase.
    """
    storage = tx.storage
    if netuid == ROOT or storage.subnet_mechanism[netuid] != DYNAMIC:
        return PRICE_ONE
    tao, alpha = storage.subnet_tao[netuid], storage.subnet_alpha_in[netuid]
    return I96F32.checked_div(I96F32.from_int(tao), I96F32.from_int(alpha)) or 0


POOL_218_DRAFT = Pool(
    price=alpha_price_218_draft,
    buy=swap_tao_for_alpha_218_draft,
    sell=swap_alpha_for_tao_218_draft,
    bought=alpha_for_tao_218_draft,
    sold=tao_for_alpha_218_draft,
    room_for=room_for_all,
)
"""A constant product for dynamic subnets, one for one everywhere else."""
