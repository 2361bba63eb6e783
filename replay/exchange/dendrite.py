"""The Dendrite, with which a neuron asks others: many at once, over a bounded number of connections, each with a deadline.

    async with Dendrite("//Alice") as dendrite:
        answers = await dendrite.forward(axons, Translate(text="Hello"), timeout=5)

    Dendrite("//Alice").query(axons, Translate(text="Hello"))       # where no event loop runs

One that fails does not affect the others: its synapse comes back with the status of the error.

Source: bittensor 10.5.0 core/dendrite.py.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from ipaddress import ip_address
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

import httpx
from attrs import define
from blake3 import blake3

from neuron_ledger.events.exchanges import DENDRITE, SYNAPSE
from neuron_ledger.events.wire import ss58
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.replay.exchange.answers import Answer, failed, fields_of, status_of, take_over
from neuron_ledger.replay.exchange.keys import account_of, signer_of
from neuron_ledger.replay.exchange.lanes import MOST_CONNECTIONS, Lane, Lanes
from neuron_ledger.replay.exchange.messages import synapse_message
from neuron_ledger.replay.exchange.recording import Exchange, hash_of, status_or
from neuron_ledger.replay.exchange.service import AxonInfo
from neuron_ledger.replay.exchange.streaming import StreamingSynapse
from neuron_ledger.replay.exchange.surroundings import VERSION, Surroundings
from neuron_ledger.replay.exchange.synapse import DEFAULT_TIMEOUT, Synapse, TerminalInfo
from neuron_ledger.replay.exchange.verification import signature_bytes

if TYPE_CHECKING:
    from neuron_ledger.replay.exchange.recorder import Recorder

UNKNOWN_IP: Final = "0.0.0.0"
USER_AGENT: Final = "neuron-ledger"
UNREADABLE: Final = 422
"""The recorded status if an answer has no valid one."""


@define
class Asked:
    """One request in progress: the synapse, and what is recorded of it."""

    synapse: Any
    name: str
    started: float
    body: bytes = b""
    body_hash: str = ""
    http_status: int | None = None
    response_hash: bytes | None = None
    response: bytes | None = None


class Dendrite:
    """Asks Axons. key: of the hotkey that asks: a wallet, a key pair, or a secret URI.

    ip: the caller's address as sent; Axons use the one that they see. connections: open at a time. recorder: records
    every exchange. version: of the SDK that it reports.
    """

    def __init__(
        self,
        key: Any,
        *,
        ip: str = UNKNOWN_IP,
        connections: int = MOST_CONNECTIONS,
        recorder: "Recorder | None" = None,
        version: int = VERSION,
        user_agent: str = USER_AGENT,
        surroundings: Surroundings | None = None,
    ) -> None:
        self.key = signer_of(key)
        self.account = account_of(self.key)
        self.external_ip, self.version, self.user_agent = ip, version, user_agent
        self.surroundings = Surroundings() if surroundings is None else surroundings
        self.uuid = self.surroundings.new_uuid()
        self.recorder = recorder
        if recorder is not None and not recorder.name:
            recorder.name = self.uuid
        self._lanes = Lanes(connections, self.surroundings.new_uuid)
        self._runner: asyncio.Runner | None = None

    # ------------------------------------------------------------------------------------------------ asking

    async def forward(
        self,
        axons: Any,
        synapse: Synapse | None = None,
        timeout: float = DEFAULT_TIMEOUT,
        deserialize: bool = True,
        run_async: bool = True,
        streaming: bool = False,
    ) -> Any:
        """Ask one Axon, or each of a list; returns one answer, or a list of them in the same order.

        axons: `AxonInfo`, an `Axon`, or anything with ip, port and hotkey. timeout: seconds for each. deserialize: return what
        the synapse makes of its answer, instead of itself. run_async: all at once. A streaming synapse returns an iterator of
        pieces, the synapse last. Raises: FieldError for what cannot be asked.
        """
        asked = Synapse() if synapse is None else synapse
        targets = [target_of(axon) for axon in axons] if isinstance(axons, list | tuple) else [target_of(axons)]
        if streaming or isinstance(asked, StreamingSynapse):
            answers: Sequence[Any] = [self.call_stream(one, asked.model_copy(), timeout, deserialize) for one in targets]
        elif run_async:
            answers = await asyncio.gather(*(self.call(one, asked.model_copy(), timeout, deserialize) for one in targets))
        else:
            answers = [await self.call(one, asked.model_copy(), timeout, deserialize) for one in targets]
        return answers if isinstance(axons, list | tuple) else answers[0]

    __call__ = forward

    def query(self, *args: Any, **kwargs: Any) -> Any:
        """The same without an event loop. Raises: RuntimeError if one is running."""
        if self._runner is None:
            self._runner = asyncio.Runner()
        return self._runner.run(self.forward(*args, **kwargs))

    async def call(self, axon: Any, synapse: Synapse, timeout: float = DEFAULT_TIMEOUT, deserialize: bool = True) -> Any:
        """Ask one Axon. The synapse comes back with its answer, or with the status of the error."""
        target = target_of(axon)
        asked = self._begun(target, synapse, timeout)
        try:
            async with asyncio.timeout(timeout), self._lanes.lane((target.ip, target.port)) as lane:
                response = await self._sent(lane, target, asked, timeout)
                try:
                    answer = Answer(response)
                    asked.http_status = answer.status
                    asked.response = await answer.content.read()
                finally:
                    await response.aclose()
                asked.response_hash = hash_of(asked.response)
            take_over(synapse, answer, fields_of(asked.response))
            self._ended(asked)
        except Exception as error:
            self._failed(asked, error)
        self._record(target, asked)
        return synapse.deserialize() if deserialize else synapse

    async def call_stream(
        self, axon: Any, synapse: Synapse, timeout: float = DEFAULT_TIMEOUT, deserialize: bool = True
    ) -> AsyncIterator[Any]:
        """Ask one Axon for a streamed answer: its pieces, and then the synapse."""
        target = target_of(axon)
        asked = self._begun(target, synapse, timeout)
        try:
            async with aclosing(self._pieces(target, asked, timeout)) as pieces:
                async for piece in pieces:
                    yield piece
            self._ended(asked)
        except Exception as error:
            self._failed(asked, error)
        self._record(target, asked)
        yield synapse.deserialize() if deserialize else synapse

    async def _pieces(self, target: AxonInfo, asked: Asked, timeout: float) -> Any:
        """The pieces of an answer; the deadline is for all of them together."""
        synapse = asked.synapse
        deadline = asyncio.get_running_loop().time() + timeout
        async with self._lanes.lane((target.ip, target.port)) as lane:
            async with asyncio.timeout_at(deadline):
                response = await self._sent(lane, target, asked, timeout)
            hasher = blake3()
            try:
                answer = Answer(response)
                asked.http_status = answer.status
                answer.content = Hashed(answer.content, hasher.update)  # type: ignore[assignment]
                pieces = aiter(synapse.process_streaming_response(answer))
                while True:
                    try:
                        async with asyncio.timeout_at(deadline):
                            piece = await anext(pieces)
                    except StopAsyncIteration:
                        break
                    yield piece
                asked.response_hash = hasher.digest()
                take_over(synapse, answer, synapse.extract_response_json(answer))
            finally:
                await response.aclose()

    # ------------------------------------------------------------------------------------------------ one request

    def _begun(self, target: AxonInfo, synapse: Synapse, timeout: float) -> Asked:
        """Who asks whom. The time and the signature are added once there is a connection."""
        synapse.__dict__["timeout"] = float(timeout)
        hotkey = self.key.ss58_address
        synapse.dendrite = TerminalInfo(ip=self.external_ip, version=self.version, uuid=self.uuid, hotkey=hotkey)
        synapse.axon = TerminalInfo(ip=target.ip, port=target.port, hotkey=target.hotkey)
        return Asked(synapse, type(synapse).__name__, self.surroundings.clock())

    async def _sent(self, lane: Lane, target: AxonInfo, asked: Asked, timeout: float) -> httpx.Response:
        """Sign and send; returns the answer with its body still to be read."""
        synapse, key = asked.synapse, self.key
        info = synapse.dendrite.__dict__
        nonce = self.surroundings.clock_ns()
        asked.body_hash = synapse.body_hash
        message = synapse_message(nonce, key.ss58_address, target.hotkey, lane.uuid, asked.body_hash)
        info.update(nonce=nonce, uuid=lane.uuid, signature=f"0x{bytes(key.sign(message)).hex()}")
        synapse.get_total_size()  # the size counts itself, with its earlier value
        headers = synapse.to_headers()
        asked.body = json.dumps(synapse.model_dump(mode="json")).encode()
        url = lane.url(asked.name)
        request = httpx.Request(
            "POST",
            url,
            headers=[
                ("Host", f"[{target.ip}]:{target.port}" if ":" in target.ip else f"{target.ip}:{target.port}"),
                *headers.items(),
                ("Accept", "*/*"),
                ("Accept-Encoding", "gzip, deflate"),
                ("User-Agent", self.user_agent),
                ("Content-Length", str(len(asked.body))),
                ("Content-Type", "application/json"),
            ],
            content=asked.body,
            extensions={"timeout": {"connect": timeout, "read": timeout, "write": timeout, "pool": timeout}},
        )
        return await lane.transport.handle_async_request(request)

    def _ended(self, asked: Asked) -> None:
        asked.synapse.dendrite.__dict__["process_time"] = self.surroundings.clock() - asked.started

    def _failed(self, asked: Asked, error: Exception) -> None:
        failed(asked.synapse, *status_of(error, asked.synapse, asked.name))

    def _record(self, target: AxonInfo, asked: Asked) -> None:
        """Pass it to the recorder; what was never sent is not recorded."""
        info = asked.synapse.dendrite
        if self.recorder is None or not asked.body:
            return
        exchange = Exchange(
            seen_by=DENDRITE,
            dendrite=self.account,
            axon=ss58.account(target.hotkey),
            synapse=asked.name,
            uuid=str(info.uuid),
            nonce=info.nonce,
            protocol=SYNAPSE,
            body_hash=bytes.fromhex(asked.body_hash),
            signature=signature_bytes(info.signature),
            verified=True,
            request_hash=hash_of(asked.body),
            response_hash=asked.response_hash,
            status=status_or(UNREADABLE, info.status_code, asked.http_status),
            process_time_us=max(0, int((self.surroundings.clock() - asked.started) * 1_000_000)),
            seen_at_us=self.surroundings.clock_ns() // 1000,
        )
        self.recorder.record(exchange, asked.body, asked.response)

    # ------------------------------------------------------------------------------------------------ connections

    async def aclose_session(self) -> None:
        """Close all connections."""
        await self._lanes.close()

    def close_session(self) -> None:
        """The same without an event loop."""
        runner, self._runner = self._runner, None
        if runner is not None:
            runner.run(self._lanes.close())
            runner.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        await self.aclose_session()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self.close_session()


class Hashed:
    """A body as it arrives, observed by somebody else too."""

    def __init__(self, content: Any, see: Any) -> None:
        self._content, self._see = content, see

    async def iter_any(self) -> AsyncIterator[bytes]:
        async for piece in self._content.iter_any():
            self._see(piece)
            yield piece

    async def iter_chunked(self, size: int) -> AsyncIterator[bytes]:
        async for piece in self._content.iter_chunked(size):
            self._see(piece)
            yield piece


def target_of(axon: Any) -> AxonInfo:
    """Where an Axon can be asked. Raises: FieldError."""
    if isinstance(axon, AxonInfo):
        return axon
    if callable(getattr(axon, "info", None)):
        axon = axon.info()
    try:
        ip = axon.ip if isinstance(axon.ip, str) else str(ip_address(axon.ip))
        hotkey = axon.hotkey if isinstance(axon.hotkey, str) else ss58.encode(axon.hotkey)
        return AxonInfo(ip, int(axon.port), hotkey)
    except (AttributeError, TypeError, ValueError) as error:
        raise FieldError("axons", f"an Axon, or something with ip, port and hotkey ({error})", axon) from None
