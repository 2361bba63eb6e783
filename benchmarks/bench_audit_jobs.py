"""An audit by two processes against one by one process, of one long log: `python -m benchmarks.bench_audit_jobs`.

Two subnets of 256 neurons live on: validators set full rows of weights, balances are set, TAO is staked, every block mints, and
epochs run every 20 blocks. Each audit has a Python of its own, so that what is timed is what a user waits for, loading the
program and starting workers included. One process and two take turns. Peaks of memory are those of the processes themselves.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path
from statistics import median
from typing import Any

import click
import numpy as np

from benchmarks.bench_chain import BLOCK, NEURONS, TAO, VALIDATORS, account, coldkey, observed
from benchmarks.bench_log import Comparison
from neuron_ledger.events.calls import AddStake, ForceSetBalance, Observe, SetWeights
from neuron_ledger.events.storage.changes import canonical_changes
from neuron_ledger.events.wire.record import Call
from neuron_ledger.ledger.chain import Ledger

SPEC_VERSION = 424
SUBNETS = 2
TEMPO = 20
SETS, BALANCES, STAKES = 24, 16, 2
"""Calls a block, of each kind."""
GOAL = 1.7

AUDIT = """
import json, resource, sys
if __name__ == "__main__":
    from neuron_ledger.ledger.log.store import Log
    from neuron_ledger.replay.proof.audit import audit
    with Log.inspect(sys.argv[1]) as log:
        report = audit(log, jobs=int(sys.argv[2]))
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(json.dumps([
        [report.calls, str(report.head), report.digest.hex(), len(report.findings)],
        sum(one.ru_utime + one.ru_stime for one in used),
        [one.ru_maxrss // 1024 for one in used],
    ]))
"""
"""Audits a ledger; prints what it found, seconds of processors, and the most memory in MiB that itself and any worker took."""


def rows_of_weights() -> list[list[int]]:
    """Full rows, the same in every run."""
    rows: list[list[int]] = np.random.default_rng(SPEC_VERSION).integers(1, 65_535, (64, NEURONS)).tolist()
    return rows


def calls() -> Iterator[tuple[Call, bytes | None]]:
    """(call, signer), the same in every run."""
    rows = rows_of_weights()
    uids = tuple(range(NEURONS))
    for number in count():
        for part in range(SETS):
            uid = (number * SETS + part) % VALIDATORS
            yield SetWeights(1 + part % SUBNETS, uids, tuple(rows[(number + part) % 64]), 0), account("validator", uid)
        for part in range(BALANCES):
            yield ForceSetBalance(account("holder", (number * BALANCES + part) % 1000), (1 + part) * TAO), None
        for part in range(STAKES):
            hotkey = account("validator", (number + part) % VALIDATORS)
            yield AddStake(hotkey, 1 + part % SUBNETS, TAO), coldkey(hotkey)


def fill(path: Path, entries: int) -> None:
    """A ledger of so many entries."""
    changes = {name: (dict(added), list(removed)) for name, added, removed in observed(SPEC_VERSION, SUBNETS, True, 0)}
    changes["BalancesTotalIssuance"] = ({(): 0}, [])  # of accounts that nobody has seen
    for netuid in range(1, SUBNETS + 1):
        for item, value in (("Tempo", TEMPO), ("WeightsSetRateLimit", 0), ("CommitRevealWeightsEnabled", False)):
            changes.setdefault(item, ({}, []))[0][netuid] = value
    with Ledger.create(path, spec_version=SPEC_VERSION) as ledger:
        ledger.observe(Observe("a benchmark", BLOCK, bytes(32)), canonical_changes(changes)).unwrap()
        for uid in range(VALIDATORS):
            ledger.submit(ForceSetBalance(coldkey(account("validator", uid)), 10_000 * TAO)).unwrap()
        to_come = calls()
        while ledger.head.position < entries:
            with ledger.batch():
                for _ in range(10):
                    for call, signer in islice(to_come, SETS + BALANCES + STAKES):
                        ledger.submit(call, signer)
                    ledger.advance_to(ledger.block + 1)


def audited(path: Path, jobs: int) -> tuple[float, Any]:
    """Seconds by the clock, and what the audit prints."""
    began = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", AUDIT, str(path), str(jobs)], check=True, capture_output=True, text=True)
    return time.perf_counter() - began, json.loads(done.stdout)


def compared(path: Path, rounds: int) -> float:
    """How many times as fast two processes are as one, the median over the rounds; prints what each audit took."""
    ratios = []
    for _ in range(rounds):
        times, reports = {}, []
        for jobs in (1, 2):
            times[jobs], (report, used, peaks) = audited(path, jobs)
            reports.append(report)
            peak = f"{peaks[0]} MiB" if jobs == 1 else f"{peaks[0]} and {peaks[1]} MiB"
            took = f"{times[jobs]:.2f} s, {used:.2f} s of processors, at most {peak}"
            click.echo(f"{report[0]:>9,} calls by {jobs}: {took}, {report[3]} findings")
        if reports[0] != reports[1]:
            raise SystemExit(f"the audits differ: {reports}")
        ratios.append(times[1] / times[2])
    return median(ratios)


@click.command()
@click.option("--rounds", default=1, show_default=True)
@click.option("--entries", default=200_000, show_default=True, help="Of the long log; another one has a fifth of them.")
@click.option("--folder", "kept", type=click.Path(path_type=Path), help="Keep the logs here; those that are here are used again.")
def main(rounds: int, entries: int, kept: Path | None) -> None:
    """Print how many times as fast two processes audit a long log, and the memory they take for it and for a short one."""
    with tempfile.TemporaryDirectory() as folder:
        for length in (entries // 5, entries):
            path = (kept or Path(folder)) / f"{length}.ledger"
            if not path.exists():
                fill(path, length)
            click.echo(f"{length:,} entries, {path.stat().st_size >> 20} MiB")
            ratio = compared(path, rounds)
    click.echo(Comparison("an audit by two processes / by one", ratio, GOAL))


if __name__ == "__main__":
    main()
