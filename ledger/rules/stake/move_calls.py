"""The calls that move stake, stake and unstake within a price limit, and give alpha up, as they are at spec_version 277."""

from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.events.registration import DelegateAdded
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
from neuron_ledger.ledger.rules.numbers.saturating import add_u64, sub_u64
from neuron_ledger.ledger.rules.stake.alpha import burn_subnet_alpha, recycle_subnet_alpha
from neuron_ledger.ledger.rules.stake.checks import (
    ensure_hotkey_account,
    ensure_stake,
    ensure_subtoken_enabled,
    validate_add_stake,
    validate_remove_stake,
    validate_stake_transition,
)
from neuron_ledger.ledger.rules.stake.limits import get_max_amount_add, get_max_amount_move, get_max_amount_remove
from neuron_ledger.ledger.rules.stake.moves import (
    MIN_STAKE,
    STAKING_FEE,
    Transition,
    clear_small_nomination,
    drop_children_of_too_little_stake,
    stake_into_subnet,
    transition_fee,
    unstake_and_pay,
    unstake_from_subnet,
    unstaking_fee,
)
from neuron_ledger.ledger.rules.stake.positions import (
    decrease_stake_for_hotkey_and_coldkey_on_subnet,
    get_stake_for_hotkey_and_coldkey_on_subnet,
)
from neuron_ledger.ledger.runtime import Tx, call_table, handles
from neuron_ledger.ledger.transaction import ensure_signed

# -------------------------------------------------------------------------------------------------------------- limits


def add_stake_limit(tx: Tx, origin: Origin, call: AddStakeLimit) -> None:
    """Stake TAO of the signing coldkey within a price limit. A hotkey of another coldkey becomes a delegate, if it is none.

    Raises: BadOrigin, ZeroMaxStakeAmount, then as `checks.validate_add_stake`.
    Source: subtensor staking/add_stake.rs::do_add_stake_limit, spec_version 277.
    """
    coldkey, amount = ensure_signed(origin), call.amount_staked
    at_most = get_max_amount_add(tx, call.netuid, call.limit_price)
    validate_add_stake(tx, coldkey, call.hotkey, call.netuid, amount, U64_MAX if call.allow_partial else at_most)
    _become_delegate_of_others(tx, call.hotkey, coldkey)
    paid = remove_balance(tx, coldkey, min(amount, at_most))
    stake_into_subnet(tx, call.hotkey, coldkey, call.netuid, paid, STAKING_FEE)


def remove_stake_limit(tx: Tx, origin: Origin, call: RemoveStakeLimit) -> None:
    """Take the signing coldkey's stake back within a price limit. The fee is that of all that was asked for.

    Raises: BadOrigin, ZeroMaxStakeAmount, then as `checks.validate_remove_stake`.
    Source: subtensor staking/remove_stake.rs::do_remove_stake_limit, spec_version 277.
    """
    coldkey, amount = ensure_signed(origin), call.amount_unstaked
    at_most = get_max_amount_remove(tx, call.netuid, call.limit_price)
    validate_remove_stake(tx, coldkey, call.hotkey, call.netuid, amount, U64_MAX if call.allow_partial else at_most)
    fee = unstaking_fee(tx, call.hotkey, call.netuid, amount)
    unstake_and_pay(tx, call.hotkey, coldkey, call.netuid, min(amount, at_most), fee)
    drop_children_of_too_little_stake(tx, call.hotkey)


# -------------------------------------------------------------------------------------------------- all of a hotkey's


def unstake_all(tx: Tx, origin: Origin, call: UnstakeAll) -> None:
    """Take back what the signing coldkey has on a hotkey, wherever that alone would be accepted.

    Raises: BadOrigin, HotKeyAccountNotExists: in this order.
    Source: subtensor staking/remove_stake.rs::do_unstake_all, spec_version 277.
    """
    coldkey = ensure_signed(origin)
    ensure_hotkey_account(tx, call.hotkey)
    for netuid in known_netuids(tx.storage):
        if alpha := _can_be_unstaked(tx, call.hotkey, coldkey, netuid):
            unstake_and_pay(tx, call.hotkey, coldkey, netuid, alpha, unstaking_fee(tx, call.hotkey, netuid, alpha))


