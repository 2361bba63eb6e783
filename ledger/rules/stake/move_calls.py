"""The calls that move stake, stake and unstake within a price limit, and give alpha up.

The orders here are those of spec_version 277; later ones are in `order_calls.py`. How stake moves is defined by the runtime
(`Orders.move`).
"""

from attrs import evolve

from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.events.stake_moves import (
    AddStakeLimit,
    AlphaBurned,
    AlphaRecycled,
    BurnAlpha,
    MoveStake,
    RecycleAlpha,
    RemoveStakeLimit,
    StakeMoved,
    StakeSwapped,
    StakeTransferred,
    SwapStake,
    SwapStakeLimit,
    TransferStake,
    UnstakeAll,
    UnstakeAllAlpha,
)
from neuron_ledger.ledger.errors import (
    CannotBurnOrRecycleOnRootSubnet,
    ChainError,
    InsufficientLiquidity,
)
from neuron_ledger.ledger.rules.accounts.balances import remove_balance
from neuron_ledger.ledger.rules.netuids import ROOT, ensure_subnet_exists, known_netuids
from neuron_ledger.ledger.rules.numbers.fixed import U64_MAX
from neuron_ledger.ledger.rules.numbers.saturating import add_u64
from neuron_ledger.ledger.rules.stake.alpha import burn_subnet_alpha, recycle_subnet_alpha
from neuron_ledger.ledger.rules.stake.checks import (
    ensure_hotkey_account,
    ensure_stake,
    ensure_subtoken_enabled,
    validate_add_stake,
    validate_remove_stake,
)
from neuron_ledger.ledger.rules.stake.limits import added_within_limit, removed_within_limit
from neuron_ledger.ledger.rules.stake.moves import (
    STAKING_FEE,
    clear_small_nomination,
    drop_children_of_too_little_stake,
    stake_into_subnet,
    unstake_and_pay,
    unstake_from_subnet,
)
from neuron_ledger.ledger.rules.stake.positions import (
    decrease_stake_for_hotkey_and_coldkey_on_subnet,
    get_stake_for_hotkey_and_coldkey_on_subnet,
)
from neuron_ledger.ledger.runtime import Tx, call_table, handles
from neuron_ledger.ledger.trading import Transition
from neuron_ledger.ledger.transaction import ensure_signed

# -------------------------------------------------------------------------------------------------------------- limits


def add_stake_limit(tx: Tx, origin: Origin, call: AddStakeLimit) -> None:
    """Stake TAO of the signing coldkey within a price limit. A hotkey of another coldkey becomes a delegate, if it is not one.

    Raises: BadOrigin, ZeroMaxStakeAmount, then as `checks.validate_add_stake`.
    Source: subtensor staking/add_stake.rs::do_add_stake_limit, spec_version 277.
    """
    coldkey, amount = ensure_signed(origin), call.amount_staked
    at_most = added_within_limit(tx, call.netuid, call.limit_price)
    validate_add_stake(tx, coldkey, call.hotkey, call.netuid, amount, U64_MAX if call.allow_partial else at_most)
    tx.rules.orders.name_delegate(tx, call.hotkey, coldkey)
    paid = remove_balance(tx, coldkey, min(amount, at_most))
    stake_into_subnet(tx, call.hotkey, coldkey, call.netuid, paid, STAKING_FEE)


def remove_stake_limit(tx: Tx, origin: Origin, call: RemoveStakeLimit) -> None:
    """Take the signing coldkey's stake back within a price limit. The fee is that of the whole amount asked for.

    Raises: BadOrigin, ZeroMaxStakeAmount, then as `checks.validate_remove_stake`.
    Source: subtensor staking/remove_stake.rs::do_remove_stake_limit, spec_version 277.
    """
    coldkey, amount = ensure_signed(origin), call.amount_unstaked
    at_most = removed_within_limit(tx, call.netuid, call.limit_price)
    validate_remove_stake(tx, coldkey, call.hotkey, call.netuid, amount, U64_MAX if call.allow_partial else at_most)
    fee = tx.rules.orders.unstaking_fee(tx, call.hotkey, call.netuid, amount)
    unstake_and_pay(tx, call.hotkey, coldkey, call.netuid, min(amount, at_most), fee)
    drop_children_of_too_little_stake(tx, call.hotkey)


# -------------------------------------------------------------------------------------------------- all of a hotkey's


