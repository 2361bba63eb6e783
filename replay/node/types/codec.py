"""Values as bytes and back, in the chain's own encoding (SCALE), by their type.

Values are as the ledger has them: integers, bool, str; bytes for an account, a hash or `Vec<u8>`; tuples for lists and for the
fields of a struct, or a dict of them by name; None or a value (`Some` for a present None); a struct of one field is
that field. A value of an enum is `(variant, fields)`, or just its name for a variant without fields. Decoded values have
structs as dicts.

Input is read strictly: lists that are longer than the remaining bytes, endless nesting and bytes that
are left over are a `ScaleError`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from attrs import frozen

from neuron_ledger.events.wire.errors import NeuronLedgerError
from neuron_ledger.replay.node.types.definitions import Definitions, Enum, Struct, Variant
from neuron_ledger.replay.node.types.notation import Fields, Shape, shape

DEEPEST: Final = 24
"""How deeply decoded values may be nested."""

ACCOUNT: Final = "AccountId32"
_BYTES: Final = Shape("Vec", (Shape("u8"),))
_PAIRS: Final = Shape("Vec", (Shape("tuple", (Shape("u16"), Shape("u16"))),))
_PAIR_BYTES: Final = 4


class ScaleError(NeuronLedgerError, ValueError):
    """Bytes that are not a value of their type, or a value that does not fit it."""


@frozen
class Some:
    """A value that is present and may be None itself."""

    value: Any


Writes = Callable[[Any, bytearray], None]


class Reader:
    """A reader of bytes."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0
        self.depth = 0

    @property
    def left(self) -> int:
        return len(self.data) - self.at

    def take(self, count: int) -> bytes:
        """The next bytes. Raises: ScaleError if there are fewer."""
        if count > self.left:
            raise ScaleError(f"{count} bytes are needed at byte {self.at}, there are {self.left}")
        self.at += count
        return self.data[self.at - count : self.at]

    def integer(self, size: int, *, signed: bool = False) -> int:
        return int.from_bytes(self.take(size), "little", signed=signed)

    def compact(self) -> int:
        """A compact integer, in its shortest form. Raises: ScaleError."""
        begin = self.at
        first = self.integer(1)
        mode = first & 3
        if mode == 3:
            value = self.integer((first >> 2) + 4)
        else:
            self.at = begin
            value = self.integer(1 << mode) >> 2
        if self.at - begin != len(compact(value)):
            raise ScaleError(f"the integer at byte {begin} is longer than it needs to be")
        return value

    def length(self) -> int:
        """How many items a list has. Raises: ScaleError for more than the remaining bytes."""
        count = self.compact()
        if count > self.left:
            raise ScaleError(f"a list of {count} items at byte {self.at}, where {self.left} bytes are left")
        return count


def compact(value: int) -> bytes:
    """A compact integer (below 2^536)."""
    if value < 1 << 30:
        mode = 0 if value < 1 << 6 else 1 if value < 1 << 14 else 2
        return (value << 2 | mode).to_bytes(1 << mode, "little")
    size = (value.bit_length() + 7) // 8
    return bytes(((size - 4) << 2 | 3,)) + value.to_bytes(size, "little")


def bits_of(name: str) -> int | None:
    """The bits of an integer type; None for other types."""
    return int(name[1:]) if name[:1] in ("u", "i") and name[1:].isdecimal() else None


