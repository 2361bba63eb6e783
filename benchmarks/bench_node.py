"""The development node over the wire: how soon it answers, requests and extrinsics a second: `python -m benchmarks.bench_node`.

Start: from the command to the first answer about a subnet of 16 neurons, and from nothing in Python to the same.
Requests: one client on a websocket that sends the next before it has the answer to the last one, beside the same client
on a websocket of aiohttp that gives the message back, since ratios travel from machine to machine and times do not. The
same question is asked again and again, which a node answers from memory as long as no block passes. Extrinsics:
transfers signed beforehand, each checked, decided, recorded and in a block of its own or with others, until the last
one is included.
"""

import asyncio
import cProfile
import json
import pstats
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, Final

import click
from aiohttp import ClientSession, ClientWebSocketResponse, web
from bittensor_core import Keypair
from bittensor_core import Runtime as Client

from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.replay.node.chain.accounts import NAMES
from neuron_ledger.replay.node.chain.dev_chain import Chain
from neuron_ledger.replay.node.rpc.running import running_node
from neuron_ledger.replay.node.rpc.server import Node
from neuron_ledger.replay.oracle.chain import Oracle

MINERS: Final = 14
"""With the owner and a validator, 16 neurons."""
AHEAD: Final = 64
"""Requests that are on the way at once."""
NETUID: Final = "0x0100"


def request(method: str, *params: Any, identity: int = 1) -> str:
    return json.dumps({"jsonrpc": "2.0", "id": identity, "method": method, "params": params})


def subnet_of_16(ledger: Ledger | None = None) -> Oracle:
    oracle = Oracle(ledger)
    oracle.begin_subnet(miners=MINERS)
    return oracle


FIRST: Final = request("state_call", "NeuronInfoRuntimeApi_get_neurons_lite", NETUID)


async def first_answer(url: str) -> None:
    async with ClientSession() as session, session.ws_connect(url) as socket:
        await socket.send_str(FIRST)
        assert "result" in json.loads((await socket.receive()).data)


