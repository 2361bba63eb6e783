"""Many writers and readers on one ledger: nothing is lost, nobody is turned away, and how long anybody had to wait.

python -m tests.reliability.crowd --writers 8 --readers 2 --seconds 60
"""

import multiprocessing
import tempfile
import time
from multiprocessing.queues import Queue
from pathlib import Path

import click
from attrs import frozen

from neuron_ledger.events.calls import AdvanceTo, ForceSetBalance
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.log.errors import LogBusy
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.rebuild import rebuild
from neuron_ledger.replay.proof.audit import audit
from tests.chain_fixture import account
from tests.reliability.cases import honest_ledger


@frozen
class Served:
    """What one process did. longest: seconds that its longest call took. busy: how often it was turned away."""

    writes: bool
    done: int
    longest: float
    busy: int
    receipts: tuple[tuple[int, bytes], ...]


@frozen
class Crowd:
    """What all of them did. problems: what is not as it should be."""

    served: tuple[Served, ...]
    problems: tuple[str, ...]

    @property
    def busy(self) -> int:
        return sum(one.busy for one in self.served)

    def lines(self) -> list[str]:
        writers, readers = ([one for one in self.served if one.writes is writes] for writes in (True, False))
        least, most = min(one.done for one in writers), max(one.done for one in writers)
        return [
            f"{len(writers)} writers: {sum(one.done for one in writers)} calls, from {least} to {most} each, "
            f"the longest took {max(one.longest for one in writers):.2f} s",
            f"{len(readers)} readers: {sum(one.done for one in readers)} replays, "
            f"the longest took {max(one.longest for one in readers):.2f} s",
            f"turned away (LogBusy): {self.busy}",
            f"{len(self.problems)} problems",
            *self.problems[:10],
        ]


def write(path: Path, name: int, until: float, out: "Queue[Served]") -> None:
    """Submit calls, every twentieth lets blocks pass, until the time is over."""
    receipts: list[tuple[int, bytes]] = []
    longest, busy, number = 0.0, 0, 0
    with Ledger.open(path) as ledger:
        while time.monotonic() < until:
            number += 1
            began = time.monotonic()
            try:
                if number % 20 == 0:
                    ledger.submit(AdvanceTo(ledger.block + 3))  # refused where others were faster
                else:
                    receipt = ledger.submit(ForceSetBalance(account(f"writer {name}"), number)).unwrap()
                    receipts.append((receipt.position, ledger.log.hash_at(receipt.position) or b""))
            except LogBusy:
                busy += 1
            longest = max(longest, time.monotonic() - began)
    out.put(Served(True, number - busy, longest, busy, tuple(receipts)))


def read(path: Path, until: float, out: "Queue[Served]") -> None:
    """Replay the whole log again and again."""
    longest, busy, number = 0.0, 0, 0
    while time.monotonic() < until:
        number += 1
        began = time.monotonic()
        try:
            with Log.open(path, read_only=True) as log:
                rebuild(log)
        except LogBusy:
            busy += 1
        longest = max(longest, time.monotonic() - began)
    out.put(Served(False, number - busy, longest, busy, ()))


def crowd(writers: int, readers: int, seconds: float) -> Crowd:
    """Let so many processes work on one ledger, and check what they leave."""
    context = multiprocessing.get_context("fork")
    out: Queue[Served] = context.Queue()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "chain.ledger"
        honest_ledger(path)
        until = time.monotonic() + seconds
        processes = [context.Process(target=write, args=(path, name, until, out)) for name in range(writers)]
        processes += [context.Process(target=read, args=(path, until, out)) for _ in range(readers)]
        for process in processes:
            process.start()
        served = tuple(out.get(timeout=seconds + 120) for _ in processes)
        for process in processes:
            process.join()
        return Crowd(served, tuple(_problems(path, served)))


def _problems(path: Path, served: tuple[Served, ...]) -> list[str]:
    problems = []
    with Ledger.open(path, read_only=True) as ledger:
        for one in served:
            lost = [position for position, hash_ in one.receipts if ledger.log.hash_at(position) != hash_]
            if lost:
                problems.append(f"{len(lost)} of {len(one.receipts)} receipts are lost, the first {lost[0]}")
        positions = [position for one in served for position, _ in one.receipts]
        if len(set(positions)) != len(positions):
            problems.append("two receipts name one position")
        report = audit(ledger.log)
        if not report.clean:
            problems.append(f"audit: {report.findings[0]}")
    return problems


@click.command()
@click.option("--writers", default=8, show_default=True)
@click.option("--readers", default=2, show_default=True)
@click.option("--seconds", default=60.0, show_default=True)
def main(writers: int, readers: int, seconds: float) -> None:
    """Let many processes work on one ledger."""
    for line in crowd(writers, readers, seconds).lines():
        click.echo(line)


if __name__ == "__main__":
    main()
