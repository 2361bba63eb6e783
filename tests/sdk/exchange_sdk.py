"""The Axon and the Dendrite of the SDK (9.7, 10.5), unmodified: run with `axon`, or with `dendrite PORT HOTKEY`.

The Axon prints its port, and answers until its input ends. The Dendrite asks each case and prints one JSON line for each.
"""

import asyncio
import json
import socket
import sys
import time
from typing import Any, ClassVar, Tuple  # noqa: UP035
from unittest.mock import patch

import bittensor
from bittensor.utils import networking
from bittensor_wallet import Keypair

networking.get_external_ip = lambda: "127.0.0.99"  # the only thing that the Dendrite asks the world for


class Echo(bittensor.Synapse):
    text: str
    numbers: list[float] = [1.0, 2.5]  # noqa: RUF012
    reply: str | None = None
    required_hash_fields: ClassVar[tuple[str, ...]] = ("text", "numbers")


class Plain(bittensor.Synapse):
    text: str = "hi"
    reply: str | None = None


class Boom(bittensor.Synapse):
    x: int = 1


class Slow(bittensor.Synapse):
    x: int = 1


class Vip(bittensor.Synapse):
    x: int = 1


class Nope(bittensor.Synapse):
    x: int = 1


class Stream(bittensor.StreamingSynapse):
    prompt: str
    completion: str = ""
    required_hash_fields: ClassVar[tuple[str, ...]] = ("prompt",)

    async def process_streaming_response(self, response: Any) -> Any:
        async for chunk in response.content.iter_any():
            self.completion += chunk.decode()
            yield chunk.decode()

    def extract_response_json(self, response: Any) -> dict[str, Any]:
        headers = {name.decode(): value.decode() for name, value in response.__dict__["_raw_headers"]}

        def side(prefix: str) -> dict[str, str]:
            return {name.removeprefix(prefix): value for name, value in headers.items() if name.startswith(prefix)}

        given = {"name": headers.get("name", ""), "timeout": float(headers.get("timeout", 0)), "prompt": self.prompt}
        return {**given, "completion": self.completion, "dendrite": side("bt_header_dendrite_"), "axon": side("bt_header_axon_")}


def echo(synapse: Echo) -> Echo:
    synapse.reply = synapse.text.upper() + str(sum(synapse.numbers))
    return synapse


async def plain(synapse: Plain) -> Plain:
    synapse.reply = f"got {synapse.text}"
    return synapse


def boom(synapse: Boom) -> Boom:
    raise RuntimeError(f"boom {synapse.x}")


async def slow(synapse: Slow) -> Slow:
    await asyncio.sleep(5)
    return synapse


def vip(synapse: Vip) -> Vip:
    return synapse


def refuse(synapse: Vip) -> Tuple[bool, str]:  # noqa: UP006, ARG001 - the SDK compares the signature
    return True, "not on the list"


async def stream(synapse: Stream) -> Any:
    async def pieces(send: Any) -> None:
        for word in synapse.prompt.split():
            await send({"type": "http.response.body", "body": f"{word[::-1]} ".encode(), "more_body": True})

    return synapse.create_streaming_response(pieces)


class Wallet:
    """As much of a wallet as an Axon asks for."""

    def __init__(self, uri: str) -> None:
        self.hotkey = self.coldkeypub = Keypair.create_from_uri(uri)


class WrongKey:
    """Says that it is one key, and signs with another."""

    ss58_address = Keypair.create_from_uri("//Alice").ss58_address

    def sign(self, message: Any) -> bytes:
        return Keypair.create_from_uri("//Eve").sign(message)


def serve() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    axon = bittensor.Axon(wallet=Wallet("//Bob"), ip="127.0.0.1", external_ip="127.0.0.1", port=port)
    for forward in (echo, plain, boom, slow, stream):
        axon.attach(forward)
    axon.attach(vip, refuse)
    axon.start()
    while socket.socket().connect_ex(("127.0.0.1", port)):
        time.sleep(0.05)
    print(json.dumps({"port": port}), flush=True)
    sys.stdin.read()
    axon.stop()


def dendrite(key: Any) -> Any:
    """A Dendrite; the key may be one that only looks like a key pair."""
    made = bittensor.Dendrite(Keypair.create_from_uri("//Alice"))
    made.keypair = key
    return made


def told(name: str, answer: Any) -> dict[str, Any]:
    """What the one who asked sees of an answer, without what differs from time to time."""
    status, said = answer.dendrite.status_code, answer.axon.status_code
    message = str(answer.dendrite.status_message or "")
    for cut in ("#", "mismatch with", " but request was"):
        message = message.split(cut)[0]
    return {
        "case": name,
        "status": None if status is None else int(status),
        "status of the axon": None if said is None else int(said),
        "message": message,
        "reply": getattr(answer, "reply", None),
    }


async def ask(port: int, hotkey: str) -> None:
    axon = bittensor.AxonInfo(version=1, ip="127.0.0.1", port=port, ip_type=4, hotkey=hotkey, coldkey=hotkey)
    closed = bittensor.AxonInfo(version=1, ip="127.0.0.1", port=1, ip_type=4, hotkey=hotkey, coldkey=hotkey)
    other = bittensor.AxonInfo(version=1, ip="127.0.0.1", port=port, ip_type=4, hotkey=WrongKey.ss58_address, coldkey=hotkey)
    alice = Keypair.create_from_uri("//Alice")
    now = time.time_ns()

    async def case(name: str, synapse: Any, *, to: Any = axon, key: Any = alice, at: int | None = None, by: Any = None) -> Any:
        asking = by or dendrite(key)
        clock = patch.object(time, "time_ns", lambda: at) if at is not None else patch.object(time, "time_ns", time.time_ns)
        with clock:
            answer = await asking.forward(to, synapse, timeout=1.5 if name == "timeout" else 12, deserialize=False)
        report(name, answer)
        if by is None:
            await asking.aclose_session()

    def report(name: str, answer: Any) -> None:
        print(json.dumps(told(name, answer)), flush=True)

    await case("required hash fields", Echo(text="héllo"))
    await case("no hash fields", Plain())
    await case("wrong signature", Plain(), key=WrongKey())
    await case("signed for another", Plain(), to=other)
    await case("old nonce", Plain(), at=now - 60 * 10**9)
    again = dendrite(alice)
    await case("before the replay", Plain(), at=now, by=again)
    await case("replay", Plain(), at=now, by=again)
    await again.aclose_session()
    await case("blacklist", Vip())
    await case("unknown synapse", Nope())
    await case("timeout", Slow())
    await case("error in forward", Boom())
    await case("nobody listens", Plain(), to=closed)
    asking = dendrite(alice)
    pieces = [piece async for piece in await asking.forward(axon, Stream(prompt="abc def"), deserialize=False, streaming=True)]
    *texts, last = pieces
    last.__dict__["reply"] = "".join(texts)
    report("streaming", last)
    await asking.aclose_session()


if __name__ == "__main__":
    if sys.argv[1] == "axon":
        serve()
    else:
        asyncio.run(ask(int(sys.argv[2]), sys.argv[3]))
