"""The journal of storage: who may write, and what stood in each place before, so that it can be put back."""

from typing import Any, NoReturn, TypeAlias

from neuron_ledger.events.wire.errors import NeuronLedgerError

ABSENT: Any = type("Absent", (), {"__repr__": lambda _: "ABSENT"})()
"""Stands for "no entry" in the journal and in changes."""

Write: TypeAlias = tuple[Any, Any, Any]
"""(map of storage, key, what was there or ABSENT)."""


class StorageClosed(NeuronLedgerError, RuntimeError):
    """A write to storage where nobody may write. The message says what to do instead."""


class Journal:
    """Who may write to storage: nobody, an open transaction (what it replaces is remembered), or a bulk of folds."""

    __slots__ = ("_latest", "bulk", "folding", "marks", "overwritten", "writes")

    def __init__(self) -> None:
        self.bulk = False
        """Whether many events are being folded: nothing is remembered, and vectors may be changed in place."""
        self.folding = False
        """Whether an event is being folded: its writes are its own, and tell nothing of those that come after it."""
        self.overwritten: list[tuple[Any, Any]] = []
        """(map, key) that the event being folded, or the last one, wrote where `writes` knew what was there before."""
        self.writes: list[Write] | None = None
        """Newest last: the first write to each place after each mark, and the folds' to places that were not written before; None
        where no transaction is open."""
        self.marks = self._latest = 0
        """The mark that is in force: another one since it began, ended, was marked or rolled back. What a map remembered under
        another mark does not count. Odd ones are of folds, under which maps remember nothing."""

    def begin(self) -> None:
        """Start to remember. Transactions do not nest."""
        if self.writes is not None or self.bulk:
            raise RuntimeError("a transaction is open on this storage already")
        self.writes = []
        self.folding = False
        self._mark_anew()

    def begin_fold(self) -> None:
        """An event is folded from now on."""
        self.folding, self.overwritten = True, []
        self.marks += 1

    def end_fold(self) -> None:
        """The event is folded; what was remembered before counts again."""
        self.marks -= 1
        self.folding = False

    def mark(self) -> int:
        """A place to roll back to."""
        self._mark_anew()
        return len(self.writes or ())

    def forget_mark(self, before: int) -> None:
        """Nobody will roll back to the last mark any more: the one that was in force before it is so again."""
        self.marks = before

    def _mark_anew(self) -> None:
        self._latest += 2
        self.marks = self._latest

    def length(self) -> int:
        """How much is remembered: a place to look from, not one to roll back to."""
        return len(self.writes or ())

    def since(self, mark: int) -> list[Write]:
        """The writes since `mark`."""
        return (self.writes or [])[mark:]

    def rollback(self, mark: int = 0) -> None:
        """Undo every write since `mark`."""
        writes = self.writes or []
        while len(writes) > mark:
            table, key, before = writes.pop()
            table.restore(key, before)
        self._mark_anew()

    def compact(self, mark: int) -> None:
        """Keep, of the writes since `mark`, the first to each place: enough to roll back to `mark`, not to places in between."""
        writes, kept = self.writes or [], []
        known: dict[int, set[Any]] = {}
        keys: set[Any] = set()
        of_table = None
        for write in writes[mark:]:
            table, key, _ = write
            if table is not of_table:
                of_table, keys = table, known.setdefault(id(table), set())
            if key not in keys:
                keys.add(key)
                kept.append(write)
        writes[mark:] = kept

    def end(self) -> None:
        """Forget what was remembered: the writes stand."""
        self.writes = None
        self._mark_anew()

    def refuse(self, what: str) -> NoReturn:
        """Say that `what` cannot be written now. Raises: StorageClosed."""
        raise StorageClosed(f"{what}: storage is written inside a transaction alone (with storage.transaction(): …)")


class Sealed(Journal):
    """The journal of a view: it never opens."""

    __slots__ = ()

    def begin(self) -> None:
        self.refuse("a transaction")

    def refuse(self, what: str) -> NoReturn:
        instead = "submit a call to change it (ledger.submit), or try it out on a copy (storage.copy())"
        raise StorageClosed(f"{what}: the storage of a ledger is read only; {instead}")
