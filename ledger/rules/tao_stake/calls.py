"""The calls that stake TAO and take it back, before alpha."""

from collections.abc import Callable

from attrs import evolve, frozen

from neuron_ledger.events.calls import GrantStake
from neuron_ledger.events.early_staking import AddTaoStake, RemoveTaoStake, TaoStakeAdded, TaoStakeRemoved
from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.ledger.errors import (
    HotKeyAccountNotExists,
    HotKeyNotDelegateAndSignerNotOwnHotKey,
    NomStakeBelowMinimumThreshold,
    NotEnoughBalanceToStake,
    NotEnoughStakeToWithdraw,
    StakeRateLimitExceeded,
    StakeToWithdrawIsZero,
    TxRateLimitExceeded,
    UnstakeRateLimitExceeded,
)
from neuron_ledger.ledger.rules.accounts.balances import add_balance, can_remove_balance, remove_balance, remove_whole_balance
from neuron_ledger.ledger.rules.accounts.owners import coldkey_owns_hotkey, hotkey_account_exists
from neuron_ledger.ledger.rules.last_blocks import TX
from neuron_ledger.ledger.rules.numbers.saturating import add_u64, sub_u64
from neuron_ledger.ledger.rules.tao_stake.positions import decrease, empty, increase
from neuron_ledger.ledger.runtime import CallTable, Tx, call_table, handles
from neuron_ledger.ledger.transaction import ensure_root, ensure_signed


@frozen
class AskedTaoStake:
    """Rao that a coldkey wants to stake on a hotkey, or to take back."""

    coldkey: bytes
    hotkey: bytes
    amount: int


# -------------------------------------------------------------------------------------------------------------- staking


def add_stake_103(tx: Tx, origin: Origin, call: AddTaoStake) -> None:
    """Stake TAO of the signing coldkey on its own hotkey, or on a delegate. The block of the call is not noted.

    Raises: BadOrigin, NotEnoughBalanceToStake, HotKeyAccountNotExists, HotKeyNotDelegateAndSignerNotOwnHotKey,
    BalanceWithdrawalError, TxRateLimitExceeded: in this order.
    Source: subtensor staking.rs::do_add_stake, spec_version 103.
    """
    asked = AskedTaoStake(ensure_signed(origin), call.hotkey, call.amount_staked)
    ensure_may_stake(tx, asked)
    remove_whole_balance(tx, asked.coldkey, asked.amount)
    ensure_not_too_soon(tx, asked)
    stake(tx, asked, asked.amount)


def add_stake_112(tx: Tx, origin: Origin, call: AddTaoStake) -> None:
    """The same since spec_version 112, with the block of the call noted. Raises: as `add_stake_103`."""
    add_stake_103(tx, origin, call)
    note_call(tx, ensure_signed(origin))


def add_stake_116(tx: Tx, origin: Origin, call: AddTaoStake) -> None:
    """The same since spec_version 116: the limit is checked before anything is withdrawn.

    Raises: BadOrigin, NotEnoughBalanceToStake, HotKeyAccountNotExists, HotKeyNotDelegateAndSignerNotOwnHotKey,
    TxRateLimitExceeded, BalanceWithdrawalError: in this order.
    Source: subtensor staking.rs::do_add_stake, spec_version 143.
    """
    asked = AskedTaoStake(ensure_signed(origin), call.hotkey, call.amount_staked)
    ensure_may_stake(tx, asked)
    ensure_not_too_soon(tx, asked)
    remove_whole_balance(tx, asked.coldkey, asked.amount)
    stake(tx, asked, asked.amount)
    note_call(tx, asked.coldkey)


def add_stake_146(tx: Tx, origin: Origin, call: AddTaoStake) -> None:
    """The same since spec_version 146, with a limit of moves of stake per interval, and a minimum on another's hotkey.

    Raises: BadOrigin, NotEnoughBalanceToStake, HotKeyAccountNotExists, HotKeyNotDelegateAndSignerNotOwnHotKey,
    StakeRateLimitExceeded, NomStakeBelowMinimumThreshold, BalanceWithdrawalError: in this order.
    Source: subtensor staking.rs::do_add_stake, spec_version 146.
    """
    _stake_in_interval(tx, origin, call, remove_whole_balance)


def add_stake_149(tx: Tx, origin: Origin, call: AddTaoStake) -> None:
    """The same since spec_version 149: the coldkey keeps its existential deposit, so less than asked for may be staked.

    Raises: as `add_stake_146`, with ZeroBalanceAfterWithdrawn in place of BalanceWithdrawalError.
    Source: subtensor staking.rs::do_add_stake, spec_version 185.
    """
    _stake_in_interval(tx, origin, call, remove_balance)


