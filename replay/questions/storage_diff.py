"""What differs between two states of storage, entry by entry."""

from collections.abc import Iterator
from typing import Any

from neuron_ledger.events.difference import Difference
from neuron_ledger.events.storage.recorded_items import canonical_place
from neuron_ledger.projections.journal import ABSENT
from neuron_ledger.projections.storage import Storage

Entry = tuple[str, Any]
"""An entry's place: the item's on-chain name, and the key."""


def diff(one: Storage, other: Storage, item: str | None = None) -> Iterator[Difference[Entry]]:
    """Every entry that only one of the two has, or that has another value, by item and key in the order of storage.

    item: look at this one alone. `expected` is what the first has, `got` what the second has: `ABSENT` for no entry.
    """
    names = {table.item.name for storage in (one, other) for table in storage.maps()} if item is None else {item}
    for name in sorted(names, key=canonical_place):
        first, second = one.map(name), other.map(name)
        for key in sorted({*first, *second}):
            before, after = first.get(key, ABSENT), second.get(key, ABSENT)
            if before is not after and (before is ABSENT or after is ABSENT or before != after):
                yield Difference((name, key), "entry", before, after)
