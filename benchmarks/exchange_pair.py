"""One side of a pair that exchanges synapses, for measuring. Prints JSON lines.

    exchange_pair.py serve [LEDGER]
    exchange_pair.py ask PORT HOTKEY AT_ONCE COUNT


Run by the SDK's Python it is the SDK's pair, by ours it is ours: the synapse, the keys and the work are the same.
"""

import asyncio
import json
import resource
import sys
import time
from typing import Any, ClassVar

try:
    import bittensor
    from bittensor.utils import networking
    from bittensor_wallet import Keypair

    networking.get_external_ip = lambda: "127.0.0.99"
    OURS = False
    Synapse: Any = bittensor.Synapse
except ImportError:
    from bittensor_core import Keypair

    from neuron_ledger.ledger.chain import Ledger
    from neuron_ledger.replay.exchange.axon import Axon
    from neuron_ledger.replay.exchange.dendrite import Dendrite
    from neuron_ledger.replay.exchange.recorder import Recorder
    from neuron_ledger.replay.exchange.service import AxonInfo
    from neuron_ledger.replay.exchange.synapse import Synapse

    OURS = True

TIMEOUT = 120


class Echo(Synapse):
    text: str
    numbers: list[float] = [1.0, 2.5]  # noqa: RUF012
    reply: str | None = None
    required_hash_fields: ClassVar[tuple[str, ...]] = ("text", "numbers")


QUESTION = "What is the answer? " * 10


async def echo(synapse: Echo) -> Echo:
    synapse.reply = synapse.text.upper()
    return synapse


class Wallet:
    """As much of a wallet as the SDK's Axon asks for."""

    def __init__(self, uri: str) -> None:
        self.hotkey = self.coldkeypub = Keypair.create_from_uri(uri)


def serve(ledger: str | None = None) -> None:
    """Answer until the input ends. ledger: a new file in which ours records every exchange."""
    recorder: Any = None
    if ledger is not None:
        recorder = Recorder(Ledger.create(ledger), 1).__enter__()
    if OURS:
        axon = Axon("//Bob", port=0, recorder=recorder).attach(echo).start()
        port = axon.port
    else:
        import socket

        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        axon = bittensor.Axon(wallet=Wallet("//Bob"), ip="127.0.0.1", external_ip="127.0.0.1", port=port)
        axon.attach(echo)
        axon.start()
        while socket.socket().connect_ex(("127.0.0.1", port)):
            time.sleep(0.05)
    print(json.dumps({"port": port}), flush=True)
    for _ in sys.stdin:
        counts = {} if recorder is None else {"recorded": recorder.recorded, "dropped": recorder.dropped}
        print(json.dumps({"resident_kib": resident_kib(), **counts}), flush=True)
    axon.stop()


def resident_kib() -> int:
    """Memory of this process now, not at its peak."""
    try:
        with open("/proc/self/statm") as file:  # noqa: PTH123
            return int(file.read().split()[1]) * resource.getpagesize() // 1024
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


async def ask(port: int, hotkey: str, at_once: int, count: int) -> None:
    """Ask `count` times, `at_once` at a time, over one Dendrite."""
    alice = Keypair.create_from_uri("//Alice")
    if OURS:
        target: Any = AxonInfo("127.0.0.1", port, hotkey)
        dendrite: Any = Dendrite(alice)
    else:
        target = bittensor.AxonInfo(version=1, ip="127.0.0.1", port=port, ip_type=4, hotkey=hotkey, coldkey=hotkey)
        dendrite = bittensor.Dendrite(alice)
    took: list[float] = []
    answered = 0

    async def one() -> None:
        nonlocal answered
        began = time.perf_counter()
        answer = await dendrite.forward(target, Echo(text=QUESTION), timeout=TIMEOUT, deserialize=False)
        took.append(time.perf_counter() - began)
        answered += answer.is_success

    async def several(times: int) -> None:
        for _ in range(times):
            await one()

    await one()
    took.clear()
    answered = 0
    began = time.perf_counter()
    await asyncio.gather(*(several(count // at_once) for _ in range(at_once)))
    seconds = time.perf_counter() - began
    await dendrite.aclose_session()
    took.sort()
    figures = {
        "requests_a_second": len(took) / seconds,
        "answered": answered,
        "asked": len(took),
        "p50_ms": took[len(took) // 2] * 1000,
        "p99_ms": took[min(len(took) - 1, len(took) * 99 // 100)] * 1000,
        "resident_kib": resident_kib(),
    }
    print(json.dumps(figures), flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(*sys.argv[2:])
    else:
        asyncio.run(ask(int(sys.argv[2]), sys.argv[3], int(sys.argv[4]), int(sys.argv[5])))
