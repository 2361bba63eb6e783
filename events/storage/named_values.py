"""Values and vectors under the names of storage items: used by events where runtimes differ in their items."""

from collections.abc import Callable, Iterable
from functools import cache, partial
from typing import Annotated, Any

from cattrs.fns import identity

from neuron_ledger.events.storage.recorded_items import recorded_item
from neuron_ledger.events.wire.converters import Reads, checked, leaf, people
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.events.wire.messagepack import expects, wire, wire_in_bulk
from neuron_ledger.events.wire.units import TEXT, U16, U64, Leaf, Unit, check_of, family_of, leaf_of

_NAMES = tuple[TEXT, ...]
_VALUES = tuple[tuple[TEXT, U64], ...]


def _vector(name: str) -> Unit:
    """The unit of an item's vectors."""
    item = recorded_item(name)
    if family_of(item.value) != "vector" or item.keys != (U16,):
        raise FieldError("item", "a storage item with one value per uid", name)
    return item.value


def _value(name: str) -> Unit:
    """The unit of an item's values."""
    item = recorded_item(name)
    if family_of(item.value) not in ("integer", "bool") or item.keys != (U16,):
        raise FieldError("item", "a storage item with one number or flag per subnet", name)
    return item.value


def _check_names(names: Any, where: str) -> None:
    check_of(_NAMES)(names, where)
    for index, name in enumerate(names):
        try:
            recorded_item(name)
        except FieldError as misfit:
            raise misfit.within(f"{where}[{index}]") from None


def _check_values(leaf_of_name: Callable[[str], Leaf], values: Any, where: str) -> None:
    check_of(_VALUES)(values, where)
    try:
        _check_bounds(leaf_of_name, values)
    except FieldError as misfit:
        raise misfit.within(where) from None


def _check_bounds(leaf_of_name: Callable[[str], Leaf], values: Iterable[tuple[str, int]]) -> None:
    for name, value in values:
        of_one = leaf_of_name(name)
        if value > of_one.most:
            raise FieldError(name, "0 or 1" if of_one.family == "bool" else of_one.expected, value)


@cache
def _of_a_uid(name: str) -> Leaf:
    """The unit of one uid's value in an item's vectors."""
    return leaf_of(leaf_of(_vector(name)).element)


@cache
def _of_a_subnet(name: str) -> Leaf:
    return leaf_of(_value(name))


def _check_vectors(vectors: Any, where: str) -> None:
    if type(vectors) is not tuple:
        raise FieldError(where, "named vectors", vectors)
    try:
        for name, values in vectors:
            check_of(_vector(name))(values, name)
    except FieldError as misfit:
        raise misfit.within(where) from None


def _to_wire(vectors: tuple[tuple[str, tuple[Any, ...]], ...]) -> list[Any]:
    return [(name, wire.get_unstructure_hook(_vector(name))(values)) for name, values in vectors]


def _from_wire(raw: Any, unit: Unit) -> tuple[tuple[str, tuple[Any, ...]], ...]:
    return tuple([(name, _reads_vector(name)(packed, unit)) for name, packed in raw])


@cache
def _reads_vector(name: str) -> Reads:
    reads: Reads = wire.get_structure_hook(_vector(name))
    return reads


def _values_from_wire(leaf_of_name: Callable[[str], Leaf]) -> Reads:
    def reads(values: Any, _: Unit) -> Any:
        _check_bounds(leaf_of_name, values)  # the decoder has checked everything else
        return values

    return reads


def _to_json(vectors: tuple[tuple[str, tuple[Any, ...]], ...]) -> dict[str, Any]:
    return {name: people.unstructure(values, _vector(name)) for name, values in vectors}


def _from_json(raw: Any, _: Unit) -> tuple[tuple[str, tuple[Any, ...]], ...]:
    if not isinstance(raw, dict):
        raise FieldError("", "an object", raw)
    return tuple((name, people.structure(values, _vector(name))) for name, values in raw.items())


def _named(family: str, name: str, unit: Unit, check: Any) -> Leaf:
    return Leaf(family, name, "named values", tuple, expects(unit), check=check, element=unit)


ItemNames = Annotated[tuple[str, ...], _named("names", "list of text", _NAMES, _check_names)]
"""Items by their on-chain names."""
UidValues = Annotated[
    tuple[tuple[str, int], ...], _named("uid_values", "list of (text, u64)", _VALUES, partial(_check_values, _of_a_uid))
]
"""(item, value): one uid's value in the item's vector; flags are 0 and 1."""
SubnetValues = Annotated[
    tuple[tuple[str, int], ...], _named("subnet_values", "list of (text, u64)", _VALUES, partial(_check_values, _of_a_subnet))
]
"""(item, value): the item's value for one subnet; flags are 0 and 1."""
Vectors = Annotated[
    tuple[tuple[str, tuple[int, ...]], ...],
    Leaf("vectors", "vectors", "named vectors", tuple, tuple[tuple[str, bytes], ...], check=_check_vectors),
]
"""(item, its vector with one value per uid): in MessagePack [[item, packed vector], …]."""

for _form in (wire, wire_in_bulk):
    leaf(_form, "names", checked, identity)
    leaf(_form, "uid_values", _values_from_wire(_of_a_uid), identity)
    leaf(_form, "subnet_values", _values_from_wire(_of_a_subnet), identity)
    leaf(_form, "vectors", _from_wire, _to_wire)
leaf(
    people, "names uid_values subnet_values", lambda raw, unit: checked(people.structure(raw, leaf_of(unit).element), unit), list
)
leaf(people, "vectors", _from_json, _to_json)
