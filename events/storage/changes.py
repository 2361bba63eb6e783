"""Changes of storage as a value of its own: for each item, the entries that got a new value and those that went away.

They travel in two events: `StorageChanged` (the plain quantities a call moved: balances, pools, shares, counters, net over the
whole call) and `StorageObserved` (storage taken over from elsewhere). The order is canonical: items in declaration order, raw
ones by name after them, entries by the MessagePack bytes of their keys.
"""

from typing import Annotated, Any, ClassVar

import msgspec
from attrs import frozen

from neuron_ledger.events.storage.items import Item
from neuron_ledger.events.storage.recorded_items import canonical_place, recorded_item
from neuron_ledger.events.wire.kinds import FieldError

ItemChange = tuple[str, tuple[tuple[Any, Any], ...], tuple[Any, ...]]
"""(item name, ((key, new value), …), (removed key, …))."""

_ENCODE = msgspec.msgpack.Encoder().encode


def canonical_changes(changes: dict[str, tuple[dict[Any, Any], list[Any]]]) -> tuple[ItemChange, ...]:
    """Bring {item name: ({key: value}, [removed key])} into canonical order."""
    ordered: list[ItemChange] = []
    for name in sorted(changes, key=canonical_place):
        item = recorded_item(name)
        entries, removed = changes[name]

        def by_bytes(key: Any, item: Item = item) -> bytes:
            return _ENCODE(item.key_to_wire(key))

        if entries or removed:
            new = tuple((key, entries[key]) for key in sorted(entries, key=by_bytes))
            ordered.append((name, new, tuple(sorted(removed, key=by_bytes))))
    return tuple(ordered)


@frozen
class Changes:
    """The kind of a tuple of `ItemChange`. Wire: [[name, [[key part, …, value], …], [[key part, …], …]], …]."""

    plain: ClassVar[bool] = False

    def check(self, value: Any, where: str) -> None:
        if type(value) is not tuple:
            raise FieldError(where, "changes of storage", value)
        for name, entries, removed in value:
            item = recorded_item(name)
            for key, new in entries:
                self._check_key(item, key, where)
                item.value.check(new, f"{where}.{name}[{key!r}]")
            for key in removed:
                self._check_key(item, key, where)

    def _check_key(self, item: Item, key: Any, where: str) -> None:
        parts = (key,) if len(item.keys) == 1 else key
        if type(parts) is not tuple or len(parts) != len(item.keys):
            raise FieldError(f"{where}.{item.name}", f"a key of {len(item.keys)} parts", key)
        for kind, part in zip(item.keys, parts, strict=True):
            kind.check(part, f"{where}.{item.name} key")

    def to_wire(self, value: Any) -> Any:
        wire = []
        for name, entries, removed in value:
            item = recorded_item(name)
            rows = [[*item.key_to_wire(key), item.value.to_wire(new)] for key, new in entries]
            wire.append([name, rows, [item.key_to_wire(key) for key in removed]])
        return wire

    def from_wire(self, wire: Any) -> Any:
        changes = []
        for name, rows, removed in wire:
            item = recorded_item(name)
            from_wire = item.value.from_wire
            entries = tuple([(item.key_from_wire(row[:-1]), from_wire(row[-1])) for row in rows])
            changes.append((name, entries, tuple([item.key_from_wire(key) for key in removed])))
        return tuple(changes)

    def to_json(self, value: Any) -> Any:
        return {
            item.name: {
                "set": [[*key_to_json(item, key), item.value.to_json(new)] for key, new in entries],
                "removed": [key_to_json(item, key) for key in removed],
            }
            for item, entries, removed in ((recorded_item(name), *change) for name, *change in value)
        }

    def from_json(self, raw: Any, where: str) -> Any:
        raise FieldError(where, "an importer: changes of storage are not written by hand", raw)


def key_to_json(item: Item, key: Any) -> list[Any]:
    """The parts of a key in their JSON form."""
    parts = (key,) if len(item.keys) == 1 else key
    return [kind.to_json(part) for kind, part in zip(item.keys, parts, strict=True)]


StorageChanges = Annotated[tuple[ItemChange, ...], Changes()]
