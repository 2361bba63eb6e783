"""What a bare ASGI application needs: bodies within bounds, answers within a time."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any, Final

from neuron_ledger.events.wire.errors import NeuronLedgerError
from neuron_ledger.replay.exchange.refusals import Refused, TooLarge

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

MIB: Final = 1 << 20
LARGEST_BODY: Final = 16 * MIB
"""Bytes of a request."""
SECONDS_FOR_BODY: Final = 30.0
SECONDS_FOR_ANSWER: Final = 60.0
"""How long a peer may take to send a request's body, and to take an answer."""
SMALL: Final = 64 * 1024
"""Unwanted bodies up to this many bytes are read to their end, so that the connection can be reused."""

JSON: Final = (b"content-type", b"application/json")


class PeerLeft(NeuronLedgerError):
    """The peer disconnected, or does not read; there is nobody to answer."""


def header_map(scope: Scope) -> dict[str, str]:
    """Headers of a request by name, in lower case; the last one if a name is repeated."""
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}


def announced_size(headers: dict[str, str]) -> int | None:
    """The size that a request declares for its body. Raises: Refused if it is not a number."""
    given = headers.get("content-length")
    if given is None:
        return None
    if not (given.isascii() and given.isdecimal() and len(given) < 20):
        raise Refused(400, "content-length is not a number")
    return int(given)


async def read_body(receive: Receive, headers: dict[str, str], most: int, seconds: float) -> bytes:
    """All of a request's body. Raises: TooLarge, Refused (compressed, or too slow), PeerLeft."""
    if headers.get("content-encoding", "identity") != "identity":
        raise Refused(415, "Compressed requests are not supported")
    announced = announced_size(headers)
    if announced is not None and announced > most:
        raise TooLarge(most)
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(seconds):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise PeerLeft
                part = message.get("body", b"")
                size += len(part)
                if size > most:
                    raise TooLarge(most)
                parts.append(part)
                if not message.get("more_body", False):
                    break
    except TimeoutError:
        raise Refused(408, f"The request did not come within {seconds:g} s") from None
    return parts[0] if len(parts) == 1 else b"".join(parts)


async def left_over(receive: Receive, headers: dict[str, str]) -> bool:
    """Read a small unwanted body. Returns: whether more of it may still arrive."""
    try:
        await read_body(receive, headers, SMALL, 1.0)
    except (Refused, PeerLeft):
        return True
    return False


def json_bytes(value: Any) -> bytes:
    """JSON as the SDK's answers have it: compact, in UTF-8. Raises: ValueError for a number that JSON cannot express."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def encoded(headers: Iterable[tuple[str, str]]) -> Headers:
    """Headers as ASGI has them."""
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]


async def answer(send: Send, status: int, headers: Headers, body: bytes, seconds: float = SECONDS_FOR_ANSWER) -> None:
    """Send an answer at once. Raises: PeerLeft if it is not read in time; the server then closes the connection."""
    try:
        async with asyncio.timeout(seconds):
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": body})
    except TimeoutError:
        raise PeerLeft from None
