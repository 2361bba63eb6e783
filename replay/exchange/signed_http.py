"""Signed HTTP (`btauth/1`): a request proves that a hotkey sent it, to another hotkey, with exactly this body, a moment ago.

    headers = sign("//Alice", method="POST", target="/generate?x=1", body=body, receiver=their_hotkey)
    caller = verify(headers, body, method="POST", target="/generate?x=1", hotkey=our_hotkey)

For servers there is middleware around any ASGI application, `Authenticated`, and for clients `Signed`, httpx's `auth=`.

Source: bittensor 11.3.0 http_auth.py.
"""

import time
from collections import deque
from collections.abc import Callable, Generator, Mapping
from hashlib import sha256
from threading import Lock
from typing import Any, Final

import httpx
from attrs import frozen

from neuron_ledger.events.wire.errors import NeuronLedgerError
from neuron_ledger.replay.exchange.keys import scheme_of, signer_of
from neuron_ledger.replay.exchange.messages import SCHEMES, account_at, btauth_message, is_right

VERSION: Final = "1"
PREFIX: Final = "X-Bittensor-"
MAX_AGE_SECONDS: Final = 10.0
ALLOWED_SKEW_SECONDS: Final = 2.0
RETENTION_SECONDS: Final = 60.0
DEFAULT_SCHEME: Final = "sr25519"
NANOSECONDS: Final = 1_000_000_000
LONGEST_NONCE: Final = 20
"""Digits."""


class AuthError(NeuronLedgerError, ValueError):
    """A request that does not prove who sent it. The text may be sent back: it repeats nothing of the request."""


class MalformedAuth(AuthError):
    """A header is missing or cannot be read."""


class WrongReceiver(AuthError):
    """It was signed for another receiver, or for none."""


class StaleRequest(AuthError):
    """It is too old, or from the future."""


class ReplayedRequest(AuthError):
    """It was accepted before."""


class BadSignature(AuthError):
    """The hotkey did not sign it."""


class TooManyRequests(AuthError):
    """One hotkey, or all together, sent more requests than can be remembered."""


@frozen
class Caller:
    """Who sent a request. hotkey: SS58. nonce: nanoseconds. scheme: of its key. signature: 64 bytes."""

    hotkey: str
    nonce: int
    scheme: str
    signature: bytes


class ReplayStore:
    """Accepted requests, for as long as they could be replayed; at most `most`, and `most_of_one` of one hotkey.

    What does not fit is refused rather than forgotten: a forgotten request could be replayed.
    """

    def __init__(self, retention: float = RETENTION_SECONDS, most: int = 1_000_000, most_of_one: int = 100_000) -> None:
        self.retention = retention
        self._most, self._most_of_one = most, most_of_one
        self._seen: dict[str, set[int]] = {}
        self._expiry: deque[tuple[float, str, int]] = deque()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._expiry)

    def check_and_store(self, hotkey: str, nonce: int, now: float | None = None) -> bool:
        """Whether it is new; then it is remembered. now: seconds of any clock. Raises: TooManyRequests."""
        at = time.monotonic() if now is None else now
        with self._lock:
            while self._expiry and self._expiry[0][0] <= at:
                self._forget(*self._expiry.popleft()[1:])
            seen = self._seen.get(hotkey, set())
            if nonce in seen:
                return False
            if len(seen) >= self._most_of_one or len(self._expiry) >= self._most:
                raise TooManyRequests("too many requests to remember their nonces; try again later")
            self._seen.setdefault(hotkey, seen).add(nonce)
            self._expiry.append((at + self.retention, hotkey, nonce))
            return True

    def _forget(self, hotkey: str, nonce: int) -> None:
        seen = self._seen[hotkey]
        seen.discard(nonce)
        if not seen:
            del self._seen[hotkey]


def sign(
    key: Any, *, method: str, target: str, body: bytes = b"", receiver: str | None = None, nonce: int | None = None
) -> dict[str, str]:
    """The headers that prove who sends a request.

    key: a wallet, a key pair, or a secret URI. target: path and query as sent. receiver: whom it is for, SS58; without
    one, only servers that do not require one accept it. nonce: nanoseconds; by default now.
    """
    signer = signer_of(key)
    scheme = scheme_of(signer)
    nonce = time.time_ns() if nonce is None else nonce
    message = btauth_message(
        scheme=scheme,
        method=method,
        target=target,
        body_hash=sha256(body).hexdigest(),
        nonce=nonce,
        sender=signer.ss58_address,
        receiver=receiver,
    )
    headers = {"Version": VERSION, "Hotkey": signer.ss58_address, "Nonce": str(nonce)}
    headers["Signature"] = f"0x{bytes(signer.sign(message)).hex()}"
    if scheme != DEFAULT_SCHEME:
        headers["Crypto"] = scheme
    if receiver is not None:
        headers["Receiver"] = receiver
    return {f"{PREFIX}{name}": value for name, value in headers.items()}


