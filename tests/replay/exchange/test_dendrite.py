"""What a Dendrite makes of Axons: many at once, some gone, some slow, answers in pieces."""

import asyncio
import http.server
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from pydantic import Field

from neuron_ledger.events.exchanges import ExchangeObserved
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.replay.exchange.address import NoAddress, public_address
from neuron_ledger.replay.exchange.axon import Axon
from neuron_ledger.replay.exchange.dendrite import Dendrite, target_of
from neuron_ledger.replay.exchange.recorder import Recorder
from neuron_ledger.replay.exchange.service import AxonInfo
from neuron_ledger.replay.exchange.streaming import Send, StreamingResponse
from neuron_ledger.replay.exchange.synapse import Synapse
from neuron_ledger.replay.proof.audit import audit
from neuron_ledger.replay.proof.groups import groups
from tests.replay.exchange.axon_fixture import ALICE, BOB, served
from tests.replay.exchange.recorded import Boom, Echo, Plain, Slow, Stream, Vip, plain


@pytest.fixture(scope="module")
def axon() -> Iterator[Axon]:
    with served() as running:
        yield running


def test_many_are_asked_and_one_that_fails_does_not_disturb_the_others(axon: Axon) -> None:
    gone = AxonInfo("127.0.0.1", 1, BOB.ss58_address)
    other = AxonInfo("127.0.0.1", axon.port, ALICE.ss58_address)
    with Dendrite(ALICE) as dendrite:
        answers = dendrite.query([axon, gone, other, axon], Echo(text="hi"), deserialize=False)
        assert [answer.dendrite.status_code for answer in answers] == [200, 503, 401, 200]
        assert [answer.reply for answer in answers] == ["HI3.5", None, None, "HI3.5"]
        assert [dendrite.query(axon, cls(), timeout=5, deserialize=False).dendrite.status_code for cls in (Boom, Vip)] == [
            500,
            403,
        ]
        assert dendrite.query(axon, Slow(), timeout=0.3, deserialize=False).is_timeout
        assert dendrite.query(axon).is_success
        one_by_one = dendrite.query([axon, axon], Plain(), run_async=False)
        assert [answer.reply for answer in one_by_one] == ["got hi", "got hi"]


def test_a_hundred_at_once_over_few_connections(axon: Axon) -> None:
    """From one hotkey to one Axon: none overtakes another, so no nonce is too old."""

    async def main() -> tuple[set[int | None], int]:
        async with Dendrite(ALICE, connections=8) as dendrite:
            answers = await dendrite.forward([axon] * 100, Plain(), timeout=60, deserialize=False)
            return {answer.dendrite.status_code for answer in answers}, dendrite._lanes.open

    assert asyncio.run(main()) == ({200}, 8)


def test_connections_go_round_among_axons() -> None:
    async def main(axons: list[Axon]) -> tuple[list[bool], int]:
        async with Dendrite(ALICE, connections=2) as dendrite:
            answers = await dendrite.forward([*axons, *axons], Plain(), timeout=60, deserialize=False)
            return [answer.is_success for answer in answers], dendrite._lanes.open

    with served() as first, served() as second, served() as third:
        assert asyncio.run(main([first, second, third])) == ([True] * 6, 2)


def test_addresses_of_version_6() -> None:
    try:
        axon = Axon(BOB, ip="::1", port=0).attach(plain).start()
    except OSError:
        pytest.skip("this machine has no ::1")
    with ExitStack() as stack:
        stack.callback(axon.stop)
        dendrite = stack.enter_context(Dendrite(ALICE))
        assert dendrite.query(axon, Plain()).reply == "got hi"


def test_a_dendrite_outlives_its_event_loop(axon: Axon) -> None:
    dendrite = Dendrite(ALICE)
    for _ in range(2):
        assert asyncio.run(dendrite.forward(axon, Plain(), timeout=60)).reply == "got hi"


def test_frozen_fields_stay_as_they_were_sent() -> None:
    with Axon(BOB, port=0).attach(changing) as made, Dendrite(ALICE) as dendrite:
        answer = dendrite.query(made, Fixed(question="a"))
        assert (answer.question, answer.reply) == ("a", "changed")


class Fixed(Synapse):
    question: str = Field(frozen=True)
    reply: str = ""


