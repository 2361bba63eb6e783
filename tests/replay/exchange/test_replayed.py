"""The eight recorded exchanges of the SDK 9.7, byte for byte: our Dendrite sends the requests, our Axon gives the answers.

Nonces, uuids, signatures and times are those of the recording. What the server adds to an answer (date, server, the framing of
a stream) is compared where a real connection carries it.
"""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from neuron_ledger.replay.exchange.asgi import Message
from neuron_ledger.replay.exchange.axon import Axon
from neuron_ledger.replay.exchange.dendrite import Dendrite
from neuron_ledger.replay.exchange.service import AxonInfo
from neuron_ledger.replay.exchange.synapse import Synapse
from tests.replay.exchange.recorded import (
    SYNAPSES,
    Clock,
    Plain,
    RecordedKey,
    boom,
    echo,
    exchange,
    not_on_the_list,
    plain,
    recording,
    slow,
    stream,
    vip,
)

ANSWERED = ("200 ok (Echo", "200 ok (Plain", "403", "500", "404", "streaming")
ASKED = (*ANSWERED, "408")
OF_THE_SERVER = ("date", "server", "Transfer-Encoding")


def header(message: Any, name: str, absent: str = "") -> str:
    return str(dict(message["headers"]).get(name, absent))


def request_body(one: Any) -> bytes:
    """The recorded body, of the recorded length."""
    body = json.dumps(one["request"]["body_json"]).encode()
    assert len(body) == int(header(one["request"], "Content-Length"))
    return body


def answer_body(one: Any) -> bytes:
    """The recorded body, of the recorded length; that of a stream without its framing."""
    answer = one["response"]
    if "body_text" in answer:
        lines = answer["body_text"].split("\r\n")
        return "".join(lines[1::2]).encode()
    body = json.dumps(answer["body_json"], ensure_ascii=False, separators=(",", ":")).encode()
    assert len(body) == int(header(answer, "content-length"))
    return body


def recorded_axon(one: Any, port: int = 0) -> Axon:
    """An Axon that has the recorded one's key, name, clock, and functions, attached in the same order."""
    answer = one["response"]
    clock = Clock(
        float(header(answer, "bt_header_axon_process_time")),
        int(header(answer, "bt_header_axon_nonce", header(one["request"], "bt_header_dendrite_nonce"))),
    )
    key = RecordedKey(recording()["axon_hotkey"], header(answer, "bt_header_axon_signature", f"0x{'00' * 64}"))
    fault = header(answer, "bt_header_axon_status_message").rpartition("#")[2]
    surroundings = clock.surroundings(recording()["axon_uuid"], fault)
    axon = Axon(key, port=port, version=9_007_000, surroundings=surroundings)
    axon.attach(echo).attach(plain).attach(boom).attach(slow).attach(stream)
    return axon.attach(vip, blacklist=not_on_the_list)


async def answered(axon: Axon, one: Any) -> tuple[int, list[tuple[str, str]], bytes]:
    """Status, headers and body that an Axon gives to a recorded request."""
    request, body = one["request"], request_body(one)
    scope: Message = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": request["start_line"].split(" ")[1],
        "raw_path": request["start_line"].split(" ")[1].encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in request["headers"]],
        "client": ("127.0.0.1", int(header(one["response"], "bt_header_dendrite_port", "50000"))),
        "server": ("127.0.0.1", 47953),
    }
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await axon.app(scope, receive, send)
    start, *pieces = sent
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in start["headers"]]
    return start["status"], headers, b"".join(piece.get("body", b"") for piece in pieces)


@pytest.mark.parametrize("label", ANSWERED)
def test_our_axon_gives_the_recorded_answer(label: str) -> None:
    one = exchange(label)
    status, headers, body = asyncio.run(answered(recorded_axon(one), one))
    recorded = [(name, value) for name, value in one["response"]["headers"] if name not in OF_THE_SERVER]
    assert (status, headers) == (int(one["response"]["start_line"].split(" ")[1]), recorded)
    assert body == answer_body(one)


@pytest.mark.parametrize("label", ["200 ok (Echo", "200 ok (Plain", "streaming"])
def test_our_axon_gives_it_over_a_connection(label: str) -> None:
    """The head as it was sent, but for the date; each piece of a stream in a chunk of its own."""
    one = exchange(label)
    request, answer = one["request"], one["response"]
    head = "\r\n".join([request["start_line"], *(f"{name}: {value}" for name, value in request["headers"]), "", ""])
    with recorded_axon(one) as axon, socket.create_connection(("127.0.0.1", axon.port), timeout=10) as connection:
        connection.sendall(head.encode("latin-1") + request_body(one))
        expected = dict(answer["headers"])
        framed = answer.get("body_text", "").encode() or answer_body(one)
        given = b""
        while not (b"\r\n\r\n" in given and given.endswith(framed)):
            given += connection.recv(65536)
    lines = given[: -len(framed)].decode("latin-1").split("\r\n")
    assert lines[0] == answer["start_line"]
    names = [line.partition(": ")[0].lower() for line in lines[1:-2]]
    assert names == [name.lower() for name, _ in answer["headers"]]
    for line in lines[1:-2]:
        name, _, value = line.partition(": ")
        assert name == "date" or value == expected.get(name, expected.get("Transfer-Encoding"))


