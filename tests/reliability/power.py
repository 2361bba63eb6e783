"""Power cuts: writes and syncs of a real run are recorded, and cut at any point; whatever was acknowledged is on every disk.

    python -m tests.reliability.power --images 1000

A preloaded library (`recorder.c`, built with the system's C compiler) records what the run does to its folder. Receipts are
written to a file in the same folder, so that the record tells what had been acknowledged at any point.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from random import Random

import click

from neuron_ledger.events.calls import ForceSetBalance
from neuron_ledger.events.entries.envelope import Head
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.log.errors import LogError
from neuron_ledger.replay.proof.audit import audit
from tests.chain_fixture import account
from tests.reliability.cases import Outcome, Tally
from tests.reliability.disk import MODES, Disk, Mode, Operation, recorded

RECEIPTS = "receipts"
"""The file in which the run writes down the head after each receipt."""

COMPILER = shutil.which("cc") or shutil.which("gcc")


def run(folder: Path, synchronous: str) -> None:
    """What is recorded: a ledger is created; calls, batches, blocks, snapshots, closing and opening again."""
    path = folder / "chain.ledger"
    Ledger.create(path, spec_version=277).close()
    receipts = os.open(folder / RECEIPTS, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for opened in range(3):
        with Ledger.open(path) as ledger:
            ledger.log.connection.execute(f"PRAGMA synchronous = {synchronous}")
            ledger.log.connection.execute("PRAGMA wal_autocheckpoint = 40")
            for number in range(40):
                _step(ledger, opened, number)
                os.write(receipts, f"{ledger.head}\n".encode())


def _step(ledger: Ledger, opened: int, number: int) -> None:
    if number % 10 == 3:
        ledger.advance_to(ledger.block + 5)
    elif number % 10 == 6:
        with ledger.batch():
            for member in range(30):
                ledger.submit(ForceSetBalance(account(f"member {member}"), opened * 1000 + number)).unwrap()
    else:
        if number % 10 == 9:
            ledger.snapshot()
        ledger.submit(ForceSetBalance(account(f"{number}"), opened * 1000 + number)).unwrap()


def record(folder: Path, synchronous: str = "FULL") -> tuple[Disk, list[Operation]]:
    """Run in a process of its own, recorded. Gives the disk before it, and what was done to it."""
    if COMPILER is None:
        raise click.ClickException("a C compiler is needed (cc)")
    library, to, watched = folder / "recorder.so", folder / "record", folder / "watched"
    subprocess.run(
        [COMPILER, "-shared", "-fPIC", "-O1", "-o", library, Path(__file__).with_name("recorder.c"), "-ldl"], check=True
    )
    watched.mkdir()
    before = Disk.of(watched)
    environment = {**os.environ, "LD_PRELOAD": str(library), "NL_WATCH": str(watched), "NL_RECORD": str(to)}
    program = f"from pathlib import Path; from tests.reliability.power import run; run(Path({str(watched)!r}), {synchronous!r})"
    subprocess.run([sys.executable, "-c", program], check=True, env=environment, cwd=Path(__file__).parents[2])
    return before, recorded(to)


def judge(image: dict[str, bytes], acknowledged: list[Head]) -> Outcome:
    """What is found on a disk that lost power, when the ledger is opened again."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in image.items():
            (Path(folder) / name).write_bytes(content)
        try:
            with Ledger.open(Path(folder) / "chain.ledger") as ledger:
                lost = [head for head in acknowledged if ledger.log.hash_at(head.position) != head.hash]
                if lost:
                    return Outcome("acknowledged lost", f"{len(lost)} of {len(acknowledged)} receipts, the first {lost[0]}")
                report = audit(ledger.log)
                if not report.clean or report.digest != ledger.storage.digest():
                    return Outcome("not clean", f"{report.findings[:1]}")
                ledger.submit(ForceSetBalance(account("after"), 5)).unwrap()
        except LogError as error:
            if not acknowledged:
                return Outcome("not created yet")
            return Outcome("not opened", f"{len(acknowledged)} receipts: {error}")
    return Outcome("whole")


def cut(images: int, synchronous: str = "FULL", seed: int = 277) -> Tally:
    """Cut the power at so many points of a run, and judge what is on the disk."""
    random = Random(seed)
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        disk, operations = record(Path(folder), synchronous)
    points = sorted(random.randrange(len(operations) + 1) for _ in range(images))
    receipts = b""
    done = 0
    for number, point in enumerate(points):
        for operation in operations[done:point]:
            if operation.name == RECEIPTS:
                receipts += operation.data
            else:
                disk.do(operation)
        done = max(done, point)
        acknowledged = [Head.parse(line) for line in receipts.decode().splitlines()]
        mode: Mode = MODES[number % len(MODES)]
        outcome = judge(disk.image(mode, random), acknowledged)
        tally.note(f"image {number}, {mode} after operation {point}", outcome)
        tally.modes[mode] += 1
    syncs = sum(operation.what == "s" for operation in operations)
    tally.notes.append(f"{len(operations)} operations were recorded, {syncs} of them syncs, {receipts.count(10)} receipts")
    tally.notes.append("images: " + ", ".join(f"{count} {mode}" for mode, count in tally.modes.items()))
    return tally


@click.command()
@click.option("--images", default=1000, show_default=True)
@click.option("--seed", default=277, show_default=True)
def main(images: int, seed: int) -> None:
    """Cut the power, with syncs and, to show that this can be seen, without."""
    for synchronous, count in (("FULL", images), ("OFF", min(images, 100))):
        click.echo(f"synchronous = {synchronous}")
        for line in cut(count, synchronous, seed).lines():
            click.echo(f"  {line}")


if __name__ == "__main__":
    main()
