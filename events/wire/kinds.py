"""The kinds of value that calls, events and storage items are made of.

A kind is the one place that knows a value's range, its canonical bytes and its form for people. Everything else (records,
storage items, the codec, JSON) is built from kinds, so that a bound is written once.

Three forms of one value:

- *inside*: int, bool, 32-byte `bytes` for an account, tuples, packed `bytes` for weight rows. Always immutable.
- *wire*: what MessagePack gets. 128-bit integers are 16 little-endian bytes, vectors of integers are packed little-endian.
- *JSON*: for people and tools. Accounts are SS58 (64 hex digits are read too), integers beyond 2^53 are decimal strings.
"""

from collections.abc import Sequence
from typing import Any, ClassVar, Protocol

import numpy
from attrs import frozen

from neuron_ledger.events.wire import ss58
from neuron_ledger.events.wire.json_values import JSON_SAFE_INTEGER, bytes_from_hex, integer_from_json, list_from_json
from neuron_ledger.events.wire.json_values import NOTHING as NOTHING
from neuron_ledger.events.wire.json_values import FieldError as FieldError


class Kind(Protocol):
    """What every kind of value can do. `where` names the field in an error."""

    @property
    def plain(self) -> bool:
        """True where the wire form is the inside form, so that decoding needs no step of its own."""
        ...

    def check(self, value: Any, where: str) -> None: ...
    def to_wire(self, value: Any) -> Any: ...
    def from_wire(self, wire: Any) -> Any: ...
    def to_json(self, value: Any) -> Any: ...
    def from_json(self, raw: Any, where: str) -> Any: ...


class Plain:
    """What kinds share whose wire form is their inside form."""

    __slots__ = ()
    plain: ClassVar[bool] = True

    def to_wire(self, value: Any) -> Any:
        return value

    def from_wire(self, wire: Any) -> Any:
        return wire


@frozen
class Unsigned(Plain):
    """An unsigned integer of up to 64 bits."""

    bits: int

    def check(self, value: Any, where: str) -> None:
        if type(value) is not int or not 0 <= value < 1 << self.bits:
            raise FieldError(where, f"an integer from 0 to 2^{self.bits} - 1", value)

    def to_json(self, value: Any) -> Any:
        return value if value <= JSON_SAFE_INTEGER else str(value)

    def from_json(self, raw: Any, where: str) -> Any:
        value = integer_from_json(raw)
        self.check(value, where)
        return value


@frozen
class Signed(Plain):
    """A signed integer of up to 64 bits, two's complement."""

    bits: int

    def check(self, value: Any, where: str) -> None:
        if type(value) is not int or not -(1 << self.bits - 1) <= value < 1 << self.bits - 1:
            raise FieldError(where, f"an integer from -2^{self.bits - 1} to 2^{self.bits - 1} - 1", value)

    def to_json(self, value: Any) -> Any:
        return value if abs(value) <= JSON_SAFE_INTEGER else str(value)

    def from_json(self, raw: Any, where: str) -> Any:
        value = integer_from_json(raw)
        self.check(value, where)
        return value


@frozen
class Wide:
    """A 128-bit integer (two's complement where signed): 16 little-endian bytes on the wire."""

    plain: ClassVar[bool] = False
    signed: bool = False

    def check(self, value: Any, where: str) -> None:
        low, high = (-(1 << 127), 1 << 127) if self.signed else (0, 1 << 128)
        if type(value) is not int or not low <= value < high:
            raise FieldError(where, f"{'a signed' if self.signed else 'an unsigned'} 128-bit integer", value)

    def to_wire(self, value: Any) -> Any:
        return value.to_bytes(16, "little", signed=self.signed)

    def from_wire(self, wire: Any) -> Any:
        return int.from_bytes(wire, "little", signed=self.signed)

    def to_json(self, value: Any) -> Any:
        return value if abs(value) <= JSON_SAFE_INTEGER else str(value)

    def from_json(self, raw: Any, where: str) -> Any:
        value = integer_from_json(raw)
        self.check(value, where)
        return value


@frozen
class Boolean(Plain):
    """True or false; 0 and 1 are refused."""

    def check(self, value: Any, where: str) -> None:
        if type(value) is not bool:
            raise FieldError(where, "true or false", value)

    def to_json(self, value: Any) -> Any:
        return value

    def from_json(self, raw: Any, where: str) -> Any:
        self.check(raw, where)
        return raw


