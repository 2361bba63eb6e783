"""Audit: is this log what it claims to be? Reports every finding with its position, and never repairs anything.

It checks the hash chain and the numbering; that every payload is in canonical encoding; that every call, run again,
causes exactly what was recorded; that storage keeps its invariants; that every seal and every stored snapshot follows from the
log; and, if a head or checkpoints are expected, that the log still contains them. Observations cannot be derived by an audit:
they are listed, and compared with their sources if given. Whatever the log contains, an audit ends with a report.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext

from attrs import field, frozen

from neuron_ledger.events.difference import Difference
from neuron_ledger.events.entries.envelope import Head
from neuron_ledger.events.storage.trees import RuntimeName
from neuron_ledger.events.wire.errors import FieldError, Unquoted
from neuron_ledger.ledger.log.errors import LogError
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.receipt import Progress
from neuron_ledger.ledger.runtimes.timeline import TIMELINE, Timeline
from neuron_ledger.replay.importers.source import Source
from neuron_ledger.replay.proof.calls import CallCheck
from neuron_ledger.replay.proof.observations import Observation, ObservationCheck
from neuron_ledger.replay.proof.segments import Part, segments, storage_at, valid
from neuron_ledger.replay.proof.snapshots import SnapshotCheck
from neuron_ledger.replay.proof.workers import Pool, checked, processes
from neuron_ledger.replay.transparency.checkpoint import Checkpoint, not_contained


@frozen
class AuditReport:
    """The result of an audit. digest: of the log's final storage, as far as it could be read.

    observations: what the log takes over from elsewhere. A clean log is right if these are. spec_versions: the runtimes by
    which its calls were run again, in order.
    """

    entries: int
    calls: int
    head: Head
    digest: bytes
    findings: tuple[Difference[int], ...] = field(factory=tuple)
    observations: tuple[Observation, ...] = field(factory=tuple)
    spec_versions: tuple[RuntimeName, ...] = field(factory=tuple)

    @property
    def clean(self) -> bool:
        return not self.findings


def audit(
    log: Log,
    *,
    expected_head: Head | None = None,
    checkpoints: Sequence[Checkpoint] = (),
    sources: Sequence[Source] = (),
    progress: Progress | None = None,
    timeline: Timeline = TIMELINE,
    jobs: int = 1,
    scheduler: str | None = None,
    note: Callable[[str], None] | None = None,
    pool: Pool | None = None,
) -> AuditReport:
    """Check a whole log. expected_head: a head that was noted earlier; the log must still contain it.

    checkpoints: each must be contained in the log (size reached, root and head equal); their signatures
    are not checked here (`Checkpoint.verify`). sources: files that observations came from; their content must be what was
    observed (`read_source`). timeline: the runtimes by which calls are run again.

    jobs: how many processes share the work, including this one, each a segment of the log between two proved snapshots; what is
    reported is the same. They are started with spawn, so a program that uses them must guard its main code with `if __name__
    == "__main__":`. scheduler: the address of a Dask scheduler (tcp://…), whose workers share the work instead of processes, and
    read the log under the same path. pool: checks segments, instead of both. note: called with the reason if the work was not
    shared, or not all of it.

    Raises: LogError if not even the log's last entry can be read; FieldError for `jobs` and `scheduler` together, and if no
    scheduler answers; CannotShare if its workers cannot audit this log.
    """
    if jobs > 1 and scheduler is not None:
        raise FieldError("jobs / scheduler", "at most one of the two", Unquoted("both"))
    check = _Audit(log, sources, timeline, progress)
    tell = note or (lambda _: None)
    if pool is None and jobs > 1:
        pool = processes(jobs)
    if pool is None and scheduler is None:
        return check.report(expected_head, checkpoints)
    if timeline is not TIMELINE:
        tell("only this process knows some of the runtimes: the audit runs in one process")
        return check.report(expected_head, checkpoints)
    with nullcontext(pool) if pool is not None else _scheduler(scheduler or "", log) as workers:
        parts = _shared(check, sources, workers, tell)
    return check.report(expected_head, checkpoints, parts)


def _scheduler(address: str, log: Log) -> AbstractContextManager[Pool]:
    from neuron_ledger.replay.proof.scheduler import scheduler  # imported here: few audits need it

    return scheduler(address, log)


def _shared(check: "_Audit", sources: Sequence[Source], pool: Pool, note: Callable[[str], None]) -> Sequence[Part]:
    """The results of a pool for a log's segments; nothing if there are none."""
    tasks = segments(check.log, check.head, sources, pool.size)
    if not tasks:
        note("this log has no proved snapshot to be cut at: the audit runs in one process")
        return ()
    return checked(tasks, pool, check.progress, note, check.check_file)


class _Audit:
    """One audit in progress."""

    def __init__(self, log: Log, sources: Sequence[Source], timeline: Timeline, progress: Progress | None) -> None:
        self.log = log
        self.head = log.head
        self.progress = progress
        self.timeline = timeline
        timeline.storage(log.spec_version)  # so that a ledger of a runtime that is not built is refused here
        self.findings: list[Difference[int]] = []
        self.observed = ObservationCheck(sources, self._add)
        self._of_file: list[Difference[int]] | None = None

    def check_file(self) -> None:
        """Find, before anything else, what is wrong with the file although every entry follows the one before."""
        self._of_file = self._chain_faults(self.head)

    def report(self, expected_head: Head | None, checkpoints: Sequence[Checkpoint], parts: Sequence[Part] = ()) -> AuditReport:
        """parts: the results for segments of the log, in order; what they leave open is checked here."""
        follows = self._is_all(parts) and all(part.is_whole for part in parts)
        self.findings.extend(self._of_file if follows and self._of_file is not None else self._chain_faults(None))
        if expected_head is not None:
            self._check_head(expected_head)
        self._check_checkpoints(checkpoints)
        calls = CallCheck(self.log, self.timeline, self.observed, SnapshotCheck.of(self.log, self._add), self._add)
        digest = self._check_calls(calls, parts)
        self.observed.finish(self.head.position)
        findings = tuple(sorted(self.findings, key=lambda finding: finding.where))
        observations = tuple(self.observed.observations)
        spec_versions = tuple(calls.spec_versions)
        return AuditReport(self.head.position, calls.calls, self.head, digest, findings, observations, spec_versions)

    def _check_calls(self, calls: CallCheck, parts: Sequence[Part]) -> bytes:
        """Accept the parts that began with the right storage, and run the rest. Returns: the digest of final storage."""
        count = valid(parts)
        if count == len(parts) and self._is_all(parts):
            self._join(calls, parts)
            calls.finish(self.head.position)
            self._add_broken(parts[-1].broken_invariants)
            return parts[-1].digest
        # The last valid part does not lead to its snapshot, or none follows: storage is needed here from its beginning on.
        again = None if count < 2 else parts[count - 1].segment.after
        storage = None if again is None else storage_at(self.log, self.timeline, again)
        if again is not None and storage is not None:
            self._join(calls, parts[: count - 1])
            calls.begin(storage, again.position)
        calls.run(self.head.position, self.head.position, self.progress)
        calls.finish(self.head.position)
        self._add_broken(calls.broken_invariants())
        return calls.storage.digest()

    def _is_all(self, parts: Sequence[Part]) -> bool:
        return bool(parts) and parts[-1].segment.until == self.head

    def _join(self, calls: CallCheck, parts: Sequence[Part]) -> None:
        for part in parts:
            self.findings.extend(part.findings)
            self.observed.join(part.observed)
            calls.join(part.calls)

    def _add_broken(self, broken: Iterable[Difference[str]]) -> None:
        for violation in broken:
            self._add(self.head.position, f"{violation.where} breaks an invariant", violation.expected, violation.got)

    def _add(self, position: int, what: str, expected: str, got: str) -> None:
        self.findings.append(Difference(position, what, expected, got))

    def _chain_faults(self, whole: Head | None) -> list[Difference[int]]:
        """What is wrong with the chain and its file. whole: the head up to which all entries are known to follow each other."""
        found: list[Difference[int]] = []
        try:
            for fault in self.log.verify(whole):
                found.append(Difference(fault.where, f"chain: {fault.what}", fault.expected, fault.got))
        except (LogError, sqlite3.Error) as error:
            found.append(Difference(0, "the chain cannot be checked any further", "entries that can be read", str(error)))
        return found

    def _check_head(self, expected: Head) -> None:
        if self.head.position < expected.position:
            what = "the log ends too early: entries were cut off"
            self._add(self.head.position, what, str(expected), str(self.head))
            return
        found = self.log.hash_at(expected.position)
        if found != expected.hash:
            got = "nothing" if found is None else str(Head(expected.position, found))
            self._add(expected.position, "the log holds another entry than the expected head", str(expected), got)

    def _check_checkpoints(self, checkpoints: Sequence[Checkpoint]) -> None:
        try:
            for lacking in not_contained(self.log, checkpoints):
                self._add(*lacking)
        except (LogError, sqlite3.Error) as error:
            self._add(0, "the checkpoints cannot be compared", "entries that can be read", str(error))
