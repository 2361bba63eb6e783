"""The real SDK's reading, recorded by the proxy and played again: `python -m tests.sdk.recorded`.

SDK 10.5 reads a metagraph, neurons, a subnet, storage and a head that moves on from the development node, through
`node record --listen`, and SDK 11.3 all that it can; then again from `node replay`, where no node is. They must see the same.
"""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.sdk.environments import ROOT, SECONDS, environment, node

NODE_COMMAND: Final = (sys.executable, "-m", "neuron_ledger.replay.cli", "node")

READS_10: Final = """
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
    assert seen["later"] == seen["block"] + 3
    seen["balance"] = str(subtensor.get_balance(metagraph.coldkeys[0]))
    for name, value in seen.items():
        print("SEEN" + json.dumps([name, value]))
"""


READS_11: Final = """
import asyncio, json, sys
import bittensor
from tests.sdk import sdk_11

async def main():
    async with bittensor.Client(sys.argv[1]) as client:
        print("SEEN" + json.dumps({"block": await client.block()}))
        await sdk_11.read_all(client, sdk_11.Keys("//Bob"))

asyncio.run(main())
"""

SCRIPTS: Final = {"10.5.0": READS_10, "11.3.0": READS_11}


def main() -> None:
    faults = [fault for version, script in SCRIPTS.items() for fault in compared(version, script)]
    for fault in faults:
        print(fault)
    sys.exit(bool(faults))


def compared(version: str, script: str) -> Iterator[str]:
    """Where a version sees something else from the recording than from the node, each of two times."""
    python = environment(version)
    with tempfile.TemporaryDirectory() as home:
        ledger, recording = Path(home) / "chain.ledger", str(Path(home) / "session.jsonl.gz")
        fill(ledger)
        with node(ledger, None) as url, serving(["record", recording, "--url", url, "--listen", "127.0.0.1:0"]) as proxy:
            recorded = seen(python, script, proxy, home)
        with serving(["replay", recording, "--port", "0"]) as replay:
            again = [seen(python, script, replay, home) for _ in range(2)]
    answers = [one for one in recorded if '"works": false' not in one]
    assert len(answers) > 20, recorded
    print(f"SDK {version}: {len(answers)} answers, compared with those from the recording, twice")
    for one in again:
        if len(one) != len(recorded):
            yield f"SDK {version}: {len(recorded)} lines from the node, {len(one)} from its recording"
        yield from (f"SDK {version}: expected {a:.200}, got {b:.200}" for a, b in zip(recorded, one, strict=False) if a != b)


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


def seen(python: Path, script: str, url: str, home: str) -> list[str]:
    """The lines in which a script says what it read, one a value."""
    surroundings = {**os.environ, "HOME": home, "BITTENSOR_RUNTIME_CACHE_DIR": tempfile.mkdtemp(dir=home)}
    done = subprocess.run(
        [str(python), "-c", script, url],
        env=surroundings,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        timeout=SECONDS,
        check=True,
    )
    return [line for line in done.stdout.splitlines() if line.startswith("SEEN") or '{"method"' in line]


if __name__ == "__main__":
    main()
