"""Where two histories part: the first call that one has and the other has not, or that led to something else there."""

from collections.abc import Iterator
from itertools import zip_longest

from attrs import frozen

from neuron_ledger.events.difference import Difference
from neuron_ledger.events.entries.envelope import NewEntry
from neuron_ledger.events.entries.group import Group
from neuron_ledger.ledger.last_call import last_call_position
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.log.verify import Row
from neuron_ledger.ledger.receipt import Progress
from neuron_ledger.replay.difference import first_difference
from neuron_ledger.replay.proof.groups import groups

PROGRESS_EVERY = 10_000


@frozen
class Parting:
    """The first call in which two histories differ. position, block: of that call's entry.

    entry: the first entry that differs: the call's own, or one of what it caused. one, other: what each history has there; None
    for one that ends before it.
    """

    position: int
    block: int
    entry: int
    one: Group | None
    other: Group | None

    @property
    def difference(self) -> Difference[int] | None:
        """In what the call, or what it caused, differs: `expected` is what the first history has, `got` what the other has.

        None where one of them ends before it.
        """
        if self.one is None or self.other is None:
            return None
        had = [NewEntry(entry.block, entry.tag, entry.payload) for entry in self.one.entries]
        return first_difference(self.other.entries, had)


@frozen
class Bisected:
    """How far two histories go together. shared: entries that both begin with. parting: None where one only goes on further."""

    shared: int
    parting: Parting | None


def bisect(one: Log, other: Log, progress: Progress | None = None) -> Bisected:
    """The first call in which two histories differ.

    Ledgers of one origin have the same hash at each entry of their common beginning, and no longer after it: that is found in as
    many steps as the number of entries has digits in base two. Where the origins differ all hashes do, and the entries
    themselves are compared from the first one on. Raises: ChainBroken, GroupError, PayloadError.
    """
    ends = one.head.position, other.head.position
    if one.genesis == other.genesis:
        shared = _shared_by_hashes(one, other, min(ends))
    else:
        shared = _shared_by_content(one.rows_verified(), other.rows_verified(), min(ends), progress)
    if shared == min(ends) and not _is_cut_inside_a_call(one, other, shared):
        return Bisected(shared, None)
    longer = one if ends[0] > shared else other
    position = last_call_position(longer, shared + 1)
    parted = [_group_at(log, position) for log in (one, other)]
    block = next(group.block for group in parted if group is not None)
    return Bisected(shared, Parting(position, block, shared + 1, *parted))


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


def _shared_by_content(one: Iterator[Row], other: Iterator[Row], end: int, progress: Progress | None) -> int:
    for mine, theirs in zip_longest(one, other):
        if mine is None or theirs is None or mine[1:4] != theirs[1:4]:
            return int((mine or theirs)[0]) - 1
        if progress is not None and mine[0] % PROGRESS_EVERY == 0:
            progress(mine[0], end)
    return end


def _group_at(log: Log, position: int) -> Group | None:
    """The call whose entry stands at a position; None where the log ends before it."""
    return next(groups(log.read_verified(position - 1)), None) if log.head.position >= position else None
