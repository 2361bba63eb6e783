"""The log read as what it is: calls, each with what it caused."""

from collections.abc import Iterable, Iterator

from neuron_ledger.events.entries.catalogue import is_call
from neuron_ledger.events.entries.envelope import Entry
from neuron_ledger.events.entries.group import Group, group_of
from neuron_ledger.events.wire.errors import NeuronLedgerError
from neuron_ledger.ledger.chain import Progress


class GroupError(NeuronLedgerError, ValueError):
    """The log does not read as groups: an event comes before any call."""


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
            raise GroupError(f"position {entry.position}: the event {entry.tag} follows no call")
    if group:
        yield group


def counted(groups: Iterable[Group], end: int, progress: Progress) -> Iterator[Group]:
    """The same calls; progress is told the position of every hundredth, and `end`."""
    for number, group in enumerate(groups):
        if number % 100 == 0:
            progress(group.position, end)
        yield group


def groups(entries: Iterable[Entry]) -> Iterator[Group]:
    """The calls of a log, decoded. Raises: GroupError, PayloadError, UnknownTag."""
    for group in entry_groups(entries):
        yield group_of(group)
