"""Replay of weight sets, the most frequent call of all, from a ledger file: `python -m benchmarks.bench_replay`.

Every weight set is recorded as the ledger records it: the call's entry, and the event with its 256 pairs. A verified replay
checks the hash chain and folds into storage; a plain SELECT reads the same rows and drops them. The long log is read by
processes of their own, so that the peak of memory is the replay's alone.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from statistics import median

import click
import numpy as np
from attrs import frozen

from benchmarks.bench_epoch import COLUMNS, sample
from benchmarks.bench_log import Comparison, reading
from neuron_ledger.events.calls import SetWeights
from neuron_ledger.events.entries.codec import Submission, encode
from neuron_ledger.events.entries.envelope import NewEntry
from neuron_ledger.events.entries.group import Happened, entries_of
from neuron_ledger.events.storage.layout import LAYOUT_277
from neuron_ledger.events.weights import WeightsSet
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.rules.epoch.run import epoch_completed
from neuron_ledger.ledger.rules.epoch.steps import run_epoch
from neuron_ledger.projections.bulk import fold_rows
from neuron_ledger.projections.storage import Storage

PAIRS = 256
FIRST_BLOCK = 5_000_000
SETS_A_BLOCK = 4
DISTINCT_ROWS = 1024
"""Rows of weights that the sets take in turns."""


def weight_sets(count: int, uids: Sequence[int] = range(PAIRS)) -> Iterator[list[NewEntry]]:
    """The entries of each of `count` weight sets, the same in every run: 256 full rows that validators set again and again."""
    rows = np.zeros((DISTINCT_ROWS, PAIRS, 2), "<u2")
    rows[:, :, 0] = uids
    rows[:, :, 1] = np.random.default_rng(277).integers(1, 65_535, (DISTINCT_ROWS, PAIRS))
    rows[:, 0, 1] = 65_535
    packed = [row.tobytes() for row in rows]
    weights = [tuple(row[:, 1].tolist()) for row in rows]
    for number in range(count):
        block = FIRST_BLOCK + number // SETS_A_BLOCK
        uid = number % PAIRS
        signer = uid.to_bytes(2, "little") * 16
        call = SetWeights(1, tuple(uids), weights[number % DISTINCT_ROWS], 1234)
        event = WeightsSet(netuid=1, uid=uid, row=packed[number % DISTINCT_ROWS], last_update=block)
        yield entries_of(block, Submission(call, signer), [Happened(block, event)])


def replay(log: Log) -> object:
    """Check the chain and fold every event."""
    return fold_rows(Storage(), log.rows_verified())


def verified_replay(rounds: int, sets: int = 5_000) -> list[Comparison]:
    """Replay against a plain SELECT of the same rows, and against eventsourcing's replay of the same payloads."""
    entries = [entry for group in weight_sets(sets) for entry in group]
    return reading(rounds, entries, replay, name="verified replay of weight sets", goals=(0.25, 6.0))


@contextmanager
def long_log(sets: int, uids: Sequence[int] = range(PAIRS)) -> Iterator[Path]:
    """A ledger file with that many weight sets."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "long.ledger"
        with Log.create(path) as log:
            groups = weight_sets(sets, uids)
            position = 0
            while some := [entry for group in islice(groups, 2_000) for entry in group]:
                position = log.append(some, expected_position=position).position
        yield path


@frozen
class Reading:
    """What one process needed to read a log. seconds: of reading alone; peak: resident bytes at most, over the whole process."""

    seconds: float
    peak: int


SELECTING = """
import sqlite3
connection = sqlite3.connect(sys.argv[1])
def job():
    for row in connection.execute("SELECT seq, block, tag, payload, hash FROM log ORDER BY seq LIMIT ?", sys.argv[2:]):
        pass
"""

REPLAYING = """
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.rules.epoch.steps import run_epoch
from neuron_ledger.ledger.rules.epoch.run import epoch_completed
from neuron_ledger.projections.bulk import fold_rows
from neuron_ledger.projections.storage import Storage
log = Log.open(sys.argv[1], read_only=True)
def job():
    assert fold_rows(Storage(), log.rows_verified(until=int(sys.argv[2]))) == int(sys.argv[2])
"""

MEASURED = """
started = time.perf_counter()
job()
print(time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
"""


def read_by_itself(program: str, path: Path, entries: int) -> Reading:
    """Let a process of its own read the first entries of a log."""
    code = "import resource, sys, time\n" + program + MEASURED
    done = subprocess.run([sys.executable, "-c", code, str(path), str(entries)], capture_output=True, check=True, text=True)
    seconds, peak = done.stdout.split()
    return Reading(float(seconds), int(peak))


def long_replay(sets: int, rounds: int = 3) -> list[str]:
    """Replay of a long log and of its first tenth: speed against a SELECT, and the peak of memory; bytes that a set takes."""
    with long_log(sets) as path:
        size = path.stat().st_size / sets
        entries = 2 * sets
        pairs = [(read_by_itself(SELECTING, path, entries), read_by_itself(REPLAYING, path, entries)) for _ in range(rounds)]
        tenth = read_by_itself(REPLAYING, path, entries // 10)
    with long_log(20_000, np.random.default_rng(277).permutation(PAIRS).tolist()) as path:
        unordered = path.stat().st_size / 20_000
    speed = median(select.seconds / replayed.seconds for select, replayed in pairs)
    fastest = min(replayed.seconds for _, replayed in pairs)
    peak = max(replayed.peak for _, replayed in pairs)
    return [
        str(Comparison(f"replay of {sets:,} weight sets, log / plain SELECT", speed, 0.25)),
        f"    {sets / fastest:,.0f} weight sets a second",
        f"    peak memory: {tenth.peak / 2**20:.0f} MiB after a tenth of the log, {peak / 2**20:.0f} MiB after all of it",
        f"    in the file: {size:.0f} bytes a weight set, {size / (4 * PAIRS):.2f} of its {PAIRS} packed pairs (goal 1.15)",
        f"    the same with the uids in no order: {unordered:.0f} bytes, {unordered / (4 * PAIRS):.2f}",
        f"    an epoch of n = 256 with 64 full rows of bonds: {epoch_size():,} bytes",
    ]


def epoch_size() -> int:
    """Bytes of the payload that records an epoch of 256 uids, 64 of them validators with full rows."""
    result = run_epoch(sample(256, COLUMNS[0]))
    return len(encode(epoch_completed(1, result, LAYOUT_277)))


@click.command()
@click.option("--rounds", default=9, show_default=True)
@click.option("--sets", default=1_000_000, show_default=True, help="Weight sets of the long log.")
def main(rounds: int, sets: int) -> None:
    """Print how fast weight sets are replayed, as ratios."""
    for comparison in verified_replay(rounds):
        click.echo(comparison)
    for line in long_replay(sets):
        click.echo(line)


if __name__ == "__main__":
    main()
