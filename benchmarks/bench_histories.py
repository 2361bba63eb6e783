"""Whole recorded histories: decided, run again, folded. `python -m benchmarks.bench_histories`.

The histories mix every call of neurons, validators and stakers with blocks that pass on several subnets. Deciding is what a
ledger does with every call; auditing decides all of them once more and compares; folding only assigns what was recorded.
"""

import json
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from gzip import decompress
from pathlib import Path
from statistics import median

import click

from benchmarks.bench_log import Comparison
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.rebuild import rebuild
from neuron_ledger.replay.conformance.case import Case
from neuron_ledger.replay.conformance.recording import record_history
from neuron_ledger.replay.proof.audit import audit

RECORDED = Path(__file__).resolve().parents[2] / "shared" / "vectors" / "mixed.json.gz"


def seconds(job: Callable[[], object]) -> float:
    started = time.perf_counter()
    job()
    return time.perf_counter() - started


def measure(cases: Sequence[Case], rounds: int) -> list[str]:
    """Calls and blocks a second of each way through the histories, and how many times folding is as fast as deciding."""
    calls = sum(len(case["ops"]) for case in cases)
    blocks = sum(int(case["final_block"]) - int(case["block"]) for case in cases)
    decide, again, fold = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(rounds):
            ledgers = [Ledger.create(Path(folder) / f"{number}-{index}.ledger", spec_version=277) for index in range(len(cases))]
            decide.append(seconds(partial(_record, cases, ledgers)))
            again.append(seconds(lambda: [audit(ledger.log) for ledger in ledgers]))  # noqa: B023 - called at once
            fold.append(seconds(lambda: [rebuild(ledger.log) for ledger in ledgers]))  # noqa: B023 - called at once
            for ledger in ledgers:
                ledger.close()
    ways = {"decided and recorded": decide, "audited (every call run again)": again, "folded (verified replay)": fold}
    lines = [f"{len(cases)} histories, {calls:,} calls, {blocks:,} blocks"]
    lines += [
        f"    {way:<32} {calls / min(took):>9,.0f} calls/s {blocks / min(took):>9,.0f} blocks/s" for way, took in ways.items()
    ]
    ratio = median(b / a for a, b in zip(fold, again, strict=True))
    return [*lines, str(Comparison("verified replay / audit of the same logs", ratio))]


def _record(cases: Sequence[Case], ledgers: Sequence[Ledger]) -> None:
    for case, ledger in zip(cases, ledgers, strict=True):
        with ledger.batch():
            record_history(case, ledger)


@click.command()
@click.option("--rounds", default=3, show_default=True)
@click.option(
    "--file", "path", type=click.Path(path_type=Path), default=RECORDED, help="A file of recorded histories (JSON, gzip)."
)
def main(rounds: int, path: Path) -> None:
    """Print how fast recorded histories are decided, audited and folded."""
    if not path.exists():
        click.echo("no recorded histories are here: give a file of them with --file")
        return
    for line in measure(json.loads(decompress(path.read_bytes()))["cases"], rounds):
        click.echo(line)


if __name__ == "__main__":
    main()
