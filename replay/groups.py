"""The log read as what it is: calls, each with what it caused."""

from collections.abc import Iterable, Iterator

from attrs import frozen

from events.catalogue import is_call
from events.codec import Submission, decode
from events.envelope import Entry
from events.record import Event


@frozen
class Group:
    """A call's entry, what it says, and the entries and events that follow from it."""

    entry: Entry
    submission: Submission
    caused: tuple[tuple[Entry, Event], ...]

    @property
    def position(self) -> int:
        return self.entry.position

    @property
    def last_position(self) -> int:
        return self.caused[-1][0].position if self.caused else self.entry.position

    @property
    def last_block(self) -> int:
        """The block at which the call's last event happened."""
        return self.caused[-1][0].block if self.caused else self.entry.block

    @property
    def events(self) -> tuple[Event, ...]:
        return tuple(event for _, event in self.caused)


class GroupError(ValueError):
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
