"""What if: the calls of a log run in another ledger, with other parameters, another runtime, fewer or more calls."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from attrs import field, frozen

from neuron_ledger.events.calls import AdvanceTo, Observe, SetParam, SudoSet, UpgradeRuntime
from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.events.entries.group import Group
from neuron_ledger.events.ledger import ExtrinsicFailed, StorageObserved
from neuron_ledger.events.storage.hyperparameters import HYPERPARAMETERS
from neuron_ledger.events.storage.trees import RuntimeName
from neuron_ledger.events.wire.errors import FieldError, NeuronLedgerError
from neuron_ledger.events.wire.record import Call
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.errors import CannotGoOn, ChainError
from neuron_ledger.ledger.last_call import last_call_position
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.receipt import Progress
from neuron_ledger.ledger.rules.netuids import ROOT
from neuron_ledger.ledger.runtimes.timeline import TIMELINE, Timeline
from neuron_ledger.replay.importers.call_line import CallLine
from neuron_ledger.replay.proof.groups import counted, groups, submitted


class CannotSet(NeuronLedgerError, ValueError):
    """A change that the rules refuse: says which, and why."""


@frozen(kw_only=True)
class Change:
    """The change.

    settings: hyperparameter → stored value. netuid: on this subnet alone; by default on every one except root. They hold
    from block `begin` on, or as soon as a subnet exists, also when a later call of the log sets another value.
    runtime: a spec_version, with the tree if it has several (`218-draft`). Without `begin`, a log without
    observations begins with it; all others are upgraded to it, in block `begin` or right after the first observation. drop:
    positions of calls that are left out. insert: calls that are submitted in their block, after those of the log.
    """

    settings: Mapping[str, int] = field(factory=dict)
    netuid: int | None = None
    begin: int | None = None
    runtime: RuntimeName | None = None
    drop: Collection[int] = ()
    insert: Sequence[CallLine] = ()


@frozen
class Otherwise:
    """A call of the log that is decided otherwise. was, would_be: the chain's error; None if it is accepted.

    detail: the new outcome in words; also for a call that the rules cannot decide at all.
    """

    position: int
    block: int
    call: Call
    signer: Origin
    was: str | None
    would_be: str | None
    detail: str = ""


NOT_DECIDED = "not decided"
"""In place of an error's name if the runtime has no such call, or cannot run it."""


@frozen
class Again:
    """The other ledger, in memory, and the outcomes of the calls. inserted: the errors of the added calls."""

    ledger: Ledger
    otherwise: tuple[Otherwise, ...]
    inserted: tuple[tuple[CallLine, str | None], ...]


def again(log: Log, change: Change, *, timeline: Timeline = TIMELINE, progress: Progress | None = None) -> Again:
    """Run every call of a log in a new ledger, with a change.

    Without a change, the other ledger has the same head. timeline: the runtimes. Raises: FieldError for a change that does not
    fit the log, CannotSet, UnknownSpecVersion, ChainBroken, PayloadError.
    """
    return _Again(log, change, timeline).run(progress)


