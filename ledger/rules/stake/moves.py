"""Stake that is bought and sold through the pools of subnets, and what that costs."""

from neuron_ledger.events.staking import PendingChildrenDropped, StakeAdded, StakeRemoved
from neuron_ledger.ledger.rules.accounts.balances import add_balance
from neuron_ledger.ledger.rules.accounts.owners import account_order, coldkey_owns_hotkey
from neuron_ledger.ledger.rules.netuids import ROOT, known_netuids
from neuron_ledger.ledger.rules.numbers import u96f32
from neuron_ledger.ledger.rules.numbers.fixed import U64_MAX
from neuron_ledger.ledger.rules.numbers.saturating import add_u64
from neuron_ledger.ledger.rules.stake.pool import STABLE
from neuron_ledger.ledger.rules.stake.positions import (
    decrease_stake_for_hotkey_and_coldkey_on_subnet,
    get_stake_for_hotkey_and_coldkey_on_subnet,
    get_stake_for_hotkey_on_subnet,
    increase_stake_for_hotkey_and_coldkey_on_subnet,
    list_staking_hotkey,
)
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.ledger.trading import Transition

MIN_STAKE = 500_000
"""rao: what is staked must be worth at least this without the fee, what is unstaked more."""

STAKING_FEE = 50_000
"""rao: the minimum fee."""

MIN_FEE_RATE = 214_748
"""0.00005 as U96F32: the minimum part of stake unstaked from a dynamic subnet that the pool takes as fee."""


def stake_into_subnet(tx: Tx, hotkey: bytes, coldkey: bytes, netuid: int, tao: int, fee: int) -> int:
    """Buy alpha for rao that was already withdrawn, and stake it. The fee stays in the pool. Returns: the alpha staked.

    Source: subtensor staking/stake_utils.rs::stake_into_subnet, spec_version 277.
    """
    fee = min(fee, tao)
    alpha = tx.rules.pool.buy(tx, netuid, tao - fee)
    staked = 0
    if tao > fee and alpha > 0:
        staked = increase_stake_for_hotkey_and_coldkey_on_subnet(tx, hotkey, coldkey, netuid, alpha)
        list_staking_hotkey(tx, hotkey, coldkey)
    _take_fee(tx, netuid, fee)
    tx.rules.orders.note_block(tx, hotkey, coldkey)
    tx.emit(StakeAdded(coldkey=coldkey, hotkey=hotkey, tao=tao - fee, alpha=staked, netuid=netuid, fee=fee))
    return staked


def unstake_from_subnet(tx: Tx, hotkey: bytes, coldkey: bytes, netuid: int, alpha: int, fee: int) -> int:
    """Take alpha out of stake and sell it. The fee goes back to the pool. Returns: the remaining rao.

    Source: subtensor staking/stake_utils.rs::unstake_from_subnet, spec_version 277.
    """
    unstaked = decrease_stake_for_hotkey_and_coldkey_on_subnet(tx, hotkey, coldkey, netuid, alpha)
    tao = tx.rules.pool.sell(tx, netuid, unstaked)
    fee = min(fee, tao)
    _take_fee(tx, netuid, fee)
    tx.rules.orders.note_block(tx, hotkey, coldkey)
    tx.emit(StakeRemoved(coldkey=coldkey, hotkey=hotkey, tao=tao - fee, alpha=unstaked, netuid=netuid, fee=fee))
    return tao - fee


def unstaking_fee(tx: Tx, hotkey: bytes, netuid: int, alpha: int) -> int:
    """The fee in rao of unstaking an amount: about what it earned in the hotkey's last epoch, at least 0.005 % and 50,000 rao.

    Source: subtensor staking/stake_utils.rs::calculate_staking_fee, spec_version 277.
    """
    storage = tx.storage
    if netuid == ROOT or storage.subnet_mechanism[netuid] == STABLE:
        return STAKING_FEE
    tao = (tx.rules.pool.sold(tx, netuid, alpha) or 0) << u96f32.FRACTION
    dividends = storage.alpha_dividends_per_subnet[netuid, hotkey] << u96f32.FRACTION
    stake = storage.total_hotkey_alpha_last_epoch[hotkey, netuid] << u96f32.FRACTION
    earned = u96f32.mul(tao, u96f32.safe_div(dividends, stake))
    return max(u96f32.whole(earned), u96f32.whole(u96f32.mul(tao, MIN_FEE_RATE)), STAKING_FEE)


