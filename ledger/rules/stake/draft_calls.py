"""The calls on stake of the draft of alpha: without fees or limits, through pools that serve everything.

Source: subtensor staking/, spec_version 218 of the draft (commit 1629c559b).
"""

from neuron_ledger.events.calls import AddStake, GrantStake, RemoveStake
from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.events.stake_moves import MoveStake, StakeMoved
from neuron_ledger.events.staking import StakeAdded, StakeRemoved, StakingHotkeyAdded
from neuron_ledger.ledger.errors import NotEnoughBalanceToStake, StakeToWithdrawIsZero
from neuron_ledger.ledger.rules.accounts.balances import add_balance, can_remove_balance, remove_balance
from neuron_ledger.ledger.rules.accounts.owners import coldkey_owns_hotkey
from neuron_ledger.ledger.rules.stake.calls import grant_stake
from neuron_ledger.ledger.rules.stake.checks import ensure_exists, ensure_hotkey_account, ensure_stake
from neuron_ledger.ledger.rules.stake.whole_shares import decrease_218_draft, increase_218_draft, positions_in_key_order, worth
from neuron_ledger.ledger.runtime import CallTable, Tx, call_table, handles
from neuron_ledger.ledger.transaction import ensure_signed

# -------------------------------------------------------------------------------------------------------------- staking


def add_stake_218_draft(tx: Tx, origin: Origin, call: AddStake) -> None:
    """Stake TAO of the signing coldkey on a hotkey of a subnet: the amount asked for, less what would touch its existential
    deposit.

    Raises: BadOrigin, SubnetNotExists, NotEnoughBalanceToStake, HotKeyAccountNotExists, ZeroBalanceAfterWithdrawn: in this order.
    Source: staking/add_stake.rs::do_add_stake.
    """
    coldkey, amount = ensure_signed(origin), call.amount_staked
    ensure_exists(tx, call.netuid)
    if not can_remove_balance(tx, coldkey, amount):
        raise NotEnoughBalanceToStake(needed=amount, balance=tx.storage.balances[coldkey])
    ensure_hotkey_account(tx, call.hotkey)
    stake_into_subnet_218_draft(tx, call.hotkey, coldkey, call.netuid, remove_balance(tx, coldkey, amount))


def remove_stake_218_draft(tx: Tx, origin: Origin, call: RemoveStake) -> None:
    """Take the signing coldkey's stake back from a hotkey of a subnet; a remainder too small for a nomination is returned too.

    Raises: BadOrigin, StakeToWithdrawIsZero, SubnetNotExists, HotKeyAccountNotExists, NotEnoughStakeToWithdraw: in this order.
    Source: staking/remove_stake.rs::do_remove_stake.
    """
    coldkey, amount = ensure_signed(origin), call.amount_unstaked
    if amount == 0:
        raise StakeToWithdrawIsZero(amount=0)
    ensure_exists(tx, call.netuid)
    ensure_hotkey_account(tx, call.hotkey)
    ensure_stake(tx, call.hotkey, coldkey, call.netuid, amount)
    add_balance(tx, coldkey, unstake_from_subnet_218_draft(tx, call.hotkey, coldkey, call.netuid, amount))
    clear_small_nomination_218_draft(tx, call.hotkey, coldkey, call.netuid)


def move_stake_218_draft(tx: Tx, origin: Origin, call: MoveStake) -> None:
    """Move the signing coldkey's stake to another hotkey, another subnet, or both; the amount may be 0.

    Raises: BadOrigin, SubnetNotExists, HotKeyAccountNotExists, NotEnoughStakeToWithdraw: in this order.
    Source: staking/move_stake.rs::do_move_stake.
    """
    coldkey = ensure_signed(origin)
    for netuid in (call.origin_netuid, call.destination_netuid):
        ensure_exists(tx, netuid)
    for hotkey in (call.origin_hotkey, call.destination_hotkey):
        ensure_hotkey_account(tx, hotkey)
    ensure_stake(tx, call.origin_hotkey, coldkey, call.origin_netuid, call.alpha_amount)
    tao = unstake_from_subnet_218_draft(tx, call.origin_hotkey, coldkey, call.origin_netuid, call.alpha_amount)
    stake_into_subnet_218_draft(tx, call.destination_hotkey, coldkey, call.destination_netuid, tao)
    tx.emit(
        StakeMoved(
            coldkey=coldkey,
            origin_hotkey=call.origin_hotkey,
            origin_netuid=call.origin_netuid,
            destination_hotkey=call.destination_hotkey,
            destination_netuid=call.destination_netuid,
            tao=tao,
        )
    )


def stake_into_subnet_218_draft(tx: Tx, hotkey: bytes, coldkey: bytes, netuid: int, tao: int) -> None:
    """Buy alpha for rao that was already withdrawn, and stake it. Source: staking/stake_utils.rs::stake_into_subnet."""
    alpha = tx.rules.pool.buy(tx, netuid, tao)
    increase_218_draft(tx.storage, hotkey, coldkey, netuid, alpha)
    if hotkey not in tx.storage.staking_hotkeys[coldkey]:
        tx.emit(StakingHotkeyAdded(coldkey=coldkey, hotkey=hotkey))
    tx.emit(StakeAdded(coldkey=coldkey, hotkey=hotkey, tao=tao, alpha=alpha, netuid=netuid, fee=0))


def unstake_from_subnet_218_draft(tx: Tx, hotkey: bytes, coldkey: bytes, netuid: int, alpha: int) -> int:
    """Take alpha out of stake and sell it. Returns: the rao received. Source: stake_utils.rs::unstake_from_subnet."""
    tao = tx.rules.pool.sell(tx, netuid, alpha)
    decrease_218_draft(tx.storage, hotkey, coldkey, netuid, alpha)
    tx.emit(StakeRemoved(coldkey=coldkey, hotkey=hotkey, tao=tao, alpha=alpha, netuid=netuid, fee=0))
    return tao


def clear_small_nomination_218_draft(tx: Tx, hotkey: bytes, coldkey: bytes, netuid: int) -> None:
    """Return a coldkey's stake on another's hotkey if it is below NominatorMinRequiredStake.

    Source: staking/helpers.rs::clear_small_nomination_if_required.
    """
    stake = worth(tx.storage, hotkey, coldkey, netuid)
    if stake < tx.storage.nominator_min_required_stake.value and not coldkey_owns_hotkey(tx, coldkey, hotkey):
        add_balance(tx, coldkey, unstake_from_subnet_218_draft(tx, hotkey, coldkey, netuid, stake))


def clear_small_nominations_218_draft(tx: Tx) -> None:
    """The same for all stake there is, in the order of its keys. Source: staking/helpers.rs::clear_small_nominations."""
    for hotkey, coldkey, netuid in positions_in_key_order(tx.storage):
        clear_small_nomination_218_draft(tx, hotkey, coldkey, netuid)


CALLS_218_DRAFT: CallTable = call_table(
    handles(AddStake, add_stake_218_draft),
    handles(RemoveStake, remove_stake_218_draft),
    handles(MoveStake, move_stake_218_draft),
    handles(GrantStake, grant_stake),
)
