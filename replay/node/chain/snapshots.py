"""Snapshots of a chain in memory."""

from collections.abc import Callable
from typing import Final

from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.log.errors import LogError

MOST_SNAPSHOTS: Final = 64
"""The most snapshots; each is a copy of the whole ledger, and the oldest are dropped."""


class Snapshots:
    """Snapshots of a ledger in memory, by number. go_back: resets the chain to a copy of its ledger."""

    def __init__(self, ledger: Ledger, go_back: Callable[[Ledger], None]) -> None:
        self._ledger = ledger
        self._go_back = go_back
        self._count = 0
        self._taken: dict[int, Ledger] = {}
        self._first = ledger.copied() if ledger.log.file is None else None

    @property
    def numbers(self) -> list[int]:
        """The existing ones."""
        return list(self._taken)

    def take(self) -> int:
        """Take a snapshot; returns its number. Raises: LogError for a ledger in a file."""
        self._ensure_in_memory()
        self._count += 1
        self._taken[self._count] = self._ledger.copied()
        while len(self._taken) > MOST_SNAPSHOTS:
            del self._taken[min(self._taken)]
        return self._count

    def go_back(self, number: int) -> bool:
        """Go back to a snapshot; later ones are dropped. Returns: whether it exists. Raises: LogError for a ledger in a file."""
        self._ensure_in_memory()
        if number not in self._taken:
            return False
        self._go_back(self._taken[number])
        self._taken = {taken: copy for taken, copy in self._taken.items() if taken <= number}
        return True

    def reset(self) -> None:
        """Go back to the beginning; no snapshot is left. Raises: LogError for a ledger in a file."""
        self._go_back(self._ensure_in_memory())
        self._taken = {}

    def _ensure_in_memory(self) -> Ledger:
        if self._first is None:
            raise LogError(f"{self._ledger.log.path} is append-only: its entries cannot be undone")
        return self._first
