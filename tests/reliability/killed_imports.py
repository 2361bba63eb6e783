"""An import from a node that is killed or interrupted at any question, and goes on: it ends as in one go.

python -m tests.reliability.killed_imports --kills 40
"""

import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import click
from attrs import define

from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.replay.history.importing import import_history
from neuron_ledger.replay.history.in_log import last_block_seen
from neuron_ledger.replay.proof.audit import audit
from tests.reliability.cases import Outcome, Tally
from tests.replay.history.recorded_node import Answer, RecordedNode, served

ORIGIN = "killed"
QUESTIONS_A_BLOCK = 7
LIVES = 5
"""Of an import there are about twice as many processes: each asks, at most, this part of all questions."""

COMMAND = (sys.executable, "-c", "from neuron_ledger.replay.cli import main; main()", "import", "node")


@define
class Deadly:
    """Ends a process when the node has been asked so many questions more. process: None where nobody is to die."""

    process: subprocess.Popen[bytes] | None = None
    questions: int = 0
    by: signal.Signals = signal.SIGKILL

    def __call__(self, _method: str, _params: Sequence[Any], given: Answer) -> Answer:
        self.questions -= 1
        if self.questions == 0 and self.process is not None:
            self.process.send_signal(self.by)
        return given


def kill_imports(kills: int, *, spec_version: int = 185, blocks: int = 320, full_every: int = 1, seed: int = 277) -> Tally:
    """Import a recorded chain again and again, until so many processes were killed (every fourth one: interrupted)."""
    tally, random = Tally(), Random(seed)
    node, deadly = RecordedNode(spec_version, blocks), Deadly()
    node.change = deadly
    with tempfile.TemporaryDirectory() as folder, served(node) as url:
        with _new(Path(folder) / "whole.ledger") as whole:
            import_history(whole, url, full_every=full_every)
            wanted = whole.storage.digest(), str(whole.head)
        most = max(2, blocks * QUESTIONS_A_BLOCK // LIVES)
        done, path = 0, Path(folder) / "0.ledger"
        _new(path).close()
        while done < kills:
            deadly.by = signal.SIGINT if done % 4 == 3 else signal.SIGKILL
            ended = _imported(path, url, full_every, deadly, random.randrange(1, most))
            if ended is None:
                done += 1
                tally.note(f"kill {done}", _whole(path, deadly.by))
            else:
                tally.note(f"after kill {done}", _as_in_one_go(path, ended, wanted))
                path = Path(folder) / f"{done}.ledger"
                _new(path).close()
        deadly.process = None
        ended = subprocess.run(_command(path, url, full_every), capture_output=True, check=False).returncode
        tally.note("the last one", _as_in_one_go(path, ended, wanted))
    return tally


def _new(path: Path) -> Ledger:
    return Ledger.create(path, origin=ORIGIN)


def _command(path: Path, url: str, full_every: int) -> list[str]:
    return [*COMMAND, str(path), "--url", url, "--full-every", str(full_every)]


def _imported(path: Path, url: str, full_every: int, deadly: Deadly, questions: int) -> int | None:
    """Returns: the exit code of an import that came to its end; None of one that was killed."""
    deadly.process = subprocess.Popen(
        _command(path, url, full_every), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    deadly.questions = questions
    code = deadly.process.wait(600)
    return None if code in (-signal.SIGKILL, 130) else code


def _whole(path: Path, by: signal.Signals) -> Outcome:
    """The ledger ends with a whole block, or has nothing yet; whoever opens it for writing may go on."""
    what = "interrupted" if by is signal.SIGINT else "killed"
    with Ledger.open(path) as ledger:
        last = last_block_seen(ledger.log)
        if (0 if last is None else last.number) != ledger.block:
            return Outcome(what, f"storage stands at block {ledger.block}, the last block that was seen is {last}")
        return Outcome(what)


def _as_in_one_go(path: Path, code: int, wanted: tuple[bytes, str]) -> Outcome:
    what = "imported to the end"
    with Ledger.open(path) as ledger:
        got = ledger.storage.digest(), str(ledger.head)
        if code != 0 or got != wanted:
            return Outcome(what, f"exit code {code}, digest and head {got}, in one go {wanted}")
        report = audit(ledger.log)
        return Outcome(what, None if report.clean else f"audit: {report.findings[0]}")


@click.command()
@click.option("--kills", default=40, show_default=True)
@click.option("--spec-version", type=click.Choice([103, 185]), default=185, show_default=True)
@click.option("--blocks", default=320, show_default=True)
@click.option("--full-every", default=1, show_default=True)
@click.option("--seed", default=277, show_default=True)
def main(kills: int, spec_version: int, blocks: int, full_every: int, seed: int) -> None:
    """Kill imports of a recorded chain."""
    tally = kill_imports(kills, spec_version=spec_version, blocks=blocks, full_every=full_every, seed=seed)
    for line in tally.lines():
        click.echo(line)
    sys.exit(bool(tally.problems))


if __name__ == "__main__":
    main()
