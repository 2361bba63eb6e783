"""A chain to test against: how long until it is there. `python -m benchmarks.bench_oracle`.

From nothing means: a new Python, which imports what it needs, makes the chain, and has the first answer. It is compared with a
new Python that only imports numpy. Oracles are made one after another in one process, and all of them are kept.
"""

import subprocess
import sys
import time
from statistics import median

import click

from benchmarks.bench_log import Comparison
from neuron_ledger import Oracle

NUMPY = "import numpy; print(numpy.arange(16).sum())"
IN_PYTHON = """
from neuron_ledger import Oracle
oracle = Oracle()
made = oracle.begin_subnet(16)
print(oracle.subnet(made.netuid).neuron(15).pruning_score)
"""
OVER_THE_WIRE = """
import json, urllib.request
from neuron_ledger import Oracle
from neuron_ledger.replay.node.rpc.running import running_node
oracle = Oracle()
made = oracle.begin_subnet(16)
with running_node(oracle.ledger) as node:
    asked = {"jsonrpc": "2.0", "id": 1, "method": "state_call",
             "params": ["NeuronInfoRuntimeApi_get_neuron_lite", "0x01000f00"]}
    body, header = json.dumps(asked).encode(), {"Content-Type": "application/json"}
    request = urllib.request.Request(node.replace("ws:", "http:"), body, header)
    answer = json.load(urllib.request.urlopen(request))["result"]
    assert answer.startswith("0x01"), answer
    print(answer)
"""
WAYS = {
    "a new Python that imports numpy": NUMPY,
    "first answer in Python": IN_PYTHON,
    "first answer over the wire": OVER_THE_WIRE,
}
GOAL_SECONDS = 10
"""For a thousand oracles of 16 neurons."""


def from_nothing(rounds: int) -> list[str]:
    """Seconds and ratios of each way, timed in turns."""
    took: dict[str, list[float]] = {way: [] for way in WAYS}
    for _ in range(rounds):
        for way, code in WAYS.items():
            started = time.perf_counter()
            subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)
            took[way].append(time.perf_counter() - started)
    lines = [f"    {way:<36} {median(seconds):>6.2f} s" for way, seconds in took.items()]
    bare, *ours = took.values()
    for way, seconds in zip(list(WAYS)[1:], ours, strict=True):
        ratio = median(mine / other for mine, other in zip(seconds, bare, strict=True))
        lines.append(str(Comparison(f"{way} / a new Python that imports numpy", ratio)))
    return lines


def many(oracles: int) -> list[str]:
    """Seconds that so many oracles of 16 neurons take, and what another subnet costs when no oracle had the like of it."""
    started = time.perf_counter()
    Oracle().begin_subnet(16, name="of its own")
    first = time.perf_counter() - started
    kept = []
    started = time.perf_counter()
    for _ in range(oracles):
        kept.append(Oracle())
        kept[-1].begin_subnet(16)
    took = time.perf_counter() - started
    assert len({oracle.ledger.head for oracle in kept}) == 1
    goal = GOAL_SECONDS * oracles / 1000
    return [
        f"    {oracles:,} oracles of 16 neurons           {took:>6.2f} s (goal: below {goal:g})",
        f"    one whose calls are decided for the first time {first * 1000:>6.1f} ms, one like it {took / oracles * 1000:.1f} ms",
    ]


@click.command()
@click.option("--rounds", default=5, show_default=True)
@click.option("--oracles", default=1000, show_default=True)
def main(rounds: int, oracles: int) -> None:
    """Print how soon a chain to test against is there."""
    for line in (*from_nothing(rounds), *many(oracles)):
        click.echo(line)


if __name__ == "__main__":
    main()
