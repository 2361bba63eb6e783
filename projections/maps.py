"""The building blocks of storage: maps and values with defaults that remember, while a call runs, what they held before.

A map reads an absent key as its item's default, like the chain's `ValueQuery`; `key in map` tells whether it is there.
Values are immutable, so that what a journal remembers stays true.
"""

from typing import Any, Generic, TypeVar

from neuron_ledger.events.storage.items import Item
from neuron_ledger.events.wire.kinds import FieldError, Pairs

K = TypeVar("K")
V = TypeVar("V")

ABSENT: Any = type("Absent", (), {"__repr__": lambda _: "ABSENT"})()
"""Stands for "no entry" in the journal and in changes."""


class Journal:
    """What writes replaced, newest last, while a transaction is open; nothing is kept otherwise."""

    __slots__ = ("bulk", "writes")

    def __init__(self) -> None:
        self.bulk = False
        """Whether vectors may be changed in place: only while many events are folded and nobody reads."""
        self.writes: list[tuple[StorageMap[Any, Any], Any, Any]] | None = None

    def begin(self) -> None:
        """Start to remember. Transactions do not nest."""
        if self.writes is not None:
            raise RuntimeError("a transaction is open on this storage already")
        self.writes = []

    def mark(self) -> int:
        """A place to roll back to."""
        return len(self.writes or ())

    def rollback(self, mark: int = 0) -> None:
        """Undo every write since `mark`."""
        writes = self.writes or []
        while len(writes) > mark:
            table, key, before = writes.pop()
            if before is ABSENT:
                dict.pop(table, key, None)
            else:
                dict.__setitem__(table, key, before)

    def compact(self, mark: int) -> None:
        """Keep, of the writes since `mark`, the first to each place: enough to roll back to `mark`, not to places in between."""
        first: dict[tuple[int, Any], tuple[StorageMap[Any, Any], Any, Any]] = {}
        writes = self.writes or []
        for write in writes[mark:]:
            first.setdefault((id(write[0]), write[1]), write)
        writes[mark:] = first.values()

    def end(self) -> None:
        """Forget what was remembered: the writes stand."""
        self.writes = None


class StorageMap(dict[K, V], Generic[K, V]):
    """One storage map of the chain."""

    __slots__ = ("_journal", "item")

    def __init__(self, item: Item, journal: Journal) -> None:
        super().__init__()
        self.item = item
        self._journal = journal

    def __missing__(self, key: K) -> V:
        return self.item.default  # type: ignore[no-any-return]

    def __setitem__(self, key: K, value: V) -> None:
        writes = self._journal.writes
        if writes is not None:
            writes.append((self, key, dict.get(self, key, ABSENT)))
        dict.__setitem__(self, key, value)

    def place(self, key: K, index: int, value: Any) -> None:
        """Set one entry of the vector under a key; a vector without such an entry stays as it is, but is there from then on."""
        vector: Any = self[key]
        if type(vector) is list:
            if index < len(vector):
                vector[index] = value
            return
        changed = list(vector)
        if index < len(changed):
            changed[index] = value
        self[key] = changed if self._journal.bulk else tuple(changed)  # type: ignore[assignment]

    def freeze(self) -> None:
        """Make the vectors that a bulk of folds has thawed immutable again, and unpack the rows that it left as they came."""
        table: dict[Any, Any] = self
        changed: dict[Any, Any]
        if isinstance(self.item.value, Pairs):
            changed = {key: self._row(key, value) for key, value in table.items() if type(value) is not bytes}
        else:
            changed = {key: tuple(value) for key, value in table.items() if type(value) is list}
        dict.update(table, changed)

    def _row(self, key: K, wire: Any) -> bytes:
        try:
            row: bytes = self.item.value.from_wire(wire)
        except (TypeError, ValueError):
            raise FieldError(f"{self.item.name}[{key}]", "a row of pairs", wire) from None
        return row

    def remove(self, key: K) -> None:
        """Remove an entry; nothing happens if there is none."""
        if key in self:
            writes = self._journal.writes
            if writes is not None:
                writes.append((self, key, dict.__getitem__(self, key)))
            dict.__delitem__(self, key)

    def __repr__(self) -> str:
        return f"<{self.item.name}: {len(self)} entries>"


class StorageValue(StorageMap[tuple[()], V]):
    """One single value of the chain's storage."""

    __slots__ = ()

    @property
    def value(self) -> V:
        return self[()]

    @value.setter
    def value(self, value: V) -> None:
        self[()] = value
