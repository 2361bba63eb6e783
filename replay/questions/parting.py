"""Where two histories diverge: the first call that only one has, or that led to something else in the other."""

import sqlite3
from itertools import chain, zip_longest
from typing import Final

from attrs import frozen

from neuron_ledger.events.difference import Difference
from neuron_ledger.events.entries.envelope import NewEntry
from neuron_ledger.events.entries.group import Group
from neuron_ledger.events.ledger import StorageSealed
from neuron_ledger.ledger.last_call import last_call_position
from neuron_ledger.ledger.log.errors import read_error
from neuron_ledger.ledger.log.snapshots import sealed_at
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.log.verify import row_batches
from neuron_ledger.ledger.receipt import Progress
from neuron_ledger.ledger.rules.blocks import seals
from neuron_ledger.replay.first_difference import first_difference
from neuron_ledger.replay.proof.groups import groups

_AT_ONCE: Final = 2048
"""Entries that are compared in one step."""

_SEAL: Final = "SELECT seq FROM log NOT INDEXED WHERE seq > ? AND seq <= ? AND tag = ? ORDER BY seq LIMIT 1"


@frozen
class Parting:
    """The first call in which two histories differ. position, block: of that call's entry.

    entry: the first entry that differs: the call's own, or one that it caused. one, other: what each history has there; None
    for one that ends before that.
    """

    position: int
    block: int
    entry: int
    one: Group | None
    other: Group | None

    @property
    def difference(self) -> Difference[int] | None:
        """How the call, or what it caused, differs: `expected` is what the first history has, `got` what the other has.

        None if one of them ends before that.
        """
        if self.one is None or self.other is None:
            return None
        had = [NewEntry(entry.block, entry.tag, entry.payload) for entry in self.one.entries]
        return first_difference(self.other.entries, had)


@frozen
class Bisected:
    """What two histories have in common. shared: entries that both begin with. parting: None if one is only longer.

    compared_after: the position after which entries were compared; before it hashes, which cover everything, or seals, which
    cover storage alone.
    """

    shared: int
    parting: Parting | None
    compared_after: int = 0


def bisect(one: Log, other: Log, progress: Progress | None = None, *, by_storage: bool = False) -> Bisected:
    """The first call in which two histories differ.

    Ledgers of one origin have the same hash at each entry of their common beginning, and different ones after it, so a binary
    search finds it. If the origins differ, all hashes do, and the entries
    themselves are compared from the first one on. by_storage: in that case begin after the last seal at which both have equal
    storage, found by binary search too; it misses an earlier call that changed no storage, such as a refused one.
    Raises: ChainBroken, GroupError, PayloadError.
    """
    ends = one.head.position, other.head.position
    begin = 0
    if one.genesis == other.genesis:
        shared = begin = _shared_by_hashes(one, other, min(ends))
    else:
        begin = _shared_by_seals(one, other, min(ends)) if by_storage else 0
        shared = _shared_by_content(one, other, begin, min(ends), progress)
    if shared == min(ends) and not _is_cut_inside_a_call(one, other, shared):
        return Bisected(shared, None, begin)
    longer = one if ends[0] > shared else other
    position = last_call_position(longer, shared + 1)
    parted = [_group_at(log, position) for log in (one, other)]
    block = next(group.block for group in parted if group is not None)
    return Bisected(shared, Parting(position, block, shared + 1, *parted), begin)


def _is_cut_inside_a_call(one: Log, other: Log, shared: int) -> bool:
    """Whether the shorter history ends before all that its last call caused in the longer one."""
    longer = max(one, other, key=lambda log: log.head.position)
    return longer.head.position > shared > 0 and last_call_position(longer, shared + 1) <= shared


def _shared_by_hashes(one: Log, other: Log, end: int) -> int:
    low, high = 0, end
    while low < high:
        middle = (low + high + 1) // 2
        if one.hash_at(middle) == other.hash_at(middle):
            low = middle
        else:
            high = middle - 1
    return low


def _shared_by_seals(one: Log, other: Log, end: int) -> int:
    """The position of the last seal, up to `end`, at which both have sealed the same storage; 0 if there is none."""
    low, high, found = 0, end // seals.SEAL_EVERY, 0
    while low < high:
        middle = (low + high + 1) // 2
        position = _seal_after(one, middle * seals.SEAL_EVERY, end)
        digest = None if position is None else sealed_at(one, position)
        if position is not None and digest is not None and digest == sealed_at(other, position):
            low, found = middle, position
        else:
            high = middle - 1
    return found


def _seal_after(log: Log, position: int, until: int) -> int | None:
    """The position of the next seal: right after the call with which the log passed a multiple of the distance between seals."""
    try:
        row = log.connection.execute(_SEAL, (position, until, StorageSealed.tag)).fetchone()
    except sqlite3.DatabaseError as error:
        raise read_error(position, error) from error
    return None if row is None else int(row[0])


def _shared_by_content(one: Log, other: Log, begin: int, end: int, progress: Progress | None) -> int:
    """The last position up to which both have the same entries after `begin`, whatever their hashes are."""
    shared = begin
    for mine, theirs in zip(*(row_batches(log.connection, begin, end, _AT_ONCE) for log in (one, other)), strict=False):
        if [row[:4] for row in mine] != [row[:4] for row in theirs]:
            break
        shared = mine[-1][0]
        if progress is not None:
            progress(shared, end)
    rows = (chain.from_iterable(row_batches(log.connection, shared, end, _AT_ONCE)) for log in (one, other))
    for my_row, their_row in zip_longest(*rows):
        if my_row is None or their_row is None or my_row[:4] != their_row[:4]:
            return min(row[0] for row in (my_row, their_row) if row is not None) - 1
    return end


def _group_at(log: Log, position: int) -> Group | None:
    """The call whose entry is at a position; None if the log ends before it."""
    return next(groups(log.read_verified(position - 1)), None) if log.head.position >= position else None
