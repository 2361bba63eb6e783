"""Values and vectors under the names of storage items: used by events where runtimes differ in their items."""

from functools import cache, partial
from typing import Annotated, Any

from cattrs import Converter
from msgspec import Meta

from neuron_ledger.events.storage.recorded_items import recorded_item
from neuron_ledger.events.wire.converters import Reads, Writes, by_family, leaf, people, read, sequence_of
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.events.wire.messagepack import expects, wire, wire_in_bulk
from neuron_ledger.events.wire.units import BOOL, BYTES, TEXT, U16, U64, Leaf, Unit, family_of, leaf_of

FLAG = Annotated[int, Leaf("integer", "flag", "0 or 1", int, Annotated[int, Meta(ge=0, le=1)], 0, 1)]
"""A flag among numbers."""


@cache
def _vector(name: str) -> Unit:
    """The unit of an item's vectors."""
    item = recorded_item(name)
    if family_of(item.value) != "vector" or item.keys != (U16,):
        raise FieldError("item", "a storage item with one value per uid", name)
    return item.value


@cache
def _of_a_uid(name: str) -> Unit:
    """The unit of what one uid has in an item's vectors."""
    element = leaf_of(_vector(name)).element
    return FLAG if element == BOOL else element


@cache
def _of_a_subnet(name: str) -> Unit:
    """The unit of what an item holds for one subnet."""
    item = recorded_item(name)
    if family_of(item.value) not in ("integer", "bool") or item.keys != (U16,):
        raise FieldError("item", "a storage item with one number or flag per subnet", name)
    return FLAG if item.value == BOOL else item.value


def _reads_named(unit: Unit, form: Converter) -> Reads:
    unit_of = leaf_of(unit).element
    hook_of = cache(lambda name: form.get_structure_hook(unit_of(name)))

    def reads(raw: Any, _: Unit) -> tuple[tuple[str, Any], ...]:
        named: list[tuple[str, Any]] = []
        name = ""
        try:
            for pair in raw.items() if isinstance(raw, dict) else sequence_of(raw):
                name, value = sequence_of(pair, 2)
                if type(name) is not str:
                    raise FieldError("", "a text", name)
                named.append((name, hook_of(name)(value, unit_of(name))))
        except FieldError as fault:
            raise fault.within(str(name)) from None
        return tuple(named)

    return reads


def _writes_named(unit: Unit, form: Converter) -> Writes:
    unit_of = leaf_of(unit).element
    hook_of = cache(lambda name: form.get_unstructure_hook(unit_of(name)))
    return lambda named: [(name, hook_of(name)(value)) for name, value in named]


def _reads_names(raw: Any, _: Unit) -> tuple[str, ...]:
    return tuple([recorded_item(name).name for name in sequence_of(raw)])


def _named(family: str, name: str, unit_of: Any, in_wire: Unit) -> Leaf:
    return Leaf(family, name, "named values", tuple, expects(tuple[tuple[TEXT, in_wire], ...]), element=unit_of)


ItemNames = Annotated[tuple[str, ...], Leaf("names", "list of text", "names of items", tuple, tuple[str, ...])]
"""Items by their on-chain names."""
UidValues = Annotated[tuple[tuple[str, int], ...], _named("values", "list of (text, u64)", _of_a_uid, U64)]
"""(item, value): one uid's value in the item's vector; flags are 0 and 1."""
SubnetValues = Annotated[tuple[tuple[str, int], ...], _named("values", "list of (text, u64)", _of_a_subnet, U64)]
"""(item, value): the item's value for one subnet; flags are 0 and 1."""
Vectors = Annotated[tuple[tuple[str, tuple[int, ...]], ...], _named("vectors", "vectors", _vector, BYTES)]
"""(item, its vector with one value per uid): in MessagePack [[item, packed vector], …]."""

for _form in (people, wire, wire_in_bulk):
    leaf(_form, "names", _reads_names, list)
for _form in (wire, wire_in_bulk):
    by_family(_form, "vectors", _reads_named, _writes_named)
    # MessagePack bounds a value as a u64, but its item may hold less: it is checked as one that people pass.
    by_family(_form, "values", lambda unit, _: people.get_structure_hook(unit), lambda unit, _: partial(read, people, unit=unit))
by_family(people, "values vectors", _reads_named, lambda unit, form: lambda named: dict(_writes_named(unit, form)(named)))
