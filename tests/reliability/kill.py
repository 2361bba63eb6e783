"""kill -9 at any moment: whatever a receipt was given for is there afterwards, whole, and the ledger goes on.

python -m tests.reliability.kill --rounds 300
"""

import json
import os
import select
import signal
import tempfile
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from random import Random

import click

from neuron_ledger.events.calls import ForceSetBalance
from neuron_ledger.events.entries.envelope import Head
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.replay.importers.call_list import import_calls
from neuron_ledger.replay.proof.audit import audit
from neuron_ledger.replay.transparency.checkpoint import Checkpoint, checkpoint, kept_checkpoint
from tests.chain_fixture import account
from tests.reliability.cases import Outcome, Tally, honest_ledger
from tests.transparency.transparency_fixture import KEY

Acknowledge = Callable[[Ledger], None]

ALL_OF_A_BATCH = 10
ROUNDS_ON_ONE_LEDGER = 20
COPY = ".copy"
LONGEST_LIFE = 0.25
"""Seconds that a process lives after its first receipt."""


def submits(ledger: Ledger, _folder: Path, acknowledge: Acknowledge) -> None:
    for number in count():
        ledger.submit(ForceSetBalance(account(f"{number % 50}"), number)).unwrap()
        acknowledge(ledger)


def batches(ledger: Ledger, _folder: Path, acknowledge: Acknowledge) -> None:
    for number in count(1):
        with ledger.batch():
            for member in range(ALL_OF_A_BATCH):
                ledger.submit(ForceSetBalance(account(f"member {member}"), number * 1000)).unwrap()
        acknowledge(ledger)


def imports(ledger: Ledger, folder: Path, acknowledge: Acknowledge) -> None:
    for number in count(1):
        calls = [
            {
                "block": ledger.block,
                "call": "force_set_balance",
                "args": {"who": account(f"member {member}").hex(), "new_free": number * 1000},
            }
            for member in range(ALL_OF_A_BATCH)
        ]
        file = folder / f"calls {os.getpid()}.jsonl"
        file.write_text("\n".join(map(json.dumps, calls)))
        import_calls(ledger, file)
        acknowledge(ledger)


def advances(ledger: Ledger, _folder: Path, acknowledge: Acknowledge) -> None:
    for _ in count():
        ledger.advance_to(ledger.block + 7)
        acknowledge(ledger)


def snapshots(ledger: Ledger, _folder: Path, acknowledge: Acknowledge) -> None:
    """With a snapshot at every few calls."""
    for number in count():
        ledger.submit(ForceSetBalance(account(f"{number % 50}"), number)).unwrap()
        acknowledge(ledger)
        if number % 3 == 0:
            ledger.snapshot()


def backups(ledger: Ledger, folder: Path, acknowledge: Acknowledge) -> None:
    for number in count():
        ledger.submit(ForceSetBalance(account("backed up"), number)).unwrap()
        acknowledge(ledger)
        ledger.backup(folder / f"{os.getpid()} {number}{COPY}")
        acknowledge(ledger)


def checkpoints(ledger: Ledger, _folder: Path, acknowledge: Acknowledge) -> None:
    for number in count():
        ledger.submit(ForceSetBalance(account("signed"), number)).unwrap()
        checkpoint(ledger.log, KEY)
        acknowledge(ledger)


WORKLOADS: dict[str, Callable[[Ledger, Path, Acknowledge], None]] = {
    "submits": submits,
    "batches": batches,
    "imports": imports,
    "advances": advances,
    "snapshots": snapshots,
    "backups": backups,
    "checkpoints": checkpoints,
}


def live(path: Path, workload: str, pipe: int) -> None:
    """What the process does that will be killed: it writes down the head after every receipt."""

    def acknowledge(ledger: Ledger) -> None:
        os.write(pipe, f"{ledger.head}\n".encode())

    with Ledger.open(path) as ledger:
        WORKLOADS[workload](ledger, path.parent, acknowledge)


def killed(path: Path, workload: str, random: Random) -> list[Head]:
    """Start a process, kill it at some moment, and give the heads that it had receipts for."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            live(path, workload, writing)
        finally:
            os._exit(1)
    os.close(writing)
    select.select([reading], [], [], 30)
    time.sleep(random.uniform(0, LONGEST_LIFE))
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    with os.fdopen(reading) as lines:
        heads = [Head.parse(line) for line in lines.read().splitlines()]
    if not os.WIFSIGNALED(status) or not heads:
        raise RuntimeError(f"{workload}: the process ended by itself, with {len(heads)} receipts")
    return heads


def checked(path: Path, heads: list[Head]) -> str | None:
    """Why the ledger is not as it should be after a kill; None where it is."""
    with Ledger.open(path) as ledger:
        lost = [head for head in heads if ledger.log.hash_at(head.position) != head.hash]
        if lost:
            return f"{len(lost)} of {len(heads)} receipts are lost, the first {lost[0]}; the head is {ledger.head}"
        balances = {ledger.storage.balances[account(f"member {member}")] for member in range(ALL_OF_A_BATCH)}
        if len(balances) > 1:
            return f"a batch is recorded in part: {balances}"
        signed = kept_checkpoint(ledger.log)
        kept = [Checkpoint.load(signed)] if signed.exists() else []
        report = audit(ledger.log, expected_head=heads[-1], checkpoints=kept)
        if not report.clean:
            return f"audit: {report.findings[0]}"
        if report.digest != ledger.storage.digest():
            return "the ledger opens with other storage than audit finds"
        ledger.submit(ForceSetBalance(account("after"), 5)).unwrap()
    return _copies_checked(path.parent)


def _copies_checked(folder: Path) -> str | None:
    """Whatever has the name of a copy is a whole one."""
    for copy in folder.glob(f"*{COPY}"):
        with Log.open(copy, read_only=True) as log:
            if not audit(log).clean:
                return f"{copy.name} is no whole copy"
        for file in folder.glob(f"{copy.name}*"):
            file.unlink()
    return None


def kill(rounds: int, seed: int = 277) -> Tally:
    """Kill so many processes, every workload in turn, and check the ledger after each."""
    tally = Tally()
    random = Random(seed)
    acknowledged = 0
    names = list(WORKLOADS)
    with tempfile.TemporaryDirectory() as folder:
        for round_ in range(rounds):
            workload = names[round_ % len(names)]
            path = Path(folder) / f"{workload} {round_ // (len(names) * ROUNDS_ON_ONE_LEDGER)}.ledger"
            if not path.exists():
                honest_ledger(path)
            heads = killed(path, workload, random)
            acknowledged += len(heads)
            tally.note(f"round {round_}, {workload}", Outcome(workload, checked(path, heads)))
    tally.notes.append(f"{acknowledged} receipts were given, none is lost" if not tally.problems else f"{acknowledged} receipts")
    return tally


@click.command()
@click.option("--rounds", default=300, show_default=True)
@click.option("--seed", default=277, show_default=True)
def main(rounds: int, seed: int) -> None:
    """Kill processes that write, and check what is left."""
    for line in kill(rounds, seed).lines():
        click.echo(line)


if __name__ == "__main__":
    main()
