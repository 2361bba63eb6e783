"""The items under whose names entries are recorded: those of every runtime's layout, and raw ones.

What is read from a node may belong to an item that no layout here knows. It is kept raw, the bytes of a key and those of its
value, under the item's own name after `raw:`; so it reads the same in a later version that knows the item.

Entries can be read without knowing which runtime was in force when they were written: the encoding of an item's keys and values
is the same in every layout that has it. Only the defaults depend on the layout.
"""

from functools import lru_cache

from attrs import evolve

from neuron_ledger.events.storage.items import Item
from neuron_ledger.events.storage.items_424 import BETWEEN, WIDENED
from neuron_ledger.events.storage.items_before import BEFORE_277
from neuron_ledger.events.storage.layout import LAYOUTS
from neuron_ledger.events.wire.errors import FieldError, did_you_mean
from neuron_ledger.events.wire.units import BYTES

RAW = "raw:"

_KNOWN: dict[str, Item] = {}
for _layout in LAYOUTS.values():
    _KNOWN |= {name: item for name, item in _layout.items.items() if name not in _KNOWN}
_KNOWN |= {item.name: item for item in (*BETWEEN, *BEFORE_277)}
_KNOWN |= {name: evolve(_KNOWN[name], value=unit) for name, unit in WIDENED.items()}
_PLACES = {name: place for place, name in enumerate(_KNOWN)}


@lru_cache(maxsize=1024)
def raw_item(name: str) -> Item:
    """The item with this on-chain name, with entries in a node's own bytes."""
    return Item(f"{RAW}{name}", "", (BYTES,), BYTES, None)


def recorded_item(name: str) -> Item:
    """The item that is recorded under a name. Raises: FieldError."""
    item = _KNOWN.get(name)
    if item is not None:
        return item
    if name.startswith(RAW) and name != RAW:
        return raw_item(name.removeprefix(RAW))
    raise FieldError("item", "the on-chain name of a storage item" + did_you_mean(name, _KNOWN), name)


def canonical_place(name: str) -> tuple[int, str]:
    """The sort key of items: their first declaration in any layout; after these, all others by name."""
    return _PLACES.get(name, len(_PLACES)), name
