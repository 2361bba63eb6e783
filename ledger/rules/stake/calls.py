"""The calls on stake: staking and unstaking through the pools of subnets, children, and takes of delegates and children."""

from neuron_ledger.events.calls import AddStake, DecreaseTake, GrantStake, IncreaseTake, RemoveStake, SetChildkeyTake, SetChildren
from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.events.staking import ChildkeyTakeSet, TakeDecreased, TakeIncreased
from neuron_ledger.ledger.errors import (
    DelegateTakeTooHigh,
    DelegateTakeTooLow,
    DelegateTxRateLimitExceeded,
    HotKeyAccountNotExists,
    InvalidChildkeyTake,
    TxChildkeyTakeRateLimitExceeded,
)
from neuron_ledger.ledger.rules.accounts.balances import remove_balance
from neuron_ledger.ledger.rules.accounts.owners import ensure_coldkey_owns_hotkey, hotkey_account_exists
from neuron_ledger.ledger.rules.last_blocks import DELEGATE_TAKE
from neuron_ledger.ledger.rules.stake.checks import ensure_subtoken_enabled, validate_add_stake, validate_remove_stake
from neuron_ledger.ledger.rules.stake.childkey_takes import childkey_take
from neuron_ledger.ledger.rules.stake.children import SET_CHILDKEY_TAKE, possible_from
from neuron_ledger.ledger.rules.stake.moves import (
    STAKING_FEE,
    drop_children_of_too_little_stake,
    stake_into_subnet,
    unstake_and_pay,
)
from neuron_ledger.ledger.rules.stake.positions import increase_stake_for_hotkey_and_coldkey_on_subnet
from neuron_ledger.ledger.runtime import Tx, call_table, handles
from neuron_ledger.ledger.transaction import ensure_root, ensure_signed

# -------------------------------------------------------------------------------------------------------------- staking


def add_stake(tx: Tx, origin: Origin, call: AddStake) -> None:
    """Stake TAO of the signing coldkey on a hotkey of a subnet.

    As with a burn, the coldkey keeps its existential deposit: less than asked may be staked.
    Raises: BadOrigin, SubtokenDisabled, SubnetNotExists, AmountTooLow, NotEnoughBalanceToStake, HotKeyAccountNotExists,
    InsufficientLiquidity: in this order.
    Source: subtensor staking/add_stake.rs::do_add_stake, spec_version 277.
    """
    coldkey = ensure_signed(origin)
    netuid, hotkey, amount = call.netuid, call.hotkey, call.amount_staked
    ensure_subtoken_enabled(tx, netuid)
    validate_add_stake(tx, coldkey, hotkey, netuid, amount, at_most=amount)
    stake_into_subnet(tx, hotkey, coldkey, netuid, remove_balance(tx, coldkey, amount), STAKING_FEE)


def remove_stake(tx: Tx, origin: Origin, call: RemoveStake) -> None:
    """Take the signing coldkey's stake back from a hotkey of a subnet.

    A remaining nomination below NominatorMinRequiredStake is returned too; a hotkey whose total stake falls below StakeThreshold
    loses the children it had scheduled.
    Raises: BadOrigin, SubtokenDisabled, SubnetNotExists, InsufficientLiquidity, AmountTooLow, HotKeyAccountNotExists,
    NotEnoughStakeToWithdraw: in this order.
    Source: subtensor staking/remove_stake.rs::do_remove_stake, spec_version 277.
    """
    coldkey = ensure_signed(origin)
    netuid, hotkey, amount = call.netuid, call.hotkey, call.amount_unstaked
    ensure_subtoken_enabled(tx, netuid)
    validate_remove_stake(tx, coldkey, hotkey, netuid, amount, at_most=amount)
    unstake_and_pay(tx, hotkey, coldkey, netuid, amount, tx.rules.orders.unstaking_fee(tx, hotkey, netuid, amount))
    drop_children_of_too_little_stake(tx, hotkey)


