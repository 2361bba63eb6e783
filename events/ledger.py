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
    """From here on, the rules of this spec_version hold."""

    spec_version: U32


@event("StorageChanged")
class StorageChanged(Event):
    """The quantities that the call moved (balances, pools, shares, pending emission, counters …), each as it is afterwards.

    One such event ends a call that moved any, however many blocks it crossed: what changed in between and changed again
    is not repeated.
    """

    changes: StorageChanges

    def __repr__(self) -> str:
        return _items_of(self)


@event("StorageObserved")
class StorageObserved(Event):
    """Storage as it was seen elsewhere, taken over as it is."""

    changes: StorageChanges

    def __repr__(self) -> str:
        return _items_of(self)


@event("StorageSealed")
class StorageSealed(Event):
    """What storage is now. digest: BLAKE3 of its canonical bytes, which a snapshot at this position must have."""

    digest: HASH


def _items_of(event: StorageChanged | StorageObserved) -> str:
    """Which items changed; `to_json` has the values, which are many."""
    return f"{type(event).__name__}({', '.join(name for name, _, _ in event.changes)})"
