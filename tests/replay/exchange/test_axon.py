"""What an Axon makes of requests that are not as they should be: the checks that were recorded of the SDK 9.7, and more."""

from collections.abc import Iterator

import httpx
import pytest

from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.replay.exchange.axon import Axon
from neuron_ledger.replay.exchange.service import Limits
from neuron_ledger.replay.exchange.surroundings import Surroundings
from neuron_ledger.replay.exchange.synapse import Synapse
from tests.replay.exchange.axon_fixture import ALICE, BOB, SECOND, Asking, served, why
from tests.replay.exchange.exchange_fixture import NOW_NS
from tests.replay.exchange.recorded import Echo, Plain, plain

EMPTY = "a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a"


@pytest.fixture(scope="module")
def axon() -> Iterator[Axon]:
    with served() as running:
        yield running


@pytest.fixture
def ask(axon: Axon) -> Asking:
    return Asking(axon)


def test_a_client_of_anothers_is_answered(ask: Asking) -> None:
    answer = ask("Echo")
    assert (answer.status_code, answer.json()["reply"]) == (200, "HI3.5")
    assert answer.headers["bt_header_axon_status_code"] == "200"
    assert ask("Synapse", method="GET").status_code == 200
    assert ask(method="GET").status_code == 200
    assert ask(body={**Plain().model_dump(), "more": 1}).status_code == 200
    assert ask("Echo", body={"text": "hi"}).status_code == 200
    assert ask(without=("version", "axon_hotkey")).status_code == 200


def test_bodies_that_are_not_what_was_signed(ask: Asking) -> None:
    assert ask("Echo", without=("input_obj_text",)).status_code == 500
    assert ask("Echo", body_hash=EMPTY).status_code == 500
    assert ask("Echo", body={**Echo(text="ho").model_dump()}).status_code == 500
    assert ask("Echo", body={"numbers": [1.0]}).status_code == 500
    assert ask(content=b"[" * 100_000).status_code == 500
    answer = ask(content=b"\xff{")
    assert answer.status_code == 500
    assert why(answer).startswith("Internal Server Error #")
    assert ask(body={**Plain().model_dump(), "reply": "unprotected"}).status_code == 200
    whole = Echo(text="hi", numbers=[1.0, 2.0])
    assert ask("Echo", body={**whole.model_dump(), "numbers": [1, 2]}, body_hash=whole.body_hash).status_code == 200


def test_signatures_that_are_wrong(ask: Asking) -> None:
    for answer in (ask(signed_for=ALICE.ss58_address), ask(uuid="x", bt_header_dendrite_uuid="y")):
        assert answer.status_code == 401
        assert why(answer).startswith("Not Verified with error: Signature mismatch with ")
    for signature in ("0x", "0xzz", "nothing", "0x" + "00" * 64, "0x" + "00" * 65):
        assert ask(bt_header_dendrite_signature=signature).status_code == 401
    assert why(ask(without=("signature",))) == "Not Verified with error: Missing Signature"
    assert why(ask(without=("dendrite_nonce",))) == "Not Verified with error: Missing Nonce"
    assert why(ask(without=("dendrite_hotkey",))) == "Not Verified with error: No SS58 formatted address or public key provided."
    assert ask(bt_header_dendrite_hotkey="nobody").status_code == 401
    assert ask(nonce=-5, version=7_001_000).status_code == 401
    assert ask(uuid="u" * 257).status_code == 401
    for timeout in ("nan", "inf", "soon"):
        assert ask(timeout=timeout).status_code == 500
    assert ask(nonce=2**64, version=7_001_000).status_code == 401


def test_unsigned_requests_pass_where_they_may() -> None:
    with served(allow_unsigned=True) as open_axon:
        ask = Asking(open_axon)
        assert ask(without=("signature",)).status_code == 200
        assert ask(signed_for=ALICE.ss58_address).status_code == 401
        assert len(open_axon.service.verification.nonces) == 0


def test_nonces() -> None:
    with served(surroundings=Surroundings(clock_ns=lambda: NOW_NS)) as axon:
        nonces_are_taken_or_refused(Asking(axon), NOW_NS)


