"""The form of the log: MessagePack, one value, one encoding.

128-bit integers are 16 little-endian bytes; a number of any size is an integer if it fits 64 bits, else 17 such bytes; vectors of
integers are packed little-endian; rows have the shortest of three encodings (`rows.py`). Everything else is plain MessagePack in
its shortest encoding. Decoding checks as it goes, and whatever is encoded is decoded once: nothing unreadable is ever written.
"""

import struct
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import Any, get_args

import msgspec
from cattrs import Converter

from neuron_ledger.events.wire.converters import Writes, as_is, by_family, leaf, new_form, people
from neuron_ledger.events.wire.errors import FieldError, Unquoted
from neuron_ledger.events.wire.rows import row_from_wire, row_to_wire
from neuron_ledger.events.wire.units import Unit, a_tuple, family_of, leaf_of, parts_of

LONGEST_PAYLOAD = 1 << 28
"""Bytes of the longest payload that is written or read."""

PACK = msgspec.msgpack.Encoder(enc_hook=tuple).encode
"""Packs a value; sequences that merely behave like tuples (`projections/growing.py`) are written as tuples."""
UNFIT = (msgspec.MsgspecError, struct.error, TypeError, ValueError, OverflowError, RecursionError)
"""What encoding and decoding raise for a value that does not fit."""

Buffer = bytes | memoryview | msgspec.Raw


def expects(unit: Unit) -> Any:
    """The type by which msgspec decodes a value of this unit."""
    family = family_of(unit)
    if family == "tuple":
        return a_tuple(*(part if part is Ellipsis else expects(part) for part in get_args(unit)))
    return expects(parts_of(unit)[0]) | None if family == "optional" else leaf_of(unit).expects


def _wide_to_wire(unit: Unit, _: Converter) -> Writes:
    signed = leaf_of(unit).least < 0
    return lambda value: int.to_bytes(value, 16, "little", signed=signed)


def _wide_from_wire(raw: bytes, unit: Unit) -> int:
    return int.from_bytes(raw, "little", signed=leaf_of(unit).least < 0)


def _number_to_wire(value: int) -> int | bytes:
    return value if -(1 << 63) <= value < 1 << 64 else int.to_bytes(value, 17, "little", signed=True)


def _number_from_wire(raw: int | bytes, unit: Unit) -> int:
    if isinstance(raw, int):
        return raw
    value = int.from_bytes(raw, "little", signed=True)
    if _number_to_wire(value) != raw or not leaf_of(unit).least <= value <= leaf_of(unit).most:
        raise ValueError("a number in another encoding")
    return value


def _vector_to_wire(value: tuple[int, ...], code: str) -> bytes:
    if type(value) is not tuple or (code == "?" and max(value, default=0) > 1):
        raise TypeError(value)
    return struct.pack(f"<{len(value)}{code}", *value)


def _vector_from_wire(raw: bytes, unit: Unit) -> tuple[int, ...]:
    code = leaf_of(unit).code
    if code == "?" and raw.translate(None, b"\0\1"):
        raise ValueError("a flag that is neither 0 nor 1")
    return struct.unpack(f"<{len(raw) // struct.calcsize(f'<{code}')}{code}", raw)


wire = new_form()
leaf(wire, "integer bool text bytes account nothing", as_is)
leaf(wire, "number", _number_from_wire, _number_to_wire)
leaf(wire, "row", lambda raw, _: row_from_wire(raw), row_to_wire)
by_family(wire, "wide", lambda _, __: _wide_from_wire, _wide_to_wire)
by_family(wire, "vector", lambda _, __: _vector_from_wire, lambda unit, _: partial(_vector_to_wire, code=leaf_of(unit).code))

wire_in_bulk = wire.copy()
"""The same, but rows stay encoded: when many events are folded, most rows are overwritten before anybody reads them."""
leaf(wire_in_bulk, "row", as_is, row_to_wire)


