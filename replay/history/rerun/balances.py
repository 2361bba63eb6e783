"""Balances from a chain's own events, where the rules do not decide them: fees, and calls of other pallets."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from neuron_ledger.events.blocks_seen import EventSeen
from neuron_ledger.events.wire import ss58
from neuron_ledger.ledger.rules.accounts.balances import EXISTENTIAL_DEPOSIT
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.projections.storage import Storage

FEE_PAID: Final = "TransactionPayment.TransactionFeePaid"


class Fee:
    """An extrinsic's fee: it leaves the account before the call, and the excess is returned after it.

    events: those of the extrinsic.
    """

    def __init__(self, signer: bytes | None, events: Iterable[EventSeen]) -> None:
        self.signer = signer
        self.withdrawn = self.paid = 0
        if signer is None:
            return
        own = list(events)
        at = next((place for place, event in enumerate(own) if event.name == FEE_PAID), None)
        if at is None:
            return
        self.paid = self.withdrawn = int(fields_of(own[at])["actual_fee"])
        first = next((fields_of(event) for event in own if event.name == "Balances.Withdraw"), None)
        if first is not None and _account(first["who"]) == signer:
            taken = int(first["amount"])
            if taken >= self.paid > 0 or (at and _gives_back(own[at - 1], signer, taken)):
                self.withdrawn = taken

    def leaves(self, storage: Storage) -> None:
        """Before the call."""
        if self.signer is not None and self.withdrawn:
            move(storage, self.signer, -self.withdrawn)

    def comes_back(self, storage: Storage, rules: Runtime) -> None:
        """After the call: the rest of the fee is no longer in any account."""
        if self.signer is not None and self.withdrawn:
            move(storage, self.signer, self.withdrawn - self.paid)
            self.is_gone(storage, rules)

    def is_gone(self, storage: Storage, rules: Runtime) -> None:
        """The fee is no longer in any account; whether it still counts as issued is decided by the rules."""
        if self.paid:
            issuance = storage.balances_total_issuance
            issuance.value = max(issuance.value - self.paid, 0)
            left = rules.issuance_after_fee(storage.total_issuance.value, self.paid)
            if left != storage.total_issuance.value:
                storage.total_issuance.value = left


def _gives_back(event: EventSeen, signer: bytes, amount: int) -> bool:
    """Whether the event before the fee's returned all of it; most calls of the pallet are free, and
    their own withdrawals are not fees."""
    if event.name != "Balances.Deposit":
        return False
    fields = fields_of(event)
    return _account(fields["who"]) == signer and int(fields["amount"]) == amount


def fields_of(event: EventSeen) -> Mapping[str, Any]:
    """The fields of an event by name; by number if they have none."""
    data = json.loads(event.data)
    if isinstance(data, dict):
        return data
    names = _WITHOUT_NAMES.get(event.name, ())
    values = data if isinstance(data, list) else [data]
    return dict(zip(names or map(str, range(len(values))), values, strict=False))


_WITHOUT_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    FEE_PAID: ("who", "actual_fee", "tip"),
    "Balances.Withdraw": ("who", "amount"),
    "Balances.Deposit": ("who", "amount"),
    "Balances.Transfer": ("from", "to", "amount"),
}
"""Fields that have no names in metadata."""


def move(storage: Storage, account: bytes, amount: int) -> None:
    """Change an account's balance (rao); the account is removed if too little is left."""
    free = storage.balances[account] + amount
    if free < EXISTENTIAL_DEPOSIT:
        storage.balances.remove(account)
    else:
        storage.balances[account] = free


def apply_balance_events(storage: Storage, events: Iterable[EventSeen]) -> None:
    """Change balances according to the events of an extrinsic."""
    for account, amount in balance_moves(events):
        move(storage, account, amount)


BalanceMove = tuple[bytes, int]
"""(account, rao): a change of its balance."""


def balance_moves(events: Iterable[EventSeen]) -> Iterator[BalanceMove]:
    """The balance changes in events, in order."""
    for event in events:
        moves = _MOVES.get(event.name)
        if moves is not None:
            yield from moves(fields_of(event))


def _transfer(fields: Mapping[str, Any]) -> tuple[BalanceMove, ...]:
    amount = int(fields["amount"])
    return (_account(fields["from"]), -amount), (_account(fields["to"]), amount)


def _by(sign: int) -> Callable[[Mapping[str, Any]], tuple[BalanceMove, ...]]:
    return lambda fields: ((_account(fields["who"]), sign * int(fields["amount"])),)


def _account(shown: Any) -> bytes:
    return ss58.account(shown)


_MOVES: Final[Mapping[str, Callable[[Mapping[str, Any]], tuple[BalanceMove, ...]]]] = {
    "Balances.Transfer": _transfer,
    **{f"Balances.{name}": _by(1) for name in ("Deposit", "Minted", "Unreserved", "Restored")},
    **{f"Balances.{name}": _by(-1) for name in ("Withdraw", "Burned", "Reserved", "Suspended", "Slashed")},
}
