"""Forms: how values are written outside, each a cattrs `Converter` from and to the values used inside.

`new_form()` handles what all forms have in common: tuples, vectors, optional values, calls and events by their field names, and
errors that name the place of a misfit. A form adds how it reads and writes the leaves, family by family (`units.py`).

`people` is the form for people and tools, as JSON: accounts are SS58 (64 hex digits are read too), bytes are hex digits, integers
beyond 2^53 are decimal strings. It also reads values as they are inside, since Python callers pass both. The log's form is in
`messagepack.py`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import repeat
from string import hexdigits
from types import NoneType
from typing import Any

import attrs
from cattrs import Converter
from cattrs.fns import identity

from neuron_ledger.events.wire import ss58
from neuron_ledger.events.wire.errors import NOTHING, FieldError
from neuron_ledger.events.wire.rows import pack_pairs, pairs
from neuron_ledger.events.wire.units import U16, Unit, a_tuple, family_of, is_list, leaf_of, parts_of

JSON_SAFE_INTEGER = 2**53
"""Integers above this lose bits in common JSON readers, so they are written as decimal strings."""

MOST_DIGITS = 40
"""The longest integer of any unit as text: 2^128 has 39 digits, and there may be a sign."""

Reads = Callable[[Any, Unit], Any]
"""From a form's value and its unit to the value inside. Raises: FieldError with an empty place."""
Writes = Callable[[Any], Any]


def as_is(value: Any, _: Unit) -> Any:
    """Reads a value that is the same inside and was checked already."""
    return value


def new_form() -> Converter:
    """A converter with what all forms have in common; leaves are to be added."""
    form = Converter()
    form.register_structure_hook_factory(attrs.has, _reads_fields)
    by_family(form, "tuple", _reads_tuple, _writes_tuple)
    by_family(form, "optional", _reads_optional, _writes_optional)
    by_family(form, "vector", _reads_vector, lambda unit, form: _writes_tuple(a_tuple(leaf_of(unit).element, ...), form))
    return form


def leaf(form: Converter, families: str, reads: Reads, writes: Writes = identity) -> None:
    """Register how a form reads and writes the leaves of these families (one or more words)."""
    by_family(form, families, lambda _, __: reads, lambda _, __: writes)


def by_family(
    form: Converter, families: str, reads: Callable[[Unit, Converter], Reads], writes: Callable[[Unit, Converter], Writes]
) -> None:
    """The same, with hooks made for each unit."""
    among = families.split()

    def is_among(unit: Unit) -> bool:
        return family_of(unit) in among

    form.register_structure_hook_factory(is_among, reads)
    form.register_unstructure_hook_factory(is_among, writes)


def read(form: Converter, raw: Any, unit: Unit, where: str = "") -> Any:
    """A value, call or event from a form. Raises: FieldError; `where` names the field."""
    try:
        return form.structure(raw, unit)
    except FieldError as fault:
        raise fault.within(where) from None


def sequence_of(raw: Any, length: int | None = None) -> Sequence[Any]:
    """A list or tuple of that length. Raises: FieldError with an empty place."""
    if not isinstance(raw, (list, tuple)) or length not in (None, len(raw)):
        raise FieldError("", "a list" if length is None else f"a list of {length} values", raw)
    return raw


def values_of(raw: Any, names: Iterable[str], what: str) -> list[Any]:
    """The values of an object with exactly these fields, in this order. Raises: FieldError with the field as its place."""
    if not isinstance(raw, dict):
        raise FieldError("", "an object", raw)
    for name in raw:
        if name not in names:
            raise FieldError(str(name), f"a field of {what} ({', '.join(names) or 'no fields'})", raw[name])
    for name in names:
        if name not in raw:
            raise FieldError(name, f"this field of {what}", NOTHING)
    return [raw[name] for name in names]


def _reads_fields(cls: type[Any], form: Converter) -> Reads:
    """Reads an object with exactly the fields of a class."""
    units: dict[str, Unit] = {field.name: field.type for field in attrs.fields(cls)}

    def reads(raw: Any, _: Unit) -> Any:
        values = zip(units.items(), values_of(raw, units, getattr(cls, "tag", cls.__name__).partition("/")[0]), strict=True)
        return cls(**{name: read(form, value, unit, name) for (name, unit), value in values})

    return reads


