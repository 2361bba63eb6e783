"""Shares of a hotkey's stake as the draft of alpha had them: whole numbers, whose value is computed anew each time.

`Alpha` and `TotalHotkeyShares` hold numbers of shares, u64, without a fraction. What is rounded off on the way stays with the
other holders. A move of 0 leaves entries of 0 where there were none.
Source: subtensor staking/stake_utils.rs, spec_version 218 of the draft (commit 1629c559b).
"""

from collections.abc import Sequence

from neuron_ledger.ledger.errors import CannotGoOn
from neuron_ledger.ledger.rules.accounts.owners import account_order
from neuron_ledger.ledger.rules.netuids import key_place
from neuron_ledger.ledger.rules.numbers.fixed import I96F32
from neuron_ledger.ledger.rules.numbers.saturating import add_u64, sub_u64
from neuron_ledger.ledger.rules.stake.share_books import Position, put
from neuron_ledger.ledger.trading import ShareBook
from neuron_ledger.projections.storage import Storage


def value_218_draft(storage: Storage, hotkey: bytes, coldkey: bytes, netuid: int) -> int | None:
    """The value of a coldkey's shares; None where it has no entry.

    Source: stake_utils.rs::get_stake_for_hotkey_and_coldkey_on_subnet.
    """
    own = storage.alpha.get((hotkey, coldkey, netuid))
    shares, alpha = storage.total_hotkey_shares[hotkey, netuid], storage.total_hotkey_alpha[hotkey, netuid]
    if not own or not shares or not alpha:
        return None if own is None else 0
    per_share = I96F32.checked_div(I96F32.from_int(alpha), I96F32.from_int(shares)) or 0
    return I96F32.to_wrapped_int(I96F32.saturating_mul(per_share, I96F32.from_int(own)))


def worth(storage: Storage, hotkey: bytes, coldkey: bytes, netuid: int) -> int:
    """The same; 0 where it has no entry."""
    return value_218_draft(storage, hotkey, coldkey, netuid) or 0


def increase_218_draft(storage: Storage, hotkey: bytes, coldkey: bytes, netuid: int, amount: int) -> None:
    """Buy shares of a hotkey's stake for an amount (u64) of alpha; the first buyer gets that number of shares.

    Raises: CannotGoOn where there are shares but no alpha: the chain's runtime panics there.
    Source: stake_utils.rs::increase_stake_for_hotkey_and_coldkey_on_subnet.
    """
    of_hotkey, of_coldkey = (hotkey, netuid), (hotkey, coldkey, netuid)
    shares, alpha = storage.total_hotkey_shares[of_hotkey], storage.total_hotkey_alpha[of_hotkey]
    if shares and not alpha:
        raise CannotGoOn(f"hotkey {hotkey.hex()} has {shares} shares but no alpha on subnet {netuid}: no shares can be bought")
    bought = _shares_of(amount, alpha, shares) if shares else amount
    storage.alpha[of_coldkey] = add_u64(storage.alpha[of_coldkey], bought)
    storage.total_hotkey_shares[of_hotkey] = add_u64(shares, bought)
    storage.total_hotkey_alpha[of_hotkey] = add_u64(alpha, amount)


def increase_for_all_218_draft(storage: Storage, hotkey: bytes, netuid: int, amount: int) -> None:
    """Add an amount (u64) to the alpha behind a hotkey's shares.

    Source: stake_utils.rs::increase_stake_for_hotkey_on_subnet.
    """
    table = storage.total_hotkey_alpha
    table[hotkey, netuid] = add_u64(table[hotkey, netuid], amount)


def decrease_218_draft(storage: Storage, hotkey: bytes, coldkey: bytes, netuid: int, amount: int) -> None:
    """Sell shares of a hotkey's stake for an amount (u64) of alpha. Entries that become 0 are removed; does nothing where the
    coldkey has fewer shares than that.

    Source: stake_utils.rs::decrease_stake_for_hotkey_and_coldkey_on_subnet.
    """
    of_hotkey, of_coldkey = (hotkey, netuid), (hotkey, coldkey, netuid)
    shares, alpha = storage.total_hotkey_shares[of_hotkey], storage.total_hotkey_alpha[of_hotkey]
    if not shares or not alpha or not amount:
        return
    sold = _shares_of(amount, alpha, shares)
    if sold > storage.alpha[of_coldkey]:
        return
    put(storage.alpha, of_coldkey, sub_u64(storage.alpha[of_coldkey], sold))
    put(storage.total_hotkey_shares, of_hotkey, sub_u64(shares, sold))
    put(storage.total_hotkey_alpha, of_hotkey, sub_u64(alpha, amount))


def _shares_of(amount: int, alpha: int, shares: int) -> int:
    """The number of shares that corresponds to an amount of alpha; where it does not fit, its lowest 64 bits."""
    part = I96F32.saturating_div(I96F32.from_int(amount), I96F32.from_int(alpha))
    return I96F32.to_wrapped_int(I96F32.wrap(part * I96F32.from_int(shares) >> I96F32.fraction))


# ------------------------------------------------------------------------------------------------------------ as a book


def move_218_draft(storage: Storage, hotkey: bytes, coldkey: bytes, netuid: int, update: int) -> int:
    """Buy or sell shares for an i64. Returns: by how much the alpha behind all shares moved."""
    before = storage.total_hotkey_alpha[hotkey, netuid]
    if update < 0:
        decrease_218_draft(storage, hotkey, coldkey, netuid, -update)
    else:
        increase_218_draft(storage, hotkey, coldkey, netuid, update)
    return storage.total_hotkey_alpha[hotkey, netuid] - before


def move_all_218_draft(storage: Storage, netuid: int, updates: Sequence[tuple[bytes, bytes, int]]) -> None:
    """The same of several, (hotkey, coldkey, i64), one after another."""
    for hotkey, coldkey, update in updates:
        move_218_draft(storage, hotkey, coldkey, netuid, update)


def moves_218_draft(storage: Storage, hotkey: bytes, netuid: int, update: int) -> bool:
    """Whether an i64 would buy or sell any share of the hotkey's stake."""
    shares, alpha = storage.total_hotkey_shares[hotkey, netuid], storage.total_hotkey_alpha[hotkey, netuid]
    return bool(_shares_of(abs(update), alpha, shares)) if shares and alpha else update > 0


def holders_218_draft(storage: Storage, netuid: int) -> dict[bytes, list[tuple[bytes, int]]]:
    """By hotkey: the coldkeys that have shares of its stake, in the order of their hashed keys, and how many."""
    holders: dict[bytes, list[tuple[bytes, int]]] = {}
    for hotkey, coldkey, subnet in positions_in_key_order(storage):
        if subnet == netuid:
            holders.setdefault(hotkey, []).append((coldkey, storage.alpha[hotkey, coldkey, netuid]))
    return holders


def positions_in_key_order(storage: Storage) -> list[Position]:
    """(hotkey, coldkey, netuid) of every entry of Alpha, in the chain's order."""
    return sorted(storage.alpha, key=lambda of: (account_order(of[0]), account_order(of[1]), key_place(of[2])))


WHOLE_SHARES_218_DRAFT = ShareBook(
    value=value_218_draft,
    move=move_218_draft,
    move_all=move_all_218_draft,
    moves=moves_218_draft,
    holders=holders_218_draft,
)
"""Alpha and TotalHotkeyShares, whole numbers."""
