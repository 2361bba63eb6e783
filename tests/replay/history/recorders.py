"""A proxy that records, and a recording that is played, each in a thread of its own for as long as a block of code."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from neuron_ledger.replay.history.recorder.proxy import record
from neuron_ledger.replay.history.recorder.recording import Recording
from neuron_ledger.replay.history.recorder.replayed import Replayed
from neuron_ledger.replay.history.recorder.server import serve

HOST = "127.0.0.1"

Serves = Callable[[Callable[[int], None]], Coroutine[Any, Any, None]]


@contextmanager
def recorded(path: Path, url: str) -> Iterator[str]:
    """The URL of a proxy before a node, which records into a new file."""
    with Recording(path, url) as recording, running(lambda started: record(recording, url, HOST, 0, started)) as at:
        yield at


@contextmanager
def replayed(*paths: Path) -> Iterator[str]:
    """The URL of a server that answers from recordings."""
    found = Replayed(paths)
    with running(lambda started: serve(found, HOST, 0, started)) as at:
        yield at


@contextmanager
def running(serves: Serves) -> Iterator[str]:
    loop, ready, ports = asyncio.new_event_loop(), threading.Event(), list[int]()

    def started(port: int) -> None:
        ports.append(port)
        ready.set()

    async def until_ended() -> None:
        try:
            await serves(started)
        finally:
            ready.set()

    task = loop.create_task(until_ended())

    def work() -> None:
        try:
            loop.run_until_complete(task)
        except asyncio.CancelledError:
            pass
        finally:
            loop.close()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    ready.wait(10)
    try:
        yield f"ws://{HOST}:{ports[0]}"
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join(10)
