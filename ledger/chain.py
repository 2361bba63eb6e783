"""The front door: a ledger is opened, calls are submitted, blocks pass, and everything is recorded.

One submission is: catch up with what others wrote → decide → append the call and what it caused → commit. Either all of it is in
the log, or nothing is and storage is as it was.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Self

from attrs import evolve, frozen

from neuron_ledger.events.calls import AdvanceTo, Observe
from neuron_ledger.events.entries.codec import Origin, Submission
from neuron_ledger.events.entries.envelope import Head
from neuron_ledger.events.entries.group import Happened, entries_of
from neuron_ledger.events.ledger import StorageObserved
from neuron_ledger.events.storage.changes import ItemChange
from neuron_ledger.events.wire.record import Call, Event
from neuron_ledger.ledger.decide import Decision, decide
from neuron_ledger.ledger.errors import ChainError
from neuron_ledger.ledger.log.backup import back_up
from neuron_ledger.ledger.log.origin import ORIGIN_IN_MEMORY
from neuron_ledger.ledger.log.snapshots import latest_snapshot, save_snapshot
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.runtime import Runtime, Tx
from neuron_ledger.ledger.runtimes.timeline import TIMELINE, Timeline
from neuron_ledger.projections.bulk import fold_rows
from neuron_ledger.projections.fold import fold
from neuron_ledger.projections.storage import Storage

SPEC_VERSION = 277
"""The runtime whose rules a new ledger follows."""

SNAPSHOT_EVERY = 10_000
"""Entries after which a snapshot of storage is kept, so that opening reads only the tail."""

SNAPSHOT_FORMAT = "storage/1"
"""Names the form of a snapshot's payload; a snapshot of another form is ignored and rebuilt."""


Progress = Callable[[int, int], None]
"""Called now and then with how much is done, and of how much."""

PROGRESS_EVERY = 64
"""Blocks after which progress is told."""


@frozen
class Receipt:
    """What became of a call. position: of the call's entry. events: what it caused, in order. error: why it was refused."""

    position: int
    block: int
    events: tuple[Event, ...]
    error: ChainError | None

    @property
    def ok(self) -> bool:
        return self.error is None

    def unwrap(self) -> Self:
        """The receipt of an accepted call. Raises: the ChainError of a refused one."""
        if self.error is not None:
            raise self.error
        return self