def nonces_are_taken_or_refused(ask: Asking, now: int) -> None:
    assert ask(uuid="a", nonce=now).status_code == 200
    for nonce in (now, now - 1):
        answer = ask(uuid="a", nonce=nonce)
        assert (answer.status_code, why(answer)) == (
            401,
            "Not Verified with error: Nonce is too old, a newer one was last processed",
        )
    assert ask(uuid="a", nonce=now + 1).status_code == 200
    assert ask(uuid="b", nonce=now).status_code == 200
    assert ask(nonce=now - 8 * SECOND).status_code == 200
    old = ask(nonce=now - 3600 * SECOND)
    assert old.status_code == 401
    assert why(old).startswith("Not Verified with error: Nonce is too old: acceptable delta is 9.00 seconds but request was 36")
    assert ask(nonce=now - 3600 * SECOND, timeout=4000).status_code == 200
    assert ask(nonce=now + 86_400 * SECOND).status_code == 200
    assert ask(nonce=1, version=7_001_000).status_code == 200
    assert ask(nonce=1, without=("version",)).status_code == 200
    assert ask(nonce=now - 60 * SECOND, signed_for=ALICE.ss58_address).status_code == 401


def test_statuses(axon: Axon, ask: Asking) -> None:
    assert ask("Nope").status_code == 404
    assert ask("Nope/Echo").status_code == 404
    assert ask("").status_code == 405
    assert ask("Echo", method="DELETE").status_code == 405
    assert why(ask("Vip")) == "Forbidden. Key is blacklisted: not on the list."
    answer = ask("Boom")
    assert answer.status_code == 500
    number = why(answer).removeprefix("Internal Server Error #")
    assert axon.faults[number] == "RuntimeError: boom 1"
    assert ask("Slow", timeout=0.3).status_code == 408
    assert "Axon" in httpx.get(f"{ask.url}/").text


def test_the_page_shows_texts_as_texts() -> None:
    with Axon(BOB, port=0).attach(hostile) as made:
        text = httpx.get(f"http://127.0.0.1:{made.port}/").text
        assert BOB.ss58_address in text
        assert "<code>Hostile</code>" in text


class Hostile(Synapse):
    value: str = "<script>"


def hostile(synapse: Hostile) -> Hostile:
    return synapse


async def numbered(synapse: Plain) -> Plain:
    synapse.reply = "own"
    return synapse


def test_an_axon_has_routes_of_ones_own_and_functions_that_decide() -> None:
    def verify(synapse: Plain) -> None:
        if synapse.timeout == 1:
            raise ValueError("not today")

    made = Axon(BOB, port=0).attach(numbered, verify=verify, priority=lambda synapse: float("nan"))  # noqa: ARG005
    made.app.get("/health")(lambda: {"well": True})
    with made:
        ask = Asking(made)
        assert ask(signed_for=ALICE.ss58_address).json()["reply"] == "own"
        assert why(ask(timeout=1)) == "Not Verified with error: not today"
        assert httpx.get(f"{ask.url}/health").json() == {"well": True}


def untyped(synapse):  # type: ignore[no-untyped-def]
    return synapse


def test_functions_that_cannot_be_attached() -> None:
    for forward in (untyped, lambda: None, len, 5):
        with pytest.raises(FieldError, match="a subclass of Synapse"):
            Axon(BOB).attach(forward)  # type: ignore[arg-type]
    with pytest.raises(FieldError, match="blacklist"):
        Axon(BOB).attach(plain, blacklist=5)  # type: ignore[arg-type]
    for wrong in (5, "no such key", None):
        with pytest.raises(FieldError, match="key"):
            Axon(wrong)


def test_a_port_that_is_taken(axon: Axon) -> None:
    with pytest.raises(OSError, match="in use"):
        Axon(BOB, port=axon.port).start()


def test_limits_are_the_axons() -> None:
    with served(limits=Limits(largest_body=500)) as small:
        answer = Asking(small)(body={**Plain().model_dump(), "text": "x" * 1000})
        assert (answer.status_code, why(answer)) == (413, "A request may have at most 500 bytes")
