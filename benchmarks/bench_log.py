"""The log against raw sqlite3 and against the package eventsourcing, doing the same job: `python -m benchmarks.bench_log`.

Everything is measured in turns, round after round, in one process; what is printed is the median of the rounds' ratios, for
ratios travel from machine to machine and times do not. The same rows go everywhere: raw sqlite3 gets them ready made (hashes
included) with the log's own table and settings but without triggers; eventsourcing gets the same payloads as events that were
made beforehand.
"""

import sqlite3
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, TypeVar
from uuid import UUID, uuid5

import click
from attrs import frozen
from blake3 import blake3
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import JSONTranscoder, Transcoding

from neuron_ledger.events.entries.envelope import NewEntry
from neuron_ledger.ledger.log.schema import LOG_TABLE, PAGE_SIZE
from neuron_ledger.ledger.log.store import Log

BATCH = 1000
DURABLE_ROWS = 40
DURABLE_TURNS = 12
PAGE_SIZES = (4096, 8192, 16384)
NAMESPACE = UUID(int=277)

T = TypeVar("T")

Job = Callable[[], object]
Replay = Callable[[Log], object]


@frozen
class Comparison:
    """How fast one side is, as a multiple of another: the median over the rounds, and what was asked for."""

    name: str
    ratio: float
    goal: float | None = None

    def __str__(self) -> str:
        goal = "" if self.goal is None else f"   goal {self.goal:.2f}  {'met' if self.ratio >= self.goal else 'MISSED'}"
        return f"{self.name:<58} {self.ratio:8.2f}{goal}"


