"""Computed storage compared with storage as it was seen: which places differ, block by block."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from attrs import field, frozen, mutable

from neuron_ledger.events.difference import Difference
from neuron_ledger.events.storage.changes import key_to_json
from neuron_ledger.events.storage.items import Item
from neuron_ledger.events.storage.items_before import name_on_chain
from neuron_ledger.events.storage.recorded_items import recorded_item
from neuron_ledger.events.wire.converters import people
from neuron_ledger.events.wire.units import U16, family_of
from neuron_ledger.projections.journal import ABSENT
from neuron_ledger.projections.storage import Storage
from neuron_ledger.replay.history.rerun.run import Place

SCHEDULED: Final = ("ScheduledColdkeySwaps", "ScheduledDissolutions")
"""Items that represent a chain's scheduler, which is not read."""


@frozen
class SeenPlace:
    """A place of storage at the end of a block. key: in the form for people. netuid, uid: what the entry is about, if of one."""

    block: int
    key: list[Any]
    netuid: int | None
    uid: int | None

    def __str__(self) -> str:
        of = "" if self.uid is None else f", uid {self.uid}"
        on = "" if self.netuid is None else f", subnet {self.netuid}"
        key = "" if self.uid is not None or not self.key else f", {self.key}"
        return f"block {self.block}{on}{of}{key}"


@frozen
class PlaceDiffers(Difference[SeenPlace]):
    """One value that differs. what: the item. expected: what the chain has; got: what the rules make of it; both in the form for
    people, None where there is no entry.
    """


@mutable
class Count:
    """How many were compared, and how many of them are equal."""

    equal: int = 0
    total: int = 0

    def add(self, is_equal: bool) -> None:
        self.total += 1
        self.equal += is_equal


@mutable
class Judge:
    """One computed storage, and where it differs from what was seen."""

    storage: Storage = field(factory=Storage)
    differing: set[Place] = field(factory=set)

    def begin(self, seen: Storage) -> None:
        """Start from what was seen."""
        self.storage = seen.copy()
        self.differing = set()

    def compare(self, seen: Storage, items: set[str], places: Iterable[Place]) -> list[Place]:
        """Compare these places, and those that differed before. Returns: the newly differing ones, in order."""
        before, self.differing = self.differing, set()
        for place in {*before, *places}:
            if place[0] in items and self.got(place) != value_at(seen, place):
                self.differing.add(place)
        return sorted(self.differing - before, key=_in_order)

    def got(self, place: Place) -> Any:
        return value_at(self.storage, place)

    def take(self, seen: Storage, places: Iterable[Place]) -> None:
        """Take over what was seen in these places."""
        with self.storage.transaction():
            for item, key in places:
                value = value_at(seen, (item, key))
                if value is ABSENT:
                    self.storage.map(item).remove(key)
                else:
                    self.storage.map(item)[key] = value

    def take_all(self, seen: Storage, places: Iterable[Place]) -> None:
        """Take over what was seen in all differing places, and in these; the scheduler is never seen."""
        self.take(seen, [place for place in {*places, *self.differing} if place[0] not in SCHEDULED])
        self.differing = set()


def value_at(storage: Storage, place: Place) -> Any:
    return storage.map(place[0]).get(place[1], ABSENT)


def all_places(*storages: Storage) -> set[Place]:
    """Every place that any of these has an entry in."""
    return {(table.item.name, key) for storage in storages for table in storage.maps() for key in table}


def _in_order(place: Place) -> tuple[str, str]:
    return place[0], repr(place[1])


def differences_at(block: int, place: Place, expected: Any, got: Any, seen: Storage) -> Iterator[PlaceDiffers]:
    """The differences in a place: uid by uid if it holds a vector."""
    item = recorded_item(place[0])
    key = key_to_json(item, place[1]) if item.keys else []
    netuid, uid = _about(item, place[1], seen)
    if family_of(item.value) == "vector" and isinstance(expected, tuple) and isinstance(got, tuple) and len(expected) == len(got):
        for at, (one, other) in enumerate(zip(expected, got, strict=True)):
            if one != other:
                yield PlaceDiffers(SeenPlace(block, key, netuid, at), name_on_chain(item.name), one, other)
        return
    where = SeenPlace(block, key, netuid, uid)
    yield PlaceDiffers(where, name_on_chain(item.name), shown(item, expected), shown(item, got))


def _about(item: Item, key: Any, seen: Storage) -> tuple[int | None, int | None]:
    """The subnet and the uid that an entry is about, if its key has them."""
    parts: tuple[Any, ...] = key if len(item.keys) > 1 else (key,)
    netuid = next((part for part, unit in zip(parts, item.keys, strict=False) if unit == U16), None)
    if netuid is None:
        return None, None
    if item.keys == (U16, U16):
        return netuid, parts[1]
    hotkey = next((part for part in parts if isinstance(part, bytes)), None)
    return netuid, None if hotkey is None else seen.uids.get((netuid, hotkey), None)


def shown(item: Item, value: Any) -> Any:
    """A value in the form for people; None if there is no entry."""
    return None if value is ABSENT else people.unstructure(value, item.value)
