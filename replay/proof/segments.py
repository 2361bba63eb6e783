"""A log cut at proved snapshots, so that each segment can be audited alone, by any process.

A snapshot proves itself by a seal in the chain; a seal is only as true as the calls that lead to it. So a segment that is checked
from a snapshot on counts only if the segment before it, run again, ends with that very storage (`valid`).
"""

import sqlite3
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

from attrs import frozen

from neuron_ledger.events.calls import SealStorage
from neuron_ledger.events.difference import Difference
from neuron_ledger.events.entries.catalogue import is_call
from neuron_ledger.events.entries.envelope import Head
from neuron_ledger.events.exchanges import ExchangeObserved
from neuron_ledger.events.ledger import StorageSealed
from neuron_ledger.events.wire.errors import NeuronLedgerError
from neuron_ledger.ledger.log.errors import LogError
from neuron_ledger.ledger.log.snapshots import proved_snapshots
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.log.verify import is_whole
from neuron_ledger.ledger.rules.blocks.seals import seal_is_due
from neuron_ledger.ledger.runtimes.timeline import TIMELINE, Timeline
from neuron_ledger.projections.storage import Storage
from neuron_ledger.replay.importers.source import Source
from neuron_ledger.replay.proof.calls import CallCheck, Run
from neuron_ledger.replay.proof.observations import ObservationCheck, Observed
from neuron_ledger.replay.proof.snapshots import Digests, SnapshotCheck

_AROUND: Final = "SELECT seq, tag FROM log NOT INDEXED WHERE seq >= ? ORDER BY seq LIMIT 3"
_EXCHANGES: Final = "SELECT min(seq), max(seq) FROM log NOT INDEXED WHERE tag = ?"

_STRETCHES_EACH: Final = 8
"""About this many segments for each process: enough for all to end at nearly the same time, with few snapshots to read."""


@frozen
class Segment:
    """The entries after one head up to another, of a log that ends with `end`. stored: the snapshots within, for their check."""

    path: Path
    after: Head
    until: Head
    end: Head
    sources: tuple[Source, ...]
    stored: Mapping[int, Digests]


@frozen
class Part:
    """The result for a segment. is_whole: whether its entries follow each other without a fault.

    began_with, digest: of storage before and after. broken_invariants: at the end of the log, for the segment that ends there.
    """

    segment: Segment
    is_whole: bool
    calls: Run
    observed: Observed
    findings: tuple[Difference[int], ...]
    began_with: bytes
    digest: bytes
    broken_invariants: tuple[Difference[str], ...]


class NoSnapshot(NeuronLedgerError):
    """The snapshot that a segment begins with is missing."""


def segments(log: Log, head: Head, sources: Sequence[Source], jobs: int) -> list[Segment]:
    """The segments of a log up to its head, in order; none if there is nothing to cut it at."""
    if log.file is None or log.depth > 0:
        return []
    try:
        with Log.inspect(log.file) as own:
            cuts = _cuts(own, head, jobs) if own.hash_at(head.position) == head.hash else []
            stored = SnapshotCheck.of(own, lambda *_: None).digests if cuts else {}
    except (LogError, sqlite3.Error):
        return []
    if not cuts:
        return []
    heads = [Head(0, log.genesis), *cuts, head]
    return [
        Segment(log.file, after, until, head, tuple(sources), _between(stored, after, until)) for after, until in pairwise(heads)
    ]


def check_segment(segment: Segment) -> Part:
    """Audit a segment alone. Raises: LogError, sqlite3.Error, NoSnapshot."""
    findings: list[Difference[int]] = []

    def add(position: int, what: str, expected: str, got: str) -> None:
        findings.append(Difference(position, what, expected, got))

    with Log.inspect(segment.path) as log:
        chain = is_whole(log.connection, segment.after, segment.until)
        observed = ObservationCheck(segment.sources, add)
        calls = CallCheck(log, TIMELINE, observed, SnapshotCheck(add, segment.stored), add)
        if segment.after.position > 0:
            storage = storage_at(log, TIMELINE, segment.after)
            if storage is None:
                raise NoSnapshot(f"position {segment.after}")
            calls.begin(storage, segment.after.position)
        began_with = calls.storage.digest()
        calls.run(segment.until.position, segment.end.position)
        broken = tuple(calls.broken_invariants()) if segment.until == segment.end else ()
        digest = calls.storage.digest()
    return Part(segment, chain, calls.so_far(), observed.seen(), tuple(findings), began_with, digest, broken)


def valid(parts: Sequence[Part]) -> int:
    """How many parts, from the first on, began in the state in which a check of the whole log would have been."""
    for number, (before, part) in enumerate(pairwise(parts), start=1):
        run, after = before.calls, part.segment.after.position
        arrived = run.done == after and not run.stopped and before.digest == part.began_with
        if not arrived or run.seal_due != seal_is_due(after - 1, after) or run.issuance_was_full:
            return number
    return len(parts)


def storage_at(log: Log, timeline: Timeline, at: Head) -> Storage | None:
    """Storage from the proved snapshot at a head; None if there is none."""
    snapshot = next(proved_snapshots(log, at.position), None)
    if snapshot is None or snapshot.head != at:
        return None
    storage = timeline.storage(log.spec_version)
    try:
        storage.replace(Storage.decode(snapshot.storage, storage.layout))
    except ValueError:
        return None
    return storage


def _cuts(log: Log, head: Head, jobs: int) -> list[Head]:
    """Positions of proved snapshots between two calls, in order, not too close to each other.

    Some checks compare two exchanges (a nonce twice, time that runs backwards), so there is no
    cut between the first and the last.
    """
    first, last = log.connection.execute(_EXCHANGES, (ExchangeObserved.tag,)).fetchone()
    least = max(head.position // (_STRETCHES_EACH * jobs), 1)
    cuts: list[Head] = []
    before = head.position
    for snapshot in proved_snapshots(log, head.position - 1):
        at = snapshot.head.position
        is_among_exchanges = first is not None and first <= at < last
        if before - at >= least and at >= least and not is_among_exchanges and _is_between_calls(log, at):
            cuts.append(snapshot.head)
            before = at
    return cuts[::-1]


def _is_between_calls(log: Log, position: int) -> bool:
    rows = log.connection.execute(_AROUND, (position - 1,)).fetchall()
    if len(rows) < 3 or rows[:2] != [(position - 1, SealStorage.tag), (position, StorageSealed.tag)]:
        return False
    return type(rows[2][1]) is str and is_call(rows[2][1])


def _between(stored: Mapping[int, Digests], after: Head, until: Head) -> dict[int, Digests]:
    return {position: row for position, row in stored.items() if after.position < position <= until.position}
