"""Forms: one cattrs `Converter` each, from and to what is used inside. A new form is a new converter.

`new_form()` knows what every form has in common: tuples, values that may be absent, calls and events by the names of their
fields, and the place of what does not fit. A form then says how it writes the leaves, family by family (`units.py`).

`people` is the form for people and tools, as JSON: accounts are SS58 (64 hex digits are read too), bytes are hex digits, integers
beyond 2^53 are decimal strings. `messagepack.py` has the form of the log.
"""

from collections.abc import Callable, Sequence
from typing import Any, get_args

import attrs
from cattrs import Converter
from cattrs.fns import identity

from neuron_ledger.events.wire import ss58
from neuron_ledger.events.wire.errors import NOTHING, FieldError
from neuron_ledger.events.wire.rows import pack_pairs, pairs
from neuron_ledger.events.wire.units import U16, Unit, a_list, check_of, family_of, is_list, leaf_of, present

JSON_SAFE_INTEGER = 2**53
"""Integers above this lose bits in common JSON readers, so they are written as decimal strings."""

MOST_DIGITS = 40
"""No integer of any unit is longer as text: 2^128 has 39 digits, and there may be a sign."""

Reads = Callable[[Any, Unit], Any]
"""From a form to what is inside, given a unit too. Raises: FieldError with an empty place."""
Writes = Callable[[Any], Any]


def new_form() -> Converter:
    """A converter for what all forms have in common, to which leaves are added."""
    form = Converter()
    form.register_structure_hook_factory(attrs.has, _reads_fields)
    for family, reads, writes in (("tuple", _reads_tuple, _writes_tuple), ("optional", _reads_optional, _writes_optional)):
        form.register_structure_hook_factory(_is(family), reads)
        form.register_unstructure_hook_factory(_is(family), writes)
    return form


def leaf(form: Converter, families: str, reads: Reads, writes: Writes) -> None:
    """Say how a form has the leaves of these families (one or more words)."""
    form.register_structure_hook_func(_is(families), reads)
    form.register_unstructure_hook_func(_is(families), writes)


def read(form: Converter, raw: Any, unit: Unit, where: str) -> Any:
    """A value, call or event from a form. Raises: FieldError; `where` names the field."""
    try:
        return form.structure(raw, unit)
    except FieldError as fault:
        raise fault.within(where) from None


def as_is(value: Any, _: Unit) -> Any:
    """Reads what is in a form as it is inside: for a form that has tuples where JSON has lists."""
    return value


def checked(value: Any, unit: Unit) -> Any:
    """Reads what is in a form as it is inside, where it fits."""
    check_of(unit)(value, "")
    return value


def sequence_of(raw: Any, length: int | None = None) -> Sequence[Any]:
    """A list (or what MessagePack has in its place), of that length. Raises: FieldError with an empty place."""
    if not isinstance(raw, (list, tuple)) or length not in (None, len(raw)):
        raise FieldError("", "a list" if length is None else f"a list of {length} values", raw)
    return raw


def _is(families: str) -> Callable[[Unit], bool]:
    among = families.split()
    return lambda unit: family_of(unit) in among


def _reads_tuple(unit: Unit, form: Converter) -> Reads:
    inner = [part for part in get_args(unit) if part is not Ellipsis]
    steps = [(index, form.get_structure_hook(part), part) for index, part in enumerate(inner)]
    steps = [step for step in steps if step[1] is not as_is]
    if inner and not steps:
        return as_is

    def reads_list(raw: Any, _: Unit) -> tuple[Any, ...]:
        items, (_, hook, part) = sequence_of(raw), steps[0]
        values: list[Any] = []
        try:
            for item in items:
                values.append(hook(item, part))
        except FieldError as fault:
            raise fault.within(f"[{len(values)}]") from None
        return tuple(values)

    def reads_parts(raw: Any, _: Unit) -> tuple[Any, ...]:
        values, index = list(sequence_of(raw, len(inner))), 0
        try:
            for index, hook, part in steps:
                values[index] = hook(values[index], part)
        except FieldError as fault:
            raise fault.within(f"[{index}]") from None
        return tuple(values)

    return reads_list if is_list(unit) else reads_parts