def unstake_all_alpha(tx: Tx, origin: Origin, call: UnstakeAllAlpha) -> None:
    """Stake on the root network what the signing coldkey has on a hotkey elsewhere, wherever it may be taken back.

    Raises: BadOrigin, HotKeyAccountNotExists: in this order.
    Source: subtensor staking/remove_stake.rs::do_unstake_all_alpha, spec_version 277.
    """
    coldkey = ensure_signed(origin)
    ensure_hotkey_account(tx, call.hotkey)
    tao = 0
    for netuid in known_netuids(tx.storage):
        if netuid != ROOT and (alpha := _can_be_unstaked(tx, call.hotkey, coldkey, netuid)):
            fee = unstaking_fee(tx, call.hotkey, netuid, alpha)
            tao = add_u64(tao, unstake_from_subnet(tx, call.hotkey, coldkey, netuid, alpha, fee))
            clear_small_nomination(tx, call.hotkey, coldkey, netuid)
    stake_into_subnet(tx, call.hotkey, coldkey, ROOT, tao, fee=0)


def _can_be_unstaked(tx: Tx, hotkey: bytes, coldkey: bytes, netuid: int) -> int:
    """All that a coldkey has on a hotkey of a subnet, where it may be unstaked; else 0."""
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

    Raises: BadOrigin, then as `checks.validate_stake_transition` without limit and transfers.
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
    validate_stake_transition(tx, move, U64_MAX, transfers=False)
    moved = StakeMoved(
        coldkey=coldkey,
        origin_hotkey=call.origin_hotkey,
        origin_netuid=call.origin_netuid,
        destination_hotkey=call.destination_hotkey,
        destination_netuid=call.destination_netuid,
        tao=_transition_stake(tx, move, U64_MAX),
    )
    tx.emit(moved)


def transfer_stake(tx: Tx, origin: Origin, call: TransferStake) -> None:
    """Give the signing coldkey's stake on a hotkey to another coldkey, where both subnets allow it.

    Raises: BadOrigin, then as `checks.validate_stake_transition` without limit.
    Source: subtensor staking/move_stake.rs::do_transfer_stake, spec_version 277.
    """
    coldkey = ensure_signed(origin)
    move = _on_one_hotkey(call, coldkey, call.destination_coldkey)
    validate_stake_transition(tx, move, U64_MAX, transfers=True)
    transferred = StakeTransferred(
        origin_coldkey=coldkey,
        destination_coldkey=call.destination_coldkey,
        hotkey=call.hotkey,
        origin_netuid=call.origin_netuid,
        destination_netuid=call.destination_netuid,
        tao=_transition_stake(tx, move, U64_MAX),
    )
    tx.emit(transferred)


def swap_stake(tx: Tx, origin: Origin, call: SwapStake) -> None:
    """Move the signing coldkey's stake on a hotkey to another subnet.

    Raises: BadOrigin, then as `checks.validate_stake_transition` without limit and transfers.
    Source: subtensor staking/move_stake.rs::do_swap_stake, spec_version 277.
    """
    coldkey = ensure_signed(origin)
    move = _on_one_hotkey(call, coldkey, coldkey)
    validate_stake_transition(tx, move, U64_MAX, transfers=False)
    _emit_swapped(tx, move, _transition_stake(tx, move, U64_MAX))


def swap_stake_limit(tx: Tx, origin: Origin, call: SwapStakeLimit) -> None:
    """Move the signing coldkey's stake on a hotkey to another subnet within a limit of the price of the one in the other.

    Raises: BadOrigin, ZeroMaxStakeAmount, then as `checks.validate_stake_transition` without transfers.
    Source: subtensor staking/move_stake.rs::do_swap_stake_limit, spec_version 277.
    """
    coldkey = ensure_signed(origin)
    at_most = get_max_amount_move(tx, call.origin_netuid, call.destination_netuid, call.limit_price)
    move = _on_one_hotkey(call, coldkey, coldkey)
    validate_stake_transition(tx, move, U64_MAX if call.allow_partial else at_most, transfers=False)
    _emit_swapped(tx, move, _transition_stake(tx, move, at_most))