@asynccontextmanager
async def listening(answer: bytes | None) -> AsyncIterator[tuple[int, list[bytes]]]:
    """A server that keeps what it is sent, and answers with these bytes, or never. Gives its port, and what it was sent."""
    sent: list[bytes] = []

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length"))
        sent.append(head + await reader.readexactly(int(length.split(b":")[1])))
        if answer is not None:
            writer.write(answer)
            await writer.drain()
        else:
            await reader.read()
        writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], sent


def recorded_dendrite(one: Any) -> Dendrite:
    asked = one["request"]
    clock = Clock(0.5, int(header(asked, "bt_header_dendrite_nonce")))
    return Dendrite(
        RecordedKey(recording()["dendrite_hotkey"], header(asked, "bt_header_dendrite_signature")),
        ip=header(asked, "bt_header_dendrite_ip"),
        version=int(header(asked, "bt_header_dendrite_version")),
        user_agent=header(asked, "User-Agent"),
        surroundings=clock.surroundings(header(asked, "bt_header_dendrite_uuid")),
    )


async def asked(one: Any, timeout: float) -> tuple[bytes, Any, list[str]]:
    """What our Dendrite sends to ask what was asked, and what it makes of the recorded answer."""
    body = one["request"]["body_json"]
    cls = SYNAPSES[body["name"]]
    own = {name: body[name] for name in cls.model_fields if name not in Synapse.model_fields}
    target = AxonInfo("127.0.0.1", 47953, recording()["axon_hotkey"])
    async with listening(raw_answer(one)) as (port, sent), recorded_dendrite(one) as dendrite:
        dendrite._lanes = redirected(dendrite, port)
        synapse = cls(**own)
        pieces: list[str] = []
        if one["label"] == "streaming":
            *pieces, final = [piece async for piece in dendrite.call_stream(target, synapse, timeout)]
            return sent[0], synapse, [*pieces, final]
        answer = await dendrite.call(target, synapse, timeout, deserialize=False)
        while not sent:  # a machine under load did not get as far in the second that was recorded
            answer = await dendrite.call(target, synapse, timeout, deserialize=False)
        return sent[0], answer, pieces


def redirected(dendrite: Dendrite, port: int) -> Any:
    """The dendrite's lanes, whose connections go to another port than the one that is written into requests."""
    lanes = dendrite._lanes
    made = lanes._made

    def make(address: tuple[str, int]) -> Any:
        lane = made(address)
        for name in SYNAPSES:
            lane.urls[name] = httpx.URL(f"http://127.0.0.1:{port}/{name}")
        return lane

    lanes._made = make  # type: ignore[method-assign]
    return lanes


def raw_answer(one: Any) -> bytes | None:
    """The recorded answer as it came, byte by byte."""
    answer = one.get("response")
    if not answer:
        return None
    head = "\r\n".join([answer["start_line"], *(f"{name}: {value}" for name, value in answer["headers"]), "", ""])
    return head.encode("latin-1") + (answer["body_text"].encode() if "body_text" in answer else answer_body(one))


@pytest.mark.parametrize("label", ASKED)
def test_our_dendrite_sends_the_recorded_request_and_reads_the_answer(label: str) -> None:
    one = exchange(label)
    request, told = one["request"], one["sdk_result"]
    sent, synapse, pieces = asyncio.run(asked(one, float(header(request, "timeout"))))
    head = "\r\n".join([request["start_line"], *(f"{name}: {value}" for name, value in request["headers"]), "", ""])
    assert sent.decode("latin-1").split("\r\n") == (head + request_body(one).decode()).split("\r\n")
    if label == "streaming":
        assert pieces == told
        return
    assert as_the_sdk_has_it(synapse) == told


def test_nobody_listens() -> None:
    """The eighth: there is nothing to be sent."""
    told = exchange("503")["sdk_result"]
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    target = AxonInfo("127.0.0.1", port, recording()["axon_hotkey"])
    with recorded_dendrite(exchange("200 ok (Plain")) as dendrite:
        synapse = dendrite.query(target, Plain(), deserialize=False)
    status, message = told
    assert (synapse.dendrite.status_code, synapse.dendrite.status_message) == (status, message.replace("35789", str(port)))


def as_the_sdk_has_it(synapse: Any) -> dict[str, Any]:
    return {
        "dendrite_status": synapse.dendrite.status_code,
        "dendrite_msg": synapse.dendrite.status_message,
        "axon_status": synapse.axon.status_code,
        "is_success": synapse.is_success,
        "is_blacklist": synapse.is_blacklist,
        "is_timeout": synapse.is_timeout,
        "failed_verification": synapse.failed_verification,
        "reply": getattr(synapse, "reply", None),
    }