def _stake_in_interval(tx: Tx, origin: Origin, call: AddTaoStake, withdraw: Callable[[Tx, bytes, int], int]) -> None:
    asked = AskedTaoStake(ensure_signed(origin), call.hotkey, call.amount_staked)
    ensure_may_stake(tx, asked)
    moves = ensure_may_move(tx, asked, StakeRateLimitExceeded)
    ensure_enough_for_nominator(tx, asked)
    stake(tx, asked, withdraw(tx, asked.coldkey, asked.amount))
    note_call(tx, asked.coldkey)
    count_move(tx, asked, moves)


def stake(tx: Tx, asked: AskedTaoStake, withdrawn: int) -> None:
    """Stake what was withdrawn."""
    increase(tx, asked.coldkey, asked.hotkey, withdrawn)
    tx.emit(TaoStakeAdded(coldkey=asked.coldkey, hotkey=asked.hotkey, amount=withdrawn))


# ------------------------------------------------------------------------------------------------------------ unstaking


def remove_stake_103(tx: Tx, origin: Origin, call: RemoveTaoStake) -> None:
    """Take the signing coldkey's stake back from a hotkey; 0 is allowed. The block of the call is not noted.

    Raises: BadOrigin, HotKeyAccountNotExists, HotKeyNotDelegateAndSignerNotOwnHotKey, NotEnoughStakeToWithdraw,
    TxRateLimitExceeded: in this order.
    Source: subtensor staking.rs::do_remove_stake, spec_version 103.
    """
    asked = asked_back(origin, call)
    ensure_may_stake_there(tx, asked)
    ensure_enough_is_staked(tx, asked)
    ensure_not_too_soon(tx, asked)
    unstake(tx, asked)


def remove_stake_112(tx: Tx, origin: Origin, call: RemoveTaoStake) -> None:
    """The same since spec_version 112, with the block of the call noted. Raises: as `remove_stake_103`."""
    remove_stake_103(tx, origin, call)
    note_call(tx, ensure_signed(origin))


def remove_stake_127(tx: Tx, origin: Origin, call: RemoveTaoStake) -> None:
    """The same since spec_version 127, but not for 0.

    Raises: BadOrigin, HotKeyAccountNotExists, HotKeyNotDelegateAndSignerNotOwnHotKey, StakeToWithdrawIsZero,
    NotEnoughStakeToWithdraw, TxRateLimitExceeded: in this order.
    Source: subtensor staking.rs::do_remove_stake, spec_version 143.
    """
    asked = asked_back(origin, call)
    ensure_may_stake_there(tx, asked)
    ensure_something_is_removed(asked)
    ensure_enough_is_staked(tx, asked)
    ensure_not_too_soon(tx, asked)
    unstake(tx, asked)
    note_call(tx, asked.coldkey)


def remove_stake_146(tx: Tx, origin: Origin, call: RemoveTaoStake) -> None:
    """The same since spec_version 146, with a limit of moves of stake per interval, and a minimum that must be left of a
    nomination, which cannot be removed completely.

    Raises: BadOrigin, HotKeyAccountNotExists, HotKeyNotDelegateAndSignerNotOwnHotKey, StakeToWithdrawIsZero,
    NotEnoughStakeToWithdraw, UnstakeRateLimitExceeded, NomStakeBelowMinimumThreshold: in this order.
    Source: subtensor staking.rs::do_remove_stake, spec_versions 146, 147 and 149.
    """
    unstake_in_interval(tx, asked_back(origin, call), ensure_enough_is_left)


def remove_stake_148(tx: Tx, origin: Origin, call: RemoveTaoStake) -> None:
    """The same at spec_version 148: where too little of a nomination would be left, all of it is removed.

    Raises: BadOrigin, HotKeyAccountNotExists, HotKeyNotDelegateAndSignerNotOwnHotKey, StakeToWithdrawIsZero,
    NotEnoughStakeToWithdraw, UnstakeRateLimitExceeded: in this order.
    Source: subtensor staking.rs::do_remove_stake, spec_version 148 (commit 534ed790b).
    """
    asked = asked_back(origin, call)
    staked = tx.storage.stake[asked.hotkey, asked.coldkey]
    left, least = sub_u64(staked, asked.amount), tx.storage.nominator_min_required_stake.value
    is_whole = 0 < left < least and not coldkey_owns_hotkey(tx, asked.coldkey, asked.hotkey)
    unstake_in_interval(tx, evolve(asked, amount=staked) if is_whole else asked)