def unstake_all(tx: Tx, origin: Origin, call: UnstakeAll) -> None:
    """Take back the signing coldkey's stake on a hotkey, wherever that would be accepted by itself.

    Raises: BadOrigin, HotKeyAccountNotExists: in this order.
    Source: subtensor staking/remove_stake.rs::do_unstake_all, spec_version 277.
    """
    coldkey = ensure_signed(origin)
    ensure_hotkey_account(tx, call.hotkey)
    orders = tx.rules.orders
    for netuid in known_netuids(tx.storage):
        if alpha := orders.all_there(tx, call.hotkey, coldkey, netuid):
            unstake_and_pay(tx, call.hotkey, coldkey, netuid, alpha, orders.unstaking_fee(tx, call.hotkey, netuid, alpha))


def unstake_all_alpha(tx: Tx, origin: Origin, call: UnstakeAllAlpha) -> None:
    """Move the signing coldkey's stake on a hotkey to the root network, from wherever it may be taken back.

    Raises: BadOrigin, HotKeyAccountNotExists: in this order.
    Source: subtensor staking/remove_stake.rs::do_unstake_all_alpha, spec_version 277.
    """
    coldkey = ensure_signed(origin)
    ensure_hotkey_account(tx, call.hotkey)
    orders, tao = tx.rules.orders, 0
    for netuid in known_netuids(tx.storage):
        if netuid != ROOT and (alpha := orders.all_there(tx, call.hotkey, coldkey, netuid)):
            fee = orders.unstaking_fee(tx, call.hotkey, netuid, alpha)
            tao = add_u64(tao, unstake_from_subnet(tx, call.hotkey, coldkey, netuid, alpha, fee))
            clear_small_nomination(tx, call.hotkey, coldkey, netuid)
    stake_into_subnet(tx, call.hotkey, coldkey, ROOT, tao, fee=0)


def all_that_may_leave(tx: Tx, hotkey: bytes, coldkey: bytes, netuid: int) -> int:
    """All of a coldkey's stake on a hotkey of a subnet, if it may be unstaked; else 0."""
    alpha = get_stake_for_hotkey_and_coldkey_on_subnet(tx, hotkey, coldkey, netuid)
    try:
        ensure_subtoken_enabled(tx, netuid)
        validate_remove_stake(tx, coldkey, hotkey, netuid, alpha, U64_MAX)
    except ChainError:
        return 0
    return alpha


# --------------------------------------------------------------------------------------------------------------- moves


def move_stake(tx: Tx, origin: Origin, call: MoveStake) -> None:
    """Move the signing coldkey's stake to another hotkey, another subnet, or both.

    Raises: BadOrigin, then what the runtime's `move` raises.
    Source: subtensor staking/move_stake.rs::do_move_stake, spec_version 277.
    """
    coldkey = ensure_signed(origin)
    move = Transition(
        origin_coldkey=coldkey,
        destination_coldkey=coldkey,
        origin_hotkey=call.origin_hotkey,
        destination_hotkey=call.destination_hotkey,
        origin_netuid=call.origin_netuid,
        destination_netuid=call.destination_netuid,
        alpha=call.alpha_amount,
    )
    moved = StakeMoved(
        coldkey=coldkey,
        origin_hotkey=call.origin_hotkey,
        origin_netuid=call.origin_netuid,
        destination_hotkey=call.destination_hotkey,
        destination_netuid=call.destination_netuid,
        tao=tx.rules.orders.move(tx, move),
    )
    tx.emit(moved)


def transfer_stake(tx: Tx, origin: Origin, call: TransferStake) -> None:
    """Give the signing coldkey's stake on a hotkey to another coldkey, where both subnets allow it.

    Raises: BadOrigin, then what the runtime's `move` raises.
    Source: subtensor staking/move_stake.rs::do_transfer_stake, spec_version 277.
    """
    coldkey = ensure_signed(origin)
    move = evolve(_on_one_hotkey(call, coldkey), destination_coldkey=call.destination_coldkey, is_transfer=True)
    transferred = StakeTransferred(
        origin_coldkey=coldkey,
        destination_coldkey=call.destination_coldkey,
        hotkey=call.hotkey,
        origin_netuid=call.origin_netuid,
        destination_netuid=call.destination_netuid,
        tao=tx.rules.orders.move(tx, move),
    )
    tx.emit(transferred)


def swap_stake(tx: Tx, origin: Origin, call: SwapStake) -> None:
    """Move the signing coldkey's stake on a hotkey to another subnet.

    Raises: BadOrigin, then what the runtime's `move` raises.
    Source: subtensor staking/move_stake.rs::do_swap_stake, spec_version 277.
    """
    _swap(tx, _on_one_hotkey(call, ensure_signed(origin)))