class Codec:
    """A sequence of values as one MessagePack array, and back.

    what: the name of the whole, for errors. unit: of the sequence. names: of its values, if they are fields.
    """

    def __init__(self, what: str, unit: Unit, names: Sequence[str] = ()) -> None:
        self.what, self.unit, self._names = what, unit, names

    # Built on first use: most commands need few codecs.

    @cached_property
    def unpack(self) -> Callable[[Buffer], Any]:
        """Decodes and checks a payload, but converts nothing. Raises: one of UNFIT."""
        return msgspec.msgpack.Decoder(expects(self.unit)).decode

    @cached_property
    def decode(self) -> Callable[[Buffer], tuple[Any, ...]]:
        """The values of a payload. Raises: FieldError, naming the field."""
        return self.decoder(wire)

    @cached_property
    def _writes(self) -> Writes:
        return wire.get_unstructure_hook(self.unit)

    def encode(self, values: Sequence[Any]) -> bytes:
        """The bytes of values in order. Raises: FieldError, naming the field."""
        try:
            payload = PACK(self._writes(values))
            self.unpack(payload)
        except UNFIT as fault:
            raise self._misfit(people, tuple(values), f"values that can be written ({fault})") from None
        if len(payload) > LONGEST_PAYLOAD:
            raise self._too_long(payload)
        return payload

    def decoder(self, form: Converter, make: Callable[[Any], Any] | None = None) -> Callable[[Buffer], Any]:
        """Makes a `decode` for another form that is based on MessagePack. make: what becomes of the values."""
        read, unit, reads = self.unpack, self.unit, form.get_structure_hook(self.unit)

        def decode(payload: Buffer) -> Any:
            if len(payload) > LONGEST_PAYLOAD:
                raise self._too_long(payload)
            try:
                values = read(payload)
                if reads is not as_is:
                    values = reads(values, unit)
            except UNFIT as fault:
                raise self._misfit(_loose, read_loosely(payload, self.what), f"an array of its fields ({fault})") from None
            return values if make is None else make(values)

        return decode

    def _too_long(self, payload: Buffer) -> FieldError:
        return FieldError(self.what, f"at most {LONGEST_PAYLOAD} bytes", Unquoted(f"{len(payload)} bytes"))

    def _misfit(self, form: Converter, values: Any, otherwise: str) -> FieldError:
        """The error for the field that a form cannot read. otherwise: what was expected, if every field can be read."""
        try:
            form.structure(values, self.unit)
        except FieldError as misfit:
            number, _, rest = misfit.where.removeprefix("[").partition("]")
            if not misfit.where.startswith("[") or not self._names:
                return misfit.within(self.what)
            return FieldError(f"{self._names[int(number)]}{rest}", misfit.expected, misfit.value)
        return FieldError(self.what, otherwise, values)


def codec_of(what: str, fields: Sequence[tuple[str, Unit]]) -> Codec:
    """The codec of named fields."""
    return Codec(what, a_tuple(*(unit for _, unit in fields)), [name for name, _ in fields])


def read_loosely(payload: Buffer, where: str = "") -> list[Any]:
    """A MessagePack array of any values. Raises: FieldError; `where` names the payload."""
    try:
        return msgspec.msgpack.decode(payload, type=list[Any])
    except UNFIT as fault:
        raise FieldError(where, f"a MessagePack array ({fault})", bytes(payload)) from None


def _leaf_of_loose(raw: Any, unit: Unit) -> Any:
    try:
        return wire.structure(msgspec.msgpack.decode(PACK(raw), type=expects(unit)), unit)
    except UNFIT as fault:
        raise fault if isinstance(fault, FieldError) else FieldError("", leaf_of(unit).expected, raw) from None


_loose = new_form()
"""Reads loosely decoded values one by one, to find the one that does not fit."""
_loose.register_structure_hook_func(lambda unit: family_of(unit) not in ("", "tuple", "optional"), _leaf_of_loose)
