"""Storage sealed in the chain: a digest that follows from the calls when they are run again."""

from typing import Final

from blake3 import blake3

from neuron_ledger.events.ledger import StorageSealed

SEAL_EVERY: Final = 10_000
"""Entries per seal: the call with which the log passes a multiple of this is followed by a seal."""


def seal_is_due(first: int, last: int) -> bool:
    """Whether a seal follows the group at positions `first` to `last`. Only the log counts, not how calls were submitted."""
    return (first - 1) // SEAL_EVERY != last // SEAL_EVERY


def seal_of(storage: bytes) -> StorageSealed:
    """The seal of storage, given its canonical bytes."""
    return StorageSealed(digest=blake3(storage).digest())
