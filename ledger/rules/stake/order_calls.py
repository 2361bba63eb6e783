"""The calls that stake and unstake through pools that take a fee, since spec_version 283, with a price limit and without.

How they differ from one runtime to the next is mostly in `Runtime.orders`.
"""

from neuron_ledger.events.calls import AddStake, RemoveStake
from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.events.stake_moves import (
    AddStakeBurn,
    AddStakeLimit,
    BurnAlpha,
    RemoveStakeFullLimit,
    RemoveStakeLimit,
    StakeBoughtAndBurned,
    UnstakeAll,
    UnstakeAllAlpha,
)
from neuron_ledger.ledger.errors import ChainError
from neuron_ledger.ledger.errors.pools import AddStakeBurnRateLimitExceeded
from neuron_ledger.ledger.rules.accounts.owners import ensure_subnet_owner
from neuron_ledger.ledger.rules.last_blocks import RATE_LIMIT_KEYS_320, rate_limit_key
from neuron_ledger.ledger.rules.netuids import ROOT, known_netuids
from neuron_ledger.ledger.rules.numbers.saturating import add_u64
from neuron_ledger.ledger.rules.stake.checks import ensure_hotkey_account, ensure_subtoken_enabled
from neuron_ledger.ledger.rules.stake.limits import added_within_limit, removed_within_limit
from neuron_ledger.ledger.rules.stake.move_calls import burn_alpha
from neuron_ledger.ledger.rules.stake.orders import (
    after_removal,
    clear_small_nomination_283,
    note_order,
    stake_into_subnet_283,
    unstake_from_subnet_283,
    validate_add_stake_283,
    validate_remove_stake_283,
)
from neuron_ledger.ledger.rules.stake.positions import get_stake_for_hotkey_and_coldkey_on_subnet
from neuron_ledger.ledger.rules.stake.transitions import become_delegate_of_others
from neuron_ledger.ledger.rules.stake.weighted_pool import MIN_PRICE
from neuron_ledger.ledger.runtime import Tx, call_table, handles
from neuron_ledger.ledger.transaction import ensure_signed

# ------------------------------------------------------------------------------------------------------------- staking


def add_stake_283(tx: Tx, origin: Origin, call: AddStake) -> None:
    """Stake TAO of the signing coldkey on a hotkey of a subnet.

    Raises: BadOrigin, SubtokenDisabled, then as `orders.validate_add_stake_283`, and what the transfer to the subnet raises.
    Source: subtensor staking/add_stake.rs::do_add_stake, spec_version 283.
    """
    coldkey = ensure_signed(origin)
    ensure_subtoken_enabled(tx, call.netuid)
    _add_stake(tx, coldkey, call.hotkey, call.netuid, call.amount_staked)


def add_stake_411(tx: Tx, origin: Origin, call: AddStake) -> None:
    """As before; the subnet's existence is checked before its token.

    Raises: BadOrigin, what the runtime's `bound` raises, then as `orders.validate_add_stake_283`, and what the transfer to the
    subnet raises: in this order.
    Source: subtensor staking/add_stake.rs::do_add_stake, spec_version 424.
    """
    _add_stake(tx, ensure_signed(origin), call.hotkey, call.netuid, call.amount_staked)


def _add_stake(tx: Tx, coldkey: bytes, hotkey: bytes, netuid: int, amount: int) -> int:
    tx.rules.orders.bound(tx, netuid, amount, tx.storage.subnet_tao[netuid])
    validate_add_stake_283(tx, coldkey, hotkey, netuid, amount, amount, allow_partial=False)
    alpha = stake_into_subnet_283(tx, hotkey, coldkey, netuid, amount)
    note_order(tx, hotkey, coldkey, netuid)
    return alpha


def add_stake_limit_283(tx: Tx, origin: Origin, call: AddStakeLimit) -> None:
    """Stake TAO of the signing coldkey within a price limit. A hotkey of another coldkey becomes a delegate, if it is not one.

    Raises: BadOrigin, what the runtime's `bound` and the limit raise, then as `orders.validate_add_stake_283`, and what the
    transfer to the subnet raises: in this order.
    Source: subtensor staking/add_stake.rs::do_add_stake_limit, spec_version 424.
    """
    _add_stake_limit(tx, ensure_signed(origin), call)


