"""Events of the ledger itself: refusals, quantities, storage taken over."""

from neuron_ledger.events.storage.changes import StorageChanges
from neuron_ledger.events.wire.record import Event, event
from neuron_ledger.events.wire.units import HASH, TEXT, U32


@event("ExtrinsicFailed")
class ExtrinsicFailed(Event):
    """The call before was refused and changed nothing. error: the chain's name; detail: (name, value) of what failed."""

    error: TEXT
    detail: tuple[tuple[TEXT, TEXT], ...]


@event("RuntimeUpgraded")
class RuntimeUpgraded(Event):
    """From here on, the rules of this spec_version apply."""

    spec_version: U32


@event("StorageChanged")
class StorageChanged(Event):
    """The quantities that the call moved (balances, pools, shares, pending emission, counters …), each as it is afterwards.

    One such event ends a call that moved any, however many blocks it crossed: intermediate values are not recorded.
    """

    changes: StorageChanges

    def __repr__(self) -> str:
        return _items_of(self)


@event("StorageObserved")
class StorageObserved(Event):
    """Storage as observed elsewhere, taken over unchanged."""

    changes: StorageChanges

    def __repr__(self) -> str:
        return _items_of(self)


@event("StorageSealed")
class StorageSealed(Event):
    """The digest of storage at this position. digest: BLAKE3 of its canonical bytes, which a snapshot here must have."""

    digest: HASH


def _items_of(event: StorageChanged | StorageObserved) -> str:
    """Which items changed; `to_json` has the values, which are many."""
    return f"{type(event).__name__}({', '.join(name for name, _, _ in event.changes)})"