def changing(_: Fixed) -> Fixed:
    return Fixed(question="b", reply="changed")


def broken_stream(synapse: Stream) -> StreamingResponse:
    async def pieces(send: Send) -> None:
        await send({"type": "http.response.body", "body": b"one ", "more_body": True})
        raise RuntimeError("the rest is gone")

    return synapse.create_streaming_response(pieces)


def test_a_stream_comes_in_pieces_and_one_that_breaks_is_told(axon: Axon) -> None:
    async def main(other: Axon) -> tuple[list[Any], list[Any]]:
        async with Dendrite(ALICE) as dendrite:
            whole = [piece async for piece in await dendrite.forward(axon, Stream(prompt="abc def"), timeout=5)]
            broken = [piece async for piece in await dendrite.forward(other, Stream(prompt="abc"), timeout=5, deserialize=False)]
            return whole, broken

    with Axon(BOB, port=0).attach(broken_stream) as other:
        whole, (piece, final) = asyncio.run(main(other))
        assert whole == ["cba ", "fed ", "FINAL:200/cba fed "]
        assert (piece, final.dendrite.status_code, other.counts[500]) == ("one ", 400, 1)


def test_what_cannot_be_asked() -> None:
    with pytest.raises(FieldError, match="an Axon, or something with ip, port and hotkey"):
        target_of(5)
    assert target_of(AxonInfo("1.2.3.4", 5, "x")) == AxonInfo("1.2.3.4", 5, "x")


class Anything(http.server.BaseHTTPRequestHandler):
    """Says what its class says, to whatever is asked."""

    headers_sent: tuple[tuple[str, str], ...] = ()
    said = b"{}"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.do_GET()

    def do_GET(self) -> None:
        self.send_response(200)
        for name, value in self.headers_sent:
            self.send_header(name, value)
        self.send_header("content-length", str(len(self.said)))
        self.end_headers()
        self.wfile.write(self.said)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def saying(body: bytes, *headers: tuple[str, str]) -> Iterator[int]:
    """The port of a server that is no Axon."""
    handler = type("Saying", (Anything,), {"said": body, "headers_sent": headers})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@pytest.mark.parametrize(
    ("headers", "status", "recorded"),
    [
        ((), None, 200),
        ((("bt_header_axon_status_code", "200"), ("bt_header_axon_status_message", "Success")), 200, 200),
        ((("bt_header_axon_status_code", "99999"),), 99999, 200),
        ((("bt_header_axon_status_code", "-5"), ("bt_header_dendrite_nonce", "7"), ("bt_header_dendrite_hotkey", "me")), -5, 200),
        ((("bt_header_axon_status_code", "abc"),), 422, 422),
        ((("bt_header_dendrite_nonce", "9" * 5000),), 422, 422),
    ],
)
def test_a_server_that_is_no_axon_says_what_it_likes(
    headers: tuple[tuple[str, str], ...], status: int | None, recorded: int
) -> None:
    """The first two were recorded of the SDK; whatever comes, what is recorded is what was sent."""
    ledger = Ledger.in_memory()
    body = b'{"reply":"third party","name":"Nope","axon":{"ip":"9.9.9.9"}}'
    with saying(body, *headers) as port, Recorder(ledger, 1) as recorder, Dendrite(ALICE, recorder=recorder) as dendrite:
        answer = dendrite.query(AxonInfo("127.0.0.1", port, BOB.ss58_address), Plain(), deserialize=False)
        assert (answer.dendrite.status_code, answer.is_success) == (status, status == 200)
        assert answer.dendrite.hotkey == ALICE.ss58_address
        assert answer.reply == ("third party" if status != 422 else answer.reply)
    (seen,) = [event for group in groups(ledger.log.read()) for event in group.events if isinstance(event, ExchangeObserved)]
    assert (seen.status, seen.axon) == (recorded, bytes(BOB.public_key))
    assert audit(ledger.log).clean


def test_a_public_address_is_looked_up_only_when_asked_for() -> None:
    with saying(b"192.0.2.7\n") as port, saying(b"<html>") as other:
        ours, wrong = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{other}"
        assert public_address((wrong, ours)) == "192.0.2.7"
        with pytest.raises(NoAddress, match="could not be looked up"):
            public_address((wrong,))
    with pytest.raises(NoAddress, match="no service"):
        public_address(())
