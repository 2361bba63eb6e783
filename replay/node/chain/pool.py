"""Extrinsics that wait for their block, and the checks before they may.

Source: polkadot-sdk sp-runtime transaction_validity.rs, frame-system extensions, client/rpc author/error.rs (codes and texts).
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

from attrs import define, field

from neuron_ledger.events.wire.errors import NeuronLedgerError
from neuron_ledger.replay.node.chain.extrinsic import Extrinsic, Signed
from neuron_ledger.replay.node.chain.plan import Plan

MOST_WAITING: Final = 4096
MOST_AHEAD: Final = 64
"""How far an extrinsic's nonce may be ahead of its account's."""

INVALID, BAD_FORMAT, ALREADY_THERE, TOO_LOW_PRIORITY, FULL = 1010, 1001, 1013, 1014, 1016


class Refused(NeuronLedgerError):
    """An extrinsic that is not accepted into the pool. code, message, data: of the JSON-RPC error."""

    def __init__(self, code: int, message: str, data: str) -> None:
        super().__init__(f"{message}: {data}")
        self.code, self.message, self.data = code, message, data


def invalid(why: str) -> Refused:
    """The refusal of an invalid transaction."""
    return Refused(INVALID, "Invalid Transaction", why)


@define(eq=False)
class Waiting:
    """A pending extrinsic. expires: the first block for which it is too late; None for never.

    statuses: its statuses so far, as in `author_extrinsicUpdate`.
    """

    extrinsic: Extrinsic
    signed: Signed
    plan: Plan
    expires: int | None = None
    statuses: list[Any] = field(factory=list)
    why: str | None = None
    """Why it failed, in words."""
    included: tuple[int, int] | None = None
    """(block, index) once it is in a block."""


class Pool:
    """Extrinsics by account and nonce. Those whose nonce comes next are ready."""

    def __init__(self) -> None:
        self._waiting: dict[bytes, dict[int, Waiting]] = {}
        self._order: list[Waiting] = []

    def __iter__(self) -> Iterator[Waiting]:
        return iter(self._order)

    def __len__(self) -> int:
        return len(self._order)

    def add(self, waiting: Waiting, nonce: int) -> None:
        """Accept an extrinsic. nonce: that of the account's next one. Raises: Refused."""
        signed = waiting.signed
        if len(self._order) >= MOST_WAITING:
            raise Refused(FULL, "Immediately Dropped", f"the pool already holds {MOST_WAITING} extrinsics")
        if signed.nonce < nonce:
            raise invalid(f"Transaction is outdated (nonce {signed.nonce}; the account's next one is {nonce})")
        if signed.nonce > nonce + MOST_AHEAD:
            raise invalid(f"Transaction will be valid in the future (nonce {signed.nonce}; the account's next one is {nonce})")
        of_account = self._waiting.setdefault(signed.signer, {})
        other = of_account.get(signed.nonce)
        if other is not None and other.extrinsic.hash == waiting.extrinsic.hash:
            raise Refused(ALREADY_THERE, "Transaction is already imported", f"0x{waiting.extrinsic.hash.hex()}")
        if other is not None:
            raise Refused(
                TOO_LOW_PRIORITY, "Priority is too low", f"another extrinsic with nonce {signed.nonce} is already waiting"
            )
        of_account[signed.nonce] = waiting
        self._order.append(waiting)

    def next_nonce(self, account: bytes, nonce: int) -> int:
        """The nonce for the account's next extrinsic, after pending ones. nonce: what the chain expects."""
        of_account = self._waiting.get(account, {})
        while nonce in of_account:
            nonce += 1
        return nonce

    def is_ready(self, waiting: Waiting, nonce: int) -> bool:
        """Whether all nonces before it are there too."""
        of_account = self._waiting.get(waiting.signed.signer, {})
        return all(number in of_account for number in range(nonce, waiting.signed.nonce))

    def ready(self, nonce_of: Callable[[bytes], int]) -> Iterator[Waiting]:
        """The ready extrinsics, in the order in which they arrived; those of one account by their nonces.

        nonce_of: account → its next nonce, called again for each: nonces advance while a block is made.
        """
        early: set[tuple[bytes, int]] = set()
        for waiting in list(self._order):
            signer, nonce = waiting.signed.signer, waiting.signed.nonce
            if nonce != nonce_of(signer):
                early.add((signer, nonce))
                continue
            yield waiting
            while (signer, nonce + 1) in early and nonce_of(signer) == nonce + 1:
                nonce += 1
                yield self._waiting[signer][nonce]

    def outdated(self, block: int, nonce_of: Callable[[bytes], int]) -> list[Waiting]:
        """The extrinsics that can no longer be included, from this block on."""
        return [
            waiting
            for waiting in self._order
            if (waiting.expires is not None and waiting.expires <= block)
            or waiting.signed.nonce < nonce_of(waiting.signed.signer)
        ]

    def discard(self, waiting: Waiting) -> None:
        """Take one out, if it is in."""
        of_account = self._waiting.get(waiting.signed.signer, {})
        if of_account.get(waiting.signed.nonce) is waiting:
            self._order.remove(waiting)
            del of_account[waiting.signed.nonce]
