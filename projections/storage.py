"""The chain's storage, rebuilt from events: every map and value under its on-chain name in snake_case.

There is no second state: rules read the same storage that replay rebuilds. It is closed: only a transaction can write
(`with storage.transaction()`), and users of a ledger get a read-only view. Which items exist, with their keys, kinds and
defaults, is defined by the layout (`events/storage/layout.py`); `storage_items.py` gives each its Python type.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import msgspec
from blake3 import blake3

from neuron_ledger.events.storage.items import Item
from neuron_ledger.events.storage.layout import FIRST_LAYOUT, LAYOUTS, Layout
from neuron_ledger.events.storage.recorded_items import canonical_place, raw_item, recorded_item
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.events.wire.messagepack import PACK, UNFIT
from neuron_ledger.projections.journal import Journal, Sealed, StorageClosed
from neuron_ledger.projections.maps import StorageMap, StorageValue
from neuron_ledger.projections.storage_items import StorageItems


class Storage(StorageItems):
    """All storage of one chain at one block."""

    layout: Layout
    layouts: Mapping[int, Layout]
    journal: Journal
    _tables: dict[str, StorageMap[Any, Any]]
    _entries: dict[str, dict[Any, Any]]
    _view: "Storage | None"

    def __init__(self, layout: Layout = FIRST_LAYOUT, layouts: Mapping[int, Layout] = LAYOUTS) -> None:
        """layout: the first one. layouts: by spec_version, to switch to when the runtime is upgraded."""
        self._begin(layout, layouts, Journal(), {})

    def _begin(self, layout: Layout, layouts: Mapping[int, Layout], journal: Journal, entries: dict[str, dict[Any, Any]]) -> None:
        vars(self).update(layouts=layouts, journal=journal, _entries=entries, _tables={}, _view=None)
        self._arrange(layout)

    def _arrange(self, layout: Layout) -> None:
        """Make the items of a layout, and no others, attributes."""
        own, tables = vars(self), self._tables
        for table in tables.values():
            own.pop(table.item.attribute, None)
        for name, item in layout.items.items():
            if name in tables:
                tables[name]._read_as(item)
            else:
                self._add(item)
            own[item.attribute] = tables[name]
        own["layout"] = layout

    def _add(self, item: Item) -> StorageMap[Any, Any]:
        """Create the map of an item."""
        kind: type[StorageMap[Any, Any]] = StorageMap if item.keys else StorageValue
        table = self._tables[item.name] = kind(item, self._entries.setdefault(item.name, {}), self.journal)
        return table

    def __setattr__(self, name: str, value: Any) -> None:
        self._refuse(name)

    def __delattr__(self, name: str) -> None:
        self._refuse(name)

    def _refuse(self, name: str) -> None:
        if self.journal.writes is None:
            self.journal.refuse(name)
        raise StorageClosed(
            f"{name}: the items of storage are fixed by its layout; what can be written are entries (storage.{name}[key] = value)"
        )

    def map(self, name: str) -> StorageMap[Any, Any]:
        """The map (or value) of the item with this on-chain name, in this layout or another, or raw. Raises: FieldError."""
        table = self._tables.get(name)
        return table if table is not None else self._add(recorded_item(name))

    def raw(self, name: str) -> StorageMap[bytes, bytes | None]:
        """The entries of an item that are kept as a node encoded them: bytes of the key → bytes of the value."""
        return self.map(raw_item(name).name)

    def maps(self) -> Iterator[StorageMap[Any, Any]]:
        """Every map and value of the layout, and any others ever written, in canonical order."""
        names: Iterable[str] = self.layout.items
        if len(self._entries) > len(self.layout.items):
            names = sorted(self._entries, key=canonical_place)
        for name in names:
            yield self.map(name)

    def adopt(self, layout: Layout) -> None:
        """Switch to the layout of another runtime: its items and their defaults.

        What is stored stays. Entries of items that it does not know remain accessible by `map`, and in `encode`.
        Raises: StorageClosed on a view, which follows its storage.
        """
        if layout is self.layout:
            return
        if isinstance(self.journal, Sealed):
            self.journal.refuse("the layout")
        self._arrange(layout)
        if self._view is not None:
            self._view._arrange(layout)

    @contextmanager
    def transaction(self) -> Iterator[Journal]:
        """The only way to write: what is written inside takes effect, or is undone if an exception leaves the block.

        Yields the journal, which can undo a part of it, or all (`rollback`). Raises: StorageClosed on a view.
        """
        journal, layout = self.journal, self.layout
        journal.begin()
        try:
            yield journal
        except BaseException:
            journal.rollback()
            self.adopt(layout)
            raise
        finally:
            journal.end()

    @contextmanager
    def bulk(self) -> Iterator[None]:
        """For folding many events: inside, vectors that change are lists, changed in place, and rows may stay in wire form; at
        the end all are converted. Raises: FieldError for a malformed row; StorageClosed on a view.
        """
        journal = self.journal
        journal.begin()
        journal.writes, journal.bulk = None, True
        try:
            yield
        finally:
            journal.bulk = False
            for table in self.maps():
                if table.item.family in ("vector", "row"):
                    table.freeze()

    def view(self) -> "Storage":
        """The same storage, read-only: it always shows the current content, and refuses every write.

        A storage has one view; a view is its own view.
        """
        view = self._view
        if view is None:
            view = object.__new__(type(self))
            view._begin(self.layout, self.layouts, Sealed(), self._entries)
            vars(self)["_view"] = vars(view)["_view"] = view
        return view

    def copy(self) -> "Storage":
        """An independent storage with the same content (values are immutable and shared), to be written in transactions."""
        other = type(self)(self.layout, self.layouts)
        other.replace(self)
        return other

    def replace(self, other: "Storage") -> None:
        """Take over another storage's content and layout, replacing this one's; a view of this one shows them from then on.

        Raises: StorageClosed on a view; RuntimeError inside a transaction.
        """
        self.journal.begin()
        self.journal.end()
        for table in self._tables.values():
            table.forget_keys()
        for entries in self._entries.values():
            entries.clear()
        for name, entries in other._entries.items():
            self._entries.setdefault(name, {}).update(entries)
        self.adopt(other.layout)

    def encode(self) -> bytes:
        """Everything in canonical order: equal content gives equal bytes on every machine and Python.

        MessagePack of [[item name, [[key part, …, value], …]], …]: items that have entries, in declaration order, raw ones after
        them by name; entries sorted by the MessagePack bytes of their keys.
        """
        return PACK([(table.item.name, msgspec.Raw(_rows(table))) for table in self.maps() if table])

    @classmethod
    def decode(cls, content: bytes, layout: Layout = FIRST_LAYOUT) -> "Storage":
        """The storage that `encode` described, under a layout. Raises: FieldError for anything else."""
        storage = cls(layout)
        try:
            items = _ITEMS_AND_ROWS(content)
        except UNFIT as fault:
            raise FieldError("storage", f"items and their entries ({fault})", content) from None
        for name, rows in items:
            storage._entries.setdefault(name, {}).update(recorded_item(name).rows.decode(rows))
        return storage

    def digest(self) -> bytes:
        """BLAKE3 of `encode()`: 32 bytes, equal exactly if the content is."""
        return blake3(self.encode()).digest()


_ITEMS_AND_ROWS = msgspec.msgpack.Decoder(list[tuple[str, msgspec.Raw]]).decode


def _rows(table: StorageMap[Any, Any]) -> bytes:
    rows = table.item.rows
    return rows.encode([(key, table[key]) for key in rows.ordered(table)])
