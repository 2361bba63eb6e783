"""The real SDK's versions and btcli on the node: `python -m tests.sdk.run [--write]` compares with docs/sdk.md, or writes it.

Each is installed from the package index into an environment of its own, beside the project's.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from attrs import frozen

from tests.sdk import btcli
from tests.sdk.compared import compare
from tests.sdk.environments import ROOT, SECONDS, environment, node

PAGE: Final = ROOT / "docs" / "sdk.md"


@frozen
class Version:
    """A version of the SDK. script: drives it. spec_version: of the node."""

    number: str
    script: str
    spec_version: int = 424


VERSIONS: Final = (
    Version("11.3.0", "sdk_11"),
    Version("10.5.0", "sdk_10"),
    Version("9.7.0", "sdk_9", spec_version=277),
)
LONGEST_REASON: Final = 110

INTRODUCTION: Final = """# The Bittensor SDK on the development node

How the unmodified SDK works with [`neuron-ledger serve`](node.md): SDK 11.3 and 10.5 and `btcli` at spec_version 424, and SDK
9.7 at 277, the runtime of its time. First the life of a subnet (register it, register neurons, transfer, stake, set weights,
announce an axon, commit to weights and reveal them, cross epochs, be refused), then every method that reads and takes the
usual arguments.

*Yes* means that a method answers without an error. If a number of values is given, everything it answered was compared with
the exact views of the ledger that the node recorded (`tests/sdk/forms.py`), field by field, and is equal.

`make test-sdk` installs each version into an environment of its own, runs `tests/sdk/`, and compares with this page, which
`python -m tests.sdk.run --write` makes.

Not there: `BetaBasket…`, collateral, `TotalAlphaStaked` and `ChildkeyThresholdSuspended` of SDK 11.3 and the constant
`MaxEpochsPerBlock` of 10.5 belong to runtimes after 424. Proxies (and their filters), multisigs and crowdloans are not built:
methods that read them find none. `get_ema_tao_inflow` of SDK 10.5 cannot handle an absent value. The staking fees of 9.7
(`get_stake_fee`) and its test for fast blocks are not built for 277. Timelocked commits are accepted, and open when the
beacon's pulse is stored (`store_pulse`); the SDK takes the round from the beacon itself, so they are not tested here. Shielded
extrinsics of SDK 10.5 wait for later blocks, which come only with `--block-time`.
"""


def main() -> None:
    said, of_btcli = btcli.page()
    lines = [INTRODUCTION, *(line for version in VERSIONS for line in section(version)), *of_btcli]
    page = "\n".join(lines)
    if "--write" in sys.argv:
        PAGE.write_text(page.rstrip("\n") + "\n")
        return
    promised, works = set(works_in(PAGE.read_text())), set(works_in(page))
    for version, method in sorted(works - promised):
        print(f"SDK {version}: {method} works, which is not yet in docs/sdk.md (python -m tests.sdk.run --write)")
    for version, method in sorted(promised - works):
        print(f"SDK {version}: {method} does not work, but is listed in docs/sdk.md as working")
    failed = [one for one in said if not one.works]
    for one in failed:
        print(f"{one.command} does not work:\n{one.text}")
    commands = f"{len(said) - len(failed)} of {len(said)} commands of btcli"
    print(f"{len(promised & works)} of {len(promised)} methods and {commands} work as docs/sdk.md says")
    sys.exit(bool(promised - works or failed))


def works_in(page: str) -> Iterator[tuple[str, str]]:
    """(version, method) of all that works by a page, those apart that are compared."""
    version = ""
    for line in page.splitlines():
        if line.startswith("## SDK "):
            version = line.removeprefix("## SDK ")
        if line.startswith("| `") and "| yes" in line:
            yield version, line.split("`")[1] + (", compared" if " equal |" in line else "")


def section(version: Version) -> Iterator[str]:
    """What a version makes of the node, as a part of the page."""
    found = results(version)
    works = [result for result in found if result["works"]]
    compared = [result["fields"] for result in works if "fields" in result]
    yield f"## SDK {version.number}\n"
    yield f"{len(works)} of {len(found)} methods work; of {len(compared)} all values are compared, {sum(compared)} of them.\n"
    yield "| method | works, or why not |\n|---|---|"
    for result in found:
        yield f"| `{result['method']}` | {shown(result)} |"
    yield ""


def shown(result: dict[str, Any]) -> str:
    if not result["works"]:
        plain = " ".join(result["why"].replace("|", "/").split())
        return plain if len(plain) <= LONGEST_REASON else f"{plain[:LONGEST_REASON]}…"
    fields = result.get("fields")
    return "yes" if fields is None else f"yes, {fields} values equal" if fields > 1 else "yes, the value is equal"


def results(version: Version) -> list[dict[str, Any]]:
    """The lines that a version's script prints, run against a node of its own, and compared with its ledger."""
    python = environment(version.number)
    with tempfile.TemporaryDirectory() as home:
        ledger = Path(home) / "chain.ledger"
        surroundings = {**os.environ, "HOME": home, "BITTENSOR_RUNTIME_CACHE_DIR": home}
        with node(ledger, version.spec_version) as url:
            found = _printed([str(python), "-m", f"tests.sdk.{version.script}", url], surroundings)
        compare(version.number, ledger, version.spec_version, found)
        return found


def _printed(command: Sequence[str], surroundings: dict[str, str]) -> list[dict[str, Any]]:
    done = subprocess.run(
        command, env=surroundings, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True, timeout=SECONDS
    ).stdout
    lines = [line[line.index('{"method"') :] for line in done.splitlines() if '{"method"' in line]
    return [json.JSONDecoder().raw_decode(line)[0] for line in lines]


if __name__ == "__main__":
    main()
