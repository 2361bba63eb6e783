"""Single flipped bits: each is found, refused in one line, or without effect; and no writer goes on over what it changes.

python -m tests.reliability.flips --bits 3000 --wal 300
"""

import json
import random
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import click
from attrs import frozen

from neuron_ledger.events.calls import ForceSetBalance
from neuron_ledger.ledger.chain import Ledger
from tests.chain_fixture import TAO, account
from tests.reliability.cases import Outcome, Said, Tally, honest_ledger, judged, said

SUBMIT = ("force_set_balance", json.dumps({"who": account("next").hex(), "new_free": 5}))


@frozen
class Truth:
    """An honest ledger: its files, its head and digest, and the same after one more call."""

    files: dict[str, bytes]
    head: str
    digest: str
    next_head: str

    @classmethod
    def of(cls, folder: Path, make: Callable[[Path], None]) -> "Truth":
        path = folder / "chain.ledger"
        make(path)
        files = {file.name: file.read_bytes() for file in folder.iterdir() if not file.name.endswith("-shm")}
        copy = folder / "copy"
        copy.mkdir()
        write(copy, files)
        with Ledger.open(copy / "chain.ledger") as ledger:
            head, digest = str(ledger.head), ledger.storage.digest().hex()
        submitted = said("submit", copy / "chain.ledger", *SUBMIT)
        assert submitted.code == 0, submitted
        with Ledger.open(copy / "chain.ledger") as ledger:
            return cls(files, head, digest, str(ledger.head))


def write(folder: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        (folder / name).write_bytes(content)


def with_live_wal(path: Path) -> None:
    """A ledger that was copied while a writer had it open, so that its last entries stand in the -wal alone."""
    source = path.with_name("source")
    source.mkdir()
    honest_ledger(source / path.name)
    with Ledger.open(source / path.name) as ledger:
        for number in range(30):
            ledger.submit(ForceSetBalance(account(f"in the wal {number}"), number * TAO))
        for file in source.iterdir():
            if not file.name.endswith("-shm"):
                shutil.copy(file, path.parent)
    shutil.rmtree(source)


def flipped(content: bytes, bit: int) -> bytes:
    changed = bytearray(content)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def judge(truth: Truth, name: str, bit: int) -> Outcome:
    """What the commands make of a ledger with one flipped bit in one of its files."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "chain.ledger"
        files = {**truth.files, name: flipped(truth.files[name], bit)}
        write(path.parent, files)
        audited, replayed = said("audit", path, "--json"), said("replay", path, "--json")
        others = [
            said("log", path, "--limit", 0),
            said("export", "calls", path, "--skip-observations"),
            said("show", "storage", path),
        ]
        submitted = said("submit", path, *SUBMIT)
        for what in (audited, replayed, *others, submitted):
            if what.fault:
                return Outcome("a traceback", what.fault)
        return _verdict(truth, path, audited, replayed, submitted)


def _verdict(truth: Truth, path: Path, audited: Said, replayed: Said, submitted: Said) -> Outcome:
    if submitted.code == 0:
        head = said("head", path).out.strip()
        if head != truth.next_head:
            return Outcome("gone on over damage", f"after a submit the head is {head}, not {truth.next_head}")
    if replayed.code == 0 and json.loads(replayed.out)["digest"] != truth.digest:
        return Outcome("believed", f"replay gives another storage, and audit says {audited.out}{audited.err}")
    if audited.code == 2:
        return Outcome("refused in one line")
    report = json.loads(audited.out)
    if audited.code == 1:
        return Outcome("found" if report["findings"] else "nothing said", None if report["findings"] else audited.out)
    if (report["head"], report["digest"]) != (truth.head, truth.digest):
        return Outcome("believed", f"audit is clean with head {report['head']}, not {truth.head}")
    return Outcome("without effect")


def flip(make: Callable[[Path], None], name: str, count: int, seed: int = 277) -> Tally:
    """Judge so many bits of one file of a ledger, evenly drawn."""
    with tempfile.TemporaryDirectory() as folder:
        truth = Truth.of(Path(folder), make)
    bits: Sequence[int] = sorted(random.Random(seed).sample(range(8 * len(truth.files[name])), count))
    return judged(bits, lambda bit: judge(truth, name, bit))


@click.command()
@click.option("--bits", default=3000, show_default=True, help="Of the file.")
@click.option("--wal", default=300, show_default=True, help="Of the write-ahead log.")
@click.option("--seed", default=277, show_default=True, help="By which the bits are drawn.")
def main(bits: int, wal: int, seed: int) -> None:
    """Flip single bits, and say what became of each."""
    for make, name, count in ((honest_ledger, "chain.ledger", bits), (with_live_wal, "chain.ledger-wal", wal)):
        click.echo(name)
        for line in flip(make, name, count, seed).lines():
            click.echo(f"  {line}")


if __name__ == "__main__":
    main()
