"""Run the real SDK's versions against the node, and compare what works with docs/sdk.md: `python -m tests.sdk.run [--write]`.

Each version is installed from the package index into an environment of its own, beside the project's.
"""

import json
import os
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "sdk.md"
SPEC_VERSION = "424"
VERSIONS: Mapping[str, str] = {"10.5.0": "sdk_10.py", "11.3.0": "sdk_11.py"}
"""Version of the SDK → the script that drives it."""
LONGEST_REASON = 110
SECONDS = 600

INTRODUCTION = """# The Bittensor SDK on the development node

What the unmodified SDK makes of [`neuron-ledger serve`](node.md) at spec_version 424: first a life on a subnet (register it,
register a neuron, stake, set weights, announce an axon; with 10.5, commit to weights and reveal them across epochs), what came of
it read back and compared, then every method that reads and takes the usual arguments, of which the table says whether it answers.
`make test-sdk` installs each version into an environment of its own, runs `tests/sdk/`, and compares with this page, which
`python -m tests.sdk.run --write` makes.

Not there yet: proxies, multisigs, commitments, crowdloans, baskets of runtimes after those that are built here,
and the shielded pool (`MevShield`), which SDK 11.3 asks for in `BurnedRegister`; `submit_call` with the call itself works. Not
tried yet: timelocked commits, `btcli`, SDK 9.7.
"""


def main() -> None:
    page = "\n".join([INTRODUCTION, *(line for version in VERSIONS for line in section(version))])
    if "--write" in sys.argv:
        PAGE.write_text(page)
        return
    promised, works = set(works_in(PAGE.read_text())), set(works_in(page))
    for version, method in sorted(works - promised):
        print(f"SDK {version}: {method} works, which docs/sdk.md does not say yet (python -m tests.sdk.run --write)")
    for version, method in sorted(promised - works):
        print(f"SDK {version}: {method} works by docs/sdk.md, and does not")
    print(f"{len(promised & works)} of {len(promised)} methods work as docs/sdk.md says")
    sys.exit(bool(promised - works))


def works_in(page: str) -> Iterator[tuple[str, str]]:
    """(version, method) of all that works by a page."""
    version = ""
    for line in page.splitlines():
        if line.startswith("## SDK "):
            version = line.removeprefix("## SDK ")
        if line.startswith("| `") and line.endswith(" | yes |"):
            yield version, line.split("`")[1]


def section(version: str) -> Iterator[str]:
    """What a version makes of the node, as a part of the page."""
    found = results(version)
    works = sum(result["works"] for result in found)
    yield f"## SDK {version}\n"
    yield f"{works} of {len(found)} methods work.\n"
    yield "| method | works, or why not |\n|---|---|"
    for result in found:
        yield f"| `{result['method']}` | {'yes' if result['works'] else shortened(result['why'])} |"
    yield ""


def shortened(why: str) -> str:
    plain = " ".join(why.replace("|", "/").split())
    return plain if len(plain) <= LONGEST_REASON else f"{plain[:LONGEST_REASON]}…"


def results(version: str) -> list[dict[str, Any]]:
    """The lines that a version's script prints, run against a node of its own."""
    with tempfile.TemporaryDirectory() as home, node() as url:
        command = [str(environment(version)), str(ROOT / "tests" / "sdk" / VERSIONS[version]), url]
        surroundings = {**os.environ, "HOME": home, "BITTENSOR_RUNTIME_CACHE_DIR": home}
        done = subprocess.run(command, env=surroundings, stdout=subprocess.PIPE, text=True, check=True, timeout=SECONDS)
    lines = [line[line.index('{"method"') :] for line in done.stdout.splitlines() if '{"method"' in line]
    return [json.JSONDecoder().raw_decode(line)[0] for line in lines]


def environment(version: str) -> Path:
    """The Python of an environment that has a version of the SDK; made where it is not there."""
    folder = ROOT / f".venv-sdk-{version}"
    python = folder / "bin" / "python"
    done = folder / ".installed"
    if not done.exists():
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run(
            [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", f"bittensor=={version}"], check=True
        )
        done.touch()
    return python


@contextmanager
def node() -> Iterator[str]:
    """The URL of a new chain's node."""
    command = [sys.executable, "-m", "neuron_ledger.replay.cli", "serve", "--port", "0", "--json", "--spec-version", SPEC_VERSION]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            assert process.stdout is not None
            said = ""
            while not said.endswith("}\n}\n"):
                line = process.stdout.readline()
                assert line, "the node ended before it listened"
                said += line
            yield json.loads(said)["url"]
        finally:
            process.terminate()


if __name__ == "__main__":
    main()