def remove_stake_150(tx: Tx, origin: Origin, call: RemoveTaoStake) -> None:
    """The same since spec_version 150: a remainder too small for a nomination is returned too. Raises: as `remove_stake_148`.

    Source: subtensor staking.rs::do_remove_stake, spec_version 185.
    """
    asked = asked_back(origin, call)
    unstake_in_interval(tx, asked)
    clear_small_nomination(tx, asked.coldkey, asked.hotkey)


def asked_back(origin: Origin, call: RemoveTaoStake) -> AskedTaoStake:
    """Raises: BadOrigin."""
    return AskedTaoStake(ensure_signed(origin), call.hotkey, call.amount_unstaked)


def unstake_in_interval(tx: Tx, asked: AskedTaoStake, *checks: Callable[[Tx, AskedTaoStake], None]) -> None:
    """Take stake back, and count it as a move. checks: additional ones.

    Raises: HotKeyAccountNotExists, HotKeyNotDelegateAndSignerNotOwnHotKey, StakeToWithdrawIsZero, NotEnoughStakeToWithdraw,
    UnstakeRateLimitExceeded, then by the checks: in this order.
    """
    ensure_may_stake_there(tx, asked)
    ensure_something_is_removed(asked)
    ensure_enough_is_staked(tx, asked)
    moves = ensure_may_move(tx, asked, UnstakeRateLimitExceeded)
    for check in checks:
        check(tx, asked)
    unstake(tx, asked)
    note_call(tx, asked.coldkey)
    count_move(tx, asked, moves)


def unstake(tx: Tx, asked: AskedTaoStake) -> None:
    """Move the stake to the balance."""
    decrease(tx, asked.coldkey, asked.hotkey, asked.amount)
    add_balance(tx, asked.coldkey, asked.amount)
    tx.emit(TaoStakeRemoved(coldkey=asked.coldkey, hotkey=asked.hotkey, amount=asked.amount))


def clear_small_nomination(tx: Tx, coldkey: bytes, hotkey: bytes) -> None:
    """Return a coldkey's stake on another's hotkey if it is below NominatorMinRequiredStake; its entry is removed.

    Source: subtensor staking.rs::clear_small_nomination_if_required, spec_version 185.
    """
    storage = tx.storage
    least = storage.nominator_min_required_stake.value
    if not coldkey_owns_hotkey(tx, coldkey, hotkey) and storage.stake[hotkey, coldkey] < least:
        add_balance(tx, coldkey, empty(tx, coldkey, hotkey))


def clear_small_nominations(tx: Tx) -> None:
    """The same for all stake. Source: subtensor staking.rs::clear_small_nominations, spec_version 185."""
    for hotkey, coldkey in sorted(tx.storage.stake):
        clear_small_nomination(tx, coldkey, hotkey)


def grant_stake(tx: Tx, origin: Origin, call: GrantStake) -> None:
    """Record stake that came from elsewhere: no balance or limit is involved, and the netuid is ignored.

    Raises: BadOrigin.
    """
    ensure_root(origin)
    increase(tx, call.coldkey, call.hotkey, call.amount)


# --------------------------------------------------------------------------------------------- checks and their parts


def ensure_may_stake(tx: Tx, asked: AskedTaoStake) -> None:
    """Raises: NotEnoughBalanceToStake, HotKeyAccountNotExists, HotKeyNotDelegateAndSignerNotOwnHotKey: in this order."""
    if not can_remove_balance(tx, asked.coldkey, asked.amount):
        raise NotEnoughBalanceToStake(needed=asked.amount, balance=tx.storage.balances[asked.coldkey])
    ensure_may_stake_there(tx, asked)


def ensure_may_stake_there(tx: Tx, asked: AskedTaoStake) -> None:
    """Raises: HotKeyAccountNotExists, HotKeyNotDelegateAndSignerNotOwnHotKey: in this order."""
    storage, hotkey = tx.storage, asked.hotkey
    if not hotkey_account_exists(tx, hotkey):
        raise HotKeyAccountNotExists(hotkey=hotkey)
    if hotkey not in storage.delegates and not coldkey_owns_hotkey(tx, asked.coldkey, hotkey):
        raise HotKeyNotDelegateAndSignerNotOwnHotKey(hotkey=hotkey, owner=storage.owner[hotkey], coldkey=asked.coldkey)


def ensure_something_is_removed(asked: AskedTaoStake) -> None:
    """Raises: StakeToWithdrawIsZero."""
    if asked.amount == 0:
        raise StakeToWithdrawIsZero(amount=0)


def ensure_enough_is_staked(tx: Tx, asked: AskedTaoStake) -> None:
    """Raises: NotEnoughStakeToWithdraw."""
    staked = tx.storage.stake[asked.hotkey, asked.coldkey]
    if staked < asked.amount:
        raise NotEnoughStakeToWithdraw(staked=staked, needed=asked.amount)


