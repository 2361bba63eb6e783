"""The exchanges that were recorded of the SDK 9.7, its Dendrite and its Axon, and the synapses that were asked for in them."""

import asyncio
import json
from typing import Any

from pydantic import Field

from neuron_ledger.replay.exchange.streaming import Send, StreamingResponse, StreamingSynapse
from neuron_ledger.replay.exchange.surroundings import Surroundings
from neuron_ledger.replay.exchange.synapse import Synapse
from tests.shared_data import shared

RECORDED = "sdk/axon-dendrite-exchange-9.7.0.json"


def recording() -> Any:
    return json.loads(shared(RECORDED).read_text("utf-8"))


def exchange(label: str) -> Any:
    """The recorded exchange whose label begins so."""
    return next(one for one in recording()["exchanges"] if one["label"].startswith(label))


class Echo(Synapse):
    text: str
    numbers: list[float] = Field(default=[1.0, 2.5])
    reply: str | None = None
    required_hash_fields = ("text", "numbers")


class Plain(Synapse):
    text: str = "hi"
    reply: str | None = None


class Boom(Synapse):
    x: int = 1


class Slow(Synapse):
    x: int = 1


class Stream(StreamingSynapse):
    prompt: str
    completion: str = ""
    required_hash_fields = ("prompt",)

    def deserialize(self) -> str:
        assert self.dendrite is not None
        return f"FINAL:{self.dendrite.status_code}/{self.completion}"


class Vip(Synapse):
    x: int = 1


class Nope(Synapse):
    x: int = 1


SYNAPSES = {cls.__name__: cls for cls in (Echo, Plain, Boom, Slow, Stream, Vip, Nope)}


def echo(synapse: Echo) -> Echo:
    synapse.reply = synapse.text.upper() + str(sum(synapse.numbers))
    return synapse


async def plain(synapse: Plain) -> Plain:
    synapse.reply = f"got {synapse.text}"
    return synapse


def boom(synapse: Boom) -> Boom:
    raise RuntimeError(f"boom {synapse.x}")


async def slow(synapse: Slow) -> Slow:
    await asyncio.sleep(30)
    return synapse


def stream(synapse: Stream) -> StreamingResponse:
    async def pieces(send: Send) -> None:
        for word in synapse.prompt.split():
            await send({"type": "http.response.body", "body": f"{word[::-1]} ".encode(), "more_body": True})

    return synapse.create_streaming_response(pieces)


def vip(synapse: Vip) -> Vip:
    return synapse


def not_on_the_list(_: Vip) -> tuple[bool, str]:
    return True, "not on the list"


class RecordedKey:
    """A key that signs what was recorded, whatever it is asked to sign."""

    def __init__(self, address: str, signature: str = f"0x{'00' * 64}") -> None:
        self.ss58_address = address
        self.signature = bytes.fromhex(signature[2:])

    def sign(self, _: bytes) -> bytes:
        return self.signature


class Clock:
    """Nothing passes until it is read for the first time; then what passed is as recorded. nonce: nanoseconds, at all times."""

    def __init__(self, passed: float, nonce: int) -> None:
        self._reads = iter((0.0,))
        self._passed, self._nonce = passed, nonce

    def surroundings(self, uuid: str, fault: str = "") -> Surroundings:
        return Surroundings(
            clock=lambda: next(self._reads, self._passed),
            clock_ns=lambda: self._nonce,
            new_id=lambda: fault,
            new_uuid=lambda: uuid,
        )