def _add_stake_limit(tx: Tx, coldkey: bytes, call: AddStakeLimit) -> int:
    netuid, hotkey, amount, limit = call.netuid, call.hotkey, call.amount_staked, call.limit_price
    tx.rules.orders.bound(tx, netuid, amount, tx.storage.subnet_tao[netuid])
    at_most = added_within_limit(tx, netuid, limit)
    validate_add_stake_283(tx, coldkey, hotkey, netuid, amount, at_most, allow_partial=call.allow_partial)
    become_delegate_of_others(tx, hotkey, coldkey)
    alpha = stake_into_subnet_283(tx, hotkey, coldkey, netuid, min(amount, at_most), limit)
    note_order(tx, hotkey, coldkey, netuid)
    return alpha


def add_stake_burn_385(tx: Tx, origin: Origin, call: AddStakeBurn) -> None:
    """As `add_stake_burn_411`, but only by the subnet's owner and once per tempo.

    Raises: BadOrigin, AddStakeBurnRateLimitExceeded, then as `add_stake_burn_411`.
    Source: subtensor staking/recycle_alpha.rs::do_add_stake_burn, spec_version 385.
    """
    storage, netuid = tx.storage, call.netuid
    ensure_subnet_owner(tx, origin, netuid)
    key = rate_limit_key(RATE_LIMIT_KEYS_320, "AddStakeBurn", netuid.to_bytes(2, "little"))
    last, tempo = storage.last_rate_limited_block[key], storage.tempo[netuid]
    if last and tx.block - last < tempo:
        raise AddStakeBurnRateLimitExceeded(netuid=netuid, allowed_from=last + tempo)
    add_stake_burn_411(tx, origin, call)
    storage.last_rate_limited_block[key] = tx.block


def add_stake_burn_411(tx: Tx, origin: Origin, call: AddStakeBurn) -> None:
    """Buy alpha for TAO of the signing coldkey and burn it; within a price limit, all of it or nothing.

    Raises: as `add_stake` or `add_stake_limit`, then as `move_calls.burn_alpha`.
    Source: subtensor staking/recycle_alpha.rs::do_add_stake_burn, spec_version 424.
    """
    coldkey, hotkey, netuid, amount = ensure_signed(origin), call.hotkey, call.netuid, call.amount
    if call.limit is None:
        alpha = _add_stake(tx, coldkey, hotkey, netuid, amount)
    else:
        alpha = _add_stake_limit(tx, coldkey, AddStakeLimit(hotkey, netuid, amount, call.limit, allow_partial=False))
    burn_alpha(tx, origin, BurnAlpha(hotkey, alpha, netuid))
    tx.emit(StakeBoughtAndBurned(netuid=netuid, hotkey=hotkey, amount=amount, alpha=alpha))


# ----------------------------------------------------------------------------------------------------------- unstaking


def remove_stake_283(tx: Tx, origin: Origin, call: RemoveStake) -> None:
    """Take the signing coldkey's stake back from a hotkey of a subnet.

    A remaining nomination that is worth less than the minimum is returned too; a hotkey whose total stake falls below
    StakeThreshold loses the children it had scheduled.
    Raises: BadOrigin, SubtokenDisabled, what the runtime's `bound` raises, then as `orders.validate_remove_stake_283`, and
    what the transfer from the subnet raises: in this order.
    Source: subtensor staking/remove_stake.rs::do_remove_stake, spec_version 424.
    """
    coldkey = ensure_signed(origin)
    netuid, hotkey, orders = call.netuid, call.hotkey, tx.rules.orders
    ensure_subtoken_enabled(tx, netuid)
    amount = orders.offered(tx, hotkey, coldkey, netuid, call.amount_unstaked)
    orders.bound(tx, netuid, amount, tx.storage.subnet_alpha_in[netuid])
    _remove_stake(tx, coldkey, RemoveStakeLimit(hotkey, netuid, amount, MIN_PRICE, allow_partial=False), amount)


def remove_stake_limit_283(tx: Tx, origin: Origin, call: RemoveStakeLimit) -> None:
    """Take the signing coldkey's stake back within a price limit.

    Raises: BadOrigin, what the runtime's `bound` and the limit raise, then as `orders.validate_remove_stake_283`, and what
    the transfer from the subnet raises: in this order.
    Source: subtensor staking/remove_stake.rs::do_remove_stake_limit, spec_version 424.
    """
    coldkey = ensure_signed(origin)
    tx.rules.orders.bound(tx, call.netuid, call.amount_unstaked, tx.storage.subnet_alpha_in[call.netuid])
    _remove_stake(tx, coldkey, call, removed_within_limit(tx, call.netuid, call.limit_price))


