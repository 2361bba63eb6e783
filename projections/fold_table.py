"""Tables of folds: which function writes what an event says to storage."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from neuron_ledger.events.wire.record import Event
from neuron_ledger.projections.storage import Storage

E = TypeVar("E", bound=Event)

Fold = Callable[[Storage, Any], None]
Folds = Mapping[type[Event], Fold]


def folds(event: type[E], function: Callable[[Storage, E], None]) -> tuple[type[Event], Fold]:
    """A row of a table of folds. A fold of another event does not fit the types."""
    return event, function


def fold_table(*rows: tuple[type[Event], Fold]) -> Folds:
    """The table of these rows (`folds`). Raises: ValueError for an event with two folds."""
    table: dict[type[Event], Fold] = {}
    for event, function in rows:
        if event in table:
            raise ValueError(f"{event.tag} has two folds, {table[event].__name__} and {function.__name__}")
        table[event] = function
    return table
