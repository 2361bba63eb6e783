"""Shares of a hotkey's stake in the first runtimes with alpha, until spec_version 243: what a fraction cannot hold is lost.

Source: subtensor primitives/share-pool lib.rs, spec_versions 233 and 239.
"""

from collections.abc import Sequence
from typing import Final

from attrs import evolve

from neuron_ledger.ledger.rules.numbers.fixed import I64F64, U64F64
from neuron_ledger.ledger.rules.stake.share_books import binary_holders, binary_pool, put
from neuron_ledger.ledger.rules.stake.share_pool import FRACTION, SharePool, effective, moved_value
from neuron_ledger.ledger.trading import ShareBook
from neuron_ledger.projections.storage import Storage


def value_233(storage: Storage, hotkey: bytes, coldkey: bytes, netuid: int) -> int | None:
    """The value of a coldkey's share; None where it has none, 0 where the value of one share does not fit."""
    if (hotkey, coldkey, netuid) not in storage.alpha:
        return None
    pool = binary_pool(storage, hotkey, coldkey, netuid)
    return U64F64.saturating_mul(_value_per_share(pool), pool.share) >> FRACTION


def move_233(storage: Storage, hotkey: bytes, coldkey: bytes, netuid: int, update: int) -> int:
    """Move the value of a coldkey's share by an i64. Returns: that i64. A share of which next to nothing is left stays."""
    value, denominator, share = moved_233(binary_pool(storage, hotkey, coldkey, netuid), update)
    put(storage.total_hotkey_alpha, (hotkey, netuid), value)
    put(storage.total_hotkey_shares, (hotkey, netuid), denominator)
    put(storage.alpha, (hotkey, coldkey, netuid), share)
    return update


def move_all_233(storage: Storage, netuid: int, updates: Sequence[tuple[bytes, bytes, int]]) -> None:
    """Move the values of coldkeys' shares, (hotkey, coldkey, i64), one after another."""
    for hotkey, coldkey, update in updates:
        move_233(storage, hotkey, coldkey, netuid, update)


def moved_233(pool: SharePool, update: int) -> SharePool:
    """The pool after the coldkey's value moved by `update` (i64). The first coldkey gets everything in the pool.

    Source: subtensor primitives/share-pool::update_value_for_one, spec_version 233.
    """
    value = moved_value(pool.shared_value, update)
    if pool.denominator == 0:
        all_of_it = U64F64.from_int(value)
        return SharePool(value, all_of_it, all_of_it)
    change = effective(_shares_per_update(pool, update), I64F64.least)
    return SharePool(value, U64F64.saturate(pool.denominator + change), U64F64.saturate(pool.share + change))


def _value_per_share(pool: SharePool) -> int:
    return U64F64.safe_div(pool.shared_value << FRACTION, pool.denominator)


def _shares_per_update(pool: SharePool, update: int) -> int:
    """The shares (I64F64 bits) that correspond to `update`; 0 where they cannot be determined."""
    return I64F64.safe_div(update << FRACTION, I64F64.saturate(_value_per_share(pool)))


def anything_moves_233(_: Storage, __: bytes, ___: int, ____: int) -> bool:
    """It is not checked whether an update would move any share."""
    return True


def moves_239(storage: Storage, hotkey: bytes, netuid: int, update: int) -> bool:
    """Whether an i64 for one coldkey would move any share of the hotkey's stake.

    Source: subtensor primitives/share-pool::sim_update_value_for_one, spec_version 239.
    """
    pool = SharePool(storage.total_hotkey_alpha[hotkey, netuid], storage.total_hotkey_shares[hotkey, netuid], 0)
    return pool.denominator == 0 or _shares_per_update(pool, update) != 0


SHARES_233: Final = ShareBook(
    value=value_233, move=move_233, move_all=move_all_233, moves=anything_moves_233, holders=binary_holders
)
SHARES_239: Final = evolve(SHARES_233, moves=moves_239)
