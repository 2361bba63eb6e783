"""A recorder of exchanges: notes them at once, and writes them to a ledger many at a time, on a thread of its own.

Axon and Dendrite never wait for it. What cannot be written, because the ledger is busy for long or the disk is full, is
dropped and counted, the oldest first.
"""

import threading
from collections import deque
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from attrs import evolve
from blake3 import blake3

from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.log.errors import LogError
from neuron_ledger.replay.exchange.recording import Exchange, observe_exchanges
from neuron_ledger.replay.transparency.keys import PrivateKey

EVERY_SECONDS: Final = 1.0
MOST_IN_A_BATCH: Final = 1000
MOST_WAITING: Final = 50_000
LARGEST_BODIES: Final = 64 << 20
"""Bytes of bodies that may wait to be written."""


class Recorder:
    """Records what one Axon or Dendrite saw. Use it as `with`: at the end everything is written.

    ledger: that of the subnet. name: distinguishes it from other recorders of the same hotkey; by default the Axon's or
    Dendrite's. refused: also record requests with an invalid signature, of which anybody can make any number. bodies: a folder in
    which requests and answers are kept, each in a file named by its BLAKE3. key: signs what is recorded.
    """

    def __init__(
        self,
        ledger: Ledger,
        netuid: int,
        *,
        name: str = "",
        refused: bool = False,
        bodies: Path | None = None,
        key: PrivateKey | None = None,
        every: float = EVERY_SECONDS,
        most_waiting: int = MOST_WAITING,
    ) -> None:
        self.ledger, self.netuid, self.name = ledger, netuid, name
        self.dropped = 0
        """How many could not be recorded."""
        self.recorded = 0
        self.notes: list[str] = []
        """Why some could not be recorded: the last reasons."""
        self._refused, self._bodies, self._key, self._every = refused, bodies, key, every
        self._waiting: deque[Exchange] = deque(maxlen=most_waiting)
        self._texts: deque[bytes] = deque()
        self._texts_size = 0
        self._last_us = 0
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._ended = False
        self._thread: threading.Thread | None = None

    @property
    def keeps_bodies(self) -> bool:
        return self._bodies is not None

    def __enter__(self) -> Self:
        if self._bodies is not None:
            self._bodies.mkdir(parents=True, exist_ok=True)
        self._thread = threading.Thread(target=self._work, name="neuron-ledger recorder", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self._ended = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
        self.flush()

    def record(self, exchange: Exchange, *bodies: bytes | None) -> None:
        """Note an exchange. bodies: of the request and the answer, if they are kept."""
        if not (exchange.verified or self._refused):
            return
        with self._lock:
            if len(self._waiting) == self._waiting.maxlen:
                self.dropped += 1
            self._waiting.append(exchange)
            for body in bodies if self.keeps_bodies else ():
                if body is not None and self._texts_size + len(body) <= LARGEST_BODIES:
                    self._texts.append(body)
                    self._texts_size += len(body)
        if len(self._waiting) >= MOST_IN_A_BATCH:
            self._wake.set()

    def flush(self) -> None:
        """Write everything that is waiting."""
        while batch := self._taken():
            try:
                self._observe(batch)
            except FieldError:  # one that cannot be recorded must not prevent the others
                for exchange in batch:
                    self._observe_or_drop([exchange])
            except (LogError, RuntimeError) as error:
                self._drop(batch, error)
        self._write_bodies()

    def _observe(self, batch: list[Exchange]) -> None:
        observe_exchanges(self.ledger, self.netuid, batch, self.name, self._key)
        self.recorded += len(batch)

    def _observe_or_drop(self, batch: list[Exchange]) -> None:
        try:
            self._observe(batch)
        except (LogError, FieldError, RuntimeError) as error:
            self._drop(batch, error)

    def _drop(self, batch: list[Exchange], error: Exception) -> None:
        self.dropped += len(batch)
        self._note(f"{len(batch)} exchanges are not recorded: {error}")

    def _taken(self) -> list[Exchange]:
        """The next waiting ones, with times that never run backwards, as the log requires."""
        with self._lock:
            batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_IN_A_BATCH))]
        for index, exchange in enumerate(batch):
            self._last_us = max(self._last_us, exchange.seen_at_us)
            if exchange.seen_at_us < self._last_us:
                batch[index] = evolve(exchange, seen_at_us=self._last_us)
        return batch

    def _write_bodies(self) -> None:
        while self._bodies is not None and self._texts:
            with self._lock:
                body = self._texts.popleft()
                self._texts_size -= len(body)
            path = self._bodies / blake3(body).hexdigest()
            try:
                if not path.exists():
                    part = path.with_suffix(".part")
                    part.write_bytes(body)
                    part.replace(path)
            except OSError as error:
                self._note(f"a body could not be kept: {error}")

    def _work(self) -> None:
        while not self._ended:
            self._wake.wait(self._every)
            self._wake.clear()
            self.flush()

    def _note(self, text: str) -> None:
        self.notes = [*self.notes[-9:], text]
