"""Mutated call lists, snapshots, metagraphs and ledger files: one line or a result, soon, within bounds, and no changed file.

python -m tests.reliability.fuzz --cases 20000
"""

import gzip
import json
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import click
import msgspec

from neuron_ledger.events.entries.envelope import BLOCK_LIMIT, NewEntry
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.replay.importers.call_list import export_calls
from tests.log.snapshots_fixture import genesis, metagraph
from tests.reliability.cases import Outcome, Tally, honest_ledger, judged, said
from tests.reliability.mutations import mutated_bytes, mutated_in_place, mutated_json, mutated_value


@cache
def empty_ledger() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "chain.ledger"
        Ledger.create(path, spec_version=277).close()
        return path.read_bytes()


@cache
def full_ledger() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "chain.ledger"
        honest_ledger(path)
        return path.read_bytes()


@cache
def call_lines() -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "chain.ledger"
        path.write_bytes(full_ledger())
        with Log.open(path, read_only=True) as log:
            return list(export_calls(log, skip_observations=True))


def call_list(random: Random) -> bytes:
    """Some lines of a list, of which one to three are mutated; blocks near each other, so that none is far."""
    start = random.randrange(len(call_lines()))
    lines = [line.encode() for line in call_lines()[start : start + random.randint(1, 12)]]
    for _ in range(random.randint(1, 3)):
        at = random.randrange(len(lines))
        try:
            lines[at] = mutated_json(json.loads(lines[at]), random).replace(b"\n", b" ")
        except ValueError:
            lines[at] = mutated_bytes(lines[at], random)
    text = b"\n".join(lines)
    return gzip.compress(text, 1) if random.random() < 0.1 else text


def source(make: Callable[[], Any]) -> Callable[[Random], bytes]:
    def mutated(random: Random) -> bytes:
        text = mutated_json(make(), random)
        if random.random() < 0.2:
            text = gzip.compress(text, 1)
            return mutated_bytes(text, random) if random.random() < 0.5 else text
        return text

    return mutated


def ledger_file(random: Random) -> bytes:
    """A ledger's file: with other bytes in place, with other entries whose chain is whole, or with bytes left out."""
    match random.randrange(10):
        case 0:
            return mutated_bytes(full_ledger(), random)
        case 1 | 2 | 3 | 4:
            return mutated_in_place(full_ledger(), random)
        case _:
            return forged_ledger(random)


def forged_ledger(random: Random) -> bytes:
    """The ledger written anew by somebody who knows how entries are hashed, with one to three other entries."""
    chosen = list(entries())
    for _ in range(random.randint(1, 3)):
        at = random.randrange(len(chosen))
        block, tag, payload = chosen[at].block, chosen[at].tag, chosen[at].payload
        match random.randrange(10):
            case 0:
                block = random.choice([0, block + 1, BLOCK_LIMIT - 1])
            case 1:
                tag = random.choice(entries()).tag
            case 2:
                payload = mutated_bytes(payload, random)
            case 3:
                chosen.insert(at, random.choice(entries()))
            case _:
                with suppress(ValueError, OverflowError):
                    payload = msgspec.msgpack.encode(mutated_value(msgspec.msgpack.decode(payload), random))
        chosen[at] = NewEntry(block, tag, payload)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "chain.ledger"
        with Log.create(path, synchronous="NORMAL") as log:
            log.append(chosen, expected_position=0)
        return path.read_bytes()


@cache
def entries() -> list[NewEntry]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "chain.ledger"
        path.write_bytes(full_ledger())
        with Log.open(path, read_only=True) as log:
            return [NewEntry(entry.block, entry.tag, entry.payload) for entry in log.read()]


READING: list[tuple[int, tuple[str, ...]]] = [
    (1, ("audit",)),
    (1, ("replay",)),
    (1, ("log", "--json")),
    (1, ("head", "--json")),
    (2, ("export", "calls")),
    (1, ("tenures",)),
    (2, ("show", "subnet", "--netuid", "1")),
    (1, ("epoch", "--netuid", "1")),
    (1, ("prune-queue", "--netuid", "1")),
]
"""Commands that read, and after how many words the ledger's path stands."""

SOURCES: dict[str, Callable[[Random], bytes]] = {"calls": call_list, "genesis": source(genesis), "metagraph": source(metagraph)}
KINDS = (*SOURCES, "ledger")


def judge_source(kind: str, random: Random) -> Outcome:
    """Import a mutated source: it is taken over, and audits clean; or it is refused in one line, and the ledger is as it was."""
    with tempfile.TemporaryDirectory() as folder:
        ledger, file = Path(folder) / "chain.ledger", Path(folder) / "source"
        ledger.write_bytes(empty_ledger())
        content = SOURCES[kind](random)
        file.write_bytes(content)
        imported = said("import", kind, ledger, file)
        if imported.fault:
            return Outcome("a traceback", imported.fault)
        if file.read_bytes() != content:
            return Outcome("source changed", "the source was changed")
        if imported.code != 0:
            unchanged = ledger.read_bytes() == empty_ledger()
            return Outcome(f"{kind} refused in one line", None if unchanged else f"{imported.err}: the ledger was changed")
        audited = said("audit", ledger)
        return Outcome(f"{kind} taken over", audited.fault or (None if audited.code == 0 else audited.out))


def judge_ledger(random: Random) -> Outcome:
    """Read and write a mutated ledger file: reading changes nothing of it, and nothing ends in a traceback."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "chain.ledger"
        content = ledger_file(random)
        path.write_bytes(content)
        commands = [(*words[:n], path, *words[n:]) for n, words in READING]
        audited = said(*commands[0])
        for arguments in (*commands[:1], *random.sample(commands[1:], 3)):
            what = audited if arguments == commands[0] else said(*arguments)
            if what.fault:
                return Outcome("a traceback", f"{arguments[0]}: {what.fault}")
        if path.read_bytes() != content:
            return Outcome("ledger changed", "reading changed the file")
        written = said("submit", path, "force_set_balance", json.dumps({"who": "11" * 32, "new_free": 5}))
        if written.fault:
            return Outcome("a traceback", f"submit: {written.fault}")
        return Outcome(("ledger without effect", "ledger found", "ledger refused in one line")[audited.code])


def judge(seed: int) -> Outcome:
    random = Random(seed)
    kind = KINDS[seed % len(KINDS)]
    return judge_ledger(random) if kind == "ledger" else judge_source(kind, random)


def fuzz(cases: int, first: int = 0) -> Tally:
    """Judge so many cases, a quarter of each kind."""
    call_lines(), entries(), empty_ledger()
    return judged(range(first, first + cases), judge, each=100)


@click.command()
@click.option("--cases", default=20_000, show_default=True)
@click.option("--first", default=0, show_default=True, help="The number of the first case, to make one again.")
def main(cases: int, first: int) -> None:
    """Mutate inputs, and say what became of them."""
    for line in fuzz(cases, first).lines():
        click.echo(line)


if __name__ == "__main__":
    main()
