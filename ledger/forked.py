"""A ledger in memory that continues from the state of another at a block; the other one stays unchanged."""

from typing import Final

from neuron_ledger.events.entries.envelope import NewEntry
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.rebuild import rebuild
from neuron_ledger.ledger.receipt import Progress
from neuron_ledger.ledger.rules.blocks.calls import MAX_BLOCKS_AT_ONCE
from neuron_ledger.ledger.runtimes.timeline import TIMELINE, Timeline

ENTRIES_AT_ONCE: Final = 1000


def forked(log: Log, block: int, *, timeline: Timeline = TIMELINE, progress: Progress | None = None) -> Ledger:
    """The entries of a log up to the end of a block, in memory, with the same hashes.

    Where one call crossed the block, the blocks up to it pass again, in a call of their own.
    Raises: ValueError for a block that the log does not reach, ChainBroken.
    """
    until = rebuild(log, block=block, progress=progress, timeline=timeline).position
    copy = Log.in_memory(spec_version=log.spec_version, origin=log.origin)
    with copy.transaction():
        waiting: list[NewEntry] = []
        for entry in log.read(until=until):
            waiting.append(NewEntry(entry.block, entry.tag, entry.payload))
            if len(waiting) == ENTRIES_AT_ONCE:
                _append(copy, waiting)
        _append(copy, waiting)
    ledger = Ledger(copy, timeline=timeline)
    while ledger.block < block:
        ledger.advance_to(min(block, ledger.block + MAX_BLOCKS_AT_ONCE))
    return ledger


def _append(copy: Log, waiting: list[NewEntry]) -> None:
    copy.append(waiting, expected_position=copy.head.position)
    waiting.clear()
