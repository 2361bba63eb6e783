"""How much a price limit lets through a constant-product pool. Prices are rao a whole alpha, amounts u64.

Everywhere but on dynamic subnets one alpha is one TAO, whatever moves: there a limit lets all through or nothing.
"""

from neuron_ledger.ledger.errors import ZeroMaxStakeAmount
from neuron_ledger.ledger.rules.netuids import ROOT
from neuron_ledger.ledger.rules.numbers import u96f32
from neuron_ledger.ledger.rules.numbers.fixed import U64_MAX, U64F64, U96F32
from neuron_ledger.ledger.rules.numbers.saturating import clamp_u64
from neuron_ledger.ledger.rules.stake.pool import DYNAMIC, STABLE
from neuron_ledger.ledger.runtime import Tx

WHOLE = 1_000_000_000
"""The smallest units of a whole TAO or alpha."""


def get_max_amount_add(tx: Tx, netuid: int, limit_price: int) -> int:
    """Rao that may be staked before an alpha costs more than `limit_price`. Raises: ZeroMaxStakeAmount.

    Source: subtensor staking/add_stake.rs::get_max_amount_add, spec_version 277.
    """
    nothing = ZeroMaxStakeAmount(netuid=netuid, limit_price=limit_price)
    if _is_stable(tx, netuid):
        return _all_if(limit_price >= WHOLE, nothing)
    tao, alpha = _reserves(tx, netuid)
    # The chain compares with the price's whole part alone.
    if tao == 0 or alpha == 0 or limit_price == 0 or limit_price < (tx.rules.pool.price(tx, netuid) >> u96f32.FRACTION) * WHOLE:
        raise nothing
    return _some(limit_price * alpha // WHOLE - tao, nothing)


def get_max_amount_remove(tx: Tx, netuid: int, limit_price: int) -> int:
    """Alpha that may be sold before it brings less than `limit_price`. Raises: ZeroMaxStakeAmount.

    Source: subtensor staking/remove_stake.rs::get_max_amount_remove, spec_version 277.
    """
    nothing = ZeroMaxStakeAmount(netuid=netuid, limit_price=limit_price)
    if _is_stable(tx, netuid):
        return _all_if(limit_price <= WHOLE, nothing)
    tao, alpha = _reserves(tx, netuid)
    if tao == 0 or alpha == 0:
        raise nothing
    if limit_price == 0:
        return U64_MAX
    if limit_price >= tao * WHOLE // alpha:
        raise nothing
    return _some(tao * WHOLE // limit_price - alpha, nothing)


def get_max_amount_move(tx: Tx, origin_netuid: int, destination_netuid: int, limit_price: int) -> int:
    """Alpha of the origin that may move before one is worth less than `limit_price` (in billionths) of the destination's.

    Raises: ZeroMaxStakeAmount.
    Source: subtensor staking/move_stake.rs::get_max_amount_move, spec_version 277.
    """
    mechanisms = tx.storage.subnet_mechanism
    from_stable, to_stable = _is_stable(tx, origin_netuid), _is_stable(tx, destination_netuid)
    if from_stable and to_stable:
        return _all_if(limit_price <= WHOLE, _no_move(origin_netuid, destination_netuid, limit_price))
    if from_stable and mechanisms[destination_netuid] == DYNAMIC:
        return U64_MAX if limit_price == 0 else get_max_amount_add(tx, destination_netuid, _inverse(limit_price))
    if to_stable and mechanisms[origin_netuid] == DYNAMIC:
        return get_max_amount_remove(tx, origin_netuid, limit_price)
    return _between_pools(tx, origin_netuid, destination_netuid, limit_price)


def _inverse(limit_price: int) -> int:
    """A price of rao in alpha as one of alpha in rao."""
    whole = U64F64.from_int(WHOLE)
    return U64F64.to_int(U64F64.saturating_mul(U64F64.safe_div(whole, U64F64.from_int(limit_price)), whole))


def _between_pools(tx: Tx, origin_netuid: int, destination_netuid: int, limit_price: int) -> int:
    """(a2 · t1 / limit - a1 · t2) / (t1 + t2) in the chain's order: TAO t and alpha a of the origin 1 and the destination 2."""
    nothing = _no_move(origin_netuid, destination_netuid, limit_price)
    (tao_1, alpha_1), (tao_2, alpha_2) = (
        [U64F64.from_int(x) for x in _reserves(tx, n)] for n in (origin_netuid, destination_netuid)
    )
    if 0 in (tao_1, tao_2, alpha_1, alpha_2):
        raise nothing
    price = u96f32.safe_div(tx.rules.pool.price(tx, origin_netuid), tx.rules.pool.price(tx, destination_netuid))
    limit = U64F64.safe_div(U64F64.from_int(limit_price), U64F64.from_int(WHOLE))
    if limit > price << U64F64.fraction - U96F32.fraction:
        raise nothing
    if limit_price == 0:
        return U64_MAX
    tao = U64F64.saturating_add(tao_2, tao_1)
    gained = U64F64.safe_div(U64F64.saturating_mul(alpha_2, U64F64.safe_div(tao_1, tao)), limit)
    kept = U64F64.saturating_mul(alpha_1, U64F64.safe_div(tao_2, tao))
    return _some(U64F64.to_int(U64F64.saturating_sub(gained, kept)), nothing)


def _is_stable(tx: Tx, netuid: int) -> bool:
    return netuid == ROOT or tx.storage.subnet_mechanism[netuid] == STABLE


def _reserves(tx: Tx, netuid: int) -> tuple[int, int]:
    return tx.storage.subnet_tao[netuid], tx.storage.subnet_alpha_in[netuid]


def _all_if(within: bool, nothing: ZeroMaxStakeAmount) -> int:
    if not within:
        raise nothing
    return U64_MAX


def _some(amount: int, nothing: ZeroMaxStakeAmount) -> int:
    if amount <= 0:
        raise nothing
    return clamp_u64(amount)


def _no_move(origin_netuid: int, destination_netuid: int, limit_price: int) -> ZeroMaxStakeAmount:
    return ZeroMaxStakeAmount(netuid=origin_netuid, destination_netuid=destination_netuid, limit_price=limit_price)
