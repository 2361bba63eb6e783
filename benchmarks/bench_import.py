"""An import from a node: blocks a second, where the time goes, and memory: `python -m benchmarks.bench_import`.

The node is a recorded chain (../shared/chain-recordings) whose 320 blocks come again and again, with other numbers and hashes,
as long as is wanted. It is served by this process; a process of its own imports, so that figures are the import's alone.
"""

import json
import resource
import selectors
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

import click
from blake3 import blake3

from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.replay.history.importing import import_history
from neuron_ledger.replay.history.runtime import NodeRuntime
from neuron_ledger.replay.history.typed import Translation
from tests.replay.history.recorded_node import RecordedNode, served

HERE = Path(__file__).resolve().parents[1]
MIB = 1 << 20


class LongNode(RecordedNode):
    """A recorded chain that goes on: after its last block its first one comes again, and so does its storage."""

    def __init__(self, spec_version: int, length: int) -> None:
        super().__init__(spec_version)
        self.length = length
        self.recorded = list(self.blocks)
        self.states = [self.state(number) for number in range(len(self.recorded) + 1)]

    def _number(self, at: str | None) -> int:
        return self.length if at is None else 0 if at == self.genesis else int(at[2:18], 16)

    def _of(self, number: int) -> dict[str, Any]:
        return self.recorded[(number - 1) % len(self.recorded)]

    def _hash(self, number: int | None = None) -> str | None:
        number = self.length if number is None else number
        if not 0 < number <= self.length:
            return None if number else str(self.genesis)
        return f"0x{number:016x}{blake3(number.to_bytes(8)).hexdigest()[:48]}"

    def _header(self, at: str | None = None) -> Any:
        number = self._number(at)
        return {**super()._header(str(self.genesis)), "number": hex(number), "parentHash": self._hash(max(number - 1, 0))}

    def _block(self, at: str | None = None) -> Any:
        extrinsics = [one["hex"] for one in self._of(self._number(at))["extrinsics"]]
        return {"block": {"header": self._header(at), "extrinsics": extrinsics}, "justifications": None}

    def _state_at(self, at: str) -> dict[str, str]:
        number = self._number(at)
        return self.states[(number - 1) % len(self.recorded) + 1 if number else 0]

    def _storage(self, key: str, at: str) -> str | None:
        return self._state_at(at).get(key)

    def _keys(self, prefix: str, count: int, start: str | None, at: str) -> list[str]:
        return sorted(key for key in self._state_at(at) if key.startswith(prefix) and key > (start or ""))[:count]

    def _query(self, keys: list[str], at: str) -> Any:
        state = self._state_at(at)
        return [{"block": at, "changes": [[key, state.get(key)] for key in keys]}]


class Clock:
    """Processor time by what it is spent on; the innermost counts. waited: seconds in which the process waits for the node."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}
        self.waited = 0.0
        self._inside: list[str] = []
        self._since = time.process_time()

    def _turn(self) -> None:
        now = time.process_time()
        what = self._inside[-1] if self._inside else "other"
        self.spent[what] = self.spent.get(what, 0.0) + now - self._since
        self._since = now

    @contextmanager
    def on(self, what: str) -> Iterator[None]:
        self._turn()
        self._inside.append(what)
        try:
            yield
        finally:
            self._turn()
            self._inside.pop()

    def waiting(self, select: Callable[..., Any]) -> Callable[..., Any]:
        """A selector's `select`: there the process waits until an answer comes."""

        @wraps(select)
        def waits(*args: Any, **kwargs: Any) -> Any:
            began = time.perf_counter()
            try:
                return select(*args, **kwargs)
            finally:
                self.waited += time.perf_counter() - began

        return waits

    def timed(self, what: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def timed(*args: Any, **kwargs: Any) -> Any:
            with self.on(what):
                found = function(*args, **kwargs)
                return list(found) if hasattr(found, "__next__") else found

        return timed


def peak_mebibytes() -> int:
    """Of this process' memory: what Linux has in /proc, since what `resource` has begins with that of whoever started it."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM"))
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def measured(url: str, last: int, full_every: int | None) -> dict[str, Any]:
    """Import in this process. Returns: seconds, processor time by kind, and the peak of memory on the way, by block."""
    clock, peaks = Clock(), {}
    for name in ("read_events", "read_extrinsics"):
        setattr(NodeRuntime, name, clock.timed("SCALE", getattr(NodeRuntime, name)))
    Translation.entries = clock.timed("SCALE", Translation.entries)  # type: ignore[method-assign]
    selectors.DefaultSelector.select = clock.waiting(selectors.DefaultSelector.select)  # type: ignore[method-assign]
    Ledger.observe = clock.timed("writing", Ledger.observe)  # type: ignore[method-assign]

    def progress(done: int, total: int) -> None:
        peaks[10 * done // total] = peak_mebibytes()

    with tempfile.TemporaryDirectory() as folder, Ledger.create(Path(folder) / "bench.ledger") as ledger:
        began = time.perf_counter()
        done = import_history(ledger, url, last=last, full_every=full_every, progress=progress)
        seconds = time.perf_counter() - began
        with clock.on("end"):
            pass
        processor = {what: spent for what, spent in clock.spent.items() if what != "end"}
        shares = {**processor, "waiting for the node": clock.waited}
        shares["waiting for a processor, or the disk"] = max(seconds - sum(shares.values()), 0.0)
        return {
            "blocks_a_second": done.blocks / seconds,
            "questions_a_block": done.questions / done.blocks,
            "shares": {what: spent / seconds for what, spent in shares.items()},
            "milliseconds": {what: 1000 * spent / done.blocks for what, spent in processor.items()},
            "peaks": peaks,
        }


def by_itself(node: RecordedNode, last: int, full_every: int | None, delay: float = 0.0) -> dict[str, Any]:
    """What a process of its own measures."""
    with served(node, delay=delay) as url:
        code = "import json; from benchmarks.bench_import import measured; print(json.dumps(measured"
        code += f"({url!r}, {last}, {full_every})))"
        done = subprocess.run([sys.executable, "-c", code], cwd=HERE, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@click.command()
@click.option("--blocks", default=2000, show_default=True, help="Of the long chain on which memory is measured.")
@click.option("--rounds", default=1, show_default=True)
def main(blocks: int, rounds: int) -> None:
    """Measure imports of recorded chains, with and without 50 ms before every answer, and of a long one."""
    for _ in range(rounds):
        for spec_version in (103, 185):
            for full_every, delay in ((1, 0.0), (50, 0.0), (1, 0.05), (50, 0.05)):
                found = by_itself(RecordedNode(spec_version), 320, full_every, delay)
                how = "all after every block" if full_every == 1 else f"by plan, all after every {full_every}th"
                shares = ", ".join(f"{what} {share:.0%}" for what, share in sorted(found["shares"].items()))
                spent = ", ".join(f"{what} {one:.1f}" for what, one in sorted(found["milliseconds"].items()))
                click.echo(
                    f"{spec_version}, {how}, {1000 * delay:.0f} ms an answer: {found['blocks_a_second']:.0f} blocks/s, "
                    f"{found['questions_a_block']:.1f} questions a block; {shares}; processor, ms a block: {spent}"
                )
    for full_every in (1, 50):
        found = by_itself(LongNode(185, blocks), blocks, full_every)
        peaks = ", ".join(str(peak) for _, peak in sorted((int(tenth), peak) for tenth, peak in found["peaks"].items()))
        click.echo(
            f"{blocks} blocks, all after every {full_every}: {found['blocks_a_second']:.0f} blocks/s; peak MiB by tenths: {peaks}"
        )


if __name__ == "__main__":
    main()