def grant_stake(tx: Tx, origin: Origin, call: GrantStake) -> None:
    """Record stake that came from elsewhere: no pool, balance or limit is involved.

    Raises: BadOrigin.
    Source: subtensor staking/stake_utils.rs::increase_stake_for_hotkey_and_coldkey_on_subnet, spec_version 277.
    """
    ensure_root(origin)
    increase_stake_for_hotkey_and_coldkey_on_subnet(tx, call.hotkey, call.coldkey, call.netuid, call.amount)


# ---------------------------------------------------------------------------------------------------------------- takes


def increase_take(tx: Tx, origin: Origin, call: IncreaseTake) -> None:
    """Raise a delegate's take, not above the chain's maximum and not too often.

    Raises: BadOrigin, HotKeyAccountNotExists, NonAssociatedColdKey, DelegateTakeTooLow, DelegateTakeTooHigh,
    DelegateTxRateLimitExceeded: in this order.
    Source: subtensor staking/increase_take.rs::do_increase_take, spec_version 277.
    """
    raise_take(tx, ensure_signed(origin), call, most=tx.storage.max_delegate_take.value, limited=call.hotkey)


def decrease_take(tx: Tx, origin: Origin, call: DecreaseTake) -> None:
    """Lower a delegate's take, not below the chain's minimum.

    Raises: BadOrigin, HotKeyAccountNotExists, NonAssociatedColdKey, DelegateTakeTooLow (also where the take would not become
    lower): in this order.
    Source: subtensor staking/decrease_take.rs::do_decrease_take, spec_version 277.
    """
    lower_take(tx, ensure_signed(origin), call, least=tx.storage.min_delegate_take.value)
    tx.rules.last_blocks.write(tx.storage, DELEGATE_TAKE, call.hotkey, tx.block)


def raise_take(tx: Tx, coldkey: bytes, call: IncreaseTake, *, most: int, limited: bytes) -> None:
    """Raise a hotkey's take. most: the chain's maximum. limited: the account that the rate limit applies to.

    Raises: as `increase_take`, except BadOrigin.
    """
    storage, hotkey, take = tx.storage, call.hotkey, call.take
    ensure_own_hotkey(tx, coldkey, hotkey)
    if hotkey in storage.delegates and take <= storage.delegates[hotkey]:
        raise DelegateTakeTooLow(take=take, needed=storage.delegates[hotkey] + 1)
    if take > most:
        raise DelegateTakeTooHigh(take=take, most=most)
    blocks, limit = tx.rules.last_blocks, storage.tx_delegate_take_rate_limit.value
    last = blocks.counted(tx.block, blocks.read(storage, DELEGATE_TAKE, limited))
    if limit and last and tx.block - last <= limit:
        raise DelegateTxRateLimitExceeded(hotkey=hotkey, last_change=last, allowed_from=last + limit + 1)
    blocks.write(storage, DELEGATE_TAKE, limited, tx.block)
    tx.emit(TakeIncreased(coldkey=coldkey, hotkey=hotkey, take=take))


def lower_take(tx: Tx, coldkey: bytes, call: DecreaseTake, *, least: int) -> None:
    """Lower a hotkey's take. least: the chain's minimum. Raises: as `decrease_take`, except BadOrigin."""
    storage, hotkey, take = tx.storage, call.hotkey, call.take
    ensure_own_hotkey(tx, coldkey, hotkey)
    if hotkey in storage.delegates and take >= storage.delegates[hotkey]:
        raise DelegateTakeTooLow(take=take, needed_below=storage.delegates[hotkey])
    ensure_take_is_not_below(take, least)
    tx.emit(TakeDecreased(coldkey=coldkey, hotkey=hotkey, take=take))


def ensure_take_is_not_below(take: int, least: int) -> None:
    """Raises: DelegateTakeTooLow."""
    if take < least:
        raise DelegateTakeTooLow(take=take, needed=least)


