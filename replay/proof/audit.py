"""Audit: is this log what it claims to be? Reports every finding with its position, and never repairs anything.

Checked are the hash chain and the numbering; that every payload is the one encoding of what it says; that every call, run again,
causes exactly what was recorded; that storage keeps its invariants; and, where a head or checkpoints are expected, that the log
still holds them.
"""

from collections.abc import Iterator, Sequence

from attrs import field, frozen

from neuron_ledger.events.calls import Observe
from neuron_ledger.events.entries.catalogue import UnknownTag
from neuron_ledger.events.entries.codec import PayloadError, decode
from neuron_ledger.events.entries.envelope import Entry, Head
from neuron_ledger.events.entries.group import Group, entries_of, group_of
from neuron_ledger.ledger.chain import Progress
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.timeline import TIMELINE, Timeline, UnknownSpecVersion
from neuron_ledger.projections.invariants import issuance_is_full, violations
from neuron_ledger.projections.storage import Storage
from neuron_ledger.replay.proof.groups import GroupError, entry_groups
from neuron_ledger.replay.proof.rebuild import PROGRESS_EVERY
from neuron_ledger.replay.proof.reexecute import reexecute
from neuron_ledger.replay.transparency.checkpoint import Checkpoint, not_contained


@frozen
class Finding:
    """One thing that is not as it should be. position: of the entry, or of the last one where it concerns the whole."""

    position: int
    what: str
    expected: str
    got: str

    def __str__(self) -> str:
        return f"position {self.position}: {self.what} (expected {self.expected}, got {self.got})"


@frozen
class AuditReport:
    """What an audit saw. digest: of the storage that the log adds up to."""

    entries: int
    calls: int
    head: Head
    digest: bytes
    findings: tuple[Finding, ...] = field(factory=tuple)

    @property
    def clean(self) -> bool:
        return not self.findings


def audit(
    log: Log,
    *,
    expected_head: Head | None = None,
    checkpoints: Sequence[Checkpoint] = (),
    progress: Progress | None = None,
    timeline: Timeline = TIMELINE,
) -> AuditReport:
    """Check a whole log. expected_head: a head that was written down earlier; the log must still contain it.

    checkpoints: as many as are known, of which the log must contain each (size reached, root and head equal); their signatures
    are not looked at here (`Checkpoint.verify`). timeline: the runtimes by which calls are run again.
    """
    findings = [Finding(fault.position, f"chain: {fault.kind}", fault.expected, fault.got) for fault in log.verify()]
    if expected_head is not None:
        findings += _check_head(log, expected_head)
    findings += [Finding(*lacking) for lacking in not_contained(log, checkpoints)]
    storage = timeline.storage(log.spec_version)
    calls = 0
    full = False
    total = log.head.position
    done = 0
    for entries in _groups(log, findings):
        calls += 1
        try:
            rules = timeline.in_force(storage, log.spec_version)
        except UnknownSpecVersion as error:
            findings.append(Finding(entries[0].position, str(error), "a runtime that is built", "another"))
            break
        findings += _check_group(storage, rules, entries, full)
        full = full or issuance_is_full(storage)
        if progress and entries[-1].position // PROGRESS_EVERY != done // PROGRESS_EVERY:
            progress(entries[-1].position, total)
        done = entries[-1].position
    findings += [
        Finding(total, f"{v.item}[{v.key}] breaks an invariant", v.expected, v.got)
        for v in violations(storage, issuance_was_full=full)
    ]
    findings.sort(key=lambda finding: finding.position)
    return AuditReport(total, calls, log.head, storage.digest(), tuple(findings))


def _check_head(log: Log, expected: Head) -> list[Finding]:
    if log.head.position < expected.position:
        return [Finding(log.head.position, "the log ends too early: entries were cut off", str(expected), str(log.head))]
    found = log.hash_at(expected.position)
    if found != expected.hash:
        got = "nothing" if found is None else str(Head(expected.position, found))
        return [Finding(expected.position, "the log holds another entry than the expected head", str(expected), got)]
    return []


def _groups(log: Log, findings: list[Finding]) -> Iterator[list[Entry]]:
    try:
        yield from entry_groups(log.read())
    except GroupError as error:
        findings.append(Finding(0, str(error), "a call first", "an event"))


def _check_group(storage: Storage, rules: Runtime, entries: list[Entry], full: bool) -> list[Finding]:
    """One call: readable, canonical, and causing what was recorded. Leaves storage as recorded, as far as it can be read.

    full: whether the issuance of balances was full before (`issuance_is_full`).
    """
    try:
        group = group_of(entries)
    except (PayloadError, UnknownTag) as error:
        return [Finding(_unreadable(entries), str(error), "a payload of its tag", "something else")]
    findings = []
    for entry, new in zip(entries, entries_of(group.block, group.submission, group.happened), strict=True):
        if new.payload != entry.payload:
            what = f"{entry.tag} is not in canonical form"
            findings.append(Finding(entry.position, what, new.payload.hex(), entry.payload.hex()))
    mismatch = reexecute(storage, rules, group)
    if mismatch is not None:
        findings.append(Finding(mismatch.position, mismatch.what, mismatch.expected, mismatch.got))
    if isinstance(group.submission.call, Observe):
        findings += _observed_invariants(storage, group, full)
    return findings


def _unreadable(entries: list[Entry]) -> int:
    """The position of the first entry that cannot be read; that of the call where only the whole of them makes no sense."""
    for entry in entries:
        try:
            decode(entry.tag, entry.payload)
        except (PayloadError, UnknownTag):
            return entry.position
    return entries[0].position


def _observed_invariants(storage: Storage, group: Group, full: bool) -> list[Finding]:
    what = "what was observed breaks an invariant at"
    broken = violations(storage, issuance_was_full=full)
    return [Finding(group.position, f"{what} {v.item}[{v.key}]", v.expected, v.got) for v in broken]
