"""The form of the log: MessagePack, one value, one encoding.

128-bit integers are 16 little-endian bytes, a number of any size is an integer where it fits 64 bits and 17 such bytes
elsewhere, vectors of integers are packed little-endian, rows stand in the shortest of three forms (`rows.py`); all else is as
MessagePack has it, in its shortest form. What is decoded is checked while it is decoded, what
is encoded is decoded once, so that nothing is written that could not be read.
"""

import struct
from collections.abc import Callable, Sequence
from typing import Any, get_args

import msgspec
from cattrs.fns import identity

from neuron_ledger.events.wire.converters import Reads, Writes, as_is, leaf, new_form
from neuron_ledger.events.wire.errors import FieldError, Said
from neuron_ledger.events.wire.rows import row_from_wire, row_to_wire
from neuron_ledger.events.wire.units import Unit, a_tuple, check_of, family_of, leaf_of, present

LONGEST_PAYLOAD = 1 << 28
"""Bytes of the longest payload that is written or read."""

PACK = msgspec.msgpack.Encoder(enc_hook=tuple).encode
"""What is no tuple but a sequence like one (`projections/growing.py`) is written as one."""
UNFIT = (msgspec.MsgspecError, struct.error, TypeError, ValueError, OverflowError, RecursionError)
"""What decoding and encoding raise for what does not fit."""

Buffer = bytes | memoryview | msgspec.Raw

_LOOSELY = msgspec.msgpack.Decoder(list[Any]).decode


def array_header(count: int) -> bytes:
    """What an array of so many values begins with."""
    if count < 16:
        return bytes((0x90 | count,))
    return b"\xdc" + count.to_bytes(2, "big") if count < 1 << 16 else b"\xdd" + count.to_bytes(4, "big")


def joined_arrays(arrays: Sequence[bytes], length: int, count: int) -> bytes:
    """One array of `count` values, of arrays with `length` of them each, the last with what is left."""
    header, last = len(array_header(length)), len(array_header(count - (len(arrays) - 1) * length))
    return b"".join((array_header(count), *[array[header:] for array in arrays[:-1]], arrays[-1][last:]))


def expects(unit: Unit) -> Any:
    """What msgspec is to find in MessagePack where a value of this unit stands."""
    family = family_of(unit)
    if family == "tuple":
        return a_tuple(*(part if part is Ellipsis else expects(part) for part in get_args(unit)))
    return expects(present(unit)) | None if family == "optional" else leaf_of(unit).expects


def _wide_to_wire(unit: Unit) -> Writes:
    signed = leaf_of(unit).least < 0
    return lambda value: int.to_bytes(value, 16, "little", signed=signed)


def _wide_from_wire(unit: Unit) -> Reads:
    signed, from_bytes = leaf_of(unit).least < 0, int.from_bytes
    return lambda raw, _: from_bytes(raw, "little", signed=signed)


def _number_to_wire(value: int) -> int | bytes:
    return value if -(1 << 63) <= value < 1 << 64 else int.to_bytes(value, 17, "little", signed=True)


def _number_from_wire(raw: int | bytes, _: Unit) -> int:
    if isinstance(raw, int):
        return raw
    value = int.from_bytes(raw, "little", signed=True)
    if _number_to_wire(value) != raw or value >= 1 << 128 or value < -(1 << 127):
        raise ValueError("a number that is written otherwise")
    return value


def _vector_to_wire(unit: Unit) -> Writes:
    code = leaf_of(unit).code

    def writes(value: tuple[int, ...]) -> bytes:
        if type(value) is not tuple or (code == "?" and max(value, default=0) > 1):
            raise TypeError(value)
        return struct.pack(f"<{len(value)}{code}", *value)

    return writes


def _vector_from_wire(unit: Unit) -> Reads:
    code, size = leaf_of(unit).code, struct.calcsize("<" + leaf_of(unit).code)

    def reads(raw: bytes, _: Unit) -> tuple[int, ...]:
        if code == "?" and raw.translate(None, b"\0\1"):
            raise ValueError("a flag that is neither 0 nor 1")
        return struct.unpack(f"<{len(raw) // size}{code}", raw)

    return reads


wire = new_form()
leaf(wire, "integer bool text bytes account nothing", as_is, identity)
leaf(wire, "row", lambda raw, _: row_from_wire(raw), row_to_wire)
leaf(wire, "number", _number_from_wire, _number_to_wire)
wire.register_unstructure_hook_factory(lambda unit: family_of(unit) == "wide", _wide_to_wire)
wire.register_structure_hook_factory(lambda unit: family_of(unit) == "wide", _wide_from_wire)
wire.register_structure_hook_factory(lambda unit: family_of(unit) == "vector", _vector_from_wire)
wire.register_unstructure_hook_factory(lambda unit: family_of(unit) == "vector", _vector_to_wire)

