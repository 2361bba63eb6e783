"""What a field, a storage key or a stored value may hold: one annotation says the bound of a value.

A unit is a type: one of the leaves below, a tuple of units, or `unit | None`. attrs holds a value of it, msgspec checks it while
it decodes MessagePack, `check_of` checks what people hand in, and every form (`converters.py`) finds its conversion by it.

Inside, values are immutable: int, bool, str, 32-byte `bytes` for an account, tuples, packed `bytes` for weight rows.
"""

from collections.abc import Callable
from functools import cache
from types import GenericAlias, NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from attrs import frozen
from msgspec import Meta

from neuron_ledger.events.wire.errors import FieldError

Unit = Any
Check = Callable[[Any, str], None]
"""Refuses a value that its unit does not hold, naming the field that is given. Raises: FieldError."""


@frozen(eq=False)
class Leaf:
    """A unit that is not made of others, as the annotation of a Python type.

    family: by which a form has hooks for it. name: in documents. expected: in errors. holds: its Python type. expects: what
    msgspec is to find in MessagePack. least, most: of an integer, or of the length of bytes. check: where bounds say too little.
    element, code: of a vector, the unit of its items and the letter that `struct` has for them.
    """

    family: str
    name: str
    expected: str
    holds: type
    expects: Any
    least: int = 0
    most: int = 0
    check: Check | None = None
    element: Unit = None
    code: str = ""


def _integer(bits: int, signed: bool = False) -> Leaf:
    least, most = -(1 << bits - 1) if signed else 0, (1 << bits - signed) - 1
    name = f"{'i' if signed else 'u'}{bits}"
    if bits == 128:
        return Leaf("wide", name, f"{'a signed' if signed else 'an unsigned'} 128-bit integer", int, _bytes(16, 16), least, most)
    expected = f"an integer from {f'-2^{bits - 1}' if signed else '0'} to 2^{bits - signed} - 1"
    # msgspec's bounds end at 2^63 - 1, MessagePack's integers at 2^64 - 1: the upper bound of u64 is that of the encoding.
    meta = Meta(ge=least) if name == "u64" else Meta(ge=least, le=most)
    return Leaf("integer", name, expected, int, Annotated[int, meta], least, most)


def _bytes(least: int, most: int) -> Any:
    return Annotated[bytes, Meta(min_length=least, max_length=most)]


def _blob(family: str, name: str, expected: str, least: int, most: int) -> Leaf:
    return Leaf(family, name, expected, bytes, _bytes(least, most), least, most)


def _vector(element: Unit, code: str) -> Leaf:
    name, kind, most = leaf_of(element).name, leaf_of(element).holds, leaf_of(element).most
    expected, check_one = f"a tuple of {name}", check_of(element)

    def check(value: Any, where: str) -> None:
        if type(value) is not tuple:
            raise FieldError(where, expected, value)
        # All at once where everything fits, which is nearly always; one by one to name what does not.
        if value and not (set(map(type, value)) == {kind} and min(value) >= 0 and max(value) <= most):
            for index, item in enumerate(value):
                check_one(item, f"{where}[{index}]")

    return Leaf("vector", f"{name} vector", expected, tuple, bytes, check=check, element=element, code=code)


def _check_row(value: Any, where: str) -> None:
    if type(value) is not bytes or len(value) % 4:
        raise FieldError(where, leaf_of(PAIRS).expected, value)


def leaf_of(unit: Unit) -> Leaf:
    """What is said of a unit that is not made of others."""
    leaf: Leaf = unit.__metadata__[0]
    return leaf


def family_of(unit: Unit) -> str:
    """`tuple`, `optional`, a leaf's family; empty for what is no unit."""
    origin: Any = get_origin(unit)
    if origin is Annotated:
        return leaf_of(unit).family
    return "tuple" if origin is tuple else "optional" if origin in (Union, UnionType) else ""


def a_tuple(*parts: Unit) -> Unit:
    """The unit of tuples with exactly these parts."""
    return GenericAlias(tuple, parts)


def a_list(part: Unit) -> Unit:
    """The unit of tuples with any number of such parts."""
    return GenericAlias(tuple, (part, ...))


def is_list(unit: Unit) -> bool:
    """Whether tuples of this unit have any number of parts, all of one unit."""
    return get_args(unit)[-1:] == (Ellipsis,)


