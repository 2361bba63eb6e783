"""Delegates before alpha: how a hotkey becomes one, and what it keeps of its nominators' emission."""

from neuron_ledger.events.associations import BecomeDelegate
from neuron_ledger.events.calls import DecreaseTake, IncreaseTake
from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.events.registration import DelegateAdded
from neuron_ledger.ledger.errors import (
    DelegateTxRateLimitExceeded,
    HotKeyAlreadyDelegate,
)
from neuron_ledger.ledger.rules.last_blocks import DELEGATE_TAKE, TX
from neuron_ledger.ledger.rules.stake.calls import ensure_own_hotkey, ensure_take_is_not_below, lower_take, raise_take
from neuron_ledger.ledger.rules.tao_stake.calls import next_call_from, note_call
from neuron_ledger.ledger.runtime import CallTable, Tx, call_table, handles
from neuron_ledger.ledger.transaction import ensure_signed


def become_delegate_103(tx: Tx, origin: Origin, call: BecomeDelegate) -> None:
    """Make a hotkey of the signing coldkey a delegate. The block of the call is not noted.

    Raises: BadOrigin, HotKeyAccountNotExists, NonAssociatedColdKey, HotKeyAlreadyDelegate, DelegateTxRateLimitExceeded: in this
    order.
    Source: subtensor staking.rs::do_become_delegate, spec_version 103.
    """
    ensure_may_become_delegate(tx, ensure_signed(origin), call.hotkey)
    tx.emit(DelegateAdded(hotkey=call.hotkey, take=tx.storage.default_take.value))


def become_delegate_112(tx: Tx, origin: Origin, call: BecomeDelegate) -> None:
    """The same since spec_version 112, with the block of the call noted. Source: as before, spec_version 143."""
    become_delegate_103(tx, origin, call)
    note_call(tx, ensure_signed(origin))


def become_delegate_149(tx: Tx, origin: Origin, call: BecomeDelegate) -> None:
    """The same since spec_version 149, with the maximum take.

    Raises: BadOrigin, HotKeyAccountNotExists, NonAssociatedColdKey, HotKeyAlreadyDelegate, DelegateTxRateLimitExceeded,
    DelegateTakeTooLow: in this order.
    Source: subtensor staking.rs::do_become_delegate, spec_version 185.
    """
    _become_delegate(tx, ensure_signed(origin), call.hotkey, take=tx.storage.max_take.value, least=tx.storage.min_take.value)


def become_delegate_195(tx: Tx, origin: Origin, call: BecomeDelegate) -> None:
    """The same since spec_version 195, when the bounds have other names. Raises: as `become_delegate_149`.

    Source: subtensor staking/become_delegate.rs::do_become_delegate, spec_version 218.
    """
    take, least = tx.storage.max_delegate_take.value, tx.storage.min_delegate_take.value
    _become_delegate(tx, ensure_signed(origin), call.hotkey, take=take, least=least)


def _become_delegate(tx: Tx, coldkey: bytes, hotkey: bytes, *, take: int, least: int) -> None:
    ensure_may_become_delegate(tx, coldkey, hotkey)
    ensure_take_is_not_below(take, least)
    note_call(tx, coldkey)
    tx.rules.last_blocks.write(tx.storage, DELEGATE_TAKE, coldkey, tx.block)
    tx.emit(DelegateAdded(hotkey=hotkey, take=take))


def increase_take_149(tx: Tx, origin: Origin, call: IncreaseTake) -> None:
    """Raise a hotkey's take, not above MaxTake and, per coldkey, not too often; it need not be a delegate.

    Raises: BadOrigin, HotKeyAccountNotExists, NonAssociatedColdKey, DelegateTakeTooLow, DelegateTakeTooHigh,
    DelegateTxRateLimitExceeded: in this order.
    Source: subtensor staking.rs::do_increase_take, spec_version 185.
    """
    coldkey = ensure_signed(origin)
    raise_take(tx, coldkey, call, most=tx.storage.max_take.value, limited=coldkey)


def increase_take_195(tx: Tx, origin: Origin, call: IncreaseTake) -> None:
    """The same since spec_version 195, when the bound has another name: MaxDelegateTake. Raises: as `increase_take_149`.

    Source: subtensor staking/increase_take.rs::do_increase_take, spec_version 218.
    """
    coldkey = ensure_signed(origin)
    raise_take(tx, coldkey, call, most=tx.storage.max_delegate_take.value, limited=coldkey)


def decrease_take_149(tx: Tx, origin: Origin, call: DecreaseTake) -> None:
    """Lower a hotkey's take, not below MinTake; the block is not noted.

    Raises: BadOrigin, HotKeyAccountNotExists, NonAssociatedColdKey, DelegateTakeTooLow (also where the take would not become
    lower): in this order.
    Source: subtensor staking.rs::do_decrease_take, spec_version 185.
    """
    lower_take(tx, ensure_signed(origin), call, least=tx.storage.min_take.value)


def decrease_take_195(tx: Tx, origin: Origin, call: DecreaseTake) -> None:
    """The same since spec_version 195, when the bound has another name: MinDelegateTake. Raises: as `decrease_take_149`.

    Source: subtensor staking/decrease_take.rs::do_decrease_take, spec_version 218.
    """
    lower_take(tx, ensure_signed(origin), call, least=tx.storage.min_delegate_take.value)


def ensure_may_become_delegate(tx: Tx, coldkey: bytes, hotkey: bytes) -> None:
    """Raises: HotKeyAccountNotExists, NonAssociatedColdKey, HotKeyAlreadyDelegate, DelegateTxRateLimitExceeded: in this order."""
    storage = tx.storage
    ensure_own_hotkey(tx, coldkey, hotkey)
    if hotkey in storage.delegates:
        raise HotKeyAlreadyDelegate(hotkey=hotkey, take=storage.delegates[hotkey])
    allowed_from = next_call_from(tx, coldkey)
    if tx.block < allowed_from:
        last = tx.rules.last_blocks.read(storage, TX, coldkey)
        raise DelegateTxRateLimitExceeded(hotkey=hotkey, last_change=last, allowed_from=allowed_from)


CALLS_103: CallTable = call_table(handles(BecomeDelegate, become_delegate_103))
CALLS_112: CallTable = call_table(handles(BecomeDelegate, become_delegate_112))
CALLS_149: CallTable = call_table(
    handles(BecomeDelegate, become_delegate_149),
    handles(IncreaseTake, increase_take_149),
    handles(DecreaseTake, decrease_take_149),
)
CALLS_195: CallTable = call_table(
    handles(BecomeDelegate, become_delegate_195),
    handles(IncreaseTake, increase_take_195),
    handles(DecreaseTake, decrease_take_195),
)
