"""Running a node: until it is interrupted, or in a thread for the duration of a block of code."""

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from ipaddress import ip_address
from typing import Final, Self

from aiohttp import web
from attrs import frozen

from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.replay.node.chain.dev_chain import Chain
from neuron_ledger.replay.node.rpc.server import BlockTime, Node

LOOPBACK: Final = "127.0.0.1"
GRACE_SECONDS: Final = 1.0
"""How long clients may take to disconnect when the node stops."""


@frozen
class Address:
    """Where a node listens."""

    host: str
    port: int

    @property
    def url(self) -> str:
        return f"ws://{self.host}:{self.port}"


def is_loopback(host: str) -> bool:
    """Whether an address can be reached from this machine alone."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


async def run(node: Node, host: str, port: int, started: Callable[[Address], None], until: asyncio.Event) -> None:
    """Serve a node until it is stopped. port: 0 for any free one. started: called with its address."""
    runner = web.AppRunner(node.application(on_loopback=is_loopback(host)), shutdown_timeout=GRACE_SECONDS, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        started(Address(host, runner.addresses[0][1]))
        making = asyncio.create_task(node.make_blocks())
        ending = asyncio.create_task(until.wait())
        try:
            await asyncio.wait((making, ending), return_when=asyncio.FIRST_COMPLETED)
            if making.done():
                making.result()
        finally:
            for task in (making, ending):
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
            await node.close()
    finally:
        await runner.cleanup()


def serve(chain: Chain, host: str, port: int, block_time: BlockTime, started: Callable[[Address], None]) -> None:
    """Serve a chain until an interrupt or a termination signal. Raises: OSError if the port is in use."""

    async def main() -> None:
        until = asyncio.Event()
        with suppress(NotImplementedError):  # Windows
            for number in (signal.SIGINT, signal.SIGTERM):
                asyncio.get_running_loop().add_signal_handler(number, until.set)
        await run(Node(chain, block_time), host, port, started, until)

    with suppress(KeyboardInterrupt):
        asyncio.run(main())


class RunningNode(str):
    """The URL of a node that runs in a thread of its own, for clients: `ws://127.0.0.1:PORT`. chain: its chain."""

    chain: Chain
    address: Address

    def __new__(cls, chain: Chain, address: Address) -> Self:
        node = super().__new__(cls, address.url)
        node.chain, node.address = chain, address
        return node

    @property
    def url(self) -> str:
        """The same as the node itself."""
        return str(self)


@contextmanager
def running_node(ledger: Ledger | None = None, *, block_time: BlockTime = "instant", port: int = 0) -> Iterator[RunningNode]:
    """A node on this machine, for the duration of the block. ledger: by default a new one in memory."""
    chain = Chain(Ledger.in_memory() if ledger is None else ledger)
    addresses: list[Address] = []
    faults: list[BaseException] = []
    ready = threading.Event()
    loop = asyncio.new_event_loop()
    until = asyncio.Event()

    def started(address: Address) -> None:
        addresses.append(address)
        ready.set()

    def work() -> None:
        try:
            loop.run_until_complete(run(Node(chain, block_time), LOOPBACK, port, started, until))
        except BaseException as fault:
            faults.append(fault)
        finally:
            loop.close()
            ready.set()

    thread = threading.Thread(target=work, name="neuron-ledger node", daemon=True)
    thread.start()
    ready.wait()
    try:
        if faults:
            raise faults[0]
        yield RunningNode(chain, addresses[0])
    finally:
        with suppress(RuntimeError):  # it stopped by itself
            loop.call_soon_threadsafe(until.set)
        thread.join()
    if faults:
        raise faults[0]