def transition_fee(tx: Tx, move: Transition) -> int:
    """The fee in rao at each end of a move: half of the fee of unstaking all of it; within a subnet half of the minimum fee.

    Source: subtensor staking/stake_utils.rs::calculate_staking_fee, spec_version 277.
    """
    if move.origin_netuid == move.destination_netuid:
        return STAKING_FEE // 2
    return tx.rules.orders.unstaking_fee(tx, move.origin_hotkey, move.origin_netuid, move.alpha) // 2


def note_block(tx: Tx, hotkey: bytes, coldkey: bytes) -> None:
    tx.storage.last_coldkey_hotkey_stake_block[coldkey, hotkey] = tx.block


def unstake_and_pay(tx: Tx, hotkey: bytes, coldkey: bytes, netuid: int, alpha: int, fee: int) -> None:
    """Unstake alpha and pay the coldkey the proceeds; a remainder too small for a nomination is returned too."""
    add_balance(tx, coldkey, unstake_from_subnet(tx, hotkey, coldkey, netuid, alpha, fee))
    clear_small_nomination(tx, hotkey, coldkey, netuid)


def get_total_stake_for_hotkey(tx: Tx, hotkey: bytes) -> int:
    """The value of a hotkey's stake on all subnets at their prices, in rao (it wraps at 64 bits).

    Source: subtensor staking/helpers.rs::get_total_stake_for_hotkey, spec_version 277.
    """
    total = 0
    for netuid in known_netuids(tx.storage):
        stake = get_stake_for_hotkey_on_subnet(tx, hotkey, netuid) << u96f32.FRACTION
        total += u96f32.whole(u96f32.mul(stake, tx.rules.pool.price(tx, netuid)))
    return total & U64_MAX


def _take_fee(tx: Tx, netuid: int, fee: int) -> None:
    storage = tx.storage
    storage.subnet_tao[netuid] = add_u64(storage.subnet_tao[netuid], fee)
    storage.total_stake.value = add_u64(storage.total_stake.value, fee)


def least_nomination(tx: Tx) -> int:
    """Source: subtensor utils/misc.rs::get_nominator_min_required_stake, spec_version 277."""
    return tx.storage.nominator_min_required_stake.value


def clear_small_nomination(tx: Tx, hotkey: bytes, coldkey: bytes, netuid: int) -> None:
    """Give back, without a fee, what a nominator still has on the hotkey if that is below the minimum.

    Source: subtensor staking/helpers.rs::clear_small_nomination_if_required, spec_version 277.
    """
    if coldkey_owns_hotkey(tx, coldkey, hotkey):
        return
    stake = get_stake_for_hotkey_and_coldkey_on_subnet(tx, hotkey, coldkey, netuid)
    if stake < tx.rules.orders.least_nomination(tx):
        add_balance(tx, coldkey, unstake_from_subnet(tx, hotkey, coldkey, netuid, stake, 0))


def clear_small_nominations(tx: Tx) -> None:
    """Give back every nomination that is below the minimum, in the order of the chain's map of stakes.

    Source: subtensor staking/helpers.rs::clear_small_nominations, spec_version 277.
    """
    for hotkey, coldkey, netuid in sorted(tx.storage.alpha, key=order_of_stakes):
        clear_small_nomination(tx, hotkey, coldkey, netuid)


def order_of_stakes(key: tuple[bytes, bytes, int]) -> tuple[bytes, bytes, bytes]:
    hotkey, coldkey, netuid = key
    return account_order(hotkey), account_order(coldkey), netuid.to_bytes(2, "little")


def drop_children_of_too_little_stake(tx: Tx, hotkey: bytes) -> None:
    """A hotkey whose total stake is worth less than StakeThreshold loses the children it had scheduled."""
    if get_total_stake_for_hotkey(tx, hotkey) < tx.storage.stake_threshold.value:
        drop_pending_children(tx, hotkey)


def drop_pending_children(tx: Tx, hotkey: bytes) -> None:
    """Forget the children that a hotkey had scheduled, on every subnet."""
    netuids = tuple(netuid for netuid in known_netuids(tx.storage) if (netuid, hotkey) in tx.storage.pending_child_keys)
    if netuids:
        tx.emit(PendingChildrenDropped(hotkey=hotkey, netuids=netuids))
