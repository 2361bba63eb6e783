"""The journal of storage: who may write, and what each place held before, so that it can be restored."""

from typing import Any, NoReturn, TypeAlias

from neuron_ledger.events.wire.errors import NeuronLedgerError

ABSENT: Any = type("Absent", (), {"__repr__": lambda _: "ABSENT"})()
"""Represents "no entry" in the journal and in changes."""

Write: TypeAlias = tuple[Any, Any, Any]
"""(map of storage, key, previous value or ABSENT)."""


class StorageClosed(NeuronLedgerError, RuntimeError):
    """A write to storage that is closed. The message says what to do instead."""


class Journal:
    """Who may write to storage: nobody, an open transaction (what it replaces is remembered), or a bulk fold."""

    __slots__ = ("_latest", "bulk", "folding", "marks", "overwritten", "writes")

    def __init__(self) -> None:
        self.bulk = False
        """Whether many events are being folded: nothing is remembered, and vectors may be changed in place."""
        self.folding = False
        """Whether an event is being folded: its writes belong to the event, not to the rule."""
        self.overwritten: list[tuple[Any, Any]] = []
        """(map, key) written by the current or last folded event where `writes` already holds the previous value."""
        self.writes: list[Write] | None = None
        """Newest last: the first write to each place after each mark, and folds' writes to places not written before; None while
        no transaction is open."""
        self.marks = self._latest = 0
        """The mark in force, renewed whenever the journal begins, ends, is marked or rolled back. What a map remembered under
        another mark does not count. Odd marks are those of folds, under which maps remember nothing."""

    def begin(self) -> None:
        """Start recording writes. Transactions do not nest."""
        if self.writes is not None or self.bulk:
            raise StorageClosed("a transaction is open on this storage already; write inside that one")
        self.writes = []
        self.folding = False
        self._mark_anew()

    def begin_fold(self) -> None:
        """Note that an event is being folded."""
        self.folding, self.overwritten = True, []
        self.marks += 1

    def end_fold(self) -> None:
        """Note that the event is folded; what was remembered before counts again."""
        self.marks -= 1
        self.folding = False

    def mark(self) -> int:
        """A place to roll back to."""
        self._mark_anew()
        return len(self.writes or ())

    def forget_mark(self, before: int) -> None:
        """Drop the last mark, to which nobody will roll back; the one before it is in force again."""
        self.marks = before

    def _mark_anew(self) -> None:
        self._latest += 2
        self.marks = self._latest

    def length(self) -> int:
        """The number of recorded writes: an argument for `since`, not for `rollback`."""
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
        """Keep only the first write to each place since `mark`: enough to roll back to `mark`, not to points in between."""
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
        """Forget the recorded writes, which stay in effect."""
        self.writes = None
        self._mark_anew()

    def refuse(self, what: str) -> NoReturn:
        """Report that `what` cannot be written now. Raises: StorageClosed."""
        raise StorageClosed(f"{what}: storage can only be written inside a transaction (with storage.transaction(): …)")


class Sealed(Journal):
    """The journal of a view, which never opens."""

    __slots__ = ()

    def begin(self) -> None:
        self.refuse("a transaction")

    def refuse(self, what: str) -> NoReturn:
        instead = "submit a call to change it (ledger.submit), or try it out on a copy (storage.copy())"
        raise StorageClosed(f"{what}: the storage of a ledger is read-only; {instead}")
