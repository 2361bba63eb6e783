"""How calls and events are declared: a frozen attrs class whose fields are annotated with units.

    @event("NeuronRegistered")
    class NeuronRegistered(Event):
        netuid: NetUid
        uid: Uid
        hotkey: AccountId

The tag is an explicit string with a schema version (`NeuronRegistered/1`), never an import path: classes can be moved and
renamed without touching a recorded byte. Fields of calls are checked when people make them; those of events, which the rules
make, when they are encoded. What is decoded, the decoder has checked.
"""

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any, ClassVar, Self, TypeVar, dataclass_transform, get_args

import attrs

from neuron_ledger.events.wire import ss58
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.events.wire.messagepack import Codec, codec_of
from neuron_ledger.events.wire.units import ACCOUNT, Check, Unit, check_of, family_of, is_list


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

    # Written once for all: attrs would compile a method of each for every class, a third of the time that loading them takes.

    def __eq__(self, other: object) -> bool:
        if other.__class__ is not self.__class__:
            return NotImplemented
        values = type(self).field_values
        return values(self) == values(other)

    def __hash__(self) -> int:
        return hash((type(self), type(self).field_values(self)))

    def __repr__(self) -> str:
        shown = zip(self.units, type(self).field_values(self), strict=True)
        return f"{type(self).__name__}({', '.join(f'{name}={_shown(unit, value)}' for (name, unit), value in shown)})"

    @classmethod
    def decoded(cls, values: Sequence[Any]) -> Self:
        """The instance of values in declared order that a decoder has checked already."""
        record = cls.__new__(cls)
        for put, value in zip(cls._setters, values):  # noqa: B905 - as many as the decoder has counted
            put(record, value)
        return record


def accounts_read(unit: Unit, value: Any, where: str) -> Any:
    """The value, with the accounts that are given as texts in place of these. Raises: FieldError."""
    if type(value) is str and family_of(unit) == "account":
        try:
            return ss58.account(value)
        except ss58.AddressError as error:
            raise FieldError(where, f"an account ({error})", value) from None
    if type(value) is tuple and family_of(unit) == "tuple":
        parts = [part for part in get_args(unit) if part is not Ellipsis]
        if is_list(unit) or len(parts) == len(value):
            parts = parts * len(value) if is_list(unit) else parts
            read = tuple(
                accounts_read(part, item, f"{where}[{i}]") for i, (part, item) in enumerate(zip(parts, value, strict=True))
            )
            return value if all(new is old for new, old in zip(read, value, strict=True)) else read
    return value


class Event(Record):
    """Something that happened. Carries results: folding it only assigns."""

    __slots__ = ()
    deposit: ClassVar[tuple[str, ...] | None]
    """The chain's own event that this one stands for: its name, then the fields that are its arguments (`field=` where the chain
    gives it a name, `name=field` where that is another); None if it has none."""


class Call(Record):
    """Something that was asked. Its arguments are checked when it is made; an account may be given as SS58 or hex digits too."""

    __slots__ = ()
    _checks: ClassVar[tuple[tuple[str, Check], ...]]

    def __attrs_post_init__(self) -> None:
        try:
            self._check()
        except FieldError:
            if not self._read_addresses():
                raise
            self._check()
        self.agree()

    def _check(self) -> None:
        for (name, check), value in zip(self._checks, type(self).field_values(self), strict=True):
            check(value, name)

    def _read_addresses(self) -> bool:
        """Put accounts where texts stand for them; whether there were any. Raises: FieldError."""
        values = type(self).field_values(self)
        read = [accounts_read(unit, value, name) for (name, unit), value in zip(self.units, values, strict=True)]
        for put, value in zip(self._setters, read, strict=True):
            put(self, value)
        return any(new is not old for new, old in zip(read, values, strict=True))

    def agree(self) -> None:
        """Refuse values that fit their fields but not each other. Raises: FieldError."""

    @classmethod
    def decoded(cls, values: Sequence[Any]) -> Self:
        made = super().decoded(values)
        made.agree()
        return made


C = TypeVar("C", bound=type[Call])
E = TypeVar("E", bound=type[Event])


@dataclass_transform(frozen_default=True)
def call(name: str, version: int = 1) -> Callable[[C], C]:
    """Declare a call under its on-chain name."""

    def declare(cls: C) -> C:
        declared = _declare(attrs.frozen(repr=False, eq=False)(cls), f"{name}/{version}")
        declared.codec = _Codec(("origin", ORIGIN))  # type: ignore[assignment]
        declared._checks = tuple((field, check_of(unit)) for field, unit in declared.units)
        return declared

    return declare


@dataclass_transform(frozen_default=True, kw_only_default=True)
def event(name: str, version: int = 1, deposit: tuple[str, ...] | None = None) -> Callable[[E], E]:
    """Declare an event. deposit: the chain's event name and the fields that are its arguments, where the chain has one."""

    def declare(cls: E) -> E:
        declared = _declare(attrs.frozen(repr=False, eq=False, kw_only=True)(cls), f"{name}/{version}")
        declared.codec = _Codec()  # type: ignore[assignment]
        declared.deposit = deposit
        return declared

    return declare


ORIGIN = ACCOUNT | None
"""Who submits a call: the account that signed it, or None for a privileged call."""

T = TypeVar("T", bound=type[Record])


def _declare(declared: T, tag: str) -> T:
    declared.tag = tag
    declared.units = tuple((field.name, field.type) for field in attrs.fields(declared))  # type: ignore[arg-type]
    names = [name for name, _ in declared.units]
    declared.field_values = staticmethod(_reader(names))
    declared._setters = tuple(getattr(declared, name).__set__ for name in names)
    return declared


class _Codec:
    """Stands for a class' codec until it is first used: most commands use few of them."""

    def __init__(self, *before: tuple[str, Unit]) -> None:
        self.before = before

    def __get__(self, _: object, owner: type[Record]) -> Any:
        owner.codec = codec_of(owner.tag, [*self.before, *owner.units])
        return owner.codec


def _shown(unit: Unit, value: object) -> str:
    """A field's value for people: accounts as SS58, which an event that was never checked may have none of."""
    return ss58.encode(value) if unit == ACCOUNT and isinstance(value, bytes) else repr(value)


def _reader(names: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    if len(names) > 1:
        return attrgetter(*names)
    if not names:
        return lambda _: ()
    (name,) = names
    return lambda record: (getattr(record, name),)