def _on_one_hotkey(call: TransferStake | SwapStake | SwapStakeLimit, coldkey: bytes, destination_coldkey: bytes) -> Transition:
    return Transition(
        origin_coldkey=coldkey,
        destination_coldkey=destination_coldkey,
        origin_hotkey=call.hotkey,
        destination_hotkey=call.hotkey,
        origin_netuid=call.origin_netuid,
        destination_netuid=call.destination_netuid,
        alpha=call.alpha_amount,
    )


def _emit_swapped(tx: Tx, move: Transition, tao: int) -> None:
    swapped = StakeSwapped(
        coldkey=move.origin_coldkey,
        hotkey=move.origin_hotkey,
        origin_netuid=move.origin_netuid,
        destination_netuid=move.destination_netuid,
        tao=tao,
    )
    tx.emit(swapped)


def _transition_stake(tx: Tx, move: Transition, at_most: int) -> int:
    """Sell stake and buy stake for what it brings; a fee is taken at either end. Returns: the rao that moved, less both fees.

    What is left of too little after the first fee is not staked again: nobody gets it.
    Source: subtensor staking/move_stake.rs::transition_stake_internal, spec_version 277.
    """
    fee = transition_fee(tx, move)
    alpha = min(move.alpha, at_most)
    tao = unstake_from_subnet(tx, move.origin_hotkey, move.origin_coldkey, move.origin_netuid, alpha, fee)
    if tao >= add_u64(MIN_STAKE, fee):
        _become_delegate_of_others(tx, move.destination_hotkey, move.destination_coldkey)
        stake_into_subnet(tx, move.destination_hotkey, move.destination_coldkey, move.destination_netuid, tao, fee)
    return sub_u64(tao, fee)


def _become_delegate_of_others(tx: Tx, hotkey: bytes, coldkey: bytes) -> None:
    """A hotkey on which a coldkey stakes that does not own it is a delegate.

    Source: subtensor staking/helpers.rs::maybe_become_delegate, spec_version 277.
    """
    if tx.storage.owner[hotkey] != coldkey and hotkey not in tx.storage.delegates:
        tx.emit(DelegateAdded(hotkey=hotkey, take=tx.storage.delegates[hotkey]))


# ------------------------------------------------------------------------------------------------------ alpha given up


def recycle_alpha(tx: Tx, origin: Origin, call: RecycleAlpha) -> None:
    """Give up stake of the signing coldkey; less alpha is outstanding then.

    Raises: BadOrigin, SubNetworkDoesNotExist, CannotBurnOrRecycleOnRootSubnet, SubtokenDisabled, HotKeyAccountNotExists,
    NotEnoughStakeToWithdraw, InsufficientLiquidity: in this order.
    Source: subtensor staking/recycle_alpha.rs::do_recycle_alpha, spec_version 277.
    """
    coldkey = ensure_signed(origin)
    amount = _give_up(tx, coldkey, call)
    recycle_subnet_alpha(tx, call.netuid, amount)
    tx.emit(AlphaRecycled(coldkey=coldkey, hotkey=call.hotkey, amount=amount, netuid=call.netuid))


def burn_alpha(tx: Tx, origin: Origin, call: BurnAlpha) -> None:
    """Give up stake of the signing coldkey; as much alpha stays outstanding.

    Raises: as `recycle_alpha`.
    Source: subtensor staking/recycle_alpha.rs::do_burn_alpha, spec_version 277.
    """
    coldkey = ensure_signed(origin)
    amount = _give_up(tx, coldkey, call)
    burn_subnet_alpha(tx, call.netuid, amount)
    tx.emit(AlphaBurned(coldkey=coldkey, hotkey=call.hotkey, amount=amount, netuid=call.netuid))


def _give_up(tx: Tx, coldkey: bytes, call: RecycleAlpha | BurnAlpha) -> int:
    """Take the alpha out of stake. Returns: what was taken."""
    netuid, hotkey, amount = call.netuid, call.hotkey, call.amount
    ensure_subnet_exists(tx.storage, netuid)
    if netuid == ROOT:
        raise CannotBurnOrRecycleOnRootSubnet(netuid=netuid)
    ensure_subtoken_enabled(tx, netuid)
    ensure_hotkey_account(tx, hotkey)
    ensure_stake(tx, hotkey, coldkey, netuid, amount)
    outstanding = tx.storage.subnet_alpha_out[netuid]
    if outstanding < amount:
        raise InsufficientLiquidity(netuid=netuid, amount=amount, alpha_out=outstanding)
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
