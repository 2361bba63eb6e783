"""Transfers of TAO as the chain decided them until spec_version 144, with an earlier pallet of balances.

A transfer of 0, or to the sender itself, is not checked and has no effect.
Source: substrate polkadot-v0.9.39 pallet-balances lib.rs (Currency::transfer), as used at spec_versions 103 and 143.
"""

from neuron_ledger.events.balances import TransferAll, TransferAllowDeath, TransferKeepAlive
from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.ledger.errors import BelowMinimum, FundsUnavailable, NotExpendable, Overflow
from neuron_ledger.ledger.rules.accounts.balances import EXISTENTIAL_DEPOSIT
from neuron_ledger.ledger.rules.accounts.transfer_calls import move
from neuron_ledger.ledger.rules.numbers.fixed import U64_MAX
from neuron_ledger.ledger.rules.numbers.saturating import sub_u64
from neuron_ledger.ledger.runtime import CallTable, Tx, call_table, handles
from neuron_ledger.ledger.transaction import ensure_signed


def transfer(tx: Tx, origin: Origin, call: TransferAllowDeath) -> None:
    """Transfer TAO, even all of it. Raises: BadOrigin, then as `give`."""
    give(tx, ensure_signed(origin), call.dest, call.value, keep_alive=False)


def transfer_keep_alive(tx: Tx, origin: Origin, call: TransferKeepAlive) -> None:
    """Transfer TAO, but not so much that the sender's account would be closed. Raises: BadOrigin, then as `give`."""
    give(tx, ensure_signed(origin), call.dest, call.value, keep_alive=True)


def transfer_all(tx: Tx, origin: Origin, call: TransferAll) -> None:
    """Transfer all TAO, with `keep_alive` except the existential deposit. Raises: BadOrigin, then as `give`."""
    signer = ensure_signed(origin)
    free = tx.storage.balances[signer]
    amount = sub_u64(free, EXISTENTIAL_DEPOSIT) if call.keep_alive else free
    give(tx, signer, call.dest, amount, keep_alive=call.keep_alive)


def give(tx: Tx, source: bytes, destination: bytes, amount: int, *, keep_alive: bool) -> None:
    """Raises: FundsUnavailable, Overflow, BelowMinimum, NotExpendable: in this order."""
    if amount == 0 or source == destination:
        return
    free, other = tx.storage.balances[source], tx.storage.balances[destination]
    if amount > free:
        raise FundsUnavailable(needed=amount, balance=free)
    if other + amount > U64_MAX:
        raise Overflow(amount=amount, balance=other)
    if other + amount < EXISTENTIAL_DEPOSIT:
        raise BelowMinimum(amount=amount, balance=other, existential_deposit=EXISTENTIAL_DEPOSIT)
    if keep_alive and free - amount < EXISTENTIAL_DEPOSIT:
        raise NotExpendable(amount=amount, balance=free, existential_deposit=EXISTENTIAL_DEPOSIT)
    move(tx, source, destination, amount)


CALLS: CallTable = call_table(
    handles(TransferAllowDeath, transfer), handles(TransferKeepAlive, transfer_keep_alive), handles(TransferAll, transfer_all)
)

FORMS = {"transfer": TransferAllowDeath}
"""By the chain's name."""

NAMES = {
    FundsUnavailable: "Balances.InsufficientBalance",
    BelowMinimum: "Balances.ExistentialDeposit",
    NotExpendable: "Balances.KeepAlive",
}
"""The pallet's names of its errors."""
