"""The real SDK's reading, recorded by the proxy and played again: `python -m tests.sdk.recorded`.

SDK 10.5 reads a metagraph, neurons, a subnet, storage and a head that moves on from the development node, through
`node record --listen`; then once more from `node replay`, where no node is. It must see the same.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from tests.sdk.environments import ROOT, SECONDS, environment, node

VERSION: Final = "10.5.0"
NODE_COMMAND: Final = (sys.executable, "-m", "neuron_ledger.replay.cli", "node")

READS: Final = """
import json, sys
import bittensor

with bittensor.Subtensor(sys.argv[1]) as subtensor:
    seen = {"block": subtensor.block}
    metagraph = subtensor.metagraph(1, lite=False)
    for name in ("n", "S", "AS", "TS", "I", "E", "C", "D", "Tv", "B", "W", "uids", "last_update", "validator_permit"):
        seen[name] = getattr(metagraph, name).tolist()
    seen["hotkeys"], seen["axons"] = metagraph.hotkeys, [str(axon) for axon in metagraph.axons]
    seen["neurons"] = [str(neuron) for neuron in subtensor.neurons(1)]
    seen["subnet"] = str(subtensor.subnet(1))
    seen["hyperparameters"] = str(subtensor.get_subnet_hyperparameters(1))
    seen["tempo"] = subtensor.tempo(1)
    subtensor.substrate.rpc_request("dev_newBlock", [{"count": 3}])
    seen["later"] = subtensor.block
    seen["balance"] = str(subtensor.get_balance(metagraph.coldkeys[0]))
    print("SEEN" + json.dumps(seen))
"""


def main() -> None:
    python = environment(VERSION)
    with tempfile.TemporaryDirectory() as home:
        ledger, recording = Path(home) / "chain.ledger", str(Path(home) / "session.jsonl.gz")
        fill(ledger)
        with node(ledger, None) as url, serving(["record", recording, "--url", url, "--listen", "127.0.0.1:0"]) as proxy:
            recorded = seen(python, proxy, home)
        with serving(["replay", recording, "--port", "0"]) as replay:
            again = [seen(python, replay, home) for _ in range(2)]
    differing = [name for name, value in recorded.items() for one in again if one.get(name) != value]
    for name in differing:
        print(f"SDK {VERSION}: {name}: read from the node, and otherwise from its recording")
    values = sum(len(value) if isinstance(value, list) else 1 for value in recorded.values())
    assert recorded["later"] == recorded["block"] + 3
    assert recorded["n"] > 3
    print(f"SDK {VERSION}: {values} values of {len(recorded)} reads, the same from the recording, twice")
    sys.exit(bool(differing))


def fill(path: Path) -> None:
    """A ledger of a subnet whose epoch has run."""
    from neuron_ledger import Oracle
    from neuron_ledger.ledger.chain import Ledger

    with Ledger.create(path) as ledger:
        oracle = Oracle(ledger)
        oracle.mine_to_epoch(oracle.begin_subnet(validators=2, miners=3).netuid)


@contextmanager
def serving(arguments: Sequence[str]) -> Iterator[str]:
    """The URL that a command of `neuron-ledger node` listens at."""
    with subprocess.Popen([*NODE_COMMAND, *arguments], stderr=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            assert process.stderr is not None
            yield process.stderr.readline().split()[0].rstrip(":")
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(SECONDS)


def seen(python: Path, url: str, home: str) -> dict[str, Any]:
    done = subprocess.run(
        [str(python), "-c", READS, url],
        env={**os.environ, "HOME": home},
        stdout=subprocess.PIPE,
        text=True,
        timeout=SECONDS,
        check=True,
    )
    line = next(line for line in done.stdout.splitlines() if line.startswith("SEEN"))
    found: dict[str, Any] = json.loads(line.removeprefix("SEEN"))
    return found


if __name__ == "__main__":
    main()
