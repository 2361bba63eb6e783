"""Every call of a log, or of a segment of it, run again and compared with what is recorded of it."""

from collections.abc import Iterator

from attrs import frozen

from neuron_ledger.events.blocks_seen import BlockSeen
from neuron_ledger.events.calls import Observe, SealStorage
from neuron_ledger.events.difference import Difference
from neuron_ledger.events.entries.catalogue import UnknownTag
from neuron_ledger.events.entries.codec import PayloadError, decode
from neuron_ledger.events.entries.envelope import Entry
from neuron_ledger.events.entries.group import Group, entries_of, group_of
from neuron_ledger.events.exchanges import ExchangeObserved
from neuron_ledger.events.storage.trees import RuntimeName
from neuron_ledger.ledger.errors import UnknownSpecVersion
from neuron_ledger.ledger.garbage import PAUSE
from neuron_ledger.ledger.log.errors import LogError
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.rebuild import PROGRESS_EVERY
from neuron_ledger.ledger.receipt import Progress
from neuron_ledger.ledger.rules.blocks.seals import seal_is_due
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.timeline import Timeline
from neuron_ledger.projections.invariants import issuance_is_full, unshared, violations
from neuron_ledger.projections.storage import Storage
from neuron_ledger.replay.proof.groups import GroupError, entry_groups
from neuron_ledger.replay.proof.observations import ObservationCheck
from neuron_ledger.replay.proof.reexecute import reexecute
from neuron_ledger.replay.proof.snapshots import Report, SnapshotCheck


@frozen
class Run:
    """The progress of a check, in terms of `CallCheck`. held: the positions of stored snapshots that were compared."""

    calls: int
    done: int
    seal_due: bool
    stopped: bool
    issuance_was_full: bool
    spec_versions: tuple[RuntimeName, ...]
    held: tuple[int, ...]