class _Again:
    """One run through a log."""

    def __init__(self, log: Log, change: Change, timeline: Timeline) -> None:
        self.log, self.change = log, change
        self._check(timeline)
        first = next(groups(log.read()), None)
        takes_over = first is not None and isinstance(first.submission.call, Observe)
        self.upgrade_to = _led_to(change.runtime) if takes_over or change.begin is not None else None
        begins_with = log.spec_version if change.runtime is None or self.upgrade_to is not None else change.runtime
        self.ledger = Ledger.in_memory(spec_version=begins_with, origin=log.origin, timeline=timeline)
        self.waiting = sorted(change.insert, key=lambda line: line.block)
        self.set_on: dict[tuple[str, int], int] = {}
        """(hyperparameter, netuid) → the registration block of the subnet on which the value holds."""
        self.otherwise: list[Otherwise] = []
        self.inserted: list[tuple[CallLine, str | None]] = []

    def _check(self, timeline: Timeline) -> None:
        """Refuse what does not fit the log. Raises: FieldError, UnknownSpecVersion."""
        change = self.change
        if change.runtime is not None:
            timeline.runtime(change.runtime)
        for position in sorted(change.drop):
            if not 1 <= position <= self.log.head.position or last_call_position(self.log, position) != position:
                raise FieldError("drop", "the position of a call of this log (see log)", position)
        for name in change.settings:
            if change.netuid is not None and HYPERPARAMETERS[name].whole_chain:
                raise FieldError("netuid", f"none for {name}, which applies to the whole chain", change.netuid)

    def run(self, progress: Progress | None) -> Again:
        calls = submitted(groups(self.log.read_verified()))
        calls = calls if progress is None else counted(calls, self.log.head.position, progress)
        with self.ledger.batch():
            for group in calls:
                if group.position not in self.change.drop:
                    self._put(group)
            self._set()
            self._insert_until(None)
        self._ensure_it_held()
        return Again(self.ledger, tuple(self.otherwise), tuple(self.inserted))

    def _put(self, group: Group) -> None:
        """Run one call of the log, and what is due before it."""
        call, origin = group.submission.call, group.submission.origin
        if isinstance(call, Observe):
            *seen, observed = group.events
            assert isinstance(observed, StorageObserved)
            self.ledger.observe(call, observed.changes, seen)
            return
        self._set()
        if isinstance(call, AdvanceTo):
            self._stop_on_the_way(call.block)
        try:
            error = self.ledger.submit(call, origin).error
        except (CannotGoOn, FieldError) as cannot:
            self._compare(group, NOT_DECIDED, str(cannot))
            return
        self._compare(group, None if error is None else error.name, "" if error is None else str(error))
        if error is None and isinstance(call, SudoSet | SetParam):
            self._take_note_of(call)

    def _take_note_of(self, call: SudoSet | SetParam) -> None:
        """If a call of the log has overridden a setting, it is set again before the next call."""
        for name, value in self.change.settings.items():
            if HYPERPARAMETERS[name].item == HYPERPARAMETERS[call.name].item and call.value != value:
                self.set_on.pop((name, call.netuid), None)

    def _stop_on_the_way(self, block: int) -> None:
        """Let blocks pass up to `block`, stopping at each block in which something is due to do it."""
        while (stop := self._next_stop()) is not None and stop < block:
            if stop > self.ledger.block:
                self.ledger.advance_to(stop)
            self._set()
            self._insert_until(stop)

    def _next_stop(self) -> int | None:
        begin = self.change.begin
        stops = [line.block for line in self.waiting[:1]]
        if begin is not None and begin > self.ledger.block:
            stops.append(begin)
        return min(stops, default=None)

    def _insert_until(self, block: int | None) -> None:
        """Submit what is waiting up to a block; all of it without one."""
        while self.waiting and (block is None or self.waiting[0].block <= block):
            line = self.waiting.pop(0)
            if line.block < self.ledger.block:
                raise FieldError("insert", f"a block from {self.ledger.block} on, the current one at that point", line.block)
            if line.block > self.ledger.block:
                self.ledger.advance_to(line.block)
            try:
                error = self.ledger.submit(line.call, line.origin).error
            except CannotGoOn as cannot:
                raise CannotSet(f"the call to be inserted in block {line.block} cannot be decided: {cannot}") from None
            self.inserted.append((line, None if error is None else str(error)))
            self._set()

    def _set(self) -> None:
        """Upgrade, and set what should hold by now and does not."""
        begin, ledger = self.change.begin, self.ledger
        if begin is not None and ledger.block < begin:
            return
        if self.upgrade_to is not None:
            self._require(UpgradeRuntime(self.upgrade_to))
            self.upgrade_to = None
        for name, value in self.change.settings.items():
            parameter = HYPERPARAMETERS[name]
            for netuid in (ROOT,) if parameter.whole_chain else self._subnets():
                since = ledger.storage.map("NetworkRegisteredAt")[netuid]
                if self.set_on.get((name, netuid)) != since:
                    self._require(SetParam(name, netuid, value))
                    self.set_on[name, netuid] = since

    def _subnets(self) -> Iterator[int]:
        """The existing subnets on which something is to be set."""
        for netuid, added in sorted(self.ledger.storage.networks_added.items()):
            if added and (netuid != ROOT if self.change.netuid is None else netuid == self.change.netuid):
                yield netuid

    def _require(self, call: Call) -> None:
        try:
            self.ledger.submit(call).unwrap()
        except (ChainError, CannotGoOn, FieldError) as error:
            raise CannotSet(f"in block {self.ledger.block}: {error}") from error

    def _ensure_it_held(self) -> None:
        """Refuse a change that never took effect. Raises: FieldError."""
        begin = self.change.begin
        if begin is not None and self.ledger.block < begin:
            raise FieldError("from", f"a block that this log reaches: it ends in block {self.ledger.block}", begin)
        if self.change.settings and not self.set_on:
            expected = "a subnet of this ledger" if self.change.netuid is not None else "a ledger with a subnet to set it on"
            raise FieldError("netuid", expected, self.change.netuid)

    def _compare(self, group: Group, would_be: str | None, detail: str) -> None:
        was = next((event.error for event in group.events if isinstance(event, ExtrinsicFailed)), None)
        if was != would_be:
            asked = group.submission
            self.otherwise.append(Otherwise(group.position, group.block, asked.call, asked.origin, was, would_be, detail))


def _led_to(runtime: RuntimeName | None) -> int | None:
    """The spec_version to which the chain is upgraded. Raises: FieldError for a runtime that no call upgrades to."""
    if isinstance(runtime, str):
        raise FieldError("runtime", "a plain spec_version: a ledger cannot be upgraded to another tree of one", runtime)
    return runtime
