"""One request to an Axon, from its headers to its answer, as middleware around any ASGI application.

The order is the protocol's: the synapse is known (404), its headers are read (500), the caller may ask (403), the signature and
the nonce are right (401), there is a place for it (503), the body is what was signed (500), and the answer comes in time (408).
Paths that are not synapses go to the inner application if it has a route for them.

Source: bittensor 10.5.0 core/axon.py::AxonMiddleware.
"""

import asyncio
import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, Final

from blake3 import blake3
from pydantic import ValidationError

from neuron_ledger.events.exchanges import AXON, SYNAPSE
from neuron_ledger.events.wire import ss58
from neuron_ledger.replay.exchange.asgi import (
    JSON,
    SECONDS_FOR_ANSWER,
    App,
    Message,
    PeerLeft,
    Receive,
    Scope,
    Send,
    answer,
    encoded,
    header_map,
    json_bytes,
    left_over,
    read_body,
)
from neuron_ledger.replay.exchange.endpoints import Endpoint, called, decided
from neuron_ledger.replay.exchange.queueing import NoPlace
from neuron_ledger.replay.exchange.recording import Exchange, hash_of, status_or
from neuron_ledger.replay.exchange.refusals import (
    Blacklisted,
    Busy,
    Fault,
    Late,
    NotVerified,
    Refused,
    UnknownSynapse,
)
from neuron_ledger.replay.exchange.service import Service
from neuron_ledger.replay.exchange.streaming import CONTENT_TYPE
from neuron_ledger.replay.exchange.synapse import Synapse, TerminalInfo
from neuron_ledger.replay.exchange.verification import signature_bytes

IN_WORK: Final = 100
FIRST_VERSION_WITH_A_NUMBER: Final = 10_000_000
FAULT: Final = 500
PEER_LEFT: Final = 499
"""The status that is counted and recorded if the peer disconnected before the answer."""
LONGEST_TIMEOUT: Final = 3600.0
"""The longest timeout, in seconds, that a request may ask for."""


class Answering:
    """Middleware: answers an Axon's synapses. others: whether the inner application answers a path that is not a synapse."""

    def __init__(self, app: App, service: Service, others: Callable[[Scope], bool]) -> None:
        self._app, self._axon, self._others = app, service, others

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        name = scope["path"].split("/", 2)[1] if scope["path"].startswith("/") else scope["path"]
        endpoint = self._axon.endpoints.get(name)
        if endpoint is None and self._others(scope):
            await self._app(scope, receive, send)
        elif endpoint is not None and scope["method"] not in ("GET", "POST"):
            body = b'{"detail":"Method Not Allowed"}'
            await answer(send, 405, [JSON, (b"allow", b"GET, POST"), (b"content-length", b"%d" % len(body))], body)
        else:
            await Request(self._axon, scope, receive, send).respond(name, endpoint)