def _remove_stake(tx: Tx, coldkey: bytes, call: RemoveStakeLimit, at_most: int) -> None:
    netuid, hotkey, amount = call.netuid, call.hotkey, call.amount_unstaked
    validate_remove_stake_283(tx, coldkey, hotkey, netuid, amount, at_most, allow_partial=call.allow_partial)
    unstake_from_subnet_283(tx, hotkey, coldkey, netuid, min(amount, at_most), call.limit_price)
    after_removal(tx, coldkey, hotkey, netuid)


def remove_stake_full_limit_283(tx: Tx, origin: Origin, call: RemoveStakeFullLimit) -> None:
    """Take back all of the signing coldkey's stake on a hotkey of a subnet, with or without a price limit.

    Raises: as `remove_stake_limit_283`, or as `remove_stake_283`.
    Source: subtensor staking/remove_stake.rs::do_remove_stake_full_limit, spec_version 424.
    """
    coldkey = ensure_signed(origin)
    stake = get_stake_for_hotkey_and_coldkey_on_subnet(tx, call.hotkey, coldkey, call.netuid)
    if call.limit_price is None:
        remove_stake_283(tx, origin, RemoveStake(call.hotkey, call.netuid, stake))
    else:
        within = RemoveStakeLimit(call.hotkey, call.netuid, stake, call.limit_price, allow_partial=False)
        remove_stake_limit_283(tx, origin, within)


def unstake_all_283(tx: Tx, origin: Origin, call: UnstakeAll) -> None:
    """Take back the signing coldkey's stake on a hotkey, wherever that would be accepted by itself.

    Raises: BadOrigin, HotKeyAccountNotExists, and what a pool or the transfer from a subnet raises: in this order.
    Source: subtensor staking/remove_stake.rs::do_unstake_all, spec_version 424.
    """
    coldkey = ensure_signed(origin)
    ensure_hotkey_account(tx, call.hotkey)
    for netuid in known_netuids(tx.storage):
        if alpha := _can_be_unstaked(tx, call.hotkey, coldkey, netuid):
            unstake_from_subnet_283(tx, call.hotkey, coldkey, netuid, alpha)
            clear_small_nomination_283(tx, call.hotkey, coldkey, netuid)


def unstake_all_alpha_283(tx: Tx, origin: Origin, call: UnstakeAllAlpha) -> None:
    """Move the signing coldkey's stake on a hotkey to the root network, from wherever it may be taken back.

    Raises: BadOrigin, HotKeyAccountNotExists, what a pool or the transfer from a subnet raises, AmountTooLow, and what the
    transfer to the root network raises: in this order.
    Source: subtensor staking/remove_stake.rs::do_unstake_all_alpha, spec_version 424.
    """
    coldkey, book = ensure_signed(origin), tx.rules.orders.tao_of_moves
    ensure_hotkey_account(tx, call.hotkey)
    tao = 0
    for netuid in known_netuids(tx.storage):
        if netuid != ROOT and (alpha := _can_be_unstaked(tx, call.hotkey, coldkey, netuid)):
            tao = add_u64(tao, unstake_from_subnet_283(tx, call.hotkey, coldkey, netuid, alpha, book=book))
            clear_small_nomination_283(tx, call.hotkey, coldkey, netuid)
    stake_into_subnet_283(tx, call.hotkey, coldkey, ROOT, tao, book=book)


def _can_be_unstaked(tx: Tx, hotkey: bytes, coldkey: bytes, netuid: int) -> int:
    """All of a coldkey's stake on a hotkey of a subnet, if it may be unstaked; else 0."""
    alpha = get_stake_for_hotkey_and_coldkey_on_subnet(tx, hotkey, coldkey, netuid)
    try:
        ensure_subtoken_enabled(tx, netuid)
        validate_remove_stake_283(tx, coldkey, hotkey, netuid, alpha, alpha, allow_partial=False)
    except ChainError:
        return 0
    return alpha


CALLS_283 = call_table(
    handles(AddStake, add_stake_283),
    handles(AddStakeLimit, add_stake_limit_283),
    handles(RemoveStake, remove_stake_283),
    handles(RemoveStakeLimit, remove_stake_limit_283),
    handles(RemoveStakeFullLimit, remove_stake_full_limit_283),
    handles(UnstakeAll, unstake_all_283),
    handles(UnstakeAllAlpha, unstake_all_alpha_283),
)
CALLS_385 = call_table(handles(AddStakeBurn, add_stake_burn_385))
CALLS_411 = call_table(handles(AddStake, add_stake_411), handles(AddStakeBurn, add_stake_burn_411))
