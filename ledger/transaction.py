"""One call while it is decided: rules read its storage, emit events and move quantities; a refusal undoes everything.

An emitted event is folded at once, so that what a rule reads next is what replay will see. Quantities (balances, pools,
shares, pending emission, counters) are written to storage directly; `finish` sums those writes up, net, in one
`StorageChanged` event. Either way storage changes through its journal, and a refused call is rolled back to where it began.

A rule reaches what runtimes do differently through the transaction's `rules` (`ledger/runtime.py`), never by importing it.
"""

from typing import Any, Generic, TypeVar

from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.events.entries.group import Happened
from neuron_ledger.events.ledger import StorageChanged
from neuron_ledger.events.storage.changes import canonical_changes
from neuron_ledger.events.storage.layout import Layout
from neuron_ledger.events.wire.record import Event
from neuron_ledger.ledger.errors import BadOrigin
from neuron_ledger.projections.fold import fold
from neuron_ledger.projections.journal import ABSENT
from neuron_ledger.projections.maps import StorageMap
from neuron_ledger.projections.storage import Storage

Savepoint = tuple[int, int, int, int, Layout, int]
"""The lengths of the lists of writes, of events, of events over the rule's own writes and of noted values before; the layout of
storage; the journal's mark."""

SETTLE_FROM = 200_000
"""The minimum number of writes after which a call looks for values that came and went."""

Rules = TypeVar("Rules")


class Transaction(Generic[Rules]):
    """What rules work with.

    storage: to read, and to move quantities in. rules: the functions of the runtime in force. due_epochs: the netuids whose epoch
    runs in the current block, in order.
    """

    def __init__(self, storage: Storage, rules: Rules) -> None:
        self.storage = storage
        self.rules = rules
        self.due_epochs: tuple[int, ...] = ()
        self.happened: list[Happened] = []
        self._before: dict[str, dict[Any, Any]] = {}
        """Item name → key → the value by the events alone, where the rule itself wrote too."""
        self._noted: list[tuple[dict[Any, Any], Any]] | None = None
        """(map of `_before`, key) of every entry added since the first savepoint; None before there was one."""
        self._written_over: list[tuple[dict[Any, Any], Any, Any]] = []
        """(map of `_before`, key, its old value) for each event that wrote where the rule had written."""
        self._begin = self._unseen = storage.journal.mark()
        self._most_writes = SETTLE_FROM

    @property
    def block(self) -> int:
        """The current block."""
        return self.storage.block_number.value

    def emit(self, event: Event) -> None:
        """Record that something happened; its fold is applied at once."""
        self._note_quantities()
        journal = self.storage.journal
        begin = journal.length()
        journal.begin_fold()
        try:
            fold(self.storage, event)
        finally:
            journal.end_fold()
        for table, key, _ in journal.since(begin):
            self._write_over(table, key)
        for table, key in journal.overwritten:
            self._write_over(table, key)
        self._unseen = journal.length()
        self.happened.append(Happened(self.block, event))

    def settle(self) -> None:
        """Forget values that came and went, so that a call that crosses many blocks needs no memory for each block.

        Only where no savepoint is open. Waits until there are twice as many as were left last time, so that each is looked at
        only a few times.
        """
        self._note_quantities()
        journal = self.storage.journal
        if journal.length() > self._most_writes:
            journal.compact(self._begin)
            self._unseen = journal.length()
            self._most_writes = max(SETTLE_FROM, 2 * self._unseen)

    def savepoint(self) -> Savepoint:
        """The beginning of a part of the call that may fail on its own (an item of a batch)."""
        self._note_quantities()
        before = self.storage.journal.marks
        mark = self.storage.journal.mark()
        if self._noted is None and mark > self._begin:
            self._noted = []
        return mark, len(self.happened), len(self._written_over), len(self._noted or ()), self.storage.layout, before

    def keep(self, savepoint: Savepoint) -> None:
        """Keep what was done since the savepoint: it, and those after it, can no longer be undone to."""
        self.storage.journal.forget_mark(savepoint[-1])

    def undo(self, savepoint: Savepoint) -> None:
        """Take everything back since the savepoint."""
        mark, happened, written_over, noted, layout, _ = savepoint
        self.storage.journal.rollback(mark)
        for before, key, had in reversed(self._written_over[written_over:]):
            before[key] = had
        del self._written_over[written_over:]
        if mark == self._begin:
            self._before.clear()
        for before, key in (self._noted or [])[noted:]:
            before.pop(key, None)
        del (self._noted or [])[noted:]
        self.storage.adopt(layout)
        self._unseen = min(self._unseen, mark)
        del self.happened[happened:]

    def finish(self) -> list[Happened]:
        """All that happened, in order, ending with the quantities that moved."""
        self._note_quantities()
        changes: dict[str, tuple[dict[Any, Any], list[Any]]] = {}
        for name, before in self._before.items():
            now = self.storage.map(name).get
            entries: dict[Any, Any] = {}
            removed: list[Any] = []
            for key, old in before.items():
                new = now(key, ABSENT)
                if new is ABSENT:
                    if old is not ABSENT:
                        removed.append(key)
                elif old is ABSENT or new != old:
                    entries[key] = new
            if entries or removed:
                changes[name] = entries, removed
        if changes:
            self.happened.append(Happened(self.block, StorageChanged(changes=canonical_changes(changes))))
        return self.happened

    def _write_over(self, table: StorageMap[Any, Any], key: Any) -> None:
        """An event's fold wrote there: from then on its value is the one by the events alone."""
        before = self._before.get(table.item.name)
        if before is not None and key in before:
            self._written_over.append((before, key, before[key]))
            before[key] = table.get(key, ABSENT)

    def _note_quantities(self) -> None:
        """Remember what the rule's own writes replaced; writes made by folds belong to their events."""
        befores, noted = self._before, self._noted
        before: dict[Any, Any] = {}
        of_table = None
        for table, key, old in self.storage.journal.since(self._unseen):
            if table is not of_table:
                of_table, before = table, befores.setdefault(table.item.name, {})
            if noted is None:
                before.setdefault(key, old)
            elif key not in before:
                before[key] = old
                noted.append((before, key))
        self._unseen = self.storage.journal.length()


def ensure_signed(origin: Origin) -> bytes:
    """The account that signed the call. Raises: BadOrigin."""
    if origin is None:
        raise BadOrigin(needed="a signed call")
    return origin


def ensure_root(origin: Origin) -> None:
    """Refuse a signed call where only a privileged one may act. Raises: BadOrigin."""
    if origin is not None:
        raise BadOrigin(needed="a privileged call", signer=origin)
