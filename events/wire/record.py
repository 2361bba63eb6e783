"""How calls and events are declared: a frozen attrs class whose fields are annotated with units.

    @event("NeuronRegistered")
    class NeuronRegistered(Event):
        netuid: NetUid
        uid: Uid
        hotkey: AccountId

The tag is an explicit string with a schema version (`NeuronRegistered/1`), never an import path: classes can be moved and
renamed without touching a recorded byte. The fields of a call are checked when it is made, those of an event, which only the
rules make, when it is encoded. Decoding checks everything by itself.
"""

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any, ClassVar, Self, TypeVar, dataclass_transform

import attrs

from neuron_ledger.events.wire import ss58
from neuron_ledger.events.wire.converters import people, read
from neuron_ledger.events.wire.messagepack import Codec, codec_of
from neuron_ledger.events.wire.units import ACCOUNT, Unit

ORIGIN = ACCOUNT | None
"""Who submits a call: the account that signed it, or None for a privileged call."""


class Record:
    """What calls and events share: a tag, and fields of known units in a fixed order."""

    __slots__ = ()
    tag: ClassVar[str]
    units: ClassVar[tuple[tuple[str, Unit], ...]]
    field_values: ClassVar[Callable[[Any], tuple[Any, ...]]]
    """Reads all field values of an instance, in declared order."""
    codec: ClassVar[Codec]
    """Writes and reads the payload; that of a call begins with the call's origin."""
    _setters: ClassVar[tuple[Callable[[Any, Any], None], ...]]

    # Shared by all classes: if attrs compiled these methods for each class, loading would take half as long again.

    def __eq__(self, other: Any) -> bool:
        return type(self).field_values(self) == type(self).field_values(other) if type(other) is type(self) else NotImplemented

    def __hash__(self) -> int:
        return hash((type(self), type(self).field_values(self)))

    def __repr__(self) -> str:
        fields = []
        for (name, unit), value in zip(self.units, type(self).field_values(self), strict=True):
            is_account = unit == ACCOUNT and isinstance(value, bytes)  # an event's values are not checked when it is made
            fields.append(f"{name}={ss58.encode(value) if is_account else repr(value)}")
        return f"{type(self).__name__}({', '.join(fields)})"

    @classmethod
    def decoded(cls, values: Sequence[Any]) -> Self:
        """An instance from values in declared order that a decoder has already checked."""
        record = cls.__new__(cls)
        for put, value in zip(cls._setters, values):  # noqa: B905 - as many as the decoder has counted
            put(record, value)
        return record


class Event(Record):
    """Something that happened. Carries results: folding it only assigns."""

    __slots__ = ()
    deposit: ClassVar[tuple[str, ...] | None]
    """The chain's own event that this one stands for: its name, then the fields that are its arguments (`field=` where the chain
    gives it a name, `name=field` where that is another); None if it has none."""


class Call(Record):
    """A request to the chain. Its arguments are checked when it is made; they may be in the form for people."""

    __slots__ = ()

    def __attrs_post_init__(self) -> None:
        for (name, unit), put, given in zip(self.units, self._setters, type(self).field_values(self), strict=True):
            value = read(people, given, unit, name)
            if value is not given:
                put(self, value)
        self.agree()

    def agree(self) -> None:
        """Refuse values that fit their fields but not each other. Raises: FieldError."""


C = TypeVar("C", bound=type[Call])
E = TypeVar("E", bound=type[Event])
T = TypeVar("T", bound=type[Record])


@dataclass_transform(frozen_default=True)
def call(name: str, version: int = 1) -> Callable[[C], C]:
    """Declare a call under its on-chain name."""

    def declare(cls: C) -> C:
        return _declare(attrs.frozen(repr=False, eq=False)(cls), f"{name}/{version}", ("origin", ORIGIN))

    return declare


@dataclass_transform(frozen_default=True, kw_only_default=True)
def event(name: str, version: int = 1, deposit: tuple[str, ...] | None = None) -> Callable[[E], E]:
    """Declare an event. deposit: the chain's event name and the fields that are its arguments, where the chain has one."""

    def declare(cls: E) -> E:
        declared = _declare(attrs.frozen(repr=False, eq=False, kw_only=True)(cls), f"{name}/{version}")
        declared.deposit = deposit
        return declared

    return declare


def _declare(declared: T, tag: str, *before: tuple[str, Unit]) -> T:
    declared.tag = tag
    declared.units = tuple([(field.name, field.type) for field in attrs.fields(declared)])  # type: ignore[arg-type]
    declared.codec = codec_of(tag, [*before, *declared.units])
    names = [name for name, _ in declared.units]
    declared.field_values = staticmethod(
        attrgetter(*names) if len(names) > 1 else lambda record: tuple([getattr(record, name) for name in names])
    )
    declared._setters = tuple([getattr(declared, name).__set__ for name in names])
    return declared
