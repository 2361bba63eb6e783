"""What a Dendrite makes of Axons: many at once, some gone, some slow, answers in pieces."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import Field

from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.replay.exchange.axon import Axon
from neuron_ledger.replay.exchange.dendrite import Dendrite, target_of
from neuron_ledger.replay.exchange.service import AxonInfo
from neuron_ledger.replay.exchange.streaming import Send, StreamingResponse
from neuron_ledger.replay.exchange.synapse import Synapse
from tests.replay.exchange.axon_fixture import ALICE, BOB, served
from tests.replay.exchange.recorded import Boom, Echo, Plain, Slow, Stream, Vip


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


def test_a_dendrite_outlives_its_event_loop(axon: Axon) -> None:
    dendrite = Dendrite(ALICE)
    for _ in range(2):
        assert asyncio.run(dendrite.forward(axon, Plain())).reply == "got hi"


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
