"""A call and what it caused, as the entries of the log: the unit in which the log is written, checked and run again."""

from collections.abc import Sequence

from attrs import frozen

from neuron_ledger.events.entries.catalogue import UnknownTag
from neuron_ledger.events.entries.codec import Submission, decode_group, encode_group
from neuron_ledger.events.entries.envelope import Entry, NewEntry
from neuron_ledger.events.wire.record import Event


@frozen
class Happened:
    """An event and the block in which it happened."""

    block: int
    event: Event


@frozen
class Group:
    """A recorded call: its entries, the call itself, and its events. `entries` begins with the call's own."""

    entries: tuple[Entry, ...]
    submission: Submission
    happened: tuple[Happened, ...]

    @property
    def position(self) -> int:
        return self.entries[0].position

    @property
    def last_position(self) -> int:
        return self.entries[-1].position

    @property
    def block(self) -> int:
        """The block in which the call was submitted."""
        return self.entries[0].block

    @property
    def last_block(self) -> int:
        """The block in which the last of its events happened."""
        return self.entries[-1].block

    @property
    def events(self) -> tuple[Event, ...]:
        return tuple(happened.event for happened in self.happened)


def entries_of(block: int, submission: Submission, happened: Sequence[Happened]) -> list[NewEntry]:
    """The entries that record a call submitted in `block` and what it caused. One encoding per group."""
    payloads = encode_group(submission, [item.event for item in happened])
    blocks = (block, *(item.block for item in happened))
    return [NewEntry(at, tag, payload) for at, (tag, payload) in zip(blocks, payloads, strict=True)]


def group_of(entries: Sequence[Entry]) -> Group:
    """The group that entries record. Raises: PayloadError, UnknownTag."""
    try:
        submission, events = decode_group([(entry.tag, entry.payload) for entry in entries])
    except UnknownTag as error:
        raise UnknownTag(error.tag, next(entry.position for entry in entries if entry.tag == error.tag)) from None
    happened = tuple(Happened(entry.block, event) for entry, event in zip(entries[1:], events, strict=True))
    return Group(tuple(entries), submission, happened)