class CallCheck:
    """A check in progress. storage: as recorded up to `done`, the last position of the last call that was run again.

    seal_due: whether the next call must be a seal. stopped: whether the log could not be read, or run, any further.
    """

    def __init__(
        self, log: Log, timeline: Timeline, observed: ObservationCheck, snapshots: SnapshotCheck, report: Report
    ) -> None:
        self.log = log
        self.timeline = timeline
        self.storage = timeline.storage(log.spec_version)
        self.calls = 0
        self.done = 0
        self.seal_due = False
        self.stopped = False
        self.issuance_was_full = False
        self.spec_versions: list[RuntimeName] = []
        self.observed = observed
        self.snapshots = snapshots
        self._add = report

    def begin(self, storage: Storage, after: int) -> None:
        """Continue from a seal: storage as it was sealed at position `after`."""
        self.storage, self.done, self.seal_due = storage, after, seal_is_due(after - 1, after)

    def run(self, until: int, end: int, progress: Progress | None = None) -> None:
        """Run every call again up to position `until`, as far as the log can be read, and compare seals and stored snapshots with
        storage then. end: of the whole log, for `progress`. While a call is run, garbage collection is paused (`garbage.py`).
        """
        for entries in self._groups(until):
            self.calls += 1
            first, last = entries[0], entries[-1]
            if self.seal_due and first.tag != SealStorage.tag:
                self._add(first.position, "a seal is due here and missing", SealStorage.tag, first.tag)
            self.seal_due = seal_is_due(first.position, last.position)
            try:
                rules = self.timeline.in_force(self.storage, self.log.spec_version)
            except UnknownSpecVersion as error:
                self._add(first.position, str(error), "a runtime that is built", "another")
                self.seal_due, self.stopped = False, True
                break
            self.use(rules.name)
            PAUSE.begin(self)
            try:
                self._check_group(rules, entries)
            finally:
                PAUSE.end(self)
            self.issuance_was_full = self.issuance_was_full or issuance_is_full(self.storage)
            self.snapshots.check(entries, self.storage)
            if progress and last.position // PROGRESS_EVERY != self.done // PROGRESS_EVERY:
                progress(last.position, end)
            self.done = last.position

    def finish(self, end: int) -> None:
        """The log ends at position `end`: report what is missing there, and what could not be run."""
        if self.seal_due:
            self._add(self.done, "a seal is due after this entry and missing", SealStorage.tag, "nothing")
        if self.done < end:
            self._add(self.done + 1, "calls from here on could not be run again", f"calls up to {end}", "damage")
        self.snapshots.finish(self.done, end)

    def use(self, spec_version: RuntimeName) -> None:
        """Record by which rules calls are run."""
        if self.spec_versions[-1:] != [spec_version]:
            self.spec_versions.append(spec_version)

    def join(self, later: Run) -> None:
        """Take over the result of another check that began where this one is."""
        self.calls += later.calls
        self.issuance_was_full = self.issuance_was_full or later.issuance_was_full
        for spec_version in later.spec_versions:
            self.use(spec_version)
        self.snapshots.passed(later.held)
        self.done, self.seal_due, self.stopped = later.done, later.seal_due, later.stopped

    def so_far(self) -> Run:
        """How far this check has come."""
        versions, held = tuple(self.spec_versions), tuple(self.snapshots.held)
        return Run(self.calls, self.done, self.seal_due, self.stopped, self.issuance_was_full, versions, held)

    def broken_invariants(self) -> Iterator[Difference[str]]:
        """Every invariant that storage does not keep now."""
        for violation in violations(self.storage, issuance_was_full=self.issuance_was_full):
            yield Difference(f"{violation.what}[{violation.where}]", violation.what, violation.expected, violation.got)

    def _groups(self, until: int) -> Iterator[list[Entry]]:
        try:
            yield from entry_groups(self.log.read(self.done, until=until))
        except GroupError as error:
            self._add(error.position, str(error), "a call first", "an event")
            self.stopped = True
        except (LogError, TypeError) as error:
            self._add(getattr(error, "position", 0), "the log cannot be read any further", "an entry", str(error))
            self.stopped = True

    def _check_group(self, rules: Runtime, entries: list[Entry]) -> None:
        """Check one call: readable, canonical, causing what was recorded. Leaves storage as recorded, if readable."""
        try:
            group = group_of(entries)
        except (PayloadError, UnknownTag) as error:
            what = error.what if isinstance(error, UnknownTag) else str(error)
            self._add(_unreadable(entries), what, "a payload of its tag", "something else")
            return
        is_observation = isinstance(group.submission.call, Observe)
        is_part = is_observation and not any(isinstance(event, BlockSeen | ExchangeObserved) for event in group.events)
        left_out_before = list(unshared(self.storage)) if is_part else []
        if is_observation:
            self.observed.check(group, self.storage)
        try:
            mismatch = reexecute(self.storage, rules, group)
        except Exception as error:  # an event that cannot be folded: the audit continues without this group
            why = f"{type(error).__name__}: {error}"
            mismatch = Difference(group.position, "the recorded events of this call cannot be folded", "events that fold", why)
        if mismatch is not None or is_observation:
            self._check_encoding(group)
        if mismatch is not None:
            self._add(mismatch.where, mismatch.what, mismatch.expected, mismatch.got)
        if is_part:
            for broken in self.broken_invariants():
                what = f"what was observed breaks an invariant at {broken.where}"
                self._add(group.position, what, broken.expected, broken.got)
            for left_out in unshared(self.storage):
                if group.position > 1 and left_out not in left_out_before:  # there is only the first one
                    what = f"what was observed overwrites a total with a part: {left_out.what}"
                    self._add(group.position, what, left_out.expected, left_out.got)

    def _check_encoding(self, group: Group) -> None:
        """Entries that are not in canonical form; a group that re-execution reproduces byte by byte is."""
        for entry, new in zip(group.entries, entries_of(group.block, group.submission, group.happened), strict=True):
            if new.payload != entry.payload:
                self._add(entry.position, f"{entry.tag} is not in canonical form", new.payload.hex(), entry.payload.hex())


def _unreadable(entries: list[Entry]) -> int:
    """The position of the first entry that cannot be read; that of the call if only the whole group is invalid."""
    for entry in entries:
        try:
            decode(entry.tag, entry.payload)
        except (PayloadError, UnknownTag):
            return entry.position
    return entries[0].position
