"""How calls and events are declared: a frozen attrs class whose fields are annotated with kinds.

    @event("NeuronRegistered", 1)
    class NeuronRegistered(Event):
        netuid: NetUid
        uid: Uid
        hotkey: AccountId

The tag is an explicit string with a schema version (`NeuronRegistered/1`), never an import path: classes can be moved and
renamed without touching a recorded byte.
"""

from collections.abc import Callable
from operator import attrgetter
from typing import Annotated, Any, ClassVar, Self, TypeVar, dataclass_transform, get_args, get_type_hints

import attrs

from neuron_ledger.events.wire import ss58
from neuron_ledger.events.wire.kinds import (
    ACCOUNT,
    BOOL,
    BOOL_VECTOR,
    BYTES,
    HASH,
    NOTHING,
    PAIRS,
    TEXT,
    U8,
    U16,
    U16_VECTOR,
    U32,
    U64,
    U64_VECTOR,
    U128,
    FieldError,
    Kind,
    ListOf,
)

NetUid = Annotated[int, U16]
Uid = Annotated[int, U16]
BlockNumber = Annotated[int, U64]
Rao = Annotated[int, U64]
Byte = Annotated[int, U8]
Short = Annotated[int, U16]
Word = Annotated[int, U32]
Long = Annotated[int, U64]
Wide128 = Annotated[int, U128]
Flag = Annotated[bool, BOOL]
AccountId = Annotated[bytes, ACCOUNT]
Hash32 = Annotated[bytes, HASH]
Raw = Annotated[bytes, BYTES]
Name = Annotated[str, TEXT]
Shorts = Annotated[tuple[int, ...], U16_VECTOR]
Longs = Annotated[tuple[int, ...], U64_VECTOR]
Flags = Annotated[tuple[bool, ...], BOOL_VECTOR]
Row = Annotated[bytes, PAIRS]
AccountIds = Annotated[tuple[bytes, ...], ListOf(ACCOUNT)]


class Record:
    """What calls and events share: a tag, and fields of known kinds in a fixed order."""

    __slots__ = ()
    tag: ClassVar[str]
    kinds: ClassVar[tuple[tuple[str, Kind], ...]]
    field_values: ClassVar[Callable[[Any], tuple[Any, ...]]]
    """Reads all field values of an instance, in declared order."""
    converted: ClassVar[tuple[tuple[int, Kind], ...]]
    """The fields whose wire form is not their inside form, by index."""

    def __repr__(self) -> str:
        shown = zip(self.kinds, type(self).field_values(self), strict=True)
        return f"{type(self).__name__}({', '.join(f'{name}={_shown(kind, value)}' for (name, kind), value in shown)})"

    def check(self) -> None:
        """Refuse a value outside its kind. Raises: FieldError, naming the field and the value."""
        for (name, kind), value in zip(self.kinds, type(self).field_values(self), strict=True):
            kind.check(value, name)

    def to_wire(self) -> list[Any]:
        """The values in declared order, checked, as MessagePack gets them."""
        self.check()
        wire = list(type(self).field_values(self))
        for index, kind in self.converted:
            wire[index] = kind.to_wire(wire[index])
        return wire

    @classmethod
    def from_wire(cls, wire: list[Any]) -> Self:
        """The instance that `to_wire` described. Raises: FieldError for a wrong number of fields."""
        if len(wire) != len(cls.kinds):
            raise FieldError(cls.tag, f"{len(cls.kinds)} fields", wire)
        for index, kind in cls.converted:
            wire[index] = kind.from_wire(wire[index])
        return cls(*wire)

    def to_json(self) -> dict[str, Any]:
        """Field name → value in its JSON form, in declared order."""
        return {name: kind.to_json(value) for (name, kind), value in zip(self.kinds, type(self).field_values(self), strict=True)}

    @classmethod
    def from_json(cls, raw: Any) -> Self:
        """Read an object with exactly the declared fields. Raises: FieldError (unknown, missing or unfit field)."""
        if not isinstance(raw, dict):
            raise FieldError("args", "an object", raw)
        known = {name for name, _ in cls.kinds}
        for name in raw:
            if name not in known:
                expected = ", ".join(name for name, _ in cls.kinds) or "no fields"
                raise FieldError(str(name), f"a field of {cls.tag} ({expected})", raw[name])
        for name, _ in cls.kinds:
            if name not in raw:
                raise FieldError(name, f"this field of {cls.tag}", NOTHING)
        return cls(*[kind.from_json(raw[name], name) for name, kind in cls.kinds])


class Event(Record):
    """Something that happened. Carries results: folding it only assigns."""

    __slots__ = ()
    deposit: ClassVar[tuple[str, ...] | None]
    """The chain's own event that this one stands for: its name, then the fields that are its arguments; None if it has none."""


class Call(Record):
    """Something that was asked. Its arguments are checked when it is made."""

    __slots__ = ()

    def __attrs_post_init__(self) -> None:
        self.check()


T = TypeVar("T", bound=type[Record])


@dataclass_transform(frozen_default=True)
def call(name: str, version: int = 1) -> Callable[[T], T]:
    """Declare a call under its on-chain name."""
    return lambda cls: _declare(cls, f"{name}/{version}")


@dataclass_transform(frozen_default=True)
def event(name: str, version: int = 1, deposit: tuple[str, ...] | None = None) -> Callable[[T], T]:
    """Declare an event. deposit: the chain's event name and the fields that are its arguments, where the chain has one."""

    def declare(cls: T) -> T:
        declared = _declare(cls, f"{name}/{version}")
        declared.deposit = deposit  # type: ignore[attr-defined]
        return declared

    return declare


def _declare(cls: T, tag: str) -> T:
    declared: Any = attrs.frozen(slots=True, eq=True, repr=False)(cls)
    hints = get_type_hints(cls, include_extras=True)
    kinds = tuple((attribute.name, _kind_of(hints[attribute.name])) for attribute in attrs.fields(declared))
    names = [name for name, _ in kinds]
    declared.tag = tag
    declared.kinds = kinds
    declared.converted = tuple((index, kind) for index, (_, kind) in enumerate(kinds) if not kind.plain)
    declared.field_values = staticmethod(_reader(names))
    return declared  # type: ignore[no-any-return]


def _shown(kind: Kind, value: object) -> str:
    """A field's value for people: accounts as SS58, which an event that was never checked may have none of."""
    return ss58.encode(value) if kind == ACCOUNT and isinstance(value, bytes) else repr(value)


def _reader(names: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    if len(names) > 1:
        return attrgetter(*names)
    return lambda record: tuple(getattr(record, name) for name in names)


def _kind_of(hint: Any) -> Kind:
    """The kind that annotates a field's type."""
    kind: Kind = get_args(hint)[1]
    return kind