def swap_stake_limit(tx: Tx, origin: Origin, call: SwapStakeLimit) -> None:
    """Move the signing coldkey's stake on a hotkey to another subnet, within a limit on the price of the origin in the
    destination.

    Raises: BadOrigin, then what the runtime's `move` raises.
    Source: subtensor staking/move_stake.rs::do_swap_stake_limit, spec_version 277.
    """
    move = _on_one_hotkey(call, ensure_signed(origin))
    _swap(tx, evolve(move, limit_price=call.limit_price, allow_partial=call.allow_partial))


def _on_one_hotkey(call: TransferStake | SwapStake | SwapStakeLimit, coldkey: bytes) -> Transition:
    return Transition(
        origin_coldkey=coldkey,
        destination_coldkey=coldkey,
        origin_hotkey=call.hotkey,
        destination_hotkey=call.hotkey,
        origin_netuid=call.origin_netuid,
        destination_netuid=call.destination_netuid,
        alpha=call.alpha_amount,
    )


def _swap(tx: Tx, move: Transition) -> None:
    swapped = StakeSwapped(
        coldkey=move.origin_coldkey,
        hotkey=move.origin_hotkey,
        origin_netuid=move.origin_netuid,
        destination_netuid=move.destination_netuid,
        tao=tx.rules.orders.move(tx, move),
    )
    tx.emit(swapped)


# ------------------------------------------------------------------------------------------------------ alpha given up


def recycle_alpha(tx: Tx, origin: Origin, call: RecycleAlpha) -> None:
    """Give up stake of the signing coldkey, which reduces the outstanding alpha.

    Raises: BadOrigin, SubNetworkDoesNotExist, CannotBurnOrRecycleOnRootSubnet, SubtokenDisabled, HotKeyAccountNotExists,
    NotEnoughStakeToWithdraw, InsufficientLiquidity, and what the runtime's `may_unstake` raises: in this order.
    Source: subtensor staking/recycle_alpha.rs::do_recycle_alpha, spec_version 277.
    """
    coldkey = ensure_signed(origin)
    amount = _give_up(tx, coldkey, call)
    recycle_subnet_alpha(tx, call.netuid, amount)
    tx.emit(AlphaRecycled(coldkey=coldkey, hotkey=call.hotkey, amount=amount, netuid=call.netuid))


def burn_alpha(tx: Tx, origin: Origin, call: BurnAlpha) -> None:
    """Give up stake of the signing coldkey; the outstanding alpha stays the same.

    Raises: as `recycle_alpha`.
    Source: subtensor staking/recycle_alpha.rs::do_burn_alpha, spec_version 277.
    """
    coldkey = ensure_signed(origin)
    amount = _give_up(tx, coldkey, call)
    burn_subnet_alpha(tx, call.netuid, amount)
    tx.emit(AlphaBurned(coldkey=coldkey, hotkey=call.hotkey, amount=amount, netuid=call.netuid))


def _give_up(tx: Tx, coldkey: bytes, call: RecycleAlpha | BurnAlpha) -> int:
    """Take the alpha out of stake. Returns: the amount taken."""
    netuid, hotkey = call.netuid, call.hotkey
    ensure_subnet_exists(tx.storage, netuid)
    if netuid == ROOT:
        raise CannotBurnOrRecycleOnRootSubnet(netuid=netuid)
    ensure_subtoken_enabled(tx, netuid)
    ensure_hotkey_account(tx, hotkey)
    amount = tx.rules.orders.offered(tx, hotkey, coldkey, netuid, call.amount)
    ensure_stake(tx, hotkey, coldkey, netuid, amount)
    outstanding = tx.storage.subnet_alpha_out[netuid]
    if outstanding < amount:
        raise InsufficientLiquidity(netuid=netuid, amount=amount, alpha_out=outstanding)
    tx.rules.may_unstake(tx, coldkey, netuid, amount)
    return decrease_stake_for_hotkey_and_coldkey_on_subnet(tx, hotkey, coldkey, netuid, amount)


CALLS = call_table(
    handles(AddStakeLimit, add_stake_limit),
    handles(RemoveStakeLimit, remove_stake_limit),
    handles(UnstakeAll, unstake_all),
    handles(UnstakeAllAlpha, unstake_all_alpha),
    handles(MoveStake, move_stake),
    handles(TransferStake, transfer_stake),
    handles(SwapStake, swap_stake),
    handles(SwapStakeLimit, swap_stake_limit),
    handles(RecycleAlpha, recycle_alpha),
    handles(BurnAlpha, burn_alpha),
)
