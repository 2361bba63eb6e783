"""Audit: is this log what it claims to be? Reports every finding with its position, and never repairs anything.

Checked are the hash chain and the numbering; that every payload is the one encoding of what it says; that every call, run again,
causes exactly what was recorded; that storage keeps its invariants; that every seal and every stored snapshot is what the log
adds up to; and, where a head or checkpoints are expected, that the log still holds them. What was observed elsewhere no audit can
derive: it is listed, and compared with its sources where they are given. Whatever the log is, an audit ends with a report.
"""

import sqlite3
from collections.abc import Iterator, Sequence

from attrs import field, frozen

from neuron_ledger.events.blocks_seen import BlockSeen
from neuron_ledger.events.calls import Observe, SealStorage
from neuron_ledger.events.difference import Difference
from neuron_ledger.events.entries.catalogue import UnknownTag
from neuron_ledger.events.entries.codec import PayloadError, decode
from neuron_ledger.events.entries.envelope import Entry, Head
from neuron_ledger.events.entries.group import Group, entries_of, group_of
from neuron_ledger.events.exchanges import ExchangeObserved
from neuron_ledger.ledger.log.errors import LogError
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.rebuild import PROGRESS_EVERY
from neuron_ledger.ledger.receipt import Progress
from neuron_ledger.ledger.rules.blocks.seals import seal_is_due
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.timeline import TIMELINE, Timeline, UnknownSpecVersion
from neuron_ledger.projections.invariants import issuance_is_full, unshared, violations
from neuron_ledger.replay.importers.source import Source
from neuron_ledger.replay.proof.groups import GroupError, entry_groups
from neuron_ledger.replay.proof.observations import Observation, ObservationCheck
from neuron_ledger.replay.proof.reexecute import reexecute
from neuron_ledger.replay.proof.snapshots import SnapshotCheck
from neuron_ledger.replay.transparency.checkpoint import Checkpoint, not_contained


@frozen
class AuditReport:
    """What an audit saw. digest: of the storage that the log adds up to, as far as it could be read.

    observations: what the log takes over from elsewhere. A clean log is right as far as these are. spec_versions: the runtimes by
    which its calls were run again, in order.
    """

    entries: int
    calls: int
    head: Head
    digest: bytes
    findings: tuple[Difference[int], ...] = field(factory=tuple)
    observations: tuple[Observation, ...] = field(factory=tuple)
    spec_versions: tuple[int, ...] = field(factory=tuple)

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
) -> AuditReport:
    """Check a whole log. expected_head: a head that was written down earlier; the log must still contain it.

    checkpoints: as many as are known, of which the log must contain each (size reached, root and head equal); their signatures
    are not looked at here (`Checkpoint.verify`). sources: files from which observations came; what they hold must be what was
    observed (`read_source`). timeline: the runtimes by which calls are run again.

    Raises: LogError where not even the log's last entry can be read.
    """
    return _Audit(log, sources, timeline, progress).report(expected_head, checkpoints)


