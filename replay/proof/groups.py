"""The log as calls, each with what it caused."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from neuron_ledger.events.entries.catalogue import is_call
from neuron_ledger.events.entries.envelope import Entry
from neuron_ledger.events.entries.group import Group, group_of
from neuron_ledger.events.wire.errors import NeuronLedgerError
from neuron_ledger.ledger.rules.blocks.seals import seal_is_due

if TYPE_CHECKING:
    from neuron_ledger.ledger.receipt import Progress


class GroupError(NeuronLedgerError, ValueError):
    """The log does not consist of groups: an event comes before any call."""

    def __init__(self, position: int, tag: str) -> None:
        super().__init__(f"position {position}: the event {tag} follows no call")
        self.position = position


def entry_groups(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    """The entries of each call: the call's own, then those of its events. Raises: GroupError."""
    group: list[Entry] = []
    for entry in entries:
        if is_call(entry.tag):
            if group:
                yield group
            group = [entry]
        elif group:
            group.append(entry)
        else:
            raise GroupError(entry.position, entry.tag)
    if group:
        yield group


def counted(groups: Iterable[Group], end: int, progress: "Progress") -> Iterator[Group]:
    """The same calls; calls progress with the position of every hundredth, and `end`."""
    for number, group in enumerate(groups):
        if number % 100 == 0:
            progress(group.position, end)
        yield group


def groups(entries: Iterable[Entry]) -> Iterator[Group]:
    """The calls of a log, decoded. Raises: GroupError, PayloadError, UnknownTag."""
    for group in entry_groups(entries):
        yield group_of(group)


def submitted(groups: Iterable[Group]) -> Iterator[Group]:
    """The calls that somebody submitted: without the seals that a ledger adds by itself."""
    is_due = False
    for group in groups:
        if not is_due:
            yield group
        is_due = seal_is_due(group.position, group.last_position)