@frozen
class Blob(Plain):
    """Bytes, of a fixed length where `length` is given, at most `most`; hex digits in JSON."""

    length: int | None = None
    most: int | None = None

    def check(self, value: Any, where: str) -> None:
        if type(value) is not bytes:
            raise FieldError(where, "bytes", value)
        if self.length is not None and len(value) != self.length:
            raise FieldError(where, f"{self.length} bytes", value)
        if self.most is not None and len(value) > self.most:
            raise FieldError(where, f"at most {self.most} bytes", value)

    def to_json(self, value: Any) -> Any:
        return value.hex()

    def from_json(self, raw: Any, where: str) -> Any:
        value = bytes_from_hex(raw, where)
        self.check(value, where)
        return value


@frozen
class Account(Plain):
    """An account id: 32 bytes inside, SS58 or 64 hex digits at the edges."""

    def check(self, value: Any, where: str) -> None:
        if type(value) is not bytes or len(value) != 32:
            hint = "; events.ss58.account reads an address" if isinstance(value, str) else ""
            raise FieldError(where, f"an account of 32 bytes{hint}", value)

    def to_json(self, value: Any) -> Any:
        return ss58.encode(value)

    def from_json(self, raw: Any, where: str) -> Any:
        if isinstance(raw, str):
            try:
                return ss58.account(raw)
            except ss58.AddressError as error:
                raise FieldError(where, f"an account ({error})", raw) from None
        raise FieldError(where, "an account as SS58 or 64 hex digits", raw)


@frozen
class Text(Plain):
    """A short text: a name, never prose that a rule reads."""

    def check(self, value: Any, where: str) -> None:
        if type(value) is not str:
            raise FieldError(where, "a text", value)

    def to_json(self, value: Any) -> Any:
        return value

    def from_json(self, raw: Any, where: str) -> Any:
        self.check(raw, where)
        return raw


@frozen
class Packed:
    """A vector of u16, u64 or bool: a tuple inside, packed little-endian on the wire (one byte a bool)."""

    plain: ClassVar[bool] = False
    bits: int

    @property
    def _type(self) -> type[int]:
        return bool if self.bits == 1 else int

    @property
    def _dtype(self) -> str:
        return {1: "?", 16: "<u2", 64: "<u8"}[self.bits]

    def check(self, value: Any, where: str) -> None:
        if type(value) is not tuple:
            raise FieldError(where, f"a tuple of {'bool' if self.bits == 1 else f'u{self.bits}'}", value)
        # All at once where everything fits, which is nearly always; one by one to name what does not.
        if not value or (set(map(type, value)) == {self._type} and min(value) >= 0 and max(value) < 1 << self.bits):
            return
        element: Kind = BOOL if self.bits == 1 else Unsigned(self.bits)
        for index, item in enumerate(value):
            element.check(item, f"{where}[{index}]")

    def to_wire(self, value: Any) -> Any:
        return numpy.array(value, dtype=self._dtype).tobytes()

    def from_wire(self, wire: Any) -> Any:
        return tuple(numpy.frombuffer(wire, dtype=self._dtype).tolist())

    def to_json(self, value: Any) -> Any:
        if self.bits == 64:
            return [U64.to_json(item) for item in value]
        return list(value)

    def from_json(self, raw: Any, where: str) -> Any:
        element: Kind = BOOL if self.bits == 1 else Unsigned(self.bits)
        return tuple(element.from_json(item, f"{where}[{i}]") for i, item in enumerate(list_from_json(raw, where)))


@frozen
class Pairs:
    """A weight or bond row: (uid, value) pairs of u16, packed little-endian in the stored order.

    `pairs(row)` and `pack_pairs(pairs)` read and write it; numpy reads it as an array of shape (entries, 2), dtype `<u2`.
    On the wire a row of three entries or more is [first uid, packed values] where its uids follow each other, and
    [uids as bytes, packed values] where they do not and none is above 255; any other row is packed pairs.
    """

    plain: ClassVar[bool] = False

    def check(self, value: Any, where: str) -> None:
        if type(value) is not bytes or len(value) % 4:
            raise FieldError(where, "packed pairs of u16 (4 bytes each)", value)

    def to_wire(self, value: Any) -> Any:
        entries = numpy.frombuffer(value, _U16).reshape(-1, 2)
        if len(entries) < 3:
            return value
        uids, first = entries[:, 0], int(entries[0, 0])
        if numpy.array_equal(uids, _UIDS[first : first + len(entries)]):
            return [first, entries[:, 1].tobytes()]
        return [uids.astype(numpy.uint8).tobytes(), entries[:, 1].tobytes()] if uids.max() < 256 else value

    def from_wire(self, wire: Any) -> Any:
        if type(wire) is bytes:
            return wire
        told, packed = wire
        values = numpy.frombuffer(packed, _U16)
        uids = _UIDS[told : told + len(values)] if type(told) is int else numpy.frombuffer(told, numpy.uint8)
        if len(uids) != len(values):
            raise ValueError(f"a row of {len(uids)} uids and {len(values)} values")
        row = numpy.empty((len(values), 2), _U16)
        row[:, 0] = uids
        row[:, 1] = values
        return row.tobytes()

    def to_json(self, value: Any) -> Any:
        return [list(pair) for pair in pairs(value)]

    def from_json(self, raw: Any, where: str) -> Any:
        entry = Struct((U16, U16))
        return pack_pairs([entry.from_json(item, f"{where}[{i}]") for i, item in enumerate(list_from_json(raw, where))])


