"""Signed HTTP: what SDK 11.3 signs is taken, what we sign is what it signs, and each way to be wrong has its error."""

import asyncio
import json
from hashlib import sha256
from typing import Any

import httpx
import pytest
from bittensor_core import Keypair

from neuron_ledger.events.exchanges import ExchangeObserved
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.replay.exchange import signed_http
from neuron_ledger.replay.exchange.asgi import Receive, Scope, Send, answer
from neuron_ledger.replay.exchange.authenticated import Authenticated
from neuron_ledger.replay.exchange.messages import btauth_message
from neuron_ledger.replay.exchange.recorder import Recorder
from neuron_ledger.replay.exchange.signed_http import ReplayStore, Signed, sign, verify
from neuron_ledger.replay.proof.audit import audit
from neuron_ledger.replay.proof.groups import groups
from tests.shared_data import shared

ALICE, BOB = (Keypair.create_from_uri(f"//{name}") for name in ("Alice", "Bob"))
NOW = 1_795_355_354_883_641_794
TARGET = "/generate?x=1"
BODY = b'{"prompt":"hello"}'


def recorded() -> Any:
    return json.loads(shared("sdk/signed-http-11.3.0.json").read_text("utf-8"))


def checked(headers: dict[str, str], body: bytes = BODY, **other: Any) -> str:
    """`OK` and the hotkey, or the error, as the recording has it."""
    given = {"method": "POST", "target": TARGET, "hotkey": BOB.ss58_address, "store": ReplayStore(), "now_ns": NOW, **other}
    try:
        return f"OK {verify(headers, body, **given).hotkey}"
    except signed_http.AuthError as error:
        return f"{type(error).__name__}: {error}"


def test_what_the_sdk_signed_is_taken_and_each_fault_is_told_as_there() -> None:
    one = recorded()
    headers, body, outcomes = one["headers"], one["body"].encode(), dict(one["cases"])
    receiver = headers["X-Bittensor-Receiver"]
    bare = {name: value for name, value in headers.items() if not name.endswith("Signature")}
    unbound = {name: value for name, value in headers.items() if not name.endswith("Receiver")}
    store = ReplayStore()
    given = {"hotkey": receiver, "store": store, "now_ns": int(headers["X-Bittensor-Nonce"]) + 5}
    fresh = {**given, "store": ReplayStore()}
    assert checked(headers, body, **given) == outcomes["good"]
    assert checked(headers, body, **given) == outcomes["replay"]
    assert checked(headers, body + b" ", **fresh) == outcomes["body tampered"]
    assert checked(headers, body, **{**fresh, "target": "/other"}) == outcomes["other path"]
    assert checked(headers, body, **{**fresh, "hotkey": ALICE.ss58_address}) == outcomes["other receiver"]
    assert checked(bare, body, **fresh) == outcomes["no signature"]
    assert checked(headers, body, **{**fresh, "now_ns": given["now_ns"] + 10**10}) == outcomes["old"]
    assert checked(unbound, body, **fresh) == outcomes["unbound"]
    assert checked(headers, body, **{**fresh, "now_ns": given["now_ns"] - 3 * 10**9}) == outcomes["3 s in future"]


def test_the_signed_text_is_that_of_the_sdk() -> None:
    one = recorded()
    lines = one["payload"].split("\n")
    assert one["payload"].encode() == btauth_message(
        scheme="sr25519",
        method="post",
        target=TARGET,
        body_hash=sha256(one["body"].encode()).hexdigest(),
        nonce=int(lines[5]),
        sender=lines[6],
        receiver=lines[7],
    )


@pytest.mark.parametrize("crypto_type", [0, 1])
def test_what_we_sign_is_taken(crypto_type: int) -> None:
    key = Keypair.create_from_uri("//Alice", crypto_type=crypto_type)
    headers = sign(key, method="post", target=TARGET, body=BODY, receiver=BOB.ss58_address, nonce=NOW)
    assert list(headers)[:3] == ["X-Bittensor-Version", "X-Bittensor-Hotkey", "X-Bittensor-Nonce"]
    assert ("X-Bittensor-Crypto" in headers) == (crypto_type == 0)
    assert checked(headers) == f"OK {key.ss58_address}"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("Version", "2", "MalformedAuth: missing or unsupported X-Bittensor-Version"),
        ("Hotkey", "", "MalformedAuth: missing X-Bittensor-Hotkey"),
        ("Hotkey", "nobody", "MalformedAuth: invalid hotkey address"),
        ("Hotkey", bytes(ALICE.public_key).hex(), "MalformedAuth: invalid hotkey address"),
        ("Nonce", "", "MalformedAuth: missing X-Bittensor-Nonce"),
        ("Nonce", "-5", "MalformedAuth: X-Bittensor-Nonce is not a decimal integer"),
        ("Nonce", "9" * 5000, "MalformedAuth: X-Bittensor-Nonce is not a decimal integer"),
        ("Crypto", "secp256k1", "MalformedAuth: unsupported X-Bittensor-Crypto"),
        ("Crypto", "ed25519", "BadSignature"),
        ("Signature", "0xzz", "MalformedAuth: X-Bittensor-Signature is not hex"),
        ("Signature", "0x00", "MalformedAuth: invalid hotkey address or signature encoding"),
        ("Signature", "0x" + "00" * 64, "BadSignature"),
    ],
)
def test_headers_that_are_wrong(name: str, value: str, said: str) -> None:
    headers = sign("//Alice", method="POST", target=TARGET, body=BODY, receiver=BOB.ss58_address, nonce=NOW)
    assert checked({**headers, f"X-Bittensor-{name}": value}).startswith(said)