class Request:
    """One request on its way."""

    def __init__(self, axon: Service, scope: Scope, receive: Receive, send: Send) -> None:
        self.axon, self.scope, self.receive, self.send = axon, scope, receive, send
        self.started = axon.surroundings.clock()
        self.headers = header_map(scope)
        self.synapse: Synapse = Synapse()
        self.body: bytes | None = None
        self.verified = False
        self.has_begun_to_read = False

    async def respond(self, name: str, endpoint: Endpoint | None) -> None:
        """Answer, or refuse; then record it."""
        try:
            if endpoint is None:
                raise UnknownSynapse(name, list(self.axon.endpoints))
            self.synapse = self._announced(name, endpoint)
            await self._admit(endpoint)
            priority = await self._priority(endpoint)
            hotkey = str(self.synapse.dendrite.hotkey) if self.synapse.dendrite is not None else ""
            limit = asyncio.timeout(self._seconds())
            try:
                async with limit, self.axon.turns.turn(priority, hotkey):
                    given = await called(endpoint.forward, await self._asked(endpoint))
            except TimeoutError:
                if limit.expired():
                    raise Late(self._seconds()) from None
                raise
            await self._give(given)
        except PeerLeft:
            self._done(PEER_LEFT, None)
        except Exception as error:
            await self._refuse(self._refusal(error))

    def _announced(self, name: str, endpoint: Endpoint) -> Synapse:
        """The synapse from the headers: who asks whom, with empty required fields. Raises: ValidationError."""
        synapse = endpoint.cls.from_headers(self.headers)
        synapse.__dict__["name"] = name
        assert synapse.axon is not None
        assert synapse.dendrite is not None
        ip, port = self.scope.get("client") or ("", 0)
        version = self.axon.version
        synapse.axon.__dict__.update(version=version, uuid=self.axon.uuid, status_code=IN_WORK)
        synapse.axon.__dict__["nonce"] = self.axon.surroundings.clock_ns()
        # Until version 10 the port was stored as a text, which affects the size that is sent back.
        synapse.dendrite.__dict__.update(ip=str(ip), port=port if version >= FIRST_VERSION_WITH_A_NUMBER else str(port))
        return synapse

    async def _admit(self, endpoint: Endpoint) -> None:
        """Raises: Blacklisted, NotVerified."""
        if endpoint.blacklist is not None:
            refused, why = await decided(endpoint.blacklist, self.synapse)
            if refused:
                raise Blacklisted(why)
        try:
            if endpoint.verify is None:
                self.verified = self.axon.verification.check(self.synapse, self.axon.surroundings.clock_ns())
            else:
                await decided(endpoint.verify, self.synapse)
        except NotVerified:
            raise
        except Exception as error:
            raise NotVerified(error) from error

    async def _priority(self, endpoint: Endpoint) -> float:
        if endpoint.priority is None:
            return 0.0
        priority = float(await decided(endpoint.priority, self.synapse))
        return priority if priority == priority else float("-inf")

    def _seconds(self) -> float:
        """How long the request gives."""
        timeout = self.synapse.timeout
        return min(max(timeout, 0.0), LONGEST_TIMEOUT) if timeout is not None else LONGEST_TIMEOUT

    async def _asked(self, endpoint: Endpoint) -> Synapse:
        """The synapse from the body, which must be what was signed. Raises: Refused; ValueError, ValidationError; PeerLeft."""
        self.has_begun_to_read = True
        limits = self.axon.limits
        self.body = await read_body(self.receive, self.headers, limits.largest_body, limits.seconds_for_body)
        synapse = endpoint.cls(**json.loads(self.body))
        expected, got = synapse.body_hash, self.headers.get("computed_body_hash", "")
        if expected != got:
            raise ValueError(f"Hash mismatch between header body hash {got} and parsed body hash {expected}")
        return synapse

    async def _give(self, given: Any) -> None:
        streamer = getattr(given, "token_streamer", None)
        synapse = getattr(given, "synapse", None) if streamer is not None else given
        if not isinstance(synapse, Synapse):
            raise TypeError(f"the forward function gave {type(given).__name__}, not a synapse")
        if synapse.axon is None:
            synapse.axon = TerminalInfo()
        info = synapse.axon.__dict__
        info["status_code"] = status = info["status_code"] or 200
        if status == 200 and not info["status_message"]:
            info["status_message"] = "Success"
        info["process_time"] = self.axon.surroundings.clock() - self.started
        if streamer is not None:
            await self._stream(synapse, streamer)
            return
        body = json_bytes(synapse.model_dump(mode="json"))
        headers = [(b"content-length", b"%d" % len(body)), JSON, *encoded(synapse.to_headers().items())]
        await answer(self.send, status, headers, body)
        self._done(status, hash_of(body), body)

    async def _stream(self, synapse: Synapse, streamer: Any) -> None:
        """Send pieces as they are made. Each must be read in time; all together have the request's timeout."""
        hasher = blake3()
        status = 200

        async def send(message: Message) -> None:
            hasher.update(message.get("body", b""))
            async with asyncio.timeout(SECONDS_FOR_ANSWER):
                await self.send(message)

        headers = [(b"content-type", CONTENT_TYPE.encode()), *encoded(synapse.to_headers().items())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        try:
            async with asyncio.timeout(self._seconds()):
                await streamer(send)
        except TimeoutError:
            status = 408
        except Exception as error:
            status = self._fault(error).status
        if status == 200:  # otherwise the answer has no end: the server closes the connection, and the peer notices
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        self._done(status, hasher.digest())

    async def _refuse(self, refused: Refused) -> None:
        """Send a refusal."""
        synapse, axon = self.synapse, self.axon
        if synapse.axon is None:
            synapse.axon = TerminalInfo()
        asked = synapse.dendrite
        info = synapse.axon.__dict__
        if info["nonce"] is not None and asked is not None:
            message = f"{info['nonce']}.{asked.hotkey}.{info['hotkey']}.{info['uuid']}"
            info["signature"] = f"0x{axon.key.sign(message.encode()).hex()}"
        info["status_code"], info["status_message"] = refused.status, str(refused)
        info["process_time"] = axon.surroundings.clock() - self.started
        body = json_bytes({"message": str(refused)})
        headers = [*encoded(_in_one_piece(synapse)), (b"content-length", b"%d" % len(body)), JSON]
        if self.body is None and (self.has_begun_to_read or await left_over(self.receive, self.headers)):
            headers.append((b"connection", b"close"))
        with suppress(PeerLeft):
            await answer(self.send, refused.status, headers, body)
        self._done(refused.status, hash_of(body), body)

    def _refusal(self, error: Exception) -> Refused:
        if isinstance(error, Refused):
            return error
        return Busy(error) if isinstance(error, NoPlace) else self._fault(error)

    def _fault(self, error: Exception) -> Fault:
        """An internal error, sent as a number; the reason is kept here."""
        number = self.axon.surroundings.new_id()
        self.axon.fault(number, error)
        return Fault(number)

    def _done(self, status: int, response_hash: bytes | None, response: bytes | None = None) -> None:
        """Count the request, and pass it to the recorder."""
        axon = self.axon
        axon.counts[status] += 1
        asked = self.synapse.dendrite
        if axon.recorder is None or asked is None or asked.hotkey is None or asked.nonce is None:
            return
        try:
            exchange = Exchange(
                seen_by=AXON,
                dendrite=ss58.account(asked.hotkey),
                axon=axon.account,
                synapse=str(self.synapse.name),
                uuid=str(asked.uuid),
                nonce=asked.nonce,
                protocol=SYNAPSE,
                body_hash=bytes.fromhex(str(self.synapse.computed_body_hash)),
                signature=signature_bytes(asked.signature),
                verified=self.verified,
                request_hash=hash_of(self.body),
                response_hash=response_hash,
                status=status_or(FAULT, status),
                process_time_us=max(0, int((axon.surroundings.clock() - self.started) * 1_000_000)),
                seen_at_us=axon.surroundings.clock_ns() // 1000,
            )
        except ValueError:
            return  # with an invalid address or hash it cannot be recorded
        axon.recorder.record(exchange, self.body, response)


def _in_one_piece(synapse: Synapse) -> Iterable[tuple[str, str]]:
    """The headers of a refused synapse; those of its base class if one of its fields has no empty value."""
    try:
        return synapse.to_headers().items()
    except (ValueError, ValidationError):
        return Synapse(axon=synapse.axon, dendrite=synapse.dendrite).to_headers().items()
