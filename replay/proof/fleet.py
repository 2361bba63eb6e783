"""Audits of several ledgers (one a subnet, or one a period) by one call: each by itself, and none stops the others."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from os import PathLike

from attrs import frozen

from neuron_ledger.events.difference import Difference
from neuron_ledger.events.wire.errors import FieldError, NeuronLedgerError, Unquoted
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.receipt import Progress
from neuron_ledger.replay.fleet.places import Place, fetched, fleet, size
from neuron_ledger.replay.proof.audit import AuditReport, audit
from neuron_ledger.replay.proof.workers import Note, Pool, Work, processes


@frozen
class Audited:
    """The result for one ledger of a fleet. report: None if it could not be read; `unreadable` says why."""

    place: Place
    report: AuditReport | None
    unreadable: str | None = None

    @property
    def findings(self) -> tuple[Difference[int], ...]:
        """A ledger that cannot be read is a finding too."""
        if self.report is not None:
            return self.report.findings
        return (Difference(0, "this ledger cannot be read", "a ledger", self.unreadable or ""),)

    @property
    def clean(self) -> bool:
        return not self.findings


@frozen
class FleetReport:
    """The result for each ledger, in the order in which they were named."""

    ledgers: tuple[Audited, ...]

    @property
    def clean(self) -> bool:
        return all(ledger.clean for ledger in self.ledgers)

    @property
    def findings(self) -> int:
        return sum(len(ledger.findings) for ledger in self.ledgers)

    @property
    def entries(self) -> int:
        return sum(ledger.report.entries for ledger in self.ledgers if ledger.report)

    @property
    def calls(self) -> int:
        return sum(ledger.report.calls for ledger in self.ledgers if ledger.report)


def audit_fleet(
    ledgers: Sequence[str | PathLike[str]],
    *,
    jobs: int = 1,
    scheduler: str | None = None,
    progress: Progress | None = None,
    note: Note | None = None,
) -> FleetReport:
    """Audit every ledger that paths, folders, patterns and URLs name (`replay/fleet/places.py`), downloaded if it is elsewhere.

    jobs, scheduler: audit whole ledgers at the same time, the largest first; a single ledger is cut among processes.
    Workers of a scheduler read local ones under the same path. progress: called with the bytes of ledgers that are done, and
    their total. note: called with the reason if work was repeated.

    Raises: FieldError, CannotFetch if a name matches no ledger; what `audit` raises for `jobs` and `scheduler`.
    """
    if jobs > 1 and scheduler is not None:
        raise FieldError("jobs / scheduler", "at most one of the two", Unquoted("both"))
    places = fleet(ledgers).places
    if scheduler is None and (jobs < 2 or len(places) == 1):
        return FleetReport(tuple(_one_by_one(places, jobs, progress, note)))
    with nullcontext(processes(jobs)) if scheduler is None else _scheduler(scheduler) as pool:
        work = Work(places, audited, pool, size, partial(_is_sure, pool), progress)
        work.share(note or (lambda _: None))
    return FleetReport(tuple(work.finish()))


def audited(place: Place, jobs: int = 1, progress: Progress | None = None, note: Note | None = None) -> Audited:
    """Audit one ledger from this process, whatever it is."""
    try:
        with fetched(place) as path, Log.inspect(path) as log:
            return Audited(place, audit(log, jobs=jobs, progress=progress, note=note))
    except (NeuronLedgerError, OSError, ValueError, sqlite3.Error) as error:
        return Audited(place, None, str(error))


def _one_by_one(places: Sequence[Place], jobs: int, progress: Progress | None, note: Note | None) -> Iterator[Audited]:
    sizes = [size(place) for place in places]
    for number, place in enumerate(places):
        yield audited(place, jobs, _as_part(progress, sum(sizes[:number]), sizes[number], sum(sizes)), note)


def _as_part(progress: Progress | None, before: int, part: int, whole: int) -> Callable[[int, int], None] | None:
    """Progress within one ledger as progress of the fleet."""
    return None if progress is None else lambda done, end: progress(before + part * done // max(end, 1), whole)


def _is_sure(pool: Pool, found: Audited) -> bool:
    """Whether another process's result holds for this process's file: a clean log that ends with the same hash does."""
    if not pool.reads_other_files:
        return True
    if found.report is None or not found.clean:
        return False
    if found.place.path is None:
        return True
    try:
        with Log.inspect(found.place.path) as log:
            return log.head == found.report.head
    except NeuronLedgerError:
        return False


def _scheduler(address: str) -> AbstractContextManager[Pool]:
    from neuron_ledger.replay.proof.scheduler import scheduler  # imported here: few audits need it

    return scheduler(address)
