"""Storage as it once was, from the nearest snapshot before: the distant past takes no longer than yesterday.

A snapshot counts only where the chain has sealed its digest at its position (`log/snapshots.py`); an invalid one is skipped for
an older one, and finally for the log's beginning. Entries before the snapshot are not read: whether the whole chain is intact is
checked by an audit and by `rebuild`, which read all of it.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from neuron_ledger.ledger.log.errors import read_error
from neuron_ledger.ledger.log.snapshots import proved_snapshots
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.rebuild import Rebuilt, rebuild
from neuron_ledger.ledger.receipt import Progress
from neuron_ledger.ledger.runtimes.timeline import TIMELINE, Timeline
from neuron_ledger.projections.storage import Storage

_BLOCK: Final = "SELECT block FROM log WHERE seq = ?"


def past(
    log: Log,
    *,
    position: int | None = None,
    block: int | None = None,
    progress: Progress | None = None,
    timeline: Timeline = TIMELINE,
) -> Rebuilt:
    """As `rebuild`, from the nearest snapshot before. Raises: what `rebuild` raises."""
    return rebuild(
        log, position=position, block=block, progress=progress, timeline=timeline, begin=_nearest(log, position, block, timeline)
    )


def last_position(log: Log, block: int) -> int:
    """The last entry at or before a block; 0 if there is none. Found by bisection, since blocks never decrease along the log."""
    low, high = 0, log.head.position
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _block_at(log, middle) <= block else (low, middle - 1)
    return low


def stands_after_an_entry(log: Log, found: Rebuilt) -> bool:
    """Whether a state is the one after an entry, so that folding can go on from it, and not one within a call across blocks."""
    return found.position == log.head.position or _block_at(log, found.position + 1) == found.block


def _nearest(log: Log, position: int | None, block: int | None, timeline: Timeline) -> Rebuilt | None:
    """The newest snapshot that is not after the requested position or block."""
    at_most = log.head.position if position is None else position
    if block is not None:
        at_most = min(at_most, last_position(log, block))
    for found in _decoded(log, at_most, timeline):
        if block is None or found.block <= block:
            return found
    return None


def _decoded(log: Log, at_most: int, timeline: Timeline) -> Iterator[Rebuilt]:
    layout = timeline.storage(log.spec_version).layout
    for snapshot in proved_snapshots(log, at_most):
        with suppress(ValueError):
            storage = Storage.decode(snapshot.storage, layout)
            yield Rebuilt(storage, snapshot.head.position, storage.block_number.value)


def _block_at(log: Log, position: int) -> int:
    try:
        row = log.connection.execute(_BLOCK, (position,)).fetchone()
    except sqlite3.DatabaseError as error:
        raise read_error(position, error) from error
    return 0 if row is None or type(row[0]) is not int else int(row[0])
