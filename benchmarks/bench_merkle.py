"""The Merkle tree over a long log: `python -m benchmarks.bench_merkle`. Times are those of this machine, sizes of every one."""

import hashlib
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import click

from benchmarks.bench_log import sample_entries
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.replay.transparency.checkpoint import checkpoint
from neuron_ledger.replay.transparency.keys import PrivateKey
from neuron_ledger.replay.transparency.merkle import HASH_LENGTH
from neuron_ledger.replay.transparency.tree import Tree

ENTRIES = 502_159
PAYLOAD = 200
BATCH = 1000
ROOT_GOAL_SECONDS, INCLUSION_GOAL, CONSISTENCY_GOAL = 1.4, 608, 640
"""What there is to beat: seconds for the root over ENTRIES entries, bytes of proofs over them."""


def fill(path: Path, entries: int) -> None:
    """A log of so many entries; durability is not what is measured."""
    sample = sample_entries(BATCH, PAYLOAD)
    with Log.create(path, synchronous="NORMAL") as log:
        position = 0
        while position < entries:
            position = log.append(sample[: entries - position], expected_position=position).position


def seconds(job: Callable[[], object]) -> float:
    """How long a job takes."""
    started = time.perf_counter()
    job()
    return time.perf_counter() - started


def hashes_alone(entries: int) -> None:
    """The two hashes an entry that a tree cannot do without, of bytes that are there already."""
    leaf, node = bytes(33), bytes(65)
    for _ in range(entries):
        hashlib.sha256(leaf).digest()
        hashlib.sha256(node).digest()


@click.command()
@click.option("--rounds", default=5, show_default=True)
@click.option("--entries", default=ENTRIES, show_default=True)
def main(rounds: int, entries: int) -> None:
    """Measure a root over a whole log, a first and a later checkpoint, and the size of proofs."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.ledger"
        fill(path, entries)
        with Log.open(path) as log:
            measure(log, rounds, entries)


def measure(log: Log, rounds: int, entries: int) -> None:
    def whole_tree() -> Tree:
        tree = Tree(log, anew=True)
        tree.catch_up(entries)
        tree.root(entries)
        return tree

    key = PrivateKey.generate(log.origin)
    taken = [(seconds(whole_tree), seconds(lambda: hashes_alone(entries))) for _ in range(rounds)]
    say("root over all entries, nothing kept", f"{median(tree for tree, _ in taken):.2f} s", f"{ROOT_GOAL_SECONDS} s")
    say("the same: its SHA-256 alone / all of it", f"{median(alone / tree for tree, alone in taken):.2f}")
    say("first checkpoint: the chain is checked too", f"{seconds(lambda: checkpoint(log, key)):.2f} s")
    log.append(sample_entries(BATCH, PAYLOAD), expected_position=entries)
    say(f"checkpoint after {BATCH} more", f"{1000 * seconds(lambda: checkpoint(log, key)):.1f} ms")
    tree = whole_tree()
    places = range(0, entries, entries // 1000 | 1)  # odd, so that sizes of every kind are among them
    inclusion = max(len(tree.inclusion(index, entries)) for index in places)
    consistency = max(len(tree.consistency(old, entries)) for old in places)
    say("inclusion proof, at most", f"{inclusion * HASH_LENGTH} bytes", f"{INCLUSION_GOAL} bytes")
    say("consistency proof, at most", f"{consistency * HASH_LENGTH} bytes", f"{CONSISTENCY_GOAL} bytes")
    each = median(seconds(lambda index=index: tree.inclusion(index, entries)) for index in places)  # type: ignore[misc]
    say("an inclusion proof", f"{1000 * each:.2f} ms")


def say(what: str, figure: str, goal: str = "") -> None:
    click.echo(f"{what:<50} {figure:>12}" + (f"   to beat {goal}" if goal else ""))


if __name__ == "__main__":
    main()
