"""Tag ↔ class, and the way from older schema versions to today's.

A tag is `name/version`. Calls are named as on the chain (snake_case), events in CamelCase, so that a tag shows which it is.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from neuron_ledger.events import (
    associations,
    balances,
    blocks_seen,
    calls,
    claims,
    commitments,
    consensus,
    early_calls,
    early_staking,
    early_swaps,
    exchanges,
    extrinsics,
    identities,
    ledger,
    locks,
    parameters,
    registration,
    registration_calls,
    serving,
    stake_moves,
    staking,
    subnet_calls,
    subnets,
    swaps,
    weight_calls,
    weights,
)
from neuron_ledger.events.wire.errors import NeuronLedgerError
from neuron_ledger.events.wire.messagepack import PACK, read_loosely
from neuron_ledger.events.wire.record import Call, Event, Record

R = TypeVar("R", bound=Record)


class UnknownTag(NeuronLedgerError, ValueError):
    """A recorded tag that is unknown to this version: written by a newer one, or by other software.

    tag; position: in the log, None where only the entry's content was read; what: the fault without the position.
    """

    def __init__(self, tag: str, position: int | None = None) -> None:
        self.tag, self.position = tag, position
        self.what = f"tag {tag!r:.100} is not known to this version of neuron-ledger; was it written by a newer one?"
        where = "" if position is None else f"position {position}: "
        super().__init__(f"{where}{self.what} If so, upgrade neuron-ledger; otherwise `neuron-ledger audit` lists every finding")


def _records(module: Any, base: type[Record]) -> list[type[Any]]:
    found = [value for value in vars(module).values() if isinstance(value, type) and issubclass(value, base)]
    return [cls for cls in found if cls.__module__ == module.__name__]


_MODULES = (
    *(calls, balances, registration, registration_calls, associations, identities, serving, weights, weight_calls, consensus),
    *(staking, stake_moves, locks, claims, subnets, subnet_calls, swaps, parameters, ledger, extrinsics, blocks_seen, exchanges),
    *(commitments, early_calls, early_staking, early_swaps),
)


def by_tag(classes: Iterable[type[R]]) -> Mapping[str, type[R]]:
    """Each class by its tag. Raises: ValueError for two classes with one tag, since one would never be read."""
    found: dict[str, type[R]] = {}
    for cls in classes:
        if found.setdefault(cls.tag, cls) is not cls:
            raise ValueError(f"{cls.tag}: declared in {found[cls.tag].__module__} and in {cls.__module__}")
    return found


CALLS: Mapping[str, type[Call]] = by_tag(cls for module in _MODULES for cls in _records(module, Call))
"""Every call by its tag."""

EVENTS: Mapping[str, type[Event]] = by_tag(cls for module in _MODULES for cls in _records(module, Event))
"""Every event by its tag."""

CALLS_BY_NAME: Mapping[str, type[Call]] = {tag.partition("/")[0]: cls for tag, cls in CALLS.items()}
"""Every call by its on-chain name, without the schema version."""

Upcaster = Callable[[list[Any]], tuple[str, list[Any]]]
"""Wire values of an older version → tag and wire values of the next one."""


class Catalogue:
    """Which class reads which tag. `upcasters`: old tag → upcaster; applied repeatedly if needed."""

    def __init__(self, upcasters: Mapping[str, Upcaster] | None = None) -> None:
        self._classes: dict[str, type[Record]] = {**CALLS, **EVENTS}
        self._upcasters = dict(upcasters or UPCASTERS)

    def resolve(self, tag: str, payload: bytes) -> tuple[type[Record], bytes]:
        """The class for a tag, and the payload in that class's schema. Raises: UnknownTag; FieldError if it is not an array."""
        cls = self._classes.get(tag)
        return (cls, payload) if cls else self._brought_up_to_date(tag, payload)

    def _brought_up_to_date(self, tag: str, payload: bytes) -> tuple[type[Record], bytes]:
        values: list[Any] | None = None
        while (cls := self._classes.get(tag)) is None:
            upcast = self._upcasters.get(tag)
            if upcast is None:
                raise UnknownTag(tag)
            tag, values = upcast(read_loosely(payload) if values is None else values)
        return cls, PACK(values)


UPCASTERS: Mapping[str, Upcaster] = {}
"""Old tag → upcaster. Empty as long as every schema is in its first version."""

CATALOGUE = Catalogue()
"""The catalogue of this version; it has no mutable state."""


def is_call(tag: object) -> bool:
    """Whether a tag names a call (and so begins a new group of entries). False for a non-text value in a damaged file."""
    return isinstance(tag, str) and tag[:1].islower()
