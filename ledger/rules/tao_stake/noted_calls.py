"""The calls that stake TAO and take it back from spec_version 195 until alpha: added stake is noted.

What a nominator adds to a hotkey's stake does not count at the hotkey's next payment. Until 202 the block is noted; since then
the amount added, less the amount taken back, which 205 leaves out.
Source: subtensor staking/add_stake.rs, staking/remove_stake.rs, spec_versions 195 to 219.
"""

from neuron_ledger.events.early_staking import AddTaoStake, RemoveTaoStake
from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.ledger.errors import StakingRateLimitExceeded
from neuron_ledger.ledger.rules.accounts.balances import remove_balance
from neuron_ledger.ledger.rules.netuids import known_netuids
from neuron_ledger.ledger.rules.numbers.saturating import add_u64, clamp_i128
from neuron_ledger.ledger.rules.tao_stake.calls import (
    AskedTaoStake,
    add_stake_149,
    asked_back,
    clear_small_nomination,
    ensure_enough_for_nominator,
    ensure_enough_is_staked,
    ensure_may_stake,
    ensure_may_stake_there,
    ensure_something_is_removed,
    note_call,
    stake,
    unstake,
    unstake_in_interval,
)
from neuron_ledger.ledger.runtime import CallTable, Tx, call_table, handles
from neuron_ledger.ledger.transaction import ensure_signed

# -------------------------------------------------------------------------------------------------------------- staking


def add_stake_195(tx: Tx, origin: Origin, call: AddTaoStake) -> None:
    """As before; the block is noted. Raises: as `add_stake_149`. Source: staking/add_stake.rs::do_add_stake, spec_version 195."""
    add_stake_149(tx, origin, call)
    tx.storage.last_add_stake_increase[call.hotkey, ensure_signed(origin)] = tx.block


def add_stake_202(tx: Tx, origin: Origin, call: AddTaoStake) -> None:
    """As before; the amount asked for is noted, even if less is staked.

    Raises: as `add_stake_149`. Source: staking/add_stake.rs::do_add_stake, spec_version 202.
    """
    add_stake_149(tx, origin, call)
    note_move(tx, call.hotkey, ensure_signed(origin), call.amount_staked)


def add_stake_217(tx: Tx, origin: Origin, call: AddTaoStake) -> None:
    """As before; moves are counted from the first one of an interval.

    Raises: BadOrigin, NotEnoughBalanceToStake, HotKeyAccountNotExists, HotKeyNotDelegateAndSignerNotOwnHotKey,
    NomStakeBelowMinimumThreshold, StakingRateLimitExceeded, ZeroBalanceAfterWithdrawn: in this order.
    Source: staking/add_stake.rs::do_add_stake, spec_version 217.
    """
    asked = AskedTaoStake(ensure_signed(origin), call.hotkey, call.amount_staked)
    ensure_may_stake(tx, asked)
    ensure_enough_for_nominator(tx, asked)
    count_move_217(tx, asked)
    stake(tx, asked, remove_balance(tx, asked.coldkey, asked.amount))
    note_move(tx, asked.hotkey, asked.coldkey, asked.amount)
    note_call(tx, asked.coldkey)


# ------------------------------------------------------------------------------------------------------------ unstaking


def remove_stake_202(tx: Tx, origin: Origin, call: RemoveTaoStake) -> None:
    """As before; the amount taken back is noted. Raises: as `remove_stake_150`.

    Source: staking/remove_stake.rs::do_remove_stake, spec_version 202.
    """
    asked = asked_back(origin, call)
    unstake_in_interval(tx, asked)
    _note_and_clear(tx, asked)


def remove_stake_216(tx: Tx, origin: Origin, call: RemoveTaoStake) -> None:
    """As before; a hotkey with less than StakeThreshold staked on it loses the children that it had scheduled.

    Raises: as `remove_stake_150`. Source: staking/remove_stake.rs::do_remove_stake, spec_version 216.
    """
    remove_stake_202(tx, origin, call)
    drop_children_of_too_little_stake_216(tx, call.hotkey)


def remove_stake_217(tx: Tx, origin: Origin, call: RemoveTaoStake) -> None:
    """As before; moves are counted from the first one of an interval.

    Raises: BadOrigin, HotKeyAccountNotExists, HotKeyNotDelegateAndSignerNotOwnHotKey, StakeToWithdrawIsZero,
    NotEnoughStakeToWithdraw, StakingRateLimitExceeded: in this order.
    Source: staking/remove_stake.rs::do_remove_stake, spec_version 217.
    """
    asked = asked_back(origin, call)
    ensure_may_stake_there(tx, asked)
    ensure_something_is_removed(asked)
    ensure_enough_is_staked(tx, asked)
    count_move_217(tx, asked)
    unstake(tx, asked)
    _note_and_clear(tx, asked)
    drop_children_of_too_little_stake_216(tx, asked.hotkey)
    note_call(tx, asked.coldkey)


def _note_and_clear(tx: Tx, asked: AskedTaoStake) -> None:
    note_move(tx, asked.hotkey, asked.coldkey, -asked.amount)
    clear_small_nomination(tx, asked.coldkey, asked.hotkey)


def drop_children_of_too_little_stake_216(tx: Tx, hotkey: bytes) -> None:
    """The whole stake on the hotkey counts; applies to every subnet."""
    storage = tx.storage
    if storage.total_hotkey_stake[hotkey] < storage.stake_threshold.value:
        for netuid in known_netuids(storage):
            storage.pending_child_keys.remove((netuid, hotkey))


# ---------------------------------------------------------------------------------------------------- what is counted


def note_move(tx: Tx, hotkey: bytes, coldkey: bytes, rao: int) -> None:
    """Note staked rao; negative for rao taken back."""
    moves = tx.storage.stake_delta_since_last_emission_drain
    moves[hotkey, coldkey] = clamp_i128(moves[hotkey, coldkey] + rao)


def count_move_217(tx: Tx, asked: AskedTaoStake) -> None:
    """Count a move. The first one of an interval is always allowed, and starts it. Raises: StakingRateLimitExceeded.

    Source: subtensor utils/misc.rs::try_increase_staking_counter, spec_version 217.
    """
    storage, key = tx.storage, (asked.coldkey, asked.hotkey)
    counted, allowed = storage.total_hotkey_coldkey_stakes_this_interval, storage.target_stakes_per_interval.value
    moves, first = counted[key]
    ends = add_u64(first, storage.stake_interval.value)
    if moves == 0 or ends <= tx.block:
        counted[key] = 1, tx.block
        return
    if moves >= allowed:
        raise StakingRateLimitExceeded(hotkey=asked.hotkey, moves=moves, allowed=allowed, allowed_from=ends)
    counted[key] = moves + 1, first


CALLS_195: CallTable = call_table(handles(AddTaoStake, add_stake_195))
CALLS_202: CallTable = call_table(handles(AddTaoStake, add_stake_202), handles(RemoveTaoStake, remove_stake_202))
CALLS_216: CallTable = call_table(handles(RemoveTaoStake, remove_stake_216))
CALLS_217: CallTable = call_table(handles(AddTaoStake, add_stake_217), handles(RemoveTaoStake, remove_stake_217))
