"""Storage in the middle of a log, from the nearest snapshot and from the log's beginning: `python -m benchmarks.bench_past`.

The log holds weight sets (`bench_replay.py`), sealed every 10,000 entries as a ledger seals them, with the snapshots that stay.
"""

import tempfile
from itertools import islice
from pathlib import Path

import click

from benchmarks.bench_histories import seconds
from benchmarks.bench_replay import weight_sets
from neuron_ledger.events.calls import SealStorage
from neuron_ledger.events.entries.codec import Submission
from neuron_ledger.events.entries.group import Happened, entries_of
from neuron_ledger.ledger.log.snapshots import Snapshot, proved_snapshots, save_snapshot
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.past import past
from neuron_ledger.ledger.rebuild import rebuild
from neuron_ledger.ledger.rules.blocks.seals import SEAL_EVERY, seal_of
from neuron_ledger.projections.bulk import fold_rows
from neuron_ledger.projections.storage import Storage

SIZES = (20_000, 100_000, 1_000_000, 10_000_000)


def fill(path: Path, entries: int) -> None:
    """A log of so many entries, sealed, with its snapshots."""
    with Log.create(path, synchronous="NORMAL") as log:
        groups = weight_sets(entries // 2)
        storage, position = Storage(), 0
        while some := [entry for group in islice(groups, SEAL_EVERY // 2) for entry in group]:
            begin, position = position, log.append(some, expected_position=position).position
            fold_rows(storage, log.rows_verified(begin))
            block, encoded = some[-1].block, storage.encode()
            seal = entries_of(block, Submission(SealStorage(), None), [Happened(block, seal_of(encoded))])
            head = log.append(seal, expected_position=position)
            position = head.position
            save_snapshot(log, Snapshot(head, encoded))


@click.command()
@click.option("--most", default=1_000_000, show_default=True, help="Leave out longer logs.")
def main(most: int) -> None:
    """Measure how long the way to the middle of a log is."""
    for entries in (size for size in SIZES if size <= most):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "past.ledger"
            fill(path, entries)
            with Log.open(path, read_only=True) as log:
                middle = log.head.position // 2 + SEAL_EVERY // 2  # half-way between two snapshots
                near = seconds(lambda: past(log, position=middle))  # noqa: B023 - called at once
                far = seconds(lambda: rebuild(log, position=middle))  # noqa: B023 - called at once
                kept = [len(snapshot.storage) for snapshot in proved_snapshots(log)]
                shares = sum(kept) / path.stat().st_size
        there = f"from the nearest of {len(kept)} snapshots ({shares:.0%} of the file)"
        click.echo(
            f"{entries:>10,} entries: the middle in {1000 * near:.0f} ms {there}, in {1000 * far:.0f} ms from the beginning"
        )


if __name__ == "__main__":
    main()
