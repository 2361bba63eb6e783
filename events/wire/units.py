"""What a field, a storage key or a stored value may hold: one annotation gives the bounds of a value.

A unit is a type: one of the leaves below, a tuple of units, or `unit | None`. It annotates attrs fields, msgspec checks it while
decoding MessagePack, and every form (`converters.py`) looks up its conversion by it.

Inside, values are immutable: int, bool, str, 32-byte `bytes` for an account, tuples, packed `bytes` for weight rows.
"""

from types import GenericAlias, NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from attrs import frozen
from msgspec import Meta

Unit = Any

LONGEST = 2**32 - 1
"""The most bytes that one MessagePack value can hold."""


@frozen(eq=False)
class Leaf:
    """A unit that is not made of others, as the annotation of a Python type.

    family: by which a form looks up its hooks. name: for documents. expected: for errors. holds: its Python type. expects: the
    type by which msgspec decodes it. least, most: bounds of an integer, or of the length of bytes and texts. element, code: of
    a vector, the unit of its items and their letter in `struct`.
    """

    family: str
    name: str
    expected: str
    holds: type
    expects: Any
    least: int = 0
    most: int = LONGEST
    element: Unit = None
    code: str = ""


def _integer(bits: int, signed: bool = False) -> Leaf:
    least, most, name = -(signed << bits - 1), (1 << bits - signed) - 1, f"{'i' if signed else 'u'}{bits}"
    expected = f"an integer from {f'-2^{bits - 1}' if signed else '0'} to 2^{bits - signed} - 1"
    # msgspec's bounds end at 2^63 - 1, MessagePack's integers at 2^64 - 1: the upper bound of u64 is that of the encoding.
    meta = Meta(ge=least) if name == "u64" else Meta(ge=least, le=most)
    return Leaf("integer", name, expected, int, Annotated[int, meta], least, most)


def _bytes(family: str, name: str, expected: str, least: int, most: int) -> Leaf:
    return Leaf(family, name, expected, bytes, _packed(least, most), least, most)


def _packed(least: int, most: int) -> Any:
    return Annotated[bytes, Meta(min_length=least, max_length=most)]


def _vector(element: Unit, code: str) -> Leaf:
    name = leaf_of(element).name
    return Leaf("vector", f"{name} vector", f"a tuple of {name}", tuple, bytes, element=element, code=code)


def leaf_of(unit: Unit) -> Leaf:
    """The annotation of a unit that is not made of others."""
    leaf: Leaf = unit.__metadata__[0]
    return leaf


def family_of(unit: Unit) -> str:
    """`tuple`, `optional`, or a leaf's family; empty for anything that is not a unit."""
    origin: Any = get_origin(unit)
    if origin is Annotated:
        return leaf_of(unit).family
    return "tuple" if origin is tuple else "optional" if origin in (Union, UnionType) else ""


def a_tuple(*parts: Unit) -> Unit:
    """The unit of tuples with exactly these parts; a part followed by `...` may occur any number of times."""
    return GenericAlias(tuple, parts)


def is_list(unit: Unit) -> bool:
    """Whether tuples of this unit have any number of parts of one unit."""
    return get_args(unit)[-1:] == (Ellipsis,)


def parts_of(unit: Unit) -> list[Unit]:
    """The units of a tuple's parts; of a list or an optional unit, the one unit that it is made of."""
    return [part for part in get_args(unit) if part not in (Ellipsis, NoneType)]


U8 = Annotated[int, _integer(8)]
U16 = Annotated[int, _integer(16)]
U32 = Annotated[int, _integer(32)]
U64 = Annotated[int, _integer(64)]
I16 = Annotated[int, _integer(16, signed=True)]
I32 = Annotated[int, _integer(32, signed=True)]
I64 = Annotated[int, _integer(64, signed=True)]
U128 = Annotated[int, Leaf("wide", "u128", "an unsigned 128-bit integer", int, _packed(16, 16), 0, 2**128 - 1)]
I128 = Annotated[int, Leaf("wide", "i128", "a signed 128-bit integer", int, _packed(16, 16), -(2**127), 2**127 - 1)]
NUMBER = Annotated[
    int, Leaf("number", "number", "an integer from -2^127 to 2^128 - 1", int, int | _packed(17, 17), -(2**127), 2**128 - 1)
]
"""Any integer that a storage item can hold."""
BOOL = Annotated[bool, Leaf("bool", "bool", "true or false", bool, bool, 0, 1)]
TEXT = Annotated[str, Leaf("text", "text", "a text", str, str)]
"""A short text: a name, never prose that a rule reads."""
BYTES = Annotated[bytes, _bytes("bytes", "bytes", "bytes", 0, LONGEST)]
HASH = Annotated[bytes, _bytes("bytes", "bytes (32)", "32 bytes", 32, 32)]
SIGNATURE = Annotated[bytes, _bytes("bytes", "bytes (64)", "64 bytes", 64, 64)]
BYTES20 = Annotated[bytes, _bytes("bytes", "bytes (20)", "20 bytes", 20, 20)]
PUBLIC_KEY = Annotated[bytes, _bytes("bytes", "bytes (up to 64)", "at most 64 bytes", 0, 64)]
ACCOUNT = Annotated[bytes, _bytes("account", "account", "an account: SS58, 64 hex digits or 32 bytes", 32, 32)]
"""An account id: 32 bytes inside, SS58 or 64 hex digits at the edges."""
U16_VECTOR = Annotated[tuple[int, ...], _vector(U16, "H")]
U64_VECTOR = Annotated[tuple[int, ...], _vector(U64, "Q")]
BOOL_VECTOR = Annotated[tuple[bool, ...], _vector(BOOL, "?")]
_ROW = bytes | tuple[Annotated[int, Meta(ge=0, le=2**16 - 1)] | bytes, bytes]
PAIRS = Annotated[bytes, Leaf("row", "row", "packed pairs of u16 (4 bytes each)", bytes, _ROW)]
"""A weight or bond row: (uid, value) pairs of u16, packed little-endian in the stored order (`rows.py`)."""
NOTHING = Annotated[None, Leaf("nothing", "nil", "nothing", NoneType, None)]

NetUid = U16
Uid = U16
BlockNumber = U64
Rao = U64
AccountId = ACCOUNT
