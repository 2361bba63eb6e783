"""The receipt of a call, and the progress of a long one."""

from collections.abc import Callable
from typing import Self

from attrs import evolve, frozen

from neuron_ledger.events.wire.record import Event
from neuron_ledger.ledger.errors import ChainError
from neuron_ledger.ledger.runtime import Runtime, Tx

Progress = Callable[[int, int], None]
"""Called now and then with (done, total)."""

PROGRESS_EVERY = 64
"""Blocks between two reports of progress."""


@frozen
class Receipt:
    """The outcome of a call. position: of the call's entry. events: what it caused, in order. error: why it was refused."""

    position: int
    block: int
    events: tuple[Event, ...]
    error: ChainError | None

    @property
    def ok(self) -> bool:
        return self.error is None

    def unwrap(self) -> Self:
        """The receipt of an accepted call. Raises: the ChainError of a refused one."""
        if self.error is not None:
            raise self.error
        return self


def watched(rules: Runtime, begin: int, end: int, progress: Progress) -> Runtime:
    """The same rules, which also report progress over the blocks from `begin` to `end`."""

    def report(tx: Tx) -> None:
        if tx.block % PROGRESS_EVERY == 0:
            progress(tx.block - begin, end - begin)

    return evolve(rules, block_hook=(*rules.block_hook, report))
