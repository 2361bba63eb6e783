"""Exchanges between neurons, our pair of Dendrite and Axon against the SDK's: `python -m benchmarks.bench_exchange`.

Each side is a process of its own; pairs take turns, on the same synapse with two hashed fields, from one hotkey to one Axon. The
SDK (10.5.0) is installed into an environment of its own, as for `make test-sdk`.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any, Final

import click
from bittensor_core import Keypair

from tests.sdk.environments import ROOT, environment

SDK: Final = "10.5.0"
PAIR: Final = Path(__file__).parent / "exchange_pair.py"
GOAL: Final = 2.0
AT_ONCE: Final = {1: 200, 16: 480, 256: 768}
"""Requests at once → how many are measured."""
HOTKEY: Final = Keypair.create_from_uri("//Bob").ss58_address

Figures = dict[str, Any]


@contextmanager
def serving(python: Path, *ledger: str) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """An Axon in a process of its own: its port. ledger: in which it records."""
    command = [str(python), str(PAIR), "serve", *ledger]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True, cwd=ROOT) as process:
        try:
            yield next(figures(process))["port"], process
        finally:
            process.kill()


def figures(process: subprocess.Popen[str]) -> Iterator[Any]:
    """The JSON lines that a process prints."""
    assert process.stdout is not None
    return (json.loads(line) for line in iter(process.stdout.readline, "") if line.startswith("{"))


def asked(python: Path, port: int, at_once: int, count: int) -> Figures:
    """What a Dendrite in a process of its own measures."""
    command = [str(python), str(PAIR), "ask", str(port), HOTKEY, str(at_once), str(count)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True, cwd=ROOT)
    found: Figures = json.loads(next(line for line in done.stdout.splitlines() if line.startswith("{")))
    return found


def compared(rounds: int) -> Iterator[str]:
    """Requests a second and latencies of both pairs, at 1, 16 and 256 at once."""
    ours, theirs = Path(sys.executable), environment(SDK)
    with serving(ours) as (our_port, _), serving(theirs) as (their_port, _):
        for at_once, count in AT_ONCE.items():
            pairs = [(asked(ours, our_port, at_once, count), asked(theirs, their_port, at_once, count)) for _ in range(rounds)]
            ratio = median(our["requests_a_second"] / their["requests_a_second"] for our, their in pairs)
            reached = "reached" if ratio >= GOAL else "not reached"
            yield f"{at_once} at once, ours / the SDK's: {ratio:.1f} (goal {GOAL:.0f}, {reached})"
            yield f"    ours     {told([our for our, _ in pairs])}"
            yield f"    the SDK  {told([their for _, their in pairs])}"


def told(rounds: Sequence[Figures]) -> str:
    """The medians of several rounds."""
    one = {name: median(figures[name] for figures in rounds) for name in rounds[0]}
    answered = f"{one['answered']:.0f} of {one['asked']:.0f} answered"
    speed = f"{one['requests_a_second']:,.0f} requests/s"
    return f"{speed}, p50 {one['p50_ms']:.1f} ms, p99 {one['p99_ms']:.1f} ms, {answered}"


def memory(requests: int) -> Iterator[str]:
    """Resident memory of an Axon that records all of many requests, 16 at once."""
    python = Path(sys.executable)
    part = requests // 10
    with tempfile.TemporaryDirectory() as folder, serving(python, f"{folder}/axon.ledger") as (port, process):
        assert process.stdin is not None
        lines = figures(process)
        for number in range(1, 11):
            client = asked(python, port, 16, part)
            process.stdin.write("\n")
            process.stdin.flush()
            axon = next(lines)
            recorded = f"{axon['recorded']:,} recorded, {axon['dropped']} dropped"
            mib = f"Axon {axon['resident_kib'] / 1024:.1f} MiB, Dendrite {client['resident_kib'] / 1024:.1f} MiB"
            yield f"    after {number * part:,} requests: {mib}; {recorded}"


@click.command()
@click.option("--rounds", default=3, show_default=True)
@click.option("--requests", default=0, help="Measure memory over so many requests too.")
def main(rounds: int, requests: int) -> None:
    """Print how fast neurons ask and answer, against the SDK's own pair."""
    for line in compared(rounds):
        click.echo(line)
    if requests:
        click.echo(f"memory over {requests:,} requests")
        for line in memory(requests):
            click.echo(line)


if __name__ == "__main__":
    main()
