"""A desk: the tables that a step of the block hook takes out of storage for all subnets at once, works on, and puts back.

Every subnet's entry of many tables is read and written several times in a block. On a desk the tables of subnets are plain dicts,
copied whole on first use and put back whole at the end, so that the journal is used once per table instead of once per write.
Rules see no difference: a desk's transaction is used like the one that it was made for.
"""

from collections.abc import Callable, Iterable
from itertools import repeat
from typing import Any, Generic, TypeVar, cast

from neuron_ledger.events.wire.record import Event
from neuron_ledger.events.wire.units import family_of
from neuron_ledger.ledger.transaction import Transaction
from neuron_ledger.projections.journal import ABSENT
from neuron_ledger.projections.maps import StorageMap, StorageValue
from neuron_ledger.projections.storage import Storage

K = TypeVar("K")
V = TypeVar("V")
Rules = TypeVar("Rules")

FEW_SUBNETS = 8
"""Up to this many networks, working in place is faster."""


class OpenTable(dict[K, V]):
    """A working copy of the entries of a storage map; as in the map, an absent one reads as the item's default."""

    __slots__ = ("_default", "_had", "_lost", "table")

    def __init__(self, table: StorageMap[K, V]) -> None:
        super().__init__(table.as_dict())
        self.table = table
        self._default: V = table.item.default
        self._had = len(self)
        self._lost = False

    def __missing__(self, _: K) -> V:
        return self._default

    def remove(self, key: K) -> None:
        """Remove an entry; does nothing if there is none."""
        self._lost |= self.pop(key, ABSENT) is not ABSENT

    def values_of(self, keys: Iterable[K]) -> list[V]:
        """As in `StorageMap`."""
        return list(map(self.get, keys, repeat(self._default)))

    @property
    def has_same_keys(self) -> bool:
        """Whether the keys are those of the map."""
        return not self._lost and len(self) == self._had

    def ordered(self, place: Callable[[K], Any]) -> list[K]:
        """As in `StorageMap`."""
        return self.table.ordered(place) if self.has_same_keys else sorted(self, key=place)

    def put_back(self) -> None:
        self.table.assume(self, has_same_keys=self.has_same_keys)


class OpenValue:
    """A working copy of a single number of storage, which must be present."""

    __slots__ = ("before", "table", "value")

    def __init__(self, table: StorageValue[int]) -> None:
        self.table = table
        self.value = self.before = table.value


class Desk:
    """Storage with the tables of subnets taken out, each on first use."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._tables: dict[str, OpenTable[Any, Any]] = {}
        self._values: dict[str, OpenValue] = {}

    def __getattr__(self, name: str) -> Any:
        what = getattr(self._storage, name)
        if isinstance(what, StorageMap) and family_of(what.item.value) in ("integer", "wide", "bool"):
            if isinstance(what, StorageValue):
                if what:  # an absent one is written in place, since its presence is itself a fact
                    what = self._values[name] = OpenValue(what)
            elif len(what.item.keys) == 1 and family_of(what.item.keys[0]) == "integer":
                what = self._tables[name] = OpenTable(what)
        setattr(self, name, what)
        return what

    def map(self, name: str) -> Any:
        """As `Storage.map`, but the table on the desk where there is one."""
        table = self._storage.map(name)
        attribute = table.item.attribute
        return vars(self).get(attribute, table)

    def put_back(self) -> None:
        """Write the tables back to storage. The desk is then empty and may be used again."""
        for name, entries in self._tables.items():
            entries.put_back()
            delattr(self, name)
        for name, value in self._values.items():
            if value.value is not value.before:
                value.table.value = value.value
            delattr(self, name)
        self._tables, self._values = {}, {}


class DeskTransaction(Transaction[Rules], Generic[Rules]):
    """A transaction at a desk."""

    def __init__(self, tx: Transaction[Rules]) -> None:
        self._tx, self._desk = tx, Desk(tx.storage)
        self.storage, self.rules, self.due_epochs = cast(Storage, self._desk), tx.rules, tx.due_epochs

    def emit(self, event: Event) -> None:
        """As `Transaction.emit`, after putting the tables back: events are folded into storage itself."""
        self._desk.put_back()
        self._tx.emit(event)

    def put_back(self) -> None:
        self._desk.put_back()


def at_desk(tx: Transaction[Rules], work: Callable[[Transaction[Rules]], None]) -> None:
    """Do work with the tables of subnets on a desk; in place where there are few subnets.

    Meanwhile nobody else may write to storage. If an exception is raised, what was not put back is discarded.
    """
    if len(tx.storage.networks_added) <= FEW_SUBNETS:
        work(tx)
        return
    desk = DeskTransaction(tx)
    work(desk)
    desk.put_back()