def _reads_tuple(unit: Unit, form: Converter) -> Reads:
    parts = parts_of(unit)
    hooks = [form.get_structure_hook(part) for part in parts]
    steps = [step for step in zip(range(len(parts)), hooks, parts, strict=True) if step[1] is not as_is]
    if parts and not steps:
        return as_is
    any_number, length = is_list(unit), None if is_list(unit) else len(parts)

    def reads(raw: Any, _: Unit) -> tuple[Any, ...]:
        values, index = list(sequence_of(raw, length)), 0
        try:
            for index, hook, part in zip(range(len(values)), repeat(hooks[0]), repeat(parts[0])) if any_number else steps:
                values[index] = hook(values[index], part)
        except FieldError as fault:
            raise fault.within(f"[{index}]") from None
        return tuple(values)

    return reads


def _writes_tuple(unit: Unit, form: Converter) -> Writes:
    hooks = [form.get_unstructure_hook(part) for part in parts_of(unit)]
    steps = [(index, hook) for index, hook in enumerate(hooks) if hook is not identity]
    if not steps:
        return identity

    def writes(value: tuple[Any, ...]) -> list[Any]:
        values = list(value)
        for index, hook in steps:
            values[index] = hook(values[index])
        return values

    return (lambda value: list(map(hooks[0], value))) if is_list(unit) else writes


def _reads_optional(unit: Unit, form: Converter) -> Reads:
    part = parts_of(unit)[0]
    hook = form.get_structure_hook(part)
    return as_is if hook is as_is else lambda raw, _: None if raw is None else hook(raw, part)


def _writes_optional(unit: Unit, form: Converter) -> Writes:
    hook = form.get_unstructure_hook(parts_of(unit)[0])
    return identity if hook is identity else lambda value: None if value is None else hook(value)


def _reads_vector(unit: Unit, form: Converter) -> Reads:
    one = leaf_of(leaf_of(unit).element)
    reads_each = form.get_structure_hook(a_tuple(leaf_of(unit).element, ...))

    def reads(raw: Any, unit: Unit) -> Any:
        values = tuple(sequence_of(raw))
        # All at once if everything fits, which it nearly always does; one by one for other forms, and to name a misfit.
        if not values or (set(map(type, values)) == {one.holds} and min(values) >= one.least and max(values) <= one.most):
            return values
        return reads_each(values, unit)

    return reads


def _integer_from_text(text: str) -> Any:
    """A decimal string in its canonical spelling stands for an integer beyond 2^53."""
    is_decimal = len(text) <= MOST_DIGITS and text.removeprefix("-").isdecimal() and text.isascii()
    number = int(text) if is_decimal else 0
    return number if abs(number) > JSON_SAFE_INTEGER and str(number) == text else text


def _integer_to_json(value: int) -> int | str:
    return value if -JSON_SAFE_INTEGER <= value <= JSON_SAFE_INTEGER else str(value)


def _bytes_from_text(text: str) -> bytes:
    digits = text.removeprefix("0x")
    if len(digits) % 2 or not all(digit in hexdigits for digit in digits):
        raise FieldError("", "hex digits", text)
    return bytes.fromhex(digits)


_TEXTS: Mapping[str, tuple[Callable[[str], Any], Writes]] = {
    **dict.fromkeys(("integer", "wide", "number"), (_integer_from_text, _integer_to_json)),
    **dict.fromkeys(("bool", "text", "nothing"), (identity, identity)),
    "bytes": (_bytes_from_text, bytes.hex),
    "account": (partial(ss58.account, where=""), ss58.encode),
}
"""By family: how a text is read, and how a value is written."""


def _reads_leaf(unit: Unit, _: Converter) -> Reads:
    leaf = leaf_of(unit)
    holds, least, most, from_text = leaf.holds, leaf.least, leaf.most, _TEXTS[leaf.family][0]
    size: Any = {bytes: len, str: len, NoneType: bool}.get(holds, int)

    def reads(raw: Any, _: Unit) -> Any:
        value = from_text(raw) if type(raw) is str else raw
        if type(value) is not holds or not least <= size(value) <= most:
            raise FieldError("", leaf.expected, raw)
        return value

    return reads


def _row(raw: Any, _: Unit) -> bytes:
    return raw if type(raw) is bytes and len(raw) % 4 == 0 else pack_pairs(people.structure(raw, tuple[tuple[U16, U16], ...]))


people = new_form()
by_family(people, " ".join(_TEXTS), _reads_leaf, lambda unit, _: _TEXTS[family_of(unit)][1])
leaf(people, "row", _row, lambda row: [list(pair) for pair in pairs(row)])
