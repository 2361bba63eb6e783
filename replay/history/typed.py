"""A node's storage entries as entries of the ledger's own storage, for items that hold the same.

Items change from runtime to runtime. An entry is taken over under an item of a layout only if its key and its value fit there;
the node's raw bytes are kept in any case. They are read by the chain's own metadata: fields of a struct are
found by their names, in any order.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, Final

from attrs import frozen

from neuron_ledger.events.storage.items import NOBODY, Item
from neuron_ledger.events.storage.items_before import name_on_chain
from neuron_ledger.events.storage.layout import Layout
from neuron_ledger.events.wire.converters import people, read
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.events.wire.rows import pack_pairs
from neuron_ledger.events.wire.units import Unit, family_of
from neuron_ledger.projections.journal import ABSENT
from neuron_ledger.replay.history.runtime import KEY_NAMES, OF_OTHERS, NodeRuntime, StorageEntry
from neuron_ledger.replay.node.metadata.commitments import registration_from_chain
from neuron_ledger.replay.node.metadata.storage import HASH_BYTES, Entry, entry_of
from neuron_ledger.replay.node.types.chain_types import CHAIN_TYPES
from neuron_ledger.replay.node.types.codec import Reader, ScaleError
from neuron_ledger.replay.node.types.definitions import Enum, Struct
from neuron_ledger.replay.node.types.notation import Shape

MISFIT: Any = type("Misfit", (), {"__repr__": lambda _: "MISFIT"})()
"""A value that does not fit the unit of the ledger's item."""

_MISFITS: Final = (ScaleError, FieldError, ValueError, KeyError, TypeError)


@frozen
class _Place:
    """An item of the chain and the layout's item that holds the same. ours: how the ledger's would be declared on a chain."""

    item: Item
    chain: StorageEntry
    ours: Entry | None


class Translation:
    """Converts entries of a node at one runtime to entries of a layout's storage."""

    def __init__(self, runtime: NodeRuntime, layout: Layout) -> None:
        self.runtime = runtime
        self.layout = layout
        self._named = {name_on_chain(name): item for name, item in layout.items.items()} | dict(layout.items)
        self._places = {prefix: places for name, prefix in runtime.items.items() if (places := tuple(self._of(name)))}

    def _of(self, name: str) -> Iterator[_Place]:
        for ours in OF_OTHERS.get(name, (name,)):
            item = self._named.get(ours)
            if item is not None:
                yield _Place(item, self.runtime.entries[name], None if name in OF_OTHERS else entry_of(item))

    @property
    def items(self) -> set[str]:
        """The items of the layout that the chain has too."""
        return {place.item.name for places in self._places.values() for place in places}

    def read_items(self) -> Iterator[tuple[Item, bool]]:
        """(item of the layout, whether the chain's keys of it begin with a subnet)."""
        for places in self._places.values():
            for place in places:
                yield place.item, place.chain.is_of_subnets

    def holds(self, key: bytes) -> bool:
        """Whether any item of the layout has entries like that of this full key."""
        return key[:KEY_NAMES] in self._places

    def entries(self, key: bytes, value: bytes | None) -> Iterator[tuple[str, Any, Any]]:
        """(item, key, value) in the ledger's storage for a node's entry. key: the full key; value: None if it was removed.

        Yields nothing for an entry without an item of the layout. ABSENT for a key that does not fit, and for a value that is
        removed or means none; MISFIT for one that does not fit.
        """
        for place in self._places.get(key[:KEY_NAMES], ()):
            yield place.item.name, self._fitting_key(place, key), ABSENT if value is None else self._fitting_value(place, value)

    def _fitting_key(self, place: _Place, key: bytes) -> Any:
        try:
            return self._key(place, key)
        except _MISFITS:
            return ABSENT

    def _fitting_value(self, place: _Place, value: bytes) -> Any:
        try:
            found = self._value(place, value)
            return found if found is ABSENT else _fitting(found, place.item.value)
        except _MISFITS:
            return MISFIT

    def _key(self, place: _Place, key: bytes) -> Any:
        if place.ours is not None and place.ours.has_encoded_key:
            return key[KEY_NAMES:]
        reader = Reader(key)
        reader.take(KEY_NAMES)
        parts = []
        for hasher, kind, unit in zip(place.chain.hashers, place.chain.keys, place.item.keys, strict=True):
            reader.take(HASH_BYTES[hasher])
            part = self.runtime.types.codec.read(kind, reader)
            parts.append(_fitting(part, unit))
        if reader.left:
            raise ScaleError(f"{reader.left} bytes are left over after a key of {place.item.name}")
        return parts[0] if len(parts) == 1 else tuple(parts)

    def _value(self, place: _Place, value: bytes) -> Any:
        if place.ours is not None and place.ours.is_encoded:
            return value
        read = self.runtime.types.codec.decode(place.chain.value, value)
        if place.ours is None:
            return _FROM_OTHERS.get(place.item.name, _as_it_is)(read)
        return _FROM_CHAIN.get(place.item.name, _as_it_is)(_form_of(place.ours.value, family_of(place.item.value))(read))