class _Audit:
    """One audit on its way through a log."""

    def __init__(self, log: Log, sources: Sequence[Source], timeline: Timeline, progress: Progress | None) -> None:
        self.log = log
        self.head = log.head
        self.progress = progress
        self.timeline = timeline
        self.storage = timeline.storage(log.spec_version)
        self.calls = 0
        self.issuance_was_full = False
        self.spec_versions: list[int] = []
        self.findings: list[Difference[int]] = []
        self.observed = ObservationCheck(sources, self._add)

    def report(self, expected_head: Head | None, checkpoints: Sequence[Checkpoint]) -> AuditReport:
        self._check_chain()
        if expected_head is not None:
            self._check_head(expected_head)
        self._check_checkpoints(checkpoints)
        self._check_calls()
        self._check_invariants(self.head.position, "{} breaks an invariant")
        self.observed.finish(self.head.position)
        findings = tuple(sorted(self.findings, key=lambda finding: finding.where))
        observations = tuple(self.observed.observations)
        digest, spec_versions = self.storage.digest(), tuple(self.spec_versions)
        return AuditReport(self.head.position, self.calls, self.head, digest, findings, observations, spec_versions)

    def _add(self, position: int, what: str, expected: str, got: str) -> None:
        self.findings.append(Difference(position, what, expected, got))

    def _check_chain(self) -> None:
        try:
            for fault in self.log.verify():
                self._add(fault.where, f"chain: {fault.what}", fault.expected, fault.got)
        except (LogError, sqlite3.Error) as error:
            self._add(0, "the chain cannot be checked any further", "entries that can be read", str(error))

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

    def _check_calls(self) -> None:
        """Run every call again, as far as the log can be read, and hold what is sealed and stored against the storage then."""
        snapshots = SnapshotCheck(self.log, self._add)
        done = 0
        seal_due = False
        for entries in self._groups():
            self.calls += 1
            first, last = entries[0], entries[-1]
            if seal_due and first.tag != SealStorage.tag:
                self._add(first.position, "a seal is due here and missing", SealStorage.tag, first.tag)
            seal_due = seal_is_due(first.position, last.position)
            try:
                rules = self.timeline.in_force(self.storage, self.log.spec_version)
            except UnknownSpecVersion as error:
                self._add(first.position, str(error), "a runtime that is built", "another")
                seal_due = False
                break
            if self.spec_versions[-1:] != [rules.spec_version]:
                self.spec_versions.append(rules.spec_version)
            self._check_group(rules, entries)
            self.issuance_was_full = self.issuance_was_full or issuance_is_full(self.storage)
            snapshots.check(entries, self.storage)
            if self.progress and last.position // PROGRESS_EVERY != done // PROGRESS_EVERY:
                self.progress(last.position, self.head.position)
            done = last.position
        if seal_due:
            self._add(done, "a seal is due after this entry and missing", SealStorage.tag, "nothing")
        if done < self.head.position:
            self._add(done + 1, "calls from here on could not be run again", f"calls up to {self.head.position}", "damage")
        snapshots.finish(done, self.head.position)

    def _groups(self) -> Iterator[list[Entry]]:
        try:
            yield from entry_groups(self.log.read(until=self.head.position))
        except GroupError as error:
            self._add(error.position, str(error), "a call first", "an event")
        except (LogError, TypeError) as error:
            self._add(getattr(error, "position", 0), "the log cannot be read on", "an entry", str(error))

    def _check_group(self, rules: Runtime, entries: list[Entry]) -> None:
        """One call: readable, canonical, and causing what was recorded. Leaves storage as recorded, as far as it can be read."""
        try:
            group = group_of(entries)
        except (PayloadError, UnknownTag) as error:
            self._add(_unreadable(entries), str(error), "a payload of its tag", "something else")
            return
        is_observation = isinstance(group.submission.call, Observe)
        is_part = is_observation and not any(isinstance(event, BlockSeen | ExchangeObserved) for event in group.events)
        left_out_before = list(unshared(self.storage)) if is_part else []
        if is_observation:
            self.observed.check(group, self.storage)
        try:
            mismatch = reexecute(self.storage, rules, group)
        except Exception as error:  # an event that no storage can take: the audit goes on without this group
            why = f"{type(error).__name__}: {error}"
            mismatch = Difference(group.position, "what is recorded of this call cannot be taken over", "events that fold", why)
        if mismatch is not None or is_observation:
            self._check_encoding(group)
        if mismatch is not None:
            self._add(mismatch.where, mismatch.what, mismatch.expected, mismatch.got)
        if is_part:
            self._check_invariants(group.position, "what was observed breaks an invariant at {}")
            for left_out in unshared(self.storage):
                if group.position > 1 and left_out not in left_out_before:  # the first one is all that there is
                    what = f"what was observed takes a part for the whole: {left_out.what}"
                    self._add(group.position, what, left_out.expected, left_out.got)

    def _check_encoding(self, group: Group) -> None:
        """Which entries are not written as they have to be; a group that re-execution gives byte by byte is."""
        for entry, new in zip(group.entries, entries_of(group.block, group.submission, group.happened), strict=True):
            if new.payload != entry.payload:
                self._add(entry.position, f"{entry.tag} is not in canonical form", new.payload.hex(), entry.payload.hex())

    def _check_invariants(self, position: int, what: str) -> None:
        for violation in violations(self.storage, issuance_was_full=self.issuance_was_full):
            self._add(position, what.format(f"{violation.what}[{violation.where}]"), violation.expected, violation.got)


def _unreadable(entries: list[Entry]) -> int:
    """The position of the first entry that cannot be read; that of the call where only the whole of them makes no sense."""
    for entry in entries:
        try:
            decode(entry.tag, entry.payload)
        except (PayloadError, UnknownTag):
            return entry.position
    return entries[0].position