@frozen
class ListOf:
    """A list of values of one kind: a tuple inside."""

    plain: ClassVar[bool] = False
    of: Kind

    def check(self, value: Any, where: str) -> None:
        if type(value) is not tuple:
            raise FieldError(where, "a tuple", value)
        for index, item in enumerate(value):
            self.of.check(item, f"{where}[{index}]")

    def to_wire(self, value: Any) -> Any:
        return [self.of.to_wire(item) for item in value]

    def from_wire(self, wire: Any) -> Any:
        return tuple([self.of.from_wire(item) for item in wire])

    def to_json(self, value: Any) -> Any:
        return [self.of.to_json(item) for item in value]

    def from_json(self, raw: Any, where: str) -> Any:
        return tuple(self.of.from_json(item, f"{where}[{i}]") for i, item in enumerate(list_from_json(raw, where)))


@frozen
class Struct:
    """A fixed sequence of values: a tuple inside, a list in JSON."""

    plain: ClassVar[bool] = False
    of: tuple[Kind, ...]

    def check(self, value: Any, where: str) -> None:
        if type(value) is not tuple or len(value) != len(self.of):
            raise FieldError(where, f"a tuple of {len(self.of)} values", value)
        for index, (kind, item) in enumerate(zip(self.of, value, strict=True)):
            kind.check(item, f"{where}[{index}]")

    def to_wire(self, value: Any) -> Any:
        return [kind.to_wire(item) for kind, item in zip(self.of, value, strict=True)]

    def from_wire(self, wire: Any) -> Any:
        return tuple([kind.from_wire(item) for kind, item in zip(self.of, wire, strict=True)])

    def to_json(self, value: Any) -> Any:
        return [kind.to_json(item) for kind, item in zip(self.of, value, strict=True)]

    def from_json(self, raw: Any, where: str) -> Any:
        items = list_from_json(raw, where)
        if len(items) != len(self.of):
            raise FieldError(where, f"a list of {len(self.of)} values", raw)
        return tuple(
            kind.from_json(item, f"{where}[{index}]") for index, (kind, item) in enumerate(zip(self.of, items, strict=True))
        )


@frozen
class Optional:
    """A value that may be absent (None, nil, null)."""

    of: Kind

    @property
    def plain(self) -> bool:
        return self.of.plain

    def check(self, value: Any, where: str) -> None:
        if value is not None:
            self.of.check(value, where)

    def to_wire(self, value: Any) -> Any:
        return None if value is None else self.of.to_wire(value)

    def from_wire(self, wire: Any) -> Any:
        return None if wire is None else self.of.from_wire(wire)

    def to_json(self, value: Any) -> Any:
        return None if value is None else self.of.to_json(value)

    def from_json(self, raw: Any, where: str) -> Any:
        return None if raw is None else self.of.from_json(raw, where)


U8 = Unsigned(8)
U16 = Unsigned(16)
U32 = Unsigned(32)
U64 = Unsigned(64)
I16 = Signed(16)
I32 = Signed(32)
I64 = Signed(64)
U128 = Wide()
I128 = Wide(signed=True)
BOOL = Boolean()
ACCOUNT = Account()
HASH = Blob(length=32)
BYTES = Blob()
TEXT = Text()
U16_VECTOR = Packed(16)
U64_VECTOR = Packed(64)
BOOL_VECTOR = Packed(1)
PAIRS = Pairs()


_U16 = numpy.dtype("<u2")
_UIDS = numpy.arange(1 << 16, dtype=_U16)
"""Every uid there can be."""


def pairs(row: bytes) -> list[tuple[int, int]]:
    """The (uid, value) pairs of a packed row, in stored order."""
    values = numpy.frombuffer(row, dtype="<u2").tolist()
    return list(zip(values[::2], values[1::2], strict=True))


def pack_pairs(entries: Sequence[Sequence[int]]) -> bytes:
    """Pack (uid, value) pairs of u16 into a row."""
    return numpy.array(entries, dtype="<u2").reshape(-1).tobytes()