def ensure_enough_for_nominator(tx: Tx, asked: AskedTaoStake) -> None:
    """Raises: NomStakeBelowMinimumThreshold where a coldkey would have too little on another's hotkey."""
    _ensure_nomination(tx, asked, add_u64(tx.storage.stake[asked.hotkey, asked.coldkey], asked.amount))


def ensure_enough_is_left(tx: Tx, asked: AskedTaoStake) -> None:
    """Raises: NomStakeBelowMinimumThreshold where a coldkey would have too little left on another's hotkey, even 0."""
    _ensure_nomination(tx, asked, sub_u64(tx.storage.stake[asked.hotkey, asked.coldkey], asked.amount))


def _ensure_nomination(tx: Tx, asked: AskedTaoStake, stake: int) -> None:
    needed = tx.storage.nominator_min_required_stake.value
    if stake < needed and not coldkey_owns_hotkey(tx, asked.coldkey, asked.hotkey):
        raise NomStakeBelowMinimumThreshold(stake=stake, needed=needed, missing=needed - stake)


def ensure_not_too_soon(tx: Tx, asked: AskedTaoStake) -> None:
    """More than TxRateLimit blocks since the coldkey's last call of this kind. Raises: TxRateLimitExceeded.

    Source: subtensor utils.rs::exceeds_tx_rate_limit, spec_versions 103 and 143.
    """
    allowed_from = next_call_from(tx, asked.coldkey)
    if tx.block < allowed_from:
        raise TxRateLimitExceeded(signer=asked.coldkey, hotkey=asked.hotkey, allowed_from=allowed_from)


def next_call_from(tx: Tx, coldkey: bytes) -> int:
    """The first block in which a coldkey may make another call limited by TxRateLimit; 0 where it is not limited."""
    blocks, limit = tx.rules.last_blocks, tx.storage.tx_rate_limit.value
    last = blocks.counted(tx.block, blocks.read(tx.storage, TX, coldkey))
    return last + limit + 1 if limit and last else 0


def note_call(tx: Tx, coldkey: bytes) -> None:
    """Note this block as that of the coldkey's last call limited by TxRateLimit."""
    tx.rules.last_blocks.write(tx.storage, TX, coldkey, tx.block)


def ensure_may_move(tx: Tx, asked: AskedTaoStake, refusal: type[StakeRateLimitExceeded | UnstakeRateLimitExceeded]) -> int:
    """How often a coldkey moved its stake on a hotkey in this interval: reset to 0, also in storage, if StakeInterval blocks have
    passed since the last move. Raises: the refusal where it may not move it again.

    Source: subtensor staking.rs::get_stakes_this_interval_for_coldkey_hotkey, spec_version 185.
    """
    storage, key = tx.storage, (asked.coldkey, asked.hotkey)
    counted = storage.total_hotkey_coldkey_stakes_this_interval
    moves, last = counted[key]
    ends, allowed = last + storage.stake_interval.value, storage.target_stakes_per_interval.value
    if ends <= tx.block:
        moves = 0
        counted[key] = 0, last
    if moves >= allowed:
        raise refusal(hotkey=asked.hotkey, moves=moves, allowed=allowed, allowed_from=ends)
    return moves


def count_move(tx: Tx, asked: AskedTaoStake, moves: int) -> None:
    """Store the count increased by one, with this block as its beginning."""
    tx.storage.total_hotkey_coldkey_stakes_this_interval[asked.coldkey, asked.hotkey] = moves + 1, tx.block


CALLS_103: CallTable = call_table(
    handles(AddTaoStake, add_stake_103), handles(RemoveTaoStake, remove_stake_103), handles(GrantStake, grant_stake)
)
CALLS_112: CallTable = call_table(handles(AddTaoStake, add_stake_112), handles(RemoveTaoStake, remove_stake_112))
CALLS_116: CallTable = call_table(handles(AddTaoStake, add_stake_116))
CALLS_127: CallTable = call_table(handles(RemoveTaoStake, remove_stake_127))
CALLS_146: CallTable = call_table(handles(AddTaoStake, add_stake_146), handles(RemoveTaoStake, remove_stake_146))
CALLS_148: CallTable = call_table(handles(RemoveTaoStake, remove_stake_148))
CALLS_149: CallTable = call_table(handles(AddTaoStake, add_stake_149), handles(RemoveTaoStake, remove_stake_146))
CALLS_150: CallTable = call_table(handles(RemoveTaoStake, remove_stake_150))

FORMS = {"add_stake": AddTaoStake, "remove_stake": RemoveTaoStake}
"""By the chain's name."""