def ensure_own_hotkey(tx: Tx, coldkey: bytes, hotkey: bytes) -> None:
    """Require a hotkey that exists and belongs to the coldkey. Raises: HotKeyAccountNotExists, NonAssociatedColdKey.

    Source: subtensor utils/misc.rs::do_take_checks, spec_version 277.
    """
    if not hotkey_account_exists(tx, hotkey):
        raise HotKeyAccountNotExists(hotkey=hotkey)
    ensure_coldkey_owns_hotkey(tx, coldkey, hotkey)


# ------------------------------------------------------------------------------------------------------------- children


def set_children(tx: Tx, origin: Origin, call: SetChildren) -> None:
    """Schedule the children of a hotkey. Raises: BadOrigin, then what the runtime's `schedule_children` raises.

    Source: subtensor macros/dispatches.rs::set_children, spec_version 277.
    """
    tx.rules.schedule_children(tx, ensure_signed(origin), call)


def set_childkey_take(tx: Tx, origin: Origin, call: SetChildkeyTake) -> None:
    """Set the part that a child hotkey keeps of its parents' dividends; raising it is rate-limited.

    Raises: BadOrigin, NonAssociatedColdKey, InvalidChildkeyTake, TxChildkeyTakeRateLimitExceeded: in this order.
    Source: subtensor staking/set_children.rs::do_set_childkey_take, spec_version 277.
    """
    coldkey = ensure_signed(origin)
    netuid, hotkey, storage = call.netuid, call.hotkey, tx.storage
    ensure_coldkey_owns_hotkey(tx, coldkey, hotkey)
    least, most = tx.rules.least_childkey_take(storage, netuid), storage.max_childkey_take.value
    if not least <= call.take <= most:
        raise InvalidChildkeyTake(take=call.take, most=most, least=least or None)
    allowed_from = possible_from(tx, hotkey, netuid, SET_CHILDKEY_TAKE, storage.tx_childkey_take_rate_limit.value)
    if call.take > childkey_take(tx, hotkey, netuid) and tx.block < allowed_from:
        raise TxChildkeyTakeRateLimitExceeded(hotkey=hotkey, netuid=netuid, allowed_from=allowed_from)
    _note_childkey_take(tx, call)


def set_childkey_take_195(tx: Tx, origin: Origin, call: SetChildkeyTake) -> None:
    """The same until spec_version 233: lowering it is rate-limited too. Raises: as `set_childkey_take`.

    Source: subtensor staking/set_children.rs::do_set_childkey_take, spec_version 218.
    """
    coldkey = ensure_signed(origin)
    netuid, hotkey, storage = call.netuid, call.hotkey, tx.storage
    ensure_coldkey_owns_hotkey(tx, coldkey, hotkey)
    most = storage.max_childkey_take.value
    if call.take > most:
        raise InvalidChildkeyTake(take=call.take, most=most, least=None)
    allowed_from = possible_from(tx, hotkey, netuid, SET_CHILDKEY_TAKE, storage.tx_childkey_take_rate_limit.value)
    if tx.block < allowed_from:
        raise TxChildkeyTakeRateLimitExceeded(hotkey=hotkey, netuid=netuid, allowed_from=allowed_from)
    _note_childkey_take(tx, call)


def _note_childkey_take(tx: Tx, call: SetChildkeyTake) -> None:
    tx.storage.transaction_key_last_block[call.hotkey, call.netuid, SET_CHILDKEY_TAKE] = tx.block
    tx.emit(ChildkeyTakeSet(hotkey=call.hotkey, netuid=call.netuid, take=call.take))


CALLS = call_table(
    handles(AddStake, add_stake),
    handles(RemoveStake, remove_stake),
    handles(GrantStake, grant_stake),
    handles(IncreaseTake, increase_take),
    handles(DecreaseTake, decrease_take),
    handles(SetChildren, set_children),
    handles(SetChildkeyTake, set_childkey_take),
)

CALLS_195 = call_table(
    handles(SetChildren, set_children),
    handles(SetChildkeyTake, set_childkey_take_195),
)
"""How children are set is defined by the runtime."""
