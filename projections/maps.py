"""The building blocks of storage: maps and values with defaults, which only a transaction can write.

A map reads an absent key as its item's default, like the chain's `ValueQuery`; `key in map` is whether it is present.
Values are immutable, so that what a journal remembers stays true. A map is not a dict: there is one way to write an entry and one
to remove it, and both go through the journal.
"""

from bisect import bisect_left, insort
from collections.abc import Callable, ItemsView, Iterable, Iterator, KeysView, Mapping, ValuesView
from itertools import repeat
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar, overload

from neuron_ledger.events.storage.items import Item
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.events.wire.rows import row_from_wire
from neuron_ledger.projections.growing import Growing
from neuron_ledger.projections.journal import ABSENT, Journal, Sealed, StorageClosed

K = TypeVar("K")
V = TypeVar("V")
D = TypeVar("D")


class StorageMap(Mapping[K, V]):
    """One storage map of the chain."""

    __slots__ = (
        "_default",
        "_entries",
        "_gone",
        "_groups",
        "_journal",
        "_ordered",
        "_place",
        "_read",
        "_remembered_at",
        "_settled",
        "_whole_at",
        "get",
        "item",
    )

    def __init__(self, item: Item, entries: dict[K, V], journal: Journal) -> None:
        self._ordered: list[K] | None = None
        self._place: Callable[[K], Any]
        self._groups: dict[Any, dict[K, None]] | None = None
        self._settled: set[K] = set()
        """Places that are present and whose entry the journal has since its last mark: a further write needs no preparation."""
        self._gone: set[K] = set()
        """Places whose entry the journal has, and that were removed since."""
        self._remembered_at = 0
        self._whole_at = -1
        """The journal's mark since which all entries are settled."""
        self.item = item
        self._default: V = item.default
        self._entries = entries
        self._journal = journal
        self._read = self.get = entries.get  # type: ignore[method-assign]

    def __getitem__(self, key: K) -> V:
        return self._read(key, self._default)

    if TYPE_CHECKING:  # at runtime the entries' own `get`: nothing is called more often

        @overload
        def get(self, key: K, /) -> V | None: ...
        @overload
        def get(self, key: K, default: V, /) -> V: ...
        @overload
        def get(self, key: K, default: D, /) -> V | D: ...
        def get(self, key: K, default: Any = None, /) -> Any:
            """The value stored under a key; if absent, `default`, not the item's default."""

    def __contains__(self, key: object) -> bool:
        return key in self._entries

    def values_of(self, keys: Iterable[K]) -> list[V]:
        """The values of several keys, or the item's default for absent ones."""
        return list(map(self._read, keys, repeat(self._default)))

    def __iter__(self) -> Iterator[K]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def keys(self) -> KeysView[K]:
        return self._entries.keys()

    def values(self) -> ValuesView[V]:
        return self._entries.values()

    def items(self) -> ItemsView[K, V]:
        return self._entries.items()

    def as_dict(self) -> dict[K, V]:
        """A copy of the entries."""
        return self._entries.copy()

    def ordered(self, place: Callable[[K], Any]) -> list[K]:
        """The keys sorted by `place`, which must be the same function at every call. Do not change or keep the list: keys that
        come and go are inserted and removed in it.
        """
        if self._ordered is not None:
            return self._ordered
        ordered = sorted(self._entries, key=place)
        if not isinstance(self._journal, Sealed):  # a view's map does not see changes
            self._ordered, self._place = ordered, place
        return ordered

    def under(self, first: Any) -> list[K]:
        """The keys of several parts that begin with this one, found without looking at all the others."""
        groups = self._groups
        if groups is None:
            groups = {}
            for key in self._entries:
                groups.setdefault(key[0], {})[key] = None  # type: ignore[index]
            if not isinstance(self._journal, Sealed):
                self._groups = groups
        return list(groups.get(first, ()))

    def forget_keys(self) -> None:
        """Discard the sorted and grouped keys, since the entries were exchanged."""
        self._ordered = self._groups = None

    def _came(self, key: K) -> None:
        if self._ordered is not None:
            insort(self._ordered, key, key=self._place)
        if self._groups is not None:
            self._groups.setdefault(key[0], {})[key] = None  # type: ignore[index]

    def _went(self, key: K) -> None:
        if self._ordered is not None:
            del self._ordered[bisect_left(self._ordered, self._place(key), key=self._place)]
        if self._groups is not None:
            del self._groups[key[0]][key]  # type: ignore[index]

    def __setitem__(self, key: K, value: V) -> None:
        if self._remembered_at != self._journal.marks or key not in self._settled:
            self._prepare(key)
        self._entries[key] = value

    def _prepare(self, key: K) -> None:
        """Prepare the first write to a place since the last mark, or a write to one that was removed since."""
        journal = self._journal
        if journal.writes is None:
            if not journal.bulk:
                journal.refuse(f"{self.item.name}[{key!r}]")
            self._ordered = self._groups = None
            return
        before = self._read(key, ABSENT)
        if before is ABSENT:
            self._came(key)
        if journal.folding:
            self._remember_of_fold(key, before)
            self._whole_at = -1
            return
        if self._remembered_at != journal.marks:
            self._settled, self._gone, self._remembered_at = set(), set(), journal.marks
        if key in self._gone:
            self._gone.discard(key)
        else:
            journal.writes.append((self, key, before))
        self._settled.add(key)

    def _remember_of_fold(self, key: K, before: V) -> None:
        """Record what a place held before an event wrote there, unless the journal has it since the last mark."""
        journal = self._journal
        if self._remembered_at == journal.marks - 1 and (key in self._settled or key in self._gone):
            journal.overwritten.append((self, key))
        elif journal.writes is not None:
            journal.writes.append((self, key, before))

    def change(self, entries: Iterable[tuple[K, V]], removed: Iterable[K]) -> None:
        """Write entries, and remove others."""
        if self._journal.bulk:
            self._ordered = self._groups = None
            self._entries.update(entries)
        else:
            self.put_all(entries)
        for key in removed:
            self.remove(key)

    def put_all(self, entries: Iterable[tuple[K, V]]) -> None:
        """Write several entries: the same as one after another, but faster."""
        journal = self._journal
        if journal.writes is None or journal.folding:
            for key, value in entries:
                self[key] = value
            return
        if self._remembered_at != journal.marks:
            self._settled, self._gone, self._remembered_at = set(), set(), journal.marks
        own, settled, gone, remember = self._entries, self._settled, self._gone, journal.writes.append
        for key, value in entries:
            if key not in settled:
                before = own.get(key, ABSENT)
                if before is ABSENT:
                    self._came(key)
                if key in gone:
                    gone.discard(key)
                else:
                    remember((self, key, before))
                settled.add(key)
            own[key] = value

    def remove(self, key: K) -> None:
        """Remove an entry; does nothing if there is none."""
        journal = self._journal
        if journal.writes is None and not journal.bulk:
            journal.refuse(f"{self.item.name}[{key!r}]")
        if key not in self._entries:
            if journal.folding:  # the event removes the entry, which the rule may have done already
                journal.overwritten.append((self, key))
            return
        before = self._entries.pop(key)
        self._went(key)
        self._whole_at = -1
        if journal.writes is None:
            return
        if journal.folding:
            self._remember_of_fold(key, before)
        else:
            if self._remembered_at != journal.marks:
                self._settled, self._gone, self._remembered_at = set(), set(), journal.marks
            if key not in self._settled and key not in self._gone:
                journal.writes.append((self, key, before))
            self._gone.add(key)
        self._settled.discard(key)

    def assume(self, entries: Mapping[K, V], *, has_same_keys: bool) -> None:
        """Replace all entries by these. has_same_keys: that the keys are the present ones.

        From the second time on after a mark, the journal is not needed for each entry.
        """
        own = self._entries
        if has_same_keys:
            if self._whole_at == self._journal.marks:
                own.update(entries)
                return
            if own == entries:
                return
        for key in [key for key in own if key not in entries]:
            self.remove(key)
        self.put_all(entries.items())
        if not self._journal.folding:
            self._whole_at = self._journal.marks

    def _read_as(self, item: Item) -> None:
        """For its storage alone: take over the default of another layout's item of the same name."""
        self.item = item
        self._default = item.default

    def restore(self, key: K, before: V) -> None:
        """Restore a value from the journal, without recording that write."""
        if self._journal.writes is None:
            self._journal.refuse(f"{self.item.name}[{key!r}]")
        was_there = key in self._entries
        if before is not ABSENT:
            self._entries[key] = before
            if not was_there:
                self._came(key)
        elif was_there:
            del self._entries[key]
            self._went(key)

    def place(self, key: K, index: int, value: Any) -> None:
        """Set one entry of the vector under a key. A vector too short for it stays unchanged, but is present from then on."""
        vector: Any = self[key]
        if type(vector) is list:
            if index < len(vector):
                vector[index] = value
            return
        changed = list(vector)
        if index < len(changed):
            changed[index] = value
        self[key] = changed if self._journal.bulk else tuple(changed)  # type: ignore[assignment]

    def append(self, key: K, item: Any) -> None:
        """Append an item to the list under a key, in constant time."""
        items: Any = self[key]
        self[key] = (items if type(items) is Growing else Growing(items)).appended(item)  # type: ignore[assignment]

    def freeze(self) -> None:
        """Make the vectors that a bulk fold made mutable immutable again, and unpack the rows that it left in wire form."""
        table: dict[Any, Any] = self._entries
        changed: dict[Any, Any]
        if self.item.family == "row":
            changed = {key: self._row(key, value) for key, value in table.items() if type(value) is not bytes or len(value) % 4}
        else:
            changed = {key: tuple(value) for key, value in table.items() if type(value) is list}
        table.update(changed)

    def _row(self, key: K, wire: Any) -> bytes:
        try:
            return row_from_wire(wire)
        except (TypeError, ValueError):
            raise FieldError(f"{self.item.name}[{key}]", "a row of pairs", wire) from None

    def _one_way(self, *_: Any, **__: Any) -> NoReturn:
        """Refuse the other methods of a dict, which would bypass the journal."""
        if self._journal.writes is None:
            self._journal.refuse(self.item.name)
        raise StorageClosed(f"{self.item.name}: an entry is written with map[key] = value and removed with map.remove(key)")

    __delitem__ = __ior__ = pop = popitem = update = setdefault = clear = _one_way

    def __repr__(self) -> str:
        return f"<{self.item.name}: {len(self)} entries>"


class StorageValue(StorageMap[tuple[()], V]):
    """A single value of the chain's storage."""

    __slots__ = ()

    @property
    def value(self) -> V:
        return self._read((), self._default)

    @value.setter
    def value(self, value: V) -> None:
        self[()] = value
