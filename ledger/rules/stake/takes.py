"""What delegates keep of their nominators' dividends."""

from neuron_ledger.events.calls import DecreaseTake, IncreaseTake
from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.events.staking import TakeDecreased, TakeIncreased
from neuron_ledger.ledger.errors import (
    DelegateTakeTooHigh,
    DelegateTakeTooLow,
    DelegateTxRateLimitExceeded,
    HotKeyAccountNotExists,
)
from neuron_ledger.ledger.rules.accounts import ensure_coldkey_owns_hotkey, hotkey_account_exists
from neuron_ledger.ledger.runtime import Tx, call_table, handles
from neuron_ledger.ledger.transaction import ensure_signed


def increase_take(tx: Tx, origin: Origin, call: IncreaseTake) -> None:
    """Raise a delegate's take, not above the chain's maximum and not too often.

    Raises: BadOrigin, HotKeyAccountNotExists, NonAssociatedColdKey, DelegateTakeTooLow, DelegateTakeTooHigh,
    DelegateTxRateLimitExceeded: in this order.
    Source: subtensor staking/increase_take.rs::do_increase_take, spec_version 277.
    """
    storage, hotkey, take = tx.storage, call.hotkey, call.take
    coldkey = _ensure_owner(tx, origin, hotkey)
    if hotkey in storage.delegates and take <= storage.delegates[hotkey]:
        raise DelegateTakeTooLow(take=take, needed=storage.delegates[hotkey] + 1)
    if take > storage.max_delegate_take.value:
        raise DelegateTakeTooHigh(take=take, most=storage.max_delegate_take.value)
    last, limit = storage.last_tx_block_delegate_take[hotkey], storage.tx_delegate_take_rate_limit.value
    if limit and last and tx.block - last <= limit:
        raise DelegateTxRateLimitExceeded(hotkey=hotkey, last_change=last, possible_at=last + limit + 1)
    storage.last_tx_block_delegate_take[hotkey] = tx.block
    tx.emit(TakeIncreased(coldkey=coldkey, hotkey=hotkey, take=take))


def decrease_take(tx: Tx, origin: Origin, call: DecreaseTake) -> None:
    """Lower a delegate's take, not below the chain's minimum.

    Raises: BadOrigin, HotKeyAccountNotExists, NonAssociatedColdKey, DelegateTakeTooLow (also where the take would not become
    lower): in this order.
    Source: subtensor staking/decrease_take.rs::do_decrease_take, spec_version 277.
    """
    storage, hotkey, take = tx.storage, call.hotkey, call.take
    coldkey = _ensure_owner(tx, origin, hotkey)
    if hotkey in storage.delegates and take >= storage.delegates[hotkey]:
        raise DelegateTakeTooLow(take=take, needed_below=storage.delegates[hotkey])
    if take < storage.min_delegate_take.value:
        raise DelegateTakeTooLow(take=take, needed=storage.min_delegate_take.value)
    storage.last_tx_block_delegate_take[hotkey] = tx.block
    tx.emit(TakeDecreased(coldkey=coldkey, hotkey=hotkey, take=take))


def _ensure_owner(tx: Tx, origin: Origin, hotkey: bytes) -> bytes:
    """The signing coldkey, which must own the hotkey."""
    coldkey = ensure_signed(origin)
    if not hotkey_account_exists(tx, hotkey):
        raise HotKeyAccountNotExists(hotkey=hotkey)
    ensure_coldkey_owns_hotkey(tx, coldkey, hotkey)
    return coldkey


CALLS = call_table(
    handles(IncreaseTake, increase_take),
    handles(DecreaseTake, decrease_take),
)