wire_in_bulk = wire.copy()
"""The same, but rows stay as the wire has them: of many, most are overwritten before anybody reads them."""
leaf(wire_in_bulk, "row", as_is, row_to_wire)


class Codec:
    """A sequence of values as one MessagePack array, and back.

    unit: of the sequence. what: names the whole in an error; names: of the values, where they are fields. `decode` and
    `decode_in_bulk`, which leaves rows as the wire has them, take a payload and raise FieldError, naming the field; `unpack`
    gives what stands in the payload, with no more done to it than MessagePack does, and raises one of UNFIT.
    """

    def __init__(self, what: str, unit: Unit, names: Sequence[str] = ()) -> None:
        self.what, self.unit, self._names = what, unit, names
        self.unpack = msgspec.msgpack.Decoder(expects(unit)).decode
        self._writes = wire.get_unstructure_hook(unit)
        self.decode = self._decoder(wire.get_structure_hook(unit))
        self.decode_in_bulk = self._decoder(wire_in_bulk.get_structure_hook(unit))

    def encode(self, values: Sequence[Any]) -> bytes:
        """The bytes of values in order. Raises: FieldError, naming the field."""
        try:
            payload = PACK(self._writes(values))
            self.unpack(payload)
        except UNFIT as fault:
            raise self._unfit(values, fault) from None
        if len(payload) > LONGEST_PAYLOAD:
            raise self._too_long(payload)
        return payload

    def _decoder(self, reads: Reads) -> Callable[[Buffer], tuple[Any, ...]]:
        """Decodes a payload. Raises: FieldError, naming the field where there is one."""
        read, unit, is_plain = self.unpack, self.unit, reads is as_is

        def decode(payload: Buffer) -> Any:
            if len(payload) > LONGEST_PAYLOAD:
                raise self._too_long(payload)
            try:
                values = read(payload)
                return values if is_plain else reads(values, unit)
            except UNFIT as fault:
                raise self._unreadable(payload, fault) from None

        return decode

    def _too_long(self, payload: Buffer) -> FieldError:
        return FieldError(self.what, f"at most {LONGEST_PAYLOAD} bytes", Said(f"{len(payload)} bytes"))

    def _unfit(self, values: Sequence[Any], fault: Exception) -> FieldError:
        """The field that does not fit, to be said of what could not be encoded."""
        try:
            check_of(self.unit)(tuple(values), "")
        except FieldError as misfit:
            return self._named(misfit)
        return FieldError(self.what, f"values that can be written ({fault})", values)

    def _unreadable(self, payload: Buffer, fault: Exception) -> FieldError:
        """The field that does not fit, to be said of what could not be decoded."""
        try:
            raw = read_loosely(payload)
            _strict.structure(raw, self.unit)
        except FieldError as misfit:
            return self._named(misfit)
        return FieldError(self.what, f"an array of its fields ({fault})", raw)

    def _named(self, misfit: FieldError) -> FieldError:
        """The same with the name of the field in place of its number."""
        number, _, rest = misfit.where.removeprefix("[").partition("]")
        if not misfit.where.startswith("[") or not self._names:
            return misfit.within(self.what)
        return FieldError(f"{self._names[int(number)]}{rest}", misfit.expected, misfit.value)


def codec_of(what: str, fields: Sequence[tuple[str, Unit]]) -> Codec:
    """The codec of named fields."""
    return Codec(what, a_tuple(*(unit for _, unit in fields)), [name for name, _ in fields])


def read_loosely(payload: Buffer) -> list[Any]:
    """A MessagePack array of whatever values. Raises: FieldError with an empty place."""
    try:
        return _LOOSELY(payload)
    except UNFIT as fault:
        raise FieldError("", f"a MessagePack array ({fault})", bytes(payload)) from None


def _strictly(raw: Any, unit: Unit) -> Any:
    """A leaf of what was decoded loosely, as its unit has it. Raises: FieldError with an empty place."""
    try:
        return wire.structure(msgspec.msgpack.decode(PACK(raw), type=expects(unit)), unit)
    except FieldError:
        raise
    except UNFIT:
        raise FieldError("", leaf_of(unit).expected, raw) from None


_strict = new_form()
"""Reads what was decoded loosely, one value after another: to name the one that does not fit."""
_strict.register_structure_hook_func(lambda unit: family_of(unit) not in ("", "tuple", "optional"), _strictly)