def test_an_unbound_request_passes_only_where_it_may() -> None:
    headers = sign("//Alice", method="POST", target=TARGET, body=BODY, nonce=NOW)
    assert checked(headers).startswith("WrongReceiver")
    assert checked(headers, require_receiver=False).startswith("OK")


def test_a_replay_store_is_bounded_and_forgets_only_what_cannot_come_again() -> None:
    store = ReplayStore(retention=12, most=5, most_of_one=3)
    assert [store.check_and_store("a", nonce, now=0) for nonce in (1, 1, 2, 3)] == [True, False, True, True]
    with pytest.raises(signed_http.TooManyRequests):
        store.check_and_store("a", 4, now=1)
    assert store.check_and_store("b", 4, now=2)
    assert store.check_and_store("c", 4, now=2)
    with pytest.raises(signed_http.TooManyRequests):
        store.check_and_store("d", 4, now=11.9)
    assert store.check_and_store("a", 1, now=12)
    assert len(store) == 3


def test_a_store_that_forgets_too_soon_is_refused() -> None:
    headers = sign("//Alice", method="POST", target=TARGET, body=BODY, receiver=BOB.ss58_address, nonce=NOW)
    assert "nonces are remembered for 5 s" in checked(headers, store=ReplayStore(retention=5))


async def inside(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers with who asked, and with what."""
    body = (await receive())["body"]
    await answer(send, 200, [], f"{scope['caller'].hotkey if 'caller' in scope else 'anybody'}: ".encode() + body)


def asked(app: Authenticated, *requests: Any, **client: Any) -> list[httpx.Response]:
    async def main() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://miner") as asking:
            return [await asking.request(*request, **client) for request in requests]

    return asyncio.run(main())


def test_middleware_lets_in_who_proves_it_and_nobody_twice() -> None:
    app = Authenticated(inside, BOB.ss58_address, public=("/health",), may=lambda caller: caller.hotkey != BOB.ss58_address)
    auth = Signed("//Alice", receiver=BOB.ss58_address)
    (good,) = asked(app, ("POST", "/generate?x=%C3%A9&y"), content=b"hello", auth=auth)
    assert (good.status_code, good.text) == (200, f"{ALICE.ss58_address}: hello")
    frozen = Signed("//Alice", receiver=BOB.ss58_address, clock_ns=iter([NOW] * 3).__next__)
    clocked = Authenticated(inside, BOB.ss58_address, clock_ns=lambda: NOW)
    first, again = asked(clocked, ("GET", "/a"), ("GET", "/a"), auth=frozen)
    assert (first.status_code, again.status_code) == (200, 401)
    assert again.json() == {"detail": "this nonce was already accepted from this hotkey"}
    assert asked(app, ("GET", "/a"))[0].status_code == 401
    assert asked(app, ("GET", "/health"))[0].text == "anybody: "
    assert asked(app, ("GET", "/a"), auth=Signed("//Alice", receiver=ALICE.ss58_address))[0].status_code == 403
    assert asked(app, ("GET", "/a"), auth=Signed("//Bob", receiver=BOB.ss58_address))[0].json() == {"detail": "not allowed"}


def test_middleware_bounds_what_it_reads() -> None:
    app = Authenticated(inside, BOB.ss58_address, largest_body=10)
    auth = Signed("//Alice", receiver=BOB.ss58_address)
    assert asked(app, ("POST", "/a"), content=b"x" * 11, auth=auth)[0].status_code == 413
    assert asked(app, ("POST", "/a"), content=b"x", auth=auth, headers={"content-encoding": "gzip"})[0].status_code == 415


def test_signed_http_is_recorded_and_audited() -> None:
    ledger = Ledger.in_memory()
    with Recorder(ledger, 1, name="ours") as recorder:
        app = Authenticated(inside, BOB.ss58_address, recorder=recorder)
        auth = Signed(Keypair.create_from_uri("//Alice", crypto_type=0), receiver=BOB.ss58_address)
        asked(app, ("POST", TARGET), content=BODY, auth=auth)
        asked(app, ("POST", TARGET), content=BODY)
    seen = [event for group in groups(ledger.log.read()) for event in group.events if isinstance(event, ExchangeObserved)]
    assert [(one.synapse, one.protocol, one.status) for one in seen] == [("POST /generate?x=1", "btauth/1 ed25519", 200)]
    report = audit(ledger.log)
    assert report.clean
    assert "1 signatures right" in report.observations[0].source