def cold_start() -> tuple[float, float]:
    """Seconds from the command to its first answer, and from nothing in this process to the same."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "chain.ledger"
        with Ledger.create(path) as ledger:
            subnet_of_16(ledger)
        begin = time.perf_counter()
        command = [sys.executable, "-m", "neuron_ledger.replay.cli", "serve", str(path), "--port", "0", "--json"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            said = ""
            while not said.endswith("}\n}\n"):
                said += process.stdout.readline()
            asyncio.run(first_answer(json.loads(said)["url"]))
            of_command = time.perf_counter() - begin
            process.terminate()
    begin = time.perf_counter()
    with running_node(subnet_of_16().ledger) as node:
        asyncio.run(first_answer(node.url))
    return of_command, time.perf_counter() - begin


async def pipelined(socket: ClientWebSocketResponse, messages: list[str]) -> float:
    """Seconds until all messages are answered, of which so many are on the way at once."""
    begin = time.perf_counter()
    sent = 0
    for received in range(len(messages)):
        while sent < min(received + AHEAD, len(messages)):
            await socket.send_str(messages[sent])
            sent += 1
        await socket.receive()
    return time.perf_counter() - begin


async def echo(request: web.Request) -> web.WebSocketResponse:
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    async for message in socket:
        await socket.send_str(message.data)
    return socket


async def echoed(rounds: int) -> float:
    """Messages a second that a websocket of aiohttp gives back."""
    application = web.Application()
    application.router.add_get("/", echo)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"ws://127.0.0.1:{runner.addresses[0][1]}"
    try:
        return rounds / await on_socket(url, lambda socket: pipelined(socket, [request("system_name")] * rounds))
    finally:
        await runner.cleanup()


async def on_socket(url: str, talk: Callable[[ClientWebSocketResponse], Awaitable[float]]) -> float:
    connecting: AbstractAsyncContextManager[ClientWebSocketResponse]
    async with ClientSession() as session:
        connecting = session.ws_connect(url, max_msg_size=0)
        async with connecting as socket:
            return await talk(socket)


def asked(chain: Chain) -> dict[str, str]:
    """What is asked, by what it is."""
    key = bytes(chain.keys.keys(chain.runtime.entries["SubtensorModule", "Tempo"], [1])[0]).hex()
    prefix = bytes(chain.keys.prefix(chain.runtime.entries["SubtensorModule", "Uids"])).hex()
    return {
        "system_name": request("system_name"),
        "chain_getHeader": request("chain_getHeader"),
        "state_getStorage": request("state_getStorage", f"0x{key}"),
        "state_getKeysPaged": request("state_getKeysPaged", f"0x{prefix}", 100),
        "16 neurons_lite": FIRST,
        "metagraph": request("state_call", "SubnetInfoRuntimeApi_get_metagraph", NETUID),
    }


class Signers:
    """The development accounts, which sign transfers in turn."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self.client = Client(chain.runtime.metadata(15), chain.runtime.spec_version, 1, 42)
        self.keys = [Keypair.create_from_uri(f"//{name}") for name in NAMES]

    def transfers(self, count: int) -> list[str]:
        """Requests that submit them."""
        dest = self.keys[0].ss58_address
        call = bytes(self.client.compose_call("Balances", "transfer_keep_alive", {"dest": dest, "value": 1000}))
        return [self._submitted(call, self.keys[number % len(self.keys)], number // len(self.keys)) for number in range(count)]

    def _submitted(self, call: bytes, key: Any, nonce: int) -> str:
        same = {"era": "00", "nonce": nonce, "tip": 0, "tip_asset_id": None}
        payload = self.client.signature_payload(call, **same, genesis_hash=self.chain.genesis, era_block_hash=self.chain.genesis)
        data, _ = self.client.encode_signed_extrinsic(
            call, **same, public_key=key.public_key, signature=key.sign(payload), signature_version=1
        )
        return request("author_submitExtrinsic", f"0x{bytes(data).hex()}")


def extrinsics_a_second(count: int) -> float:
    """Extrinsics from the first to the block that includes the last."""
    with running_node(subnet_of_16().ledger) as node:
        messages = Signers(node.chain).transfers(count)
        begin = time.perf_counter()
        asyncio.run(on_socket(node.url, lambda socket: pipelined(socket, messages)))
        while len(node.chain.pool):
            time.sleep(0.001)
        passed = time.perf_counter() - begin
        assert sum(node.chain.next_nonce(bytes(key.public_key)) for key in Signers(node.chain).keys) == count
        return count / passed


def profiled(count: int) -> None:
    """Where the time goes, without the wire."""
    chain = Chain(subnet_of_16().ledger)
    node = Node(chain, "manual")
    messages = [*asked(chain).values()] * (count // 10)
    transfers = Signers(chain).transfers(count)
    profile = cProfile.Profile()
    profile.enable()
    for message in messages:
        node.answers_all(message)
    for message in transfers:
        node.answers_all(message)
        chain.make_block()
    profile.disable()
    pstats.Stats(profile).sort_stats("cumulative").print_stats(35)


@click.command()
@click.option("--rounds", default=3, show_default=True)
@click.option("--requests", default=2000, show_default=True, help="Of each kind, a round.")
@click.option("--extrinsics", default=300, show_default=True, help="At most 64 for each of six accounts.")
@click.option("--profile", is_flag=True, help="Show where the time goes instead.")
def main(rounds: int, requests: int, extrinsics: int, profile: bool) -> None:
    """Measure the development node over the wire."""
    if profile:
        profiled(extrinsics)
        return
    of_command, in_process = map(min, zip(*(cold_start() for _ in range(rounds)), strict=True))
    click.echo(f"{'from the command to the first answer':<40} {of_command:8.2f} s")
    click.echo(f"{'from nothing in Python to the same':<40} {in_process * 1000:8.0f} ms")
    of_echo = max(asyncio.run(echoed(requests)) for _ in range(rounds))
    click.echo(f"{'messages given back by aiohttp':<40} {of_echo:8.0f} a second")
    with running_node(subnet_of_16().ledger, block_time="manual") as node:
        for what, message in asked(node.chain).items():
            messages = [message] * requests
            rates = [
                requests / asyncio.run(on_socket(node.url, lambda socket, all_=messages: pipelined(socket, all_)))  # type: ignore[misc]
                for _ in range(rounds)
            ]
            click.echo(f"{what:<40} {max(rates):8.0f} a second, {max(rates) / of_echo:5.2f} of that")
    rate = max(extrinsics_a_second(extrinsics) for _ in range(rounds))
    click.echo(f"{'extrinsics, each recorded and in a block':<40} {rate:8.0f} a second")


if __name__ == "__main__":
    main()