class Codec:
    """Writes and reads values of types, which may be named by these definitions."""

    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions
        self._writers: dict[Shape, Writes] = {}

    def encode(self, kind: Shape | str, value: Any) -> bytes:
        """The bytes of a value. Raises: ScaleError if it does not fit its type."""
        kind = shape(kind) if isinstance(kind, str) else kind
        out = bytearray()
        try:
            self._writer(kind)(value, out)
        except (TypeError, ValueError, OverflowError, KeyError, AttributeError) as error:
            raise ScaleError(f"not a valid {kind}: {error}") from None
        return bytes(out)

    def decode(self, kind: Shape | str, data: bytes) -> Any:
        """The value of these bytes, which must be consumed entirely. Raises: ScaleError."""
        reader = Reader(data)
        value = self.read(shape(kind) if isinstance(kind, str) else kind, reader)
        if reader.left:
            raise ScaleError(f"{reader.left} bytes are left over after a {kind}")
        return value

    # ------------------------------------------------------------------------------------------------------ writing

    def _writer(self, kind: Shape) -> Writes:
        writer = self._writers.get(kind)
        if writer is None:
            self._writers[kind] = lambda value, out: self._writer(kind)(value, out)  # a type may contain itself
            writer = self._writers[kind] = self._new_writer(kind)
        return writer

    def _new_writer(self, kind: Shape) -> Writes:
        name, bits = kind.name, bits_of(kind.name)
        if bits is not None:
            return _writes_integer(bits // 8, signed=name[0] == "i")
        if name == "bool":
            return lambda value, out: out.append(_as_bool(value))
        if name == "str":
            return lambda value, out: _write_blob(value.encode(), out)
        if name == "Compact":
            return lambda value, out: out.extend(compact(value))
        if kind == _BYTES:
            return lambda value, out: _write_blob(value if isinstance(value, bytes) else bytes(tuple(value)), out)
        if name == ACCOUNT or (name == "array" and kind.parts == (Shape("u8"),)):
            return _writes_fixed(32 if name == ACCOUNT else kind.length)
        if name == "Option":
            return self._writes_option(self._writer(kind.parts[0]))
        if name in ("Vec", "BTreeSet", "BTreeMap"):
            return self._writes_list(kind)
        if name == "array":
            inner = self._writer(kind.parts[0])
            return lambda value, out: _write_each([inner] * kind.length, value, out)
        if name == "tuple":
            inner_ones = [self._writer(part) for part in kind.parts]
            return lambda value, out: _write_each(inner_ones, value, out)
        definition = self.definitions[name]
        return self._writes_struct(definition) if isinstance(definition, Struct) else self._writes_enum(definition)

    def _writes_option(self, inner: Writes) -> Writes:
        def writes(value: Any, out: bytearray) -> None:
            out.append(value is not None)
            if value is not None:
                inner(value.value if isinstance(value, Some) else value, out)

        return writes

    def _writes_list(self, kind: Shape) -> Writes:
        inner = self._writer(Shape("tuple", kind.parts) if kind.name == "BTreeMap" else kind.parts[0])

        def writes(value: Any, out: bytearray) -> None:
            if isinstance(value, bytes) and kind == _PAIRS:  # a packed row has the same bytes
                out += compact(len(value) // _PAIR_BYTES) + value
                return
            out += compact(len(value))
            for item in value:
                inner(item, out)

        return writes

    def _writes_fields(self, fields: Fields) -> Writes:
        names, inner = [name for name, _ in fields], [self._writer(part) for _, part in fields]

        def writes(value: Any, out: bytearray) -> None:
            if isinstance(value, Mapping):
                if set(value) != set(names):
                    raise ValueError(f"fields {', '.join(map(str, value))}; expected {', '.join(names)}")
                value = [value[name] for name in names]
            _write_each(inner, value, out)

        return writes

    def _writes_struct(self, definition: Struct) -> Writes:
        if len(definition.fields) == 1:
            return self._writer(definition.fields[0][1])
        return self._writes_fields(definition.fields)

    def _writes_enum(self, definition: Enum) -> Writes:
        by_name = {variant.name: (variant.index, self._writes_fields(variant.fields)) for variant in definition.variants}

        def writes(value: Any, out: bytearray) -> None:
            name, inner = (value, ()) if isinstance(value, str) else value
            index, write_fields = by_name[name]
            out.append(index)
            write_fields(inner, out)

        return writes

    # ------------------------------------------------------------------------------------------------------ reading

    def read(self, kind: Shape, reader: Reader) -> Any:
        """The next value. Raises: ScaleError."""
        if reader.depth > DEEPEST:
            raise ScaleError(f"more than {DEEPEST} levels of nesting at byte {reader.at}")
        reader.depth += 1
        value = self._read(kind, reader)
        reader.depth -= 1
        return value

    def _read(self, kind: Shape, reader: Reader) -> Any:
        name, bits = kind.name, bits_of(kind.name)
        if bits is not None:
            return reader.integer(bits // 8, signed=name[0] == "i")
        if name == "Compact":
            return _ensure_bits(reader.compact(), kind.parts[0], reader)
        if kind == _BYTES:
            return reader.take(reader.length())
        if name == ACCOUNT or (name == "array" and kind.parts == (Shape("u8"),)):
            return reader.take(32 if name == ACCOUNT else kind.length)
        if name in ("bool", "Option"):
            flag = _read_flag(reader)
            return flag if name == "bool" else self.read(kind.parts[0], reader) if flag else None
        if name == "str":
            return _read_text(reader)
        if name in ("Vec", "BTreeSet", "BTreeMap"):
            item = Shape("tuple", kind.parts) if name == "BTreeMap" else kind.parts[0]
            return tuple([self.read(item, reader) for _ in range(reader.length())])
        if name in ("tuple", "array"):
            return tuple([self.read(part, reader) for part in (kind.parts if name == "tuple" else kind.parts * kind.length)])
        definition = self.definitions[name]
        return self._read_struct(definition, reader) if isinstance(definition, Struct) else self._read_enum(definition, reader)

    def _read_struct(self, definition: Struct, reader: Reader) -> Any:
        if len(definition.fields) == 1:
            return self.read(definition.fields[0][1], reader)
        return self._read_fields(definition.fields, reader)

    def _read_fields(self, fields: Fields, reader: Reader) -> Any:
        values = [self.read(part, reader) for _, part in fields]
        return dict(zip([name for name, _ in fields], values, strict=True)) if all(name for name, _ in fields) else tuple(values)

    def _read_enum(self, definition: Enum, reader: Reader) -> tuple[str, Any]:
        variant = variant_at(definition, reader.integer(1))
        return variant.name, self._read_fields(variant.fields, reader)


def variant_at(definition: Enum, index: int) -> Variant:
    """The variant for a byte. Raises: ScaleError."""
    for variant in definition.variants:
        if variant.index == index:
            return variant
    raise ScaleError(f"{index} is not a variant of {'::'.join(definition.path)}")


def _writes_integer(size: int, *, signed: bool) -> Writes:
    return lambda value, out: out.extend(int(value).to_bytes(size, "little", signed=signed))


def _writes_fixed(size: int) -> Writes:
    def writes(value: Any, out: bytearray) -> None:
        if len(value) != size:
            raise ValueError(f"{len(value)} bytes; expected {size}")
        out += value

    return writes


def _as_bool(value: Any) -> bool:
    if type(value) is not bool:
        raise ValueError(f"{value!r} is neither true nor false")
    return value


def _write_blob(value: bytes, out: bytearray) -> None:
    out += compact(len(value))
    out += value


def _write_each(writers: Sequence[Writes], values: Iterable[Any], out: bytearray) -> None:
    for write, value in zip(writers, values, strict=True):
        write(value, out)


def _ensure_bits(value: int, kind: Shape, reader: Reader) -> int:
    bits = bits_of(kind.name)
    if bits is not None and value >> bits:
        raise ScaleError(f"{value} at byte {reader.at} is not a valid {kind}")
    return value


def _read_flag(reader: Reader) -> bool:
    byte = reader.integer(1)
    if byte > 1:
        raise ScaleError(f"{byte} at byte {reader.at - 1}; expected 0 or 1")
    return bool(byte)


def _read_text(reader: Reader) -> str:
    try:
        return reader.take(reader.length()).decode()
    except UnicodeDecodeError:
        raise ScaleError(f"the text that ends at byte {reader.at} is not UTF-8") from None
