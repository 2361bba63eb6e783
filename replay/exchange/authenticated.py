"""Middleware that lets a request of signed HTTP reach an application only once it has proved who sent it.

    app = Authenticated(app, hotkey=our_hotkey)

In the application, `scope["caller"]` is the `Caller`, in FastAPI and Starlette `request.scope["caller"]`.
"""

import time
from collections.abc import Callable
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from blake3 import blake3

from neuron_ledger.events.exchanges import AXON, BTAUTH
from neuron_ledger.events.wire import ss58
from neuron_ledger.replay.exchange.asgi import (
    JSON,
    LARGEST_BODY,
    SECONDS_FOR_BODY,
    App,
    Message,
    PeerLeft,
    Receive,
    Scope,
    Send,
    answer,
    header_map,
    json_bytes,
    read_body,
)
from neuron_ledger.replay.exchange.recording import Exchange, hash_of
from neuron_ledger.replay.exchange.refusals import Refused
from neuron_ledger.replay.exchange.signed_http import (
    ALLOWED_SKEW_SECONDS,
    MAX_AGE_SECONDS,
    AuthError,
    Caller,
    ReplayStore,
    TooManyRequests,
    WrongReceiver,
    verify,
)

if TYPE_CHECKING:
    from neuron_ledger.replay.exchange.recorder import Recorder

UNAUTHORIZED: Final = 401
FORBIDDEN: Final = 403
TOO_MANY: Final = 429


class Authenticated:
    """ASGI middleware. hotkey: the receiver that requests must be for, SS58. may: True if a caller is allowed, or the reason why
    not.

    public: paths that anybody may ask. store, max_age, allowed_skew, require_receiver: as for `verify`. recorder: records
    every request that proved its sender and receiver.
    """

    def __init__(
        self,
        app: App,
        hotkey: str,
        *,
        may: Callable[[Caller], bool | str] | None = None,
        public: tuple[str, ...] = (),
        store: ReplayStore | None = None,
        max_age: float = MAX_AGE_SECONDS,
        allowed_skew: float = ALLOWED_SKEW_SECONDS,
        require_receiver: bool = True,
        largest_body: int = LARGEST_BODY,
        recorder: "Recorder | None" = None,
        clock_ns: Callable[[], int] = time.time_ns,
    ) -> None:
        self._app, self._hotkey, self._account, self._may, self._public = app, hotkey, ss58.account(hotkey), may, public
        self._store = ReplayStore() if store is None else store
        self._max_age, self._allowed_skew, self._require_receiver = max_age, allowed_skew, require_receiver
        self._largest_body, self._recorder, self._clock_ns = largest_body, recorder, clock_ns

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in self._public:
            await self._app(scope, receive, send)
            return
        started = self._clock_ns()
        headers = header_map(scope)
        try:
            body = await read_body(receive, headers, self._largest_body, SECONDS_FOR_BODY)
            caller = self._caller(scope, headers, body)
        except PeerLeft:
            return
        except Refused as refused:
            await _say(send, refused.status, str(refused), closes=True)
            return
        except AuthError as error:
            known = TOO_MANY if isinstance(error, TooManyRequests) else FORBIDDEN if isinstance(error, WrongReceiver) else None
            await _say(send, known or UNAUTHORIZED, str(error))
            return
        inside = _Inside(body, receive, send)
        allowed = True if self._may is None else self._may(caller)
        if allowed is True:
            await self._app({**scope, "caller": caller}, inside.receive, inside.send)
        else:
            await _say(inside.send, FORBIDDEN, allowed or "not allowed")
        self._record(scope, headers, caller, body, inside, started)

    def _caller(self, scope: Scope, headers: dict[str, str], body: bytes) -> Caller:
        return verify(
            headers,
            body,
            method=scope["method"],
            target=target_of(scope),
            hotkey=self._hotkey,
            store=self._store,
            max_age=self._max_age,
            allowed_skew=self._allowed_skew,
            require_receiver=self._require_receiver,
            now_ns=self._clock_ns(),
        )

    def _record(
        self, scope: Scope, headers: dict[str, str], caller: Caller, body: bytes, inside: "_Inside", started: int
    ) -> None:
        """Pass it to the recorder; a request without a receiver has no signature that could be checked later."""
        if self._recorder is None or "x-bittensor-receiver" not in headers:
            return
        ended = self._clock_ns()
        exchange = Exchange(
            seen_by=AXON,
            dendrite=ss58.account(caller.hotkey),
            axon=self._account,
            synapse=f"{scope['method']} {target_of(scope)}",
            uuid="",
            nonce=caller.nonce,
            protocol=f"{BTAUTH} {caller.scheme}",
            body_hash=sha256(body).digest(),
            signature=caller.signature,
            verified=True,
            request_hash=hash_of(body),
            response_hash=inside.hasher.digest(),
            status=inside.status,
            process_time_us=max(0, ended - started) // 1000,
            seen_at_us=ended // 1000,
        )
        self._recorder.record(exchange, body)


class _Inside:
    """The inner application's channels: the body that was already read, and an answer that is observed on its way."""

    def __init__(self, body: bytes, receive: Receive, send: Send) -> None:
        self._body: bytes | None = body
        self._receive, self._send = receive, send
        self.hasher = blake3()
        self.status = 500

    async def receive(self) -> Message:
        body, self._body = self._body, None
        return await self._receive() if body is None else {"type": "http.request", "body": body, "more_body": False}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        self.hasher.update(message.get("body", b""))
        await self._send(message)


def target_of(scope: Scope) -> str:
    """Path and query as received."""
    path = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1")
    query = scope["query_string"].decode("latin-1")
    return f"{path}?{query}" if query else path


async def _say(send: Send, status: int, why: str, *, closes: bool = False) -> None:
    body = json_bytes({"detail": why})
    headers = [JSON, (b"content-length", b"%d" % len(body)), *([(b"connection", b"close")] if closes else [])]
    await answer(send, status, headers, body)