def verify(
    headers: Mapping[str, str],
    body: bytes,
    *,
    method: str,
    target: str,
    hotkey: str,
    store: ReplayStore,
    max_age: float = MAX_AGE_SECONDS,
    allowed_skew: float = ALLOWED_SKEW_SECONDS,
    require_receiver: bool = True,
    now_ns: int | None = None,
) -> Caller:
    """Who sent a request. body: as received. target: path and query as received. hotkey: whom it must be for, SS58.

    store: what was accepted before. Checked in this order: the headers (MalformedAuth), the receiver (WrongReceiver), the time
    (StaleRequest), the signature (BadSignature), and whether it was accepted before (ReplayedRequest, TooManyRequests).
    """
    if max_age + allowed_skew > store.retention:
        raise AuthError(
            f"requests are valid for {max_age + allowed_skew:g} s, but nonces are remembered for {store.retention:g} s"
        )
    given = {name.lower(): value for name, value in headers.items()}
    caller = _read(given)
    receiver = given.get(f"{PREFIX}Receiver".lower())
    if receiver is None and require_receiver:
        raise WrongReceiver(f"missing {PREFIX}Receiver: this server requires receiver-bound requests")
    if receiver not in (None, hotkey):
        raise WrongReceiver("request was signed for a different receiving hotkey")
    now = time.time_ns() if now_ns is None else now_ns
    if now - caller.nonce > max_age * NANOSECONDS:
        raise StaleRequest(f"nonce is older than the {max_age:g}s freshness window")
    if caller.nonce - now > allowed_skew * NANOSECONDS:
        raise StaleRequest(f"nonce is more than {allowed_skew:g}s in the future")
    message = btauth_message(
        scheme=caller.scheme,
        method=method,
        target=target,
        body_hash=sha256(body).hexdigest(),
        nonce=caller.nonce,
        sender=caller.hotkey,
        receiver=receiver,
    )
    account = account_at(caller.hotkey)
    if account is None:
        raise MalformedAuth("invalid hotkey address or signature encoding")
    if not is_right(account, caller.scheme, message, caller.signature):
        raise BadSignature("signature does not verify against the claimed hotkey")
    if not store.check_and_store(caller.hotkey, caller.nonce):
        raise ReplayedRequest("this nonce was already accepted from this hotkey")
    return caller


def _read(given: Mapping[str, str]) -> Caller:
    """The contents of the headers. given: by lower-case name. Raises: MalformedAuth."""

    def header(name: str) -> str:
        value = given.get(f"{PREFIX}{name}".lower())
        if not value:
            raise MalformedAuth(f"missing {PREFIX}{name}")
        return value

    if given.get(f"{PREFIX}Version".lower()) != VERSION:
        raise MalformedAuth(f"missing or unsupported {PREFIX}Version (expected {VERSION!r})")
    hotkey, nonce = header("Hotkey"), header("Nonce")
    if not (nonce.isascii() and nonce.isdecimal() and len(nonce) <= LONGEST_NONCE):
        raise MalformedAuth(f"{PREFIX}Nonce is not a decimal integer")
    scheme = given.get(f"{PREFIX}Crypto".lower(), DEFAULT_SCHEME).strip().lower()
    scheme = {str(number): name for name, number in SCHEMES.items()}.get(scheme, scheme)
    if scheme not in SCHEMES:
        raise MalformedAuth(f"unsupported {PREFIX}Crypto")
    signature = header("Signature")
    try:
        read = bytes.fromhex(signature.removeprefix("0x"))
    except ValueError:
        raise MalformedAuth(f"{PREFIX}Signature is not hex") from None
    if len(read) != 64:
        raise MalformedAuth("invalid hotkey address or signature encoding")
    return Caller(hotkey, int(nonce), scheme, read)


class Signed(httpx.Auth):
    """Signs what httpx sends: `httpx.post(url, json=…, auth=Signed("//Alice", receiver=their_hotkey))`. Signs each attempt."""

    requires_request_body = True

    def __init__(self, key: Any, receiver: str | None = None, clock_ns: Callable[[], int] = time.time_ns) -> None:
        self._key, self._receiver, self._clock_ns = signer_of(key), receiver, clock_ns

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        target = request.url.raw_path.decode("ascii")
        nonce = self._clock_ns()
        request.headers.update(
            sign(
                self._key,
                method=request.method,
                target=target,
                body=request.content,
                receiver=self._receiver,
                nonce=nonce,
            )
        )
        yield request