def present(unit: Unit) -> Unit:
    """What an optional unit holds where it is not None."""
    return next(part for part in get_args(unit) if part is not NoneType)


@cache
def check_of(unit: Unit) -> Check:
    """The check of values that people make; what is decoded, the decoder has checked."""
    family = family_of(unit)
    if family == "tuple":
        return _check_of_tuple(unit)
    if family == "optional":
        check = check_of(present(unit))
        return lambda value, where: None if value is None else check(value, where)
    leaf = leaf_of(unit)
    return leaf.check or _check_of_leaf(leaf)


def _check_of_leaf(leaf: Leaf) -> Check:
    holds, least, most = leaf.holds, leaf.least, leaf.most
    size: Any = {int: int, bytes: len}.get(holds)

    def check(value: Any, where: str) -> None:
        if type(value) is not holds or (size is not None and not least <= size(value) <= most):
            raise FieldError(where, leaf.expected, value)

    return check


def _check_of_tuple(unit: Unit) -> Check:
    parts = [check_of(part) for part in get_args(unit) if part is not Ellipsis]

    def check(value: Any, where: str) -> None:
        if type(value) is not tuple:
            raise FieldError(where, "a tuple", value)
        checks = parts * len(value) if is_list(unit) else parts
        if len(checks) != len(value):
            raise FieldError(where, f"a tuple of {len(checks)} values", value)
        for index, (check_one, item) in enumerate(zip(checks, value, strict=True)):
            check_one(item, f"{where}[{index}]")

    return check


LONGEST = 2**32 - 1
"""Bytes that MessagePack can hold in one value."""

U8 = Annotated[int, _integer(8)]
U16 = Annotated[int, _integer(16)]
U32 = Annotated[int, _integer(32)]
U64 = Annotated[int, _integer(64)]
I16 = Annotated[int, _integer(16, signed=True)]
I32 = Annotated[int, _integer(32, signed=True)]
I64 = Annotated[int, _integer(64, signed=True)]
U128 = Annotated[int, _integer(128)]
I128 = Annotated[int, _integer(128, signed=True)]
NUMBER = Annotated[
    int, Leaf("number", "number", "an integer from -2^127 to 2^128 - 1", int, int | _bytes(17, 17), -(1 << 127), (1 << 128) - 1)
]
"""Any integer that a storage item can hold."""
BOOL = Annotated[bool, Leaf("bool", "bool", "true or false", bool, bool, 0, 1)]
TEXT = Annotated[str, Leaf("text", "text", "a text", str, str)]
"""A short text: a name, never prose that a rule reads."""
BYTES = Annotated[bytes, _blob("bytes", "bytes", "bytes", 0, LONGEST)]
HASH = Annotated[bytes, _blob("bytes", "bytes (32)", "32 bytes", 32, 32)]
SIGNATURE = Annotated[bytes, _blob("bytes", "bytes (64)", "64 bytes", 64, 64)]
BYTES20 = Annotated[bytes, _blob("bytes", "bytes (20)", "20 bytes", 20, 20)]
PUBLIC_KEY = Annotated[bytes, _blob("bytes", "bytes (up to 64)", "at most 64 bytes", 0, 64)]
ACCOUNT = Annotated[bytes, _blob("account", "account", "an account of 32 bytes", 32, 32)]
"""An account id: 32 bytes inside, SS58 or 64 hex digits at the edges."""
U16_VECTOR = Annotated[tuple[int, ...], _vector(U16, "H")]
U64_VECTOR = Annotated[tuple[int, ...], _vector(U64, "Q")]
BOOL_VECTOR = Annotated[tuple[bool, ...], _vector(BOOL, "?")]
_ROW = bytes | tuple[Annotated[int, Meta(ge=0, le=2**16 - 1)] | bytes, bytes]
PAIRS = Annotated[bytes, Leaf("row", "row", "packed pairs of u16 (4 bytes each)", bytes, _ROW, check=_check_row)]
"""A weight or bond row: (uid, value) pairs of u16, packed little-endian in the stored order (`rows.py`)."""
NOTHING = Annotated[None, Leaf("nothing", "nil", "nothing", NoneType, None)]

NetUid = U16
Uid = U16
BlockNumber = U64
Rao = U64
AccountId = ACCOUNT
Row = PAIRS
AccountIds = tuple[ACCOUNT, ...]
