"""Streamed answers: the synapse's headers first, then text as it is made.

Source: bittensor 10.5.0 core/stream.py::StreamingSynapse.
"""

from codecs import getincrementaldecoder
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Final, Protocol

from attrs import frozen

from neuron_ledger.replay.exchange.headers import PLAIN, PREFIXES
from neuron_ledger.replay.exchange.synapse import Synapse

CONTENT_TYPE: Final = "text/event-stream"

Send = Callable[[Any], Awaitable[None]]
"""Takes an ASGI message: `{"type": "http.response.body", "body": b"…", "more_body": True}`."""
TokenStreamer = Callable[[Send], Awaitable[None]]


class Content(Protocol):
    """The body of an answer, as it arrives."""

    def iter_any(self) -> AsyncIterator[bytes]: ...


class StreamedAnswer(Protocol):
    """An answer whose body is still arriving. content: `iter_any()` gives the pieces. headers: by lower-case name."""

    status: int
    headers: dict[str, str]
    content: Content


@frozen
class StreamingResponse:
    """What a streaming forward function returns: the synapse for the headers, and the function that sends the pieces."""

    synapse: "StreamingSynapse"
    token_streamer: TokenStreamer


class StreamingSynapse(Synapse):
    """A synapse whose answer is streamed: its text goes into the field `completion`, unless the class reads it otherwise."""

    def create_streaming_response(self, token_streamer: TokenStreamer) -> StreamingResponse:
        """What a forward function returns. token_streamer: sends the pieces."""
        return StreamingResponse(self, token_streamer)

    async def process_streaming_response(self, response: Any) -> AsyncIterator[Any]:
        """What the caller gets for each piece; here its text. response: a `StreamedAnswer`."""
        decoder = getincrementaldecoder("utf-8")("replace")
        gathers = "completion" in type(self).model_fields
        async for piece in response.content.iter_any():
            text = decoder.decode(piece)
            if gathers:
                self.__dict__["completion"] = (self.__dict__["completion"] or "") + text
            yield text

    def extract_response_json(self, response: Any) -> dict[str, Any]:
        """The fields of the answer once all pieces have arrived: those of the headers, and the collected text."""
        sides = {
            side: {name.removeprefix(prefix): value for name, value in response.headers.items() if name.startswith(prefix)}
            for side, prefix in PREFIXES.items()
        }
        plain = {name: response.headers[name] for name in PLAIN if name in response.headers}
        return {**self.model_dump(), **plain, **sides}