def sample_entries(count: int, size: int) -> list[NewEntry]:
    """Entries with payloads that do not compress, the same in every run."""
    noise = blake3(b"benchmark").digest(length=count * size)
    return [NewEntry(i // 10, "NeuronRegistered/1", noise[i * size : (i + 1) * size]) for i in range(count)]


def recorded_rows(entries: Sequence[NewEntry]) -> list[tuple[int, int, str, bytes, bytes]]:
    """The rows that the log makes of these entries."""
    with Log.in_memory() as log:
        log.append(entries, expected_position=0)
        return list(log.rows_verified())


def in_turns(rounds: int, sides: Mapping[str, Callable[[], Iterator[Job]]]) -> dict[str, list[float]]:
    """Seconds that each side's job took, per round. A side is a generator: it sets up, yields the job, and cleans up."""
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, side in sides.items():
            with contextmanager(side)() as job:
                started = time.perf_counter()
                job()
                seconds[name].append(time.perf_counter() - started)
    return seconds


def times_as_fast(seconds: Mapping[str, list[float]], name: str, other: str) -> float:
    """How many times as fast as the other side this one is: the median of the rounds' ratios."""
    return median(b / a for a, b in zip(seconds[name], seconds[other], strict=True))


@contextmanager
def raw_database(page_size: int = PAGE_SIZE) -> Iterator[sqlite3.Connection]:
    """The log's table in a new file with the log's settings, without triggers."""
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(sqlite3.connect(Path(folder) / "raw.db", isolation_level=None)) as connection,
    ):
        connection.execute(f"PRAGMA page_size = {page_size}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(LOG_TABLE)
        yield connection


def insert_raw(connection: sqlite3.Connection, rows: Sequence[tuple[object, ...]], batch: int = BATCH) -> None:
    for some in slices(rows, batch):
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO log VALUES (?, ?, ?, ?, ?)", some)
        connection.execute("COMMIT")


@contextmanager
def new_log() -> Iterator[Log]:
    with tempfile.TemporaryDirectory() as folder, Log.create(Path(folder) / "test.ledger") as log:
        yield log


def append_to_log(log: Log, entries: Sequence[NewEntry], batch: int = BATCH) -> None:
    position = log.head.position
    for some in slices(entries, batch):
        position = log.append(some, expected_position=position).position


class BytesAsHex(Transcoding):
    """What eventsourcing needs to know to keep bytes in its JSON."""

    type = bytes
    name = "bytes_hex"

    def encode(self, obj: bytes) -> str:
        return obj.hex()

    def decode(self, data: str) -> bytes:
        return bytes.fromhex(data)


class Recorded(Aggregate):
    """One stream that everything happens to."""

    @event("Began")
    def __init__(self) -> None:
        self.happened = 0
        self.block = 0

    @staticmethod
    def create_id() -> UUID:
        return uuid5(NAMESPACE, "stream")

    class Happened(Aggregate.Event):
        block: int
        tag: str
        payload: bytes

        def apply(self, aggregate: Any) -> None:
            aggregate.happened += 1
            aggregate.block = self.block


class Recording(Application[UUID]):
    def register_transcodings(self, transcoder: JSONTranscoder) -> None:
        super().register_transcodings(transcoder)
        transcoder.register(BytesAsHex())


@contextmanager
def new_recording() -> Iterator[Recording]:
    with tempfile.TemporaryDirectory() as folder:
        application = Recording(
            env={"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(Path(folder) / "events.db")}
        )
        try:
            yield application
        finally:
            application.close()


def domain_events(entries: Sequence[NewEntry]) -> list[Any]:
    """The entries as events of eventsourcing's, not yet saved."""
    stream = Recorded()
    for entry in entries:
        stream.trigger_event(Recorded.Happened, block=entry.block, tag=entry.tag, payload=entry.payload)
    return list(stream.collect_events())


def save_events(application: Recording, events: Sequence[Any], batch: int = BATCH) -> None:
    for some in slices(events, batch):
        application.save(*some)


def batched_append(rounds: int, count: int, size: int = 200) -> list[Comparison]:
    """Batches of 1000 rows of 200 B."""
    entries = sample_entries(count, size)
    rows = recorded_rows(entries)
    made = domain_events(entries)

    def raw() -> Iterator[Job]:
        with raw_database() as connection:
            yield lambda: insert_raw(connection, rows)

    def ours() -> Iterator[Job]:
        with new_log() as log:
            yield lambda: append_to_log(log, entries)

    def theirs() -> Iterator[Job]:
        with new_recording() as application:
            yield lambda: save_events(application, made)

    seconds = in_turns(rounds, {"raw": raw, "log": ours, "eventsourcing": theirs})
    return [
        Comparison("batched append, log / raw executemany", times_as_fast(seconds, "log", "raw"), 0.6),
        Comparison("batched append, log / eventsourcing", times_as_fast(seconds, "log", "eventsourcing"), 4.0),
        Comparison("batched append, eventsourcing / raw executemany", times_as_fast(seconds, "eventsourcing", "raw")),
    ]


def durable_append(rounds: int, size: int) -> list[Comparison]:
    """One row a transaction, each on the disk before the next one.

    In short turns into two files that stay open: a disk changes its pace all the time.
    """
    turns = rounds * DURABLE_TURNS
    entries = sample_entries((turns + 1) * DURABLE_ROWS, size)
    rows = recorded_rows(entries)
    with raw_database() as connection, new_log() as log:
        raw_turns = (partial(insert_raw, connection, some, batch=1) for some in slices(rows, DURABLE_ROWS))
        log_turns = (partial(append_to_log, log, some, batch=1) for some in slices(entries, DURABLE_ROWS))
        next(raw_turns)()
        next(log_turns)()
        seconds = in_turns(turns, {"raw": lambda: iter([next(raw_turns)]), "log": lambda: iter([next(log_turns)])})
    return [Comparison(f"durable single append of {size} B, log / raw", times_as_fast(seconds, "log", "raw"), 0.9)]


def slices(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (items[start : start + size] for start in range(0, len(items), size))


def drain(log: Log) -> object:
    """Reads and checks every entry, and does nothing with it."""
    return deque(log.read_verified(), maxlen=1)


def reading(
    rounds: int,
    entries: Sequence[NewEntry],
    replay: Replay = drain,
    *,
    name: str = "verified reading",
    goals: tuple[float | None, float | None] = (None, None),
) -> list[Comparison]:
    """A replay of the log against a plain SELECT of its rows, and against eventsourcing's replay of the same payloads."""
    with new_log() as log, new_recording() as application:
        append_to_log(log, entries)
        save_events(application, domain_events(entries))

        def select() -> Iterator[Job]:
            with closing(sqlite3.connect(log.path)) as connection:
                yield lambda: sum(1 for _ in connection.execute("SELECT seq, block, tag, payload, hash FROM log ORDER BY seq"))

        def ours() -> Iterator[Job]:
            with Log.open(log.path, read_only=True) as reader:
                yield lambda: replay(reader)

        def theirs() -> Iterator[Job]:
            yield lambda: application.repository.get(Recorded.create_id())

        seconds = in_turns(rounds, {"select": select, "log": ours, "eventsourcing": theirs})
    return [
        Comparison(f"{name}, log / plain SELECT", times_as_fast(seconds, "log", "select"), goals[0]),
        Comparison(f"{name}, log / eventsourcing", times_as_fast(seconds, "log", "eventsourcing"), goals[1]),
    ]


def page_sizes(rounds: int, size: int) -> list[str]:
    """What a page size costs: space that rows of this size leave unused, and the time of a durable append."""
    rows = recorded_rows(sample_entries(5000, size))
    used = sum(len(payload) + len(tag) + len(hashed) + 12 for _, _, tag, payload, hashed in rows)

    def side(page_size: int) -> Callable[[], Iterator[Job]]:
        def raw() -> Iterator[Job]:
            with raw_database(page_size) as connection:
                yield lambda: insert_raw(connection, rows[:DURABLE_ROWS], batch=1)

        return raw

    seconds = in_turns(rounds * DURABLE_TURNS, {str(page_size): side(page_size) for page_size in PAGE_SIZES})
    lines = []
    for page_size in PAGE_SIZES:
        with raw_database(page_size) as connection:
            insert_raw(connection, rows)
            (pages,) = connection.execute("PRAGMA page_count").fetchone()
        unused = 1 - used / (pages * page_size)
        each = median(seconds[str(page_size)]) / DURABLE_ROWS * 1e3
        lines.append(f"page size {page_size:>5}, rows of {size:>4} B: unused {unused:6.1%}, durable append {each:.2f} ms")
    return lines


@click.command()
@click.option("--rounds", default=9, show_default=True)
@click.option("--rows", default=50_000, show_default=True, help="Rows for batched append and for reading.")
@click.option("--pages", is_flag=True, help="Compare page sizes too.")
def main(rounds: int, rows: int, pages: bool) -> None:
    """Print how fast the log is, as ratios."""
    for comparison in batched_append(rounds, rows):
        click.echo(comparison)
    for size in (200, 1100):
        for comparison in durable_append(rounds, size):
            click.echo(comparison)
    for comparison in reading(rounds, sample_entries(rows, 200)):
        click.echo(comparison)
    if pages:
        for size in (200, 1100):
            for line in page_sizes(rounds, size):
                click.echo(line)


if __name__ == "__main__":
    main()
