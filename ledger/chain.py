"""The front door: open a ledger, submit calls, let blocks pass; everything is recorded.

One submission is: catch up with what others wrote → decide → append the call and what it caused → commit. Either all of it is in
the log, or nothing is and storage is as it was. Threads that share a ledger take turns, a whole call or batch each.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import Any, Final, Self

from neuron_ledger.events.calls import AdvanceTo, Observe, SealStorage
from neuron_ledger.events.entries.codec import Origin, Submission
from neuron_ledger.events.entries.envelope import Head
from neuron_ledger.events.entries.group import Happened, entries_of
from neuron_ledger.events.ledger import StorageObserved
from neuron_ledger.events.storage.changes import ItemChange
from neuron_ledger.events.storage.trees import RuntimeName
from neuron_ledger.events.wire.record import Call, Event
from neuron_ledger.events.wire.ss58 import account
from neuron_ledger.ledger.decide import Decision, decide
from neuron_ledger.ledger.garbage import PAUSE
from neuron_ledger.ledger.last_call import ensure_whole, last_call_position
from neuron_ledger.ledger.log.errors import ChainBroken, LogError, StillBusy
from neuron_ledger.ledger.log.origin import ORIGIN_IN_MEMORY
from neuron_ledger.ledger.log.snapshots import Snapshot, proved_snapshots, save_snapshot
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.reads import ReadLedger
from neuron_ledger.ledger.receipt import Progress, Receipt, watched
from neuron_ledger.ledger.rules.blocks.seals import seal_is_due, seal_of
from neuron_ledger.ledger.runtimes.timeline import TIMELINE, Timeline
from neuron_ledger.projections.bulk import fold_rows
from neuron_ledger.projections.fold import fold
from neuron_ledger.projections.storage import Storage

MAX_HELD: Final = 4
"""Snapshots of one batch that wait in memory until it is recorded."""


class Ledger(ReadLedger):
    """One chain: its log, and the storage that the log adds up to. timeline: the runtimes that decide its calls.

    Several threads may share one: each call, batch, or block under `reading` runs to its end before another thread's begins.
    """

    def __init__(self, log: Log, *, timeline: Timeline = TIMELINE) -> None:
        self._begin(log, timeline, timeline.storage(log.spec_version))
        self._load(into_empty=True)

    def _begin(self, log: Log, timeline: Timeline, storage: Storage) -> None:
        self.log = log
        self.timeline = timeline
        self._storage = storage
        self.notes: list[str] = []
        """What went wrong apart from recording, such as a snapshot that could not be kept. Nothing recorded depends on it."""
        self._lock = RLock()
        self._seen = Head(0, bytes(32))
        self._current = False
        self._busy = False
        """Whether garbage collection is to be enabled again after the call that is being decided."""
        self._batching = False
        self._unsaved: list[Snapshot] = []

    @classmethod
    def create(
        cls,
        path: str | Path,
        *,
        spec_version: RuntimeName | None = None,
        origin: str | None = None,
        timeline: Timeline = TIMELINE,
    ) -> Self:
        """Begin a new ledger in a file that does not exist yet.

        spec_version: of the runtime to begin with, including the tree where there are several (`218-draft`); by default the one
        that new ledgers begin with.
        origin: the name that this history goes by in checkpoints; a random one if none is given. Only ledgers of one origin that
        were given the same calls have the same head. Raises: LogError, UnknownSpecVersion, ValueError (origin).
        """
        spec_version = timeline.of_new_ledgers if spec_version is None else timeline.runtime(spec_version).name
        return cls._on(Log.create(path, spec_version=spec_version, origin=origin), timeline)

    @classmethod
    def open(cls, path: str | Path, *, read_only: bool = False, timeline: Timeline = TIMELINE) -> Self:
        """Open a ledger file. Raises: NotALedger, NewerFormat, ChainBroken, LogBusy, UnknownSpecVersion, UnknownTag."""
        return cls._on(Log.open(path, read_only=read_only), timeline)

    @classmethod
    def in_memory(
        cls, *, spec_version: RuntimeName | None = None, origin: str = ORIGIN_IN_MEMORY, timeline: Timeline = TIMELINE
    ) -> Self:
        """A ledger that lives as long as this object. Its origin is a fixed one: the same calls give the same head.

        Raises: UnknownSpecVersion.
        """
        spec_version = timeline.of_new_ledgers if spec_version is None else timeline.runtime(spec_version).name
        return cls._on(Log.in_memory(spec_version=spec_version, origin=origin), timeline)

    def copied(self) -> Self:
        """A copy of this chain in memory, independent of it. Raises: LogError where a batch is open."""
        with self._lock:
            other = object.__new__(type(self))
            other._begin(self.log.copied(), self.timeline, self._storage.copy())
            other._seen, other._current = self._seen, self._current
        return other

    @classmethod
    def _on(cls, log: Log, timeline: Timeline) -> Self:
        try:
            return cls(log, timeline=timeline)
        except BaseException:
            log.close()
            raise

    def close(self) -> None:
        """Close the file, once no other thread is inside a call. Everything submitted is already in it."""
        with self._lock:
            self.log.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Ledger: spec_version {self.rules.name}, block {self.block}, {self._seen.position} entries>"

    def submit(self, call: Call, origin: Origin | str = None, *, progress: Progress | None = None) -> Receipt:
        """Decide a call, record it with the events it caused, and return its receipt. A refused call is recorded too.

        origin: the account that signs it (32 bytes or SS58); None for a privileged call. progress: called with how many of an
        `AdvanceTo`'s blocks have passed.
        Raises (nothing is changed then): LogError where it could not be recorded, CannotGoOn where the chain's own code could not
        go on from here, FieldError for an origin that is not an account, and for an `AdvanceTo` over more blocks than one call
        may cross.
        """
        submission = Submission(call, account(origin, "origin") if isinstance(origin, str) else origin)

        def outcome() -> Decision:
            rules = self.rules
            if progress is not None and isinstance(call, AdvanceTo):
                rules = watched(rules, self.block, call.block, progress)
            return decide(self._storage, rules, submission)

        return self._recorded(submission, outcome)

    def advance_to(self, block: int, *, progress: Progress | None = None) -> Receipt:
        """Let blocks pass until `block` is the current one. One call: other writers wait until all of them have passed.

        Raises: BlockIsPast, and what `submit` raises.
        """
        return self.submit(AdvanceTo(block), progress=progress).unwrap()

    def observe(self, observation: Observe, changes: tuple[ItemChange, ...], seen: Sequence[Event] = ()) -> Receipt:
        """Take over storage as observed elsewhere; `changes` in canonical order (`canonical_changes`).

        seen: whatever else was observed (`events/blocks_seen.py`); it is recorded before the storage.
        """

        def outcome() -> Decision:
            block = self.block
            event = StorageObserved(changes=changes)
            fold(self._storage, event)
            return Decision(block, tuple(Happened(self.block, one) for one in (*seen, event)), None)

        return self._recorded(Submission(observation, None), outcome)

    def go_back(self, copy: Self) -> None:
        """Return to the state of a copy of this ledger (`copied`), discarding what was submitted since. The copy is unchanged.

        Only for a ledger in memory: a file only grows. Raises: LogError for a ledger in a file, or where a batch is open.
        """
        with self._lock:
            self._ensure_idle()
            if self.log.file is not None:
                raise LogError(
                    f"{self.log.path} only grows: nothing recorded there can be taken back; use a copy of it (`copied`)"
                )
            if self._batching:
                raise LogError("a batch is open on this ledger; go back after it has ended")
            self.log = copy.log.copied()
            self._unsaved = []
            self._current = False
            self._storage.journal.end()
            self._storage.replace(copy._storage.copy())
            self.timeline.in_force(self._storage, self.log.spec_version)
            self._seen = self.log.head
            self._current = True

    def snapshot(self) -> Receipt:
        """Seal storage as it is now, and keep a snapshot of it, from which the ledger opens faster.

        The log does so by itself every `SEAL_EVERY` entries. Recorded like any call: a seal is an entry of the chain.
        """
        return self.submit(SealStorage())

    def batch(self) -> AbstractContextManager[Self]:
        """Record everything submitted inside as one transaction: all of it, or nothing if an exception leaves the block.

        Other threads' calls wait until it ends.
        """
        return _Batch(self)

    def _recorded(self, submission: Submission, outcome: Callable[[], Decision]) -> Receipt:
        """Decide and record one call; storage is rolled back if it is not recorded.

        No garbage is collected meanwhile (`garbage.py`).
        """
        with self._lock:
            self._ensure_idle()
            self._busy = True
            before = self._seen
            journal = self._storage.journal
            try:
                PAUSE.begin(self)
                journal.end()  # an interrupt may have kept `Storage.transaction`, a generator, from doing so
                with self.log.transaction():
                    if not self._batching:
                        self._catch_up()
                        before = self._seen
                    journal.begin()
                    receipt = self._append(submission, outcome())
            except BaseException:
                self._undo(before)
                raise
            finally:
                self._busy = False
                journal.end()
                PAUSE.end(self)
            if not self._batching:
                self._keep_snapshot()
            return receipt

    def _ensure_idle(self) -> None:
        if self._busy:
            raise StillBusy("a call is being decided on this ledger; submit the next one after this one has its receipt")

    def _append(self, submission: Submission, decision: Decision) -> Receipt:
        """The call, and the seal that is due after it, in the log."""
        first = self._seen.position + 1
        self._seen = self.log.append(entries_of(decision.block, submission, decision.happened), expected_position=first - 1)
        if isinstance(submission.call, SealStorage) and decision.error is None:
            self._hold(self._storage.encode())
        begin = first
        while seal_is_due(begin, self._seen.position):
            begin = self._seen.position + 1
            self._seal()
        return Receipt(first, decision.block, tuple(item.event for item in decision.happened), decision.error)

    def _seal(self) -> None:
        storage, block = self._storage.encode(), self.block
        entries = entries_of(block, Submission(SealStorage(), None), [Happened(block, seal_of(storage))])
        self._seen = self.log.append(entries, expected_position=self._seen.position)
        self._hold(storage)

    def _hold(self, storage: bytes) -> None:
        """Keep a snapshot of what was sealed, once it is recorded; of many in one batch every other one and the last."""
        if len(self._unsaved) >= MAX_HELD:
            del self._unsaved[::2]
        self._unsaved.append(Snapshot(self._seen, storage))

    def _undo(self, before: Head) -> None:
        """Return storage and log to `before`. If an interrupt comes in between, the next call loads storage anew."""
        self._current = False
        if not self._batching:
            self.log.undo()
            self._unsaved = []
        self._storage.journal.rollback()
        self.timeline.in_force(self._storage, self.log.spec_version)
        self._seen = before
        self._current = True

    def _keep_snapshot(self) -> None:
        """Keep the snapshots of what was sealed. A failure is only noted, since the calls are recorded."""
        snapshots, self._unsaved = self._unsaved, []
        for snapshot in snapshots:
            try:
                save_snapshot(self.log, snapshot)
            except (LogError, ValueError, MemoryError) as error:
                why = error.__cause__ or error
                note = f"the snapshot at position {snapshot.head.position} was not kept, so opening takes longer ({why})"
                self.notes.append(f"{note}; every call is recorded")

    def _load(self, *, into_empty: bool = False) -> None:
        """Load storage from the newest valid snapshot and the entries after it. into_empty: storage is still empty."""
        self._current, self._seen = False, Head(0, self.log.genesis)
        storage = self._storage if into_empty else self.timeline.storage(self.log.spec_version)
        for snapshot in proved_snapshots(self.log):
            with suppress(ValueError):
                storage, self._seen = Storage.decode(snapshot.storage, storage.layout), snapshot.head
                break
        self._storage.journal.end()
        if storage is not self._storage:
            self._storage.replace(storage)
            self.timeline.in_force(self._storage, self.log.spec_version)
        head = self.log.head
        last_call = last_call_position(self.log, head.position)
        if not self.log.read_only and last_call > self._seen.position:
            self._fold_up_to(Head(last_call - 1, self.log.hash_at(last_call - 1) or b""))
            entries = list(self.log.read_verified(last_call - 1, until=head.position))
            ensure_whole(self._storage, self.rules, entries)
        self._fold_up_to(head)

    def _catch_up(self) -> None:
        """Fold what was appended since, by this process or another. Raises: ChainBroken where the past has changed."""
        if not self._current:
            self._load()
        head = self.log.head
        if head == self._seen:
            return
        if head.position <= self._seen.position or self.log.hash_at(self._seen.position) != self._seen.hash:
            what = f"it is not the entry that this ledger saw there ({self._seen}); the file was rolled back or replaced"
            raise ChainBroken(min(head.position, self._seen.position), what)
        self._fold_up_to(head)

    def _fold_up_to(self, head: Head) -> None:
        self._current = False
        fold_rows(self._storage, self.log.rows_verified(self._seen.position, until=head.position))
        self.timeline.in_force(self._storage, self.log.spec_version)
        self._seen = head
        self._current = True


class _Batch(AbstractContextManager[Any]):
    """What `Ledger.batch` returns. A class, since a generator interrupted half-way is closed at an unknown time."""

    _open = False
    """Of the class too, for an interrupt that comes while an instance is made."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def __enter__(self) -> Ledger:
        ledger = self._ledger
        kept = False
        try:
            with ledger._lock:
                ledger._ensure_idle()
                if ledger._batching:
                    raise StillBusy("a batch is open on this ledger already; submit inside that one")
                try:
                    ledger.log.begin()
                    ledger._catch_up()
                    ledger._batching = kept = self._open = True
                    ledger._lock.acquire()  # until the batch ends; already held, so this does not wait
                except BaseException:
                    if not kept:
                        ledger.log.undo()
                    raise
        except BaseException:
            if kept:
                self.__exit__(None, KeyboardInterrupt(), None)
            raise
        return ledger

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        ledger = self._ledger
        ledger._batching = False
        try:
            if error is None:
                ledger.log.commit()
                ledger._keep_snapshot()
            else:
                self._give_up()
        except BaseException:
            self._give_up()
            raise
        finally:
            self._open = False
            ledger._lock.release()

    def __del__(self) -> None:
        # After an interrupt at the very beginning of __exit__ nothing else ends the batch.
        if self._open:
            self.__exit__(None, KeyboardInterrupt(), None)

    def _give_up(self) -> None:
        """Drop the batch, unless all of it is already recorded: either way storage is what the log adds up to."""
        ledger = self._ledger
        ledger._current = False
        ledger._unsaved = []
        ledger.log.undo()
        ledger._load()
