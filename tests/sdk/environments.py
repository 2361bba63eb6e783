"""Environments that have what is run against the node, each beside the project's own, and nodes to run it against."""

import json
import subprocess
import sys
import venv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
SECONDS: Final = 600
OLD_PINS: Final = ("async-substrate-interface<1.4", "bittensor-wallet<4", "bittensor-drand<1", "scalecodec==1.2.11")
"""What SDK 9.7, of May 2025, does not say that it needs: with later ones it cannot be imported."""
PINS: Final[Mapping[str, Sequence[str]]] = {"9.7.0": OLD_PINS}


def environment(version: str) -> Path:
    """The Python of an environment that has a version of the SDK; made where it is not there."""
    return made_environment(f"sdk-{version}", (f"bittensor=={version}", *PINS.get(version, ())))


def made_environment(name: str, packages: Sequence[str]) -> Path:
    """The Python of an environment that has these packages, from the package index; made where it is not there."""
    folder = ROOT / f".venv-{name}"
    python = folder / "bin" / "python"
    done = folder / ".installed"
    if not done.exists():
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages], check=True)
        done.touch()
    return python


@contextmanager
def node(ledger: Path, spec_version: int | None) -> Iterator[str]:
    """The URL of a node that records in that file. spec_version: of a new chain; None for one that is there."""
    command = [sys.executable, "-m", "neuron_ledger.replay.cli", "serve", str(ledger), "--port", "0", "--json"]
    command += [] if spec_version is None else ["--spec-version", str(spec_version)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            assert process.stdout is not None
            said = ""
            while not said.endswith("}\n}\n"):
                line = process.stdout.readline()
                assert line, "the node ended before it listened"
                said += line
            yield str(json.loads(said)["url"])
        finally:
            process.terminate()
            process.wait(SECONDS)
