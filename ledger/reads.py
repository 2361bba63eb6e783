"""The reading half of a ledger: the chain as it is, and as it was."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

from neuron_ledger.events.entries.envelope import Head
from neuron_ledger.ledger.figures import RuntimeFigures
from neuron_ledger.ledger.log.backup import back_up
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.past import past
from neuron_ledger.ledger.receipt import Progress
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.timeline import Timeline
from neuron_ledger.projections.storage import Storage
from neuron_ledger.projections.views.chain_view import ChainView, PastChain


class ReadLedger(ChainView):
    """The methods of a ledger that change nothing."""

    log: Log
    timeline: Timeline
    _storage: Storage
    _seen: Head
    _lock: RLock

    @property
    def head(self) -> Head:
        """Position and hash of the last entry. Keep them elsewhere, to verify later that nothing was cut off or changed."""
        with self._lock:
            return self.log.head

    @property
    def reached(self) -> Head:
        """Position and hash of the last entry folded into `storage`; other processes may have appended more."""
        return self._seen

    @property
    def storage(self) -> Storage:
        """What the log adds up to, for reading; always up to date. Only calls change it.

        Another thread may be in the middle of a call: to read a consistent state, use `reading`.
        """
        return self._storage.view()

    @property
    def rules(self) -> Runtime:
        """The runtime in force. Raises: UnknownSpecVersion."""
        return self.timeline.in_force(self._storage, self.log.spec_version)

    @property
    def figures(self) -> RuntimeFigures:
        """What the rules in force derive from storage, for views. Raises: UnknownSpecVersion."""
        return RuntimeFigures(self.rules)

    @property
    def block(self) -> int:
        """The current block."""
        with self._lock:
            return self._storage.block_number.value

    def at(self, *, block: int | None = None, position: int | None = None, progress: Progress | None = None) -> PastChain:
        """The chain as it was at the end of a block, or after an entry of the log: from the nearest snapshot before (`past`).

        Raises: ValueError for a block or position that the log does not reach, ChainBroken.
        """
        with self._lock:
            then = past(self.log, block=block, position=position, progress=progress, timeline=self.timeline)
        rules = self.timeline.in_force(then.storage, self.log.spec_version)
        return PastChain(then.storage.view(), then.block, then.position, RuntimeFigures(rules))

    @contextmanager
    def reading(self) -> Iterator[Storage]:
        """Storage as the last call left it; no other thread's call begins until the block ends."""
        with self._lock:
            yield self.storage

    def backup(self, path: str | Path, *, progress: Progress | None = None) -> Head:
        """Copy the ledger's file as it is now, checked, to a path that must not exist. Returns: the head of the copy.

        The only safe way to copy an open ledger: reading its file by hand would cancel this process' locks on it. The copy does
        not contain what an open batch has submitted. Raises: LogExists, LogWriteError, LogBusy, ChainBroken.
        """
        return back_up(self.log, Path(path), progress)