def _writes_tuple(unit: Unit, form: Converter) -> Writes:
    hooks = [form.get_unstructure_hook(part) for part in get_args(unit) if part is not Ellipsis]
    steps = [(index, hook) for index, hook in enumerate(hooks) if hook is not identity]
    if not steps:
        return identity

    def writes_list(value: tuple[Any, ...]) -> list[Any]:
        return list(map(hooks[0], value))

    def writes_parts(value: tuple[Any, ...]) -> list[Any]:
        values = list(value)
        for index, hook in steps:
            values[index] = hook(values[index])
        return values

    return writes_list if is_list(unit) else writes_parts


def _reads_optional(unit: Unit, form: Converter) -> Reads:
    part = present(unit)
    hook = form.get_structure_hook(part)
    return as_is if hook is as_is else lambda raw, _: None if raw is None else hook(raw, part)


def _writes_optional(unit: Unit, form: Converter) -> Writes:
    hook = form.get_unstructure_hook(present(unit))
    return identity if hook is identity else lambda value: None if value is None else hook(value)


def _reads_fields(cls: type[Any], form: Converter) -> Reads:
    """Reads an object with exactly the fields of a class."""
    units: dict[str, Unit] = {field.name: field.type for field in attrs.fields(cls)}
    name_of_class = getattr(cls, "tag", cls.__name__)

    def reads(raw: Any, _: Unit) -> Any:
        if not isinstance(raw, dict):
            raise FieldError("", "an object", raw)
        for name in raw:
            if name not in units:
                known = ", ".join(units) or "no fields"
                raise FieldError(str(name), f"a field of {name_of_class} ({known})", raw[name])
        for name in units:
            if name not in raw:
                raise FieldError(name, f"this field of {name_of_class}", NOTHING)
        return cls(**{name: read(form, raw[name], unit, name) for name, unit in units.items()})

    return reads


def _integer_from_json(raw: Any, unit: Unit) -> Any:
    """An integer; a decimal string, in its one spelling, stands for one beyond 2^53."""
    if type(raw) is str and len(raw) <= MOST_DIGITS and raw.removeprefix("-").isdecimal() and raw.isascii():
        number = int(raw)
        raw = number if abs(number) > JSON_SAFE_INTEGER and str(number) == raw else raw
    return checked(raw, unit)


def _integer_to_json(value: int) -> int | str:
    return value if -JSON_SAFE_INTEGER <= value <= JSON_SAFE_INTEGER else str(value)


def _vector_from_json(raw: Any, unit: Unit) -> Any:
    try:
        return checked(tuple(sequence_of(raw)), unit)
    except FieldError:  # one by one, for integers beyond 2^53 and to name what does not fit
        return people.structure(raw, a_list(leaf_of(unit).element))


def _vector_to_json(value: tuple[Any, ...]) -> list[Any]:
    return list(value) if max(value, default=0) <= JSON_SAFE_INTEGER else [_integer_to_json(item) for item in value]


def _account_from_json(raw: Any, _: Unit) -> bytes:
    if not isinstance(raw, str):
        raise FieldError("", "an account as SS58 or 64 hex digits", raw)
    try:
        return ss58.account(raw)
    except ss58.AddressError as error:
        raise FieldError("", f"an account ({error})", raw) from None


def _bytes_from_hex(raw: Any, unit: Unit) -> Any:
    digits = raw.removeprefix("0x") if isinstance(raw, str) else "no digits"
    if len(digits) % 2 or not all(digit in "0123456789abcdefABCDEF" for digit in digits):
        raise FieldError("", "hex digits", raw)
    return checked(bytes.fromhex(digits), unit)


def _row_from_json(raw: Any, _: Unit) -> bytes:
    return pack_pairs(people.structure(raw, a_list(tuple[U16, U16])))


people = new_form()
leaf(people, "integer wide number", _integer_from_json, _integer_to_json)
leaf(people, "bool text", checked, lambda value: value)
leaf(people, "bytes", _bytes_from_hex, bytes.hex)
leaf(people, "vector", _vector_from_json, _vector_to_json)
leaf(people, "account", _account_from_json, ss58.encode)
leaf(people, "row", _row_from_json, lambda row: [list(pair) for pair in pairs(row)])
