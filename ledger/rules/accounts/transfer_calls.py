"""The calls that transfer TAO between accounts.

Accounts here have no reserved or locked balances, so only the existential deposit restricts transfers.
Source: polkadot-sdk pallet-balances lib.rs, impl_fungible.rs; frame-support fungible/regular.rs::transfer, as used at
spec_version 277 and 424.
"""

from neuron_ledger.events.balances import (
    AccountClosed,
    AccountEndowed,
    AccountOpened,
    DustLost,
    TransferAll,
    TransferAllowDeath,
    TransferKeepAlive,
    Transferred,
)
from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.ledger.errors import BelowMinimum, FundsUnavailable, NotExpendable, Overflow, Underflow
from neuron_ledger.ledger.rules.accounts.balances import EXISTENTIAL_DEPOSIT, set_balance
from neuron_ledger.ledger.rules.numbers.fixed import U64_MAX
from neuron_ledger.ledger.rules.numbers.saturating import sub_u64
from neuron_ledger.ledger.runtime import Tx, call_table, handles
from neuron_ledger.ledger.transaction import ensure_signed


def transfer_allow_death(tx: Tx, origin: Origin, call: TransferAllowDeath) -> None:
    """Transfer TAO, even all of it.

    Raises: BadOrigin, Underflow, FundsUnavailable, Overflow, BelowMinimum: in this order.
    Source: polkadot-sdk pallet-balances lib.rs::transfer_allow_death, as used at spec_version 277 and 424.
    """
    _transfer(tx, ensure_signed(origin), call.dest, call.value, keep_alive=False)


def transfer_keep_alive(tx: Tx, origin: Origin, call: TransferKeepAlive) -> None:
    """Transfer TAO, but not so much that the sender's account would be closed.

    Raises: BadOrigin, Underflow, FundsUnavailable, NotExpendable, Overflow, BelowMinimum: in this order.
    Source: polkadot-sdk pallet-balances lib.rs::transfer_keep_alive, as used at spec_version 277 and 424.
    """
    _transfer(tx, ensure_signed(origin), call.dest, call.value, keep_alive=True)


def transfer_all(tx: Tx, origin: Origin, call: TransferAll) -> None:
    """Transfer all TAO, with `keep_alive` except the existential deposit.

    Raises: BadOrigin, Overflow, BelowMinimum: in this order.
    Source: polkadot-sdk pallet-balances lib.rs::transfer_all, as used at spec_version 277 and 424.
    """
    signer = ensure_signed(origin)
    free = tx.storage.balances[signer]
    amount = sub_u64(free, EXISTENTIAL_DEPOSIT) if call.keep_alive else free
    _transfer(tx, signer, call.dest, amount, keep_alive=call.keep_alive)


def _transfer(tx: Tx, source: bytes, destination: bytes, amount: int, *, keep_alive: bool) -> None:
    """A transfer of 0, or to the sender itself, passes the checks and moves nothing; the former still emits the event."""
    balances = tx.storage.balances
    if amount:
        _ensure_may_leave(tx, balances[source], amount, keep_alive=keep_alive)
        _ensure_may_come(balances[destination], amount)
    if source != destination:
        move(tx, source, destination, amount)


def move(tx: Tx, source: bytes, destination: bytes, amount: int) -> None:
    """Transfer TAO to another account, after the checks of both accounts."""
    if amount:
        _withdraw(tx, source, amount)
        _deposit(tx, destination, amount)
    tx.emit(Transferred(source=source, destination=destination, amount=amount))


def _ensure_may_leave(tx: Tx, free: int, amount: int, *, keep_alive: bool) -> None:
    if amount > free:
        issuance = tx.storage.balances_total_issuance.value
        if amount > issuance:
            raise Underflow(amount=amount, issuance=issuance)
        raise FundsUnavailable(needed=amount, balance=free)
    if keep_alive and free - amount < EXISTENTIAL_DEPOSIT:
        raise NotExpendable(amount=amount, balance=free, existential_deposit=EXISTENTIAL_DEPOSIT)


def _ensure_may_come(free: int, amount: int) -> None:
    if free + amount > U64_MAX:
        raise Overflow(amount=amount, balance=free)
    if free + amount < EXISTENTIAL_DEPOSIT:
        raise BelowMinimum(amount=amount, balance=free, existential_deposit=EXISTENTIAL_DEPOSIT)


def _withdraw(tx: Tx, source: bytes, amount: int) -> None:
    left = tx.storage.balances[source] - amount
    set_balance(tx, source, left)
    if left < EXISTENTIAL_DEPOSIT:
        tx.emit(AccountClosed(account=source))
        if left:
            tx.emit(DustLost(account=source, amount=left))


def _deposit(tx: Tx, destination: bytes, amount: int) -> None:
    opens = destination not in tx.storage.balances
    set_balance(tx, destination, tx.storage.balances[destination] + amount)
    if opens:
        tx.emit(AccountOpened(account=destination))
        tx.emit(AccountEndowed(account=destination, balance=amount))


CALLS = call_table(
    handles(TransferAllowDeath, transfer_allow_death),
    handles(TransferKeepAlive, transfer_keep_alive),
    handles(TransferAll, transfer_all),
)
