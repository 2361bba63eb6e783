"""Changes of storage as a value: for each item, the entries with a new value and those that were removed.

They are recorded in two events: `StorageChanged` (the plain quantities a call moved: balances, pools, shares, counters, net over
the whole call) and `StorageObserved` (storage taken over from elsewhere). The order is canonical: items in declaration order, raw
ones by name after them, entries by the MessagePack bytes of their keys.

Wire: [[name, [[key part, …, value], …], [[key part, …], …]], …].
"""

from typing import Annotated, Any

import msgspec

from neuron_ledger.events.storage.items import Item
from neuron_ledger.events.storage.recorded_items import canonical_place, recorded_item
from neuron_ledger.events.wire.converters import leaf, people
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.events.wire.messagepack import wire, wire_in_bulk
from neuron_ledger.events.wire.units import Leaf, Unit

ItemChange = tuple[str, tuple[tuple[Any, Any], ...], tuple[Any, ...]]
"""(item name, ((key, new value), …), (removed key, …))."""

MANY = 64
"""Entries under keys that are known to be in order."""
NO_OTHERS: tuple[dict[Any, Any], list[Any]] = {}, []

_NONE = msgspec.Raw(msgspec.msgpack.encode(()))


def canonical_changes(changes: dict[str, tuple[dict[Any, Any], list[Any]]]) -> tuple[ItemChange, ...]:
    """Bring {item name: ({key: value}, [removed key])} into canonical order."""
    ordered: list[ItemChange] = []
    alike: dict[int, tuple[dict[Any, Any], list[Any]]] = {}
    """By number: entries, and their keys in order. Some items have many entries under the same keys."""
    for name in sorted(changes, key=canonical_place):
        entries, removed = changes[name]
        if entries or removed:
            rows = recorded_item(name).rows
            others, keys = alike.get(len(entries), NO_OTHERS) if rows.in_plain_order else NO_OTHERS
            if entries.keys() != others.keys():
                keys = rows.ordered(entries)
                if len(entries) >= MANY and rows.in_plain_order:
                    alike[len(entries)] = entries, keys
            new = tuple(zip(keys, map(entries.__getitem__, keys), strict=True))
            ordered.append((name, new, tuple(rows.ordered(removed)) if removed else ()))
    return tuple(ordered)


def key_to_json(item: Item, key: Any) -> list[Any]:
    """The parts of a key in their form for people."""
    return [people.unstructure(part, unit) for unit, part in zip(item.keys, item.rows.parts(key), strict=True)]


def _to_wire(changes: tuple[ItemChange, ...]) -> list[Any]:
    if type(changes) is not tuple:
        raise FieldError("", "changes of storage", changes)
    packed = []
    for name, entries, removed in changes:
        rows = recorded_item(name).rows
        without = _NONE if removed == () else msgspec.Raw(rows.encode_keys(removed))
        packed.append((name, msgspec.Raw(rows.encode(entries)), without))
    return packed


def _from_wire(raw: Any, _: Unit) -> tuple[ItemChange, ...]:
    changes: list[ItemChange] = []
    for name, entries, removed in raw:
        rows = recorded_item(name).rows
        # Few items have a removed entry, and this is read more often than anything else.
        changes.append((name, rows.decode(entries), () if removed == _NONE else rows.decode_keys(removed)))
    return tuple(changes)


def _to_json(changes: tuple[ItemChange, ...]) -> dict[str, Any]:
    shown = {}
    for name, entries, removed in changes:
        item = recorded_item(name)
        write = people.get_unstructure_hook(item.value)
        shown[item.name] = {
            "set": [[*key_to_json(item, key), write(new)] for key, new in entries],
            "removed": [key_to_json(item, key) for key in removed],
        }
    return shown


def _from_people(changes: Any, _: Unit) -> tuple[ItemChange, ...]:
    if type(changes) is not tuple:
        raise FieldError("", "changes of storage, which an importer reads: they are not written by hand", changes)
    _to_wire(changes)
    return changes


_WIRE = tuple[tuple[str, msgspec.Raw, msgspec.Raw], ...]
StorageChanges = Annotated[tuple[ItemChange, ...], Leaf("changes", "changes", "changes of storage", tuple, _WIRE)]
leaf(wire, "changes", _from_wire, _to_wire)
leaf(wire_in_bulk, "changes", _from_wire, _to_wire)
leaf(people, "changes", _from_people, _to_json)
