"""Entries for tests of the log, and what somebody can do to its file."""

import sqlite3
from contextlib import closing
from pathlib import Path

from neuron_ledger.events.entries.envelope import Head, NewEntry
from neuron_ledger.ledger.log.schema import TRIGGERS
from neuron_ledger.ledger.log.store import Log


def numbered(count: int, first: int = 0) -> list[NewEntry]:
    return [NewEntry(i // 3, f"Happened/{i % 2 + 1}", b"%d" % i) for i in range(first, first + count)]


def entries(count: int, size: int = 200) -> list[NewEntry]:
    return [NewEntry(i, "Happened/1", i.to_bytes(4, "little") * (size // 4)) for i in range(count)]


def ledger_at(path: Path, count: int, size: int = 200) -> Head:
    with Log.create(path) as log:
        return log.append(entries(count, size), expected_position=0)


def tamper(path: Path, *statements: str, parameters: tuple[object, ...] = ()) -> None:
    """What somebody can do who may write the file: drop the triggers, change rows, put the triggers back."""
    with closing(sqlite3.connect(path)) as raw:
        for name in TRIGGERS:
            raw.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            raw.execute(statement, parameters)
        for trigger in TRIGGERS.values():
            raw.execute(trigger)
        raw.commit()
