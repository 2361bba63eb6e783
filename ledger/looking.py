"""A ledger for reading only: its storage is folded from recorded events alone, so that no rules are loaded."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from attrs import frozen

from neuron_ledger.events.entries.envelope import Head
from neuron_ledger.events.storage.layout import LAYOUTS, Layout
from neuron_ledger.events.storage.trees import RuntimeName, named
from neuron_ledger.ledger.log.snapshots import proved_snapshots
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.projections.bulk import fold_rows
from neuron_ledger.projections.storage import Storage


@frozen(eq=False)
class Looked:
    """A ledger's log, and its storage for reading."""

    log: Log
    storage: Storage

    @property
    def block(self) -> int:
        """The current block."""
        return self.storage.block_number.value


@contextmanager
def looked_at(path: Path, block: int | None = None) -> Iterator[Looked]:
    """A ledger file as it is now, closed at the end; or as it was at the end of a block, which loads the rules.

    Raises: as `Ledger.open`; ValueError for a block that the log does not reach.
    """
    with Log.open(path, read_only=True) as log:
        if block is not None:
            from neuron_ledger.ledger.past import past

            yield Looked(log, past(log, block=block).storage.view())
            return
        storage = storage_to_fold(log)
        seen = Head(0, log.genesis)
        for snapshot in proved_snapshots(log):
            with suppress(ValueError):
                storage.replace(Storage.decode(snapshot.storage, storage.layout))
                seen = snapshot.head
                break
        adopt(storage)
        fold_rows(storage, log.rows_verified(seen.position))
        adopt(storage)
        yield Looked(log, storage.view())


def storage_to_fold(log: Log) -> Storage:
    """Empty storage of a log's first runtime, to fold its events into. Raises: UnknownSpecVersion."""
    return Storage(_layout(log.spec_version), _LAYOUTS)


def adopt(storage: Storage) -> None:
    """Switch storage to the layout of the runtime now in force. Raises: UnknownSpecVersion."""
    seen, upgraded_to = storage.spec_version_seen.value, storage.last_runtime_upgrade.value
    if seen is not None:
        from neuron_ledger.ledger.runtimes.timeline import TIMELINE

        storage.adopt(TIMELINE.seen(named(seen, storage.tree_seen.value)).layout)
    elif upgraded_to is not None:
        storage.adopt(_LAYOUTS[upgraded_to])


def _layout(name: RuntimeName) -> Layout:
    """The layout of a runtime, from `LAYOUTS` or from its rules. Raises: UnknownSpecVersion."""
    if isinstance(name, int) and name in LAYOUTS:
        return LAYOUTS[name]
    from neuron_ledger.ledger.runtimes.timeline import TIMELINE

    return TIMELINE.runtime(name).layout


class _Layouts(Mapping[int, Layout]):
    """The layout of every runtime: those in `LAYOUTS`, and for the others that of their rules."""

    def __getitem__(self, spec_version: int) -> Layout:
        return _layout(spec_version)

    def get(self, spec_version: int, default: Layout | None = None) -> Layout | None:  # type: ignore[override]
        """The layout; `default` where no rules are built for it, which is reported later, when the runtime is needed."""
        try:
            return self[spec_version]
        except ValueError:
            return default

    def __iter__(self) -> Iterator[int]:
        return iter(LAYOUTS)

    def __len__(self) -> int:
        return len(LAYOUTS)


_LAYOUTS = _Layouts()