class Ledger:
    """One chain: its log, and the storage that the log adds up to. Not for use by several threads at once.

    timeline: the runtimes that its calls are decided by.
    """

    def __init__(self, log: Log, *, timeline: Timeline = TIMELINE) -> None:
        self.log = log
        self.timeline = timeline
        self._storage = timeline.storage(log.spec_version)
        self._position = 0
        self._snapshot_position = 0
        self._batching = False
        self._load()

    @classmethod
    def create(
        cls, path: str | Path, *, spec_version: int = SPEC_VERSION, origin: str | None = None, timeline: Timeline = TIMELINE
    ) -> Self:
        """Begin a new ledger in a file that does not exist yet.

        origin: the name that this history goes by in checkpoints; a random one if none is given. Only ledgers of one origin that
        were given the same calls have the same head. Raises: LogError, UnknownSpecVersion, ValueError (origin).
        """
        timeline.runtime(spec_version)
        return cls(Log.create(path, spec_version=spec_version, origin=origin), timeline=timeline)

    @classmethod
    def open(cls, path: str | Path, *, read_only: bool = False, timeline: Timeline = TIMELINE) -> Self:
        """Open a ledger file. Raises: NotALedger, NewerFormat, ChainBroken, LogBusy, UnknownSpecVersion."""
        return cls(Log.open(path, read_only=read_only), timeline=timeline)

    @classmethod
    def in_memory(
        cls, *, spec_version: int = SPEC_VERSION, origin: str = ORIGIN_IN_MEMORY, timeline: Timeline = TIMELINE
    ) -> Self:
        """A ledger that lives as long as this object. Its origin is a fixed one: the same calls give the same head.

        Raises: UnknownSpecVersion.
        """
        timeline.runtime(spec_version)
        return cls(Log.in_memory(spec_version=spec_version, origin=origin), timeline=timeline)

    def backup(self, path: str | Path, *, progress: Progress | None = None) -> Head:
        """Copy the ledger's file as it is now, checked, to a path where nothing stands; gives the head of the copy.

        The way to a copy of a ledger that is open: reading its file by hand would cancel this process' locks on it. What a batch
        that is open has submitted is not in the copy. Raises: LogExists, LogWriteError, LogBusy, ChainBroken.
        """
        return back_up(self.log, Path(path), progress)

    def close(self) -> None:
        """Close the file. Everything submitted is in it already."""
        self.log.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Ledger: spec_version {self.rules.spec_version}, block {self.block}, {self._position} entries>"

    @property
    def head(self) -> Head:
        """Position and hash of the last entry: what to write down, to know later that nothing was cut off or changed."""
        return self.log.head

    @property
    def storage(self) -> Storage:
        """What the log adds up to, for reading: it shows what is true now at any time. Calls change it, nobody else."""
        return self._storage.view()

    @property
    def rules(self) -> Runtime:
        """The runtime in force. Raises: UnknownSpecVersion."""
        return self.timeline.in_force(self._storage, self.log.spec_version)

    @property
    def block(self) -> int:
        """The current block."""
        return self._storage.block_number.value

    def submit(self, call: Call, origin: Origin = None, *, progress: Progress | None = None) -> Receipt:
        """Decide a call, record it with what it caused, and return that. A refused call is recorded too.

        origin: the account that signs it; None for a privileged call. progress: told how many of an `AdvanceTo`'s blocks have
        passed. Raises: LogError where it could not be recorded, CannotGoOn where the chain's own code could not go on from here
        (nothing changed then).
        """
        with self._recording():
            rules = self.rules
            if progress is not None and isinstance(call, AdvanceTo):
                rules = watched(rules, self.block, call.block, progress)
            submission = Submission(call, origin)
            return self._record(submission, decide(self._storage, rules, submission))

    def advance_to(self, block: int, *, progress: Progress | None = None) -> Receipt:
        """Let blocks pass until `block` is the current one.

        Raises: BlockIsPast, and what `submit` raises.
        """
        return self.submit(AdvanceTo(block), progress=progress).unwrap()

    def observe(self, observation: Observe, changes: tuple[ItemChange, ...]) -> Receipt:
        """Take over storage as it was seen elsewhere; `changes` in canonical order (`canonical_changes`)."""
        with self._recording():
            block = self.block
            event = StorageObserved(changes=changes)
            fold(self._storage, event)
            return self._record(Submission(observation, None), Decision(block, (Happened(self.block, event),), None))

    @contextmanager
    def batch(self) -> Iterator[Self]:
        """Record all that is submitted inside as one transaction: all of it, or, when an exception leaves the block, nothing."""
        if self._batching:
            raise RuntimeError("a batch is open already")
        self._batching = True
        try:
            with self.log.transaction():
                self._catch_up()
                yield self
        except BaseException:
            self._load()
            raise
        finally:
            self._batching = False
        self._keep_snapshot()

    def snapshot(self) -> None:
        """Keep a snapshot of storage as it is now (derived data; only saves time when the ledger is opened)."""
        save_snapshot(self.log, self.head.position, self.head.hash, SNAPSHOT_FORMAT, self._storage.encode())
        self._snapshot_position = self.head.position

    @contextmanager
    def _recording(self) -> Iterator[None]:
        """One call: undone in storage where it does not come into the log."""
        position = self._position
        try:
            with ExitStack() as writing, nullcontext() if self._batching else self.log.transaction():
                if not self._batching:
                    self._catch_up()
                position = self._position
                writing.enter_context(self._storage.transaction())
                yield
        except BaseException:
            self._position = position
            raise
        if not self._batching:
            self._keep_snapshot()

    def _record(self, submission: Submission, decision: Decision) -> Receipt:
        block = decision.block
        entries = entries_of(block, submission, decision.happened)
        first = self._position + 1
        head = self.log.append(entries, expected_position=self._position)
        self._position = head.position
        return Receipt(first, block, tuple(entry.event for entry in decision.happened), decision.error)

    def _load(self) -> None:
        """Storage from the newest usable snapshot and the entries after it."""
        storage, self._position = self.timeline.storage(self.log.spec_version), 0
        found = latest_snapshot(self.log, SNAPSHOT_FORMAT)
        if found is not None:
            with suppress(ValueError):
                storage, self._position = Storage.decode(found.payload, storage.layout), found.position
        self._storage.replace(storage)
        self.timeline.in_force(self._storage, self.log.spec_version)
        self._snapshot_position = self._position
        self._catch_up()

    def _catch_up(self) -> None:
        """Fold what was appended since, by this process or another."""
        if self.log.head.position != self._position:
            self._position = fold_rows(self._storage, self.log.rows_verified(self._position)) or self._position
        self.timeline.in_force(self._storage, self.log.spec_version)

    def _keep_snapshot(self) -> None:
        if self._position - self._snapshot_position >= SNAPSHOT_EVERY:
            self.snapshot()


def watched(rules: Runtime, begin: int, end: int, progress: Progress) -> Runtime:
    """The same rules, which tell how far the blocks from `begin` to `end` have come."""

    def tell(tx: Tx) -> None:
        if tx.block % PROGRESS_EVERY == 0:
            progress(tx.block - begin, end - begin)

    return evolve(rules, block_hook=(*rules.block_hook, tell))