Reads = Callable[[Any], Any]


def _fitting(value: Any, unit: Unit) -> Any:
    """The value, if its unit holds it exactly as a node has it: no text or list that people could write in its place."""
    if read(people, value, unit) != value:
        raise FieldError("", "a value as it is in storage", value)
    return value


def _as_it_is(value: Any) -> Any:
    return value


@cache
def _form_of(kind: Shape, family: str = "") -> Reads:
    """Converters from the chain's decoded values to the ledger's. family: of the unit, for a packed row."""
    if family == "row":
        return pack_pairs
    if kind.name in ("Vec", "BTreeSet", "BTreeMap", "array"):
        inner = _form_of(Shape("tuple", kind.parts) if kind.name == "BTreeMap" else kind.parts[0])
        return _as_it_is if inner is _as_it_is else lambda value: tuple([inner(one) for one in value])
    if kind.name == "tuple":
        parts = [_form_of(part) for part in kind.parts]
        if all(part is _as_it_is for part in parts):
            return _as_it_is
        return lambda value: tuple([part(one) for part, one in zip(parts, value, strict=True)])
    if kind.name == "Option":
        present = _form_of(kind.parts[0])
        return lambda value: None if value is None else present(value)
    definition = CHAIN_TYPES.get(kind.name)
    if isinstance(definition, Struct) and len(definition.fields) > 1:
        return _struct(definition)
    return _enum(definition) if isinstance(definition, Enum) else _as_it_is


def _struct(definition: Struct) -> Reads:
    fields = [(name, _form_of(kind)) for name, kind in definition.fields]
    names = {name for name, _ in fields}

    def reads(value: Any) -> Any:
        if not isinstance(value, Mapping) or set(value) != names:
            raise ValueError("the fields are others")
        return tuple([form(value[name]) for name, form in fields])

    return reads


def _enum(definition: Enum) -> Reads:
    names = {variant.name for variant in definition.variants}

    def reads(value: Any) -> Any:
        name, inner = value
        if name not in names:
            raise ValueError(f"a variant {name}")
        return (name, tuple(inner.values() if isinstance(inner, Mapping) else inner)) if inner else name

    return reads


def _claim_type(value: Any) -> Any:
    return (value, ()) if isinstance(value, str) else (value[0], value[1][0])


def _commits(value: Any) -> Any:
    """The queue of commits to weights; at spec_version 185 there is one, (hash, block), whose window follows from its block."""
    return value if not value or isinstance(value[0], tuple) else ((*value, 0, 0),)


def _scheduled_swap(value: Any) -> Any:
    """A coldkey's scheduled swap; before the chain stored when and to which coldkey, there was nothing to read."""
    return value or (0, NOBODY)


_FROM_CHAIN: Final[Mapping[str, Reads]] = {
    "ColdkeySwapScheduled": _scheduled_swap,
    "Commitments.CommitmentOf": registration_from_chain,
    # Until spec_version 121 there was one emission for each hotkey.
    "LoadedEmission": lambda value: tuple([(*row, 0)[:3] for row in value]),
    "NeuronCertificates": lambda value: value[::-1],
    "RootClaimType": _claim_type,
    "WeightCommits": _commits,
}
"""Items whose values have another order or form than on the chain."""

_FROM_OTHERS: Final[Mapping[str, Reads]] = {
    "Balances": lambda account: account["data"]["free"] or ABSENT,
    "AccountNonce": lambda account: account["nonce"] or ABSENT,
    "SenateMembers": lambda members: members or ABSENT,
}
"""Items of other pallets: the part of their values that the ledger has, ABSENT if nothing."""
