"""A Dendrite's answers: read and decompressed within bounds, and copied into the synapse that was sent.

Source: bittensor 10.5.0 core/dendrite.py::process_server_response, DENDRITE_ERROR_MAPPING.
"""

import json
import zlib
from collections.abc import AsyncIterable, AsyncIterator, Mapping
from contextlib import suppress
from typing import Any, Final

import httpx

from neuron_ledger.events.wire.errors import NeuronLedgerError
from neuron_ledger.replay.exchange.headers import parsed_headers
from neuron_ledger.replay.exchange.synapse import SUCCESS, Synapse, TerminalInfo

LARGEST_ANSWER: Final = 64 << 20
"""Bytes, after decompression."""
_GZIP_OR_ZLIB: Final = 47
"""For zlib: gzip or zlib, by the first bytes."""
KEPT: Final = ("hotkey", "nonce", "uuid", "signature", "version")
"""The dendrite's own fields, which no answer changes."""


class AnswerProblem(NeuronLedgerError, ValueError):
    """An answer that cannot be read."""


class Unpacked:
    """The body of an answer as it arrives, decompressed, at most `most` bytes. Raises, while it is read: AnswerProblem."""

    def __init__(self, stream: AsyncIterable[bytes], coding: str, most: int = LARGEST_ANSWER) -> None:
        if coding not in ("", "identity", "gzip", "deflate", "x-gzip"):
            raise AnswerProblem(f"content-encoding {coding!r:.40} is not supported")
        self._stream, self._most = stream, most
        self._packed = zlib.decompressobj(_GZIP_OR_ZLIB) if coding not in ("", "identity") else None
        self._size = 0

    async def iter_any(self) -> AsyncIterator[bytes]:
        """The pieces, as they arrive."""
        async for piece in self._stream:
            if self._packed is None:
                yield self._counted(piece)
                continue
            try:
                plain = self._packed.decompress(piece, self._most - self._size + 1)
            except zlib.error as error:
                raise AnswerProblem(f"the answer cannot be decompressed ({error})") from None
            if plain:
                yield self._counted(plain)

    async def iter_chunked(self, size: int) -> AsyncIterator[bytes]:
        """The pieces, none larger than `size`."""
        async for piece in self.iter_any():
            for begin in range(0, len(piece), size):
                yield piece[begin : begin + size]

    async def read(self) -> bytes:
        """All of it."""
        return b"".join([piece async for piece in self.iter_any()])

    def _counted(self, piece: bytes) -> bytes:
        self._size += len(piece)
        if self._size > self._most:
            raise AnswerProblem(f"an answer may have at most {self._most} bytes, decompressed")
        return piece


class Answer:
    """An answer whose body is still arriving, with the attributes that classes for the SDK's client use."""

    def __init__(self, response: httpx.Response, most: int = LARGEST_ANSWER) -> None:
        self.status = response.status_code
        self.raw_headers = self._raw_headers = tuple((name.lower(), value) for name, value in response.headers.raw)
        self.headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in self.raw_headers}
        assert isinstance(response.stream, AsyncIterable)
        self.content = Unpacked(response.stream, self.headers.get("content-encoding", ""), most)


def take_over(synapse: Synapse, answer: Answer, fields: Any) -> None:
    """Copy an answer into the synapse that was sent, all of it or nothing. Frozen fields stay.

    Raises: ValueError, TypeError, pydantic's ValidationError.
    """
    if not isinstance(fields, dict):
        raise AnswerProblem("the answer is not an object")
    if synapse.axon is None or synapse.dendrite is None:
        raise AnswerProblem("the synapse does not say who asks whom")
    said = parsed_headers(answer.headers)
    given = type(synapse)(**fields) if answer.status == SUCCESS else Synapse()
    axon = _merged(synapse.axon, given.axon, said["axon"])
    dendrite = _merged(synapse.dendrite, given.dendrite, said["dendrite"])
    if answer.status != SUCCESS and axon.status_code is None:
        axon.__dict__.update(status_code=answer.status, status_message=str(fields.get("message")))
    dendrite.__dict__.update({name: getattr(synapse.dendrite, name) for name in KEPT})
    dendrite.__dict__.update(status_code=axon.status_code, status_message=axon.status_message)
    if answer.status == SUCCESS:
        for name, info in type(synapse).model_fields.items():
            if not info.frozen:
                synapse.__dict__[name] = getattr(given, name)
        if synapse.__pydantic_extra__ is not None and given.__pydantic_extra__ is not None:
            synapse.__pydantic_extra__.update(given.__pydantic_extra__)
    synapse.axon, synapse.dendrite = axon, dendrite


def _merged(sent: TerminalInfo, given: TerminalInfo | None, said: Mapping[str, str]) -> TerminalInfo:
    """One side of an exchange: as it was sent, overridden by the answer, and that by its headers."""
    known = sent.model_dump(exclude_none=True)
    answered = {} if given is None else given.model_dump(exclude_none=True)
    return TerminalInfo(**{**known, **answered, **said})


def failed(synapse: Synapse, status: int, message: str) -> None:
    """Set the synapse's status to why there is no answer."""
    if synapse.dendrite is None:
        synapse.dendrite = TerminalInfo()
    synapse.dendrite.__dict__.update(status_code=status, status_message=message)


def status_of(error: Exception, synapse: Synapse, name: str) -> tuple[int, str]:
    """The status and the text for an error on the way."""
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        return 408, f"Request timeout after {synapse.timeout} seconds"
    if isinstance(error, httpx.ConnectError):
        where = f"{synapse.axon.ip}:{synapse.axon.port}" if synapse.axon is not None else "its address"
        return 503, f"Service unavailable at {where}/{name}"
    if isinstance(error, httpx.RemoteProtocolError) and "complete" in str(error):
        return 400, f"Payload error: {error}"
    if isinstance(error, httpx.TransportError):
        return 503, f"Service disconnected: {error}"
    return 422, f"Failed to parse response: {error}"


def fields_of(body: bytes) -> Any:
    """The JSON of an answer. Raises: AnswerProblem."""
    with suppress(ValueError, RecursionError):
        return json.loads(body)
    raise AnswerProblem("the answer is not JSON")
