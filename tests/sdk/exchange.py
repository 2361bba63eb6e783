"""The real SDK's Axon and Dendrite against ours, both ways, and its signed HTTP: `python -m tests.sdk.exchange`.

What the SDK sees when it talks to itself is what it must see when it talks to us, and we when we talk to it: in every case the
same status on both sides, the same message, the same answer.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from bittensor_core import Keypair

from neuron_ledger.replay.exchange.dendrite import Dendrite
from neuron_ledger.replay.exchange.service import AxonInfo
from neuron_ledger.replay.exchange.signed_http import AuthError, ReplayStore, sign, verify
from neuron_ledger.replay.exchange.surroundings import Surroundings
from tests.replay.exchange.axon_fixture import served
from tests.replay.exchange.recorded import Boom, Echo, Nope, Plain, Slow, Stream, Vip
from tests.sdk.environments import ROOT, environment

HERE: Final = Path(__file__).parent
WITH_AXONS: Final = ("9.7.0", "10.5.0")
WITH_SIGNED_HTTP: Final = "11.3.0"
SECONDS: Final = 300
ALICE, BOB, EVE = (Keypair.create_from_uri(f"//{name}") for name in ("Alice", "Bob", "Eve"))

Told = Mapping[str, Any]
"""What the one who asked sees of a case."""


def main() -> None:
    faults = [fault for version in WITH_AXONS for fault in compared(version)]
    faults += list(compared_http())
    for fault in faults:
        print(fault)
    sys.exit(bool(faults))


def compared(version: str) -> Iterator[str]:
    """Where a pair does not see what the SDK sees with itself."""
    try:
        python = environment(version)
    except subprocess.CalledProcessError:
        print(f"SDK {version} cannot be installed here: not tried")
        return
    with their_axon(python) as theirs, our_axon() as ours:
        expected = {case["case"]: case for case in asked_by_the_sdk(python, theirs)}
        pairs = {
            f"its Dendrite ({version}), our Axon": asked_by_the_sdk(python, ours),
            f"our Dendrite, its Axon ({version})": asyncio.run(asked_by_us(theirs)),
            "our Dendrite, our Axon": asyncio.run(asked_by_us(ours)),
        }
    for pair, cases in pairs.items():
        differing = [case for case in cases if case != expected[case["case"]]]
        print(f"{pair}: {len(cases) - len(differing)} of {len(expected)} cases as the SDK sees them with itself")
        for case in differing:
            yield f"{pair}: expected {json.dumps(expected[case['case']])}, got {json.dumps(case)}"
        if len(cases) != len(expected):
            yield f"{pair}: {len(expected)} cases are expected, {len(cases)} were tried"


def asked_by_the_sdk(python: Path, port: int) -> list[Told]:
    command = [str(python), str(HERE / "exchange_sdk.py"), "dendrite", str(port), BOB.ss58_address]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True, timeout=SECONDS)
    return list(json_lines(done.stdout))


def json_lines(text: str) -> Iterator[Any]:
    return (json.loads(line) for line in text.splitlines() if line.startswith("{"))


@contextmanager
def their_axon(python: Path) -> Iterator[int]:
    """The port of the SDK's Axon."""
    command = [str(python), str(HERE / "exchange_sdk.py"), "axon"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout is not None
            said = iter(process.stdout.readline, "")
            yield next(json.loads(line)["port"] for line in said if line.startswith("{"))
        finally:
            process.kill()


@contextmanager
def our_axon() -> Iterator[int]:
    with served() as axon:
        yield axon.port


class WrongKey:
    """Says that it is one key, and signs with another."""

    ss58_address = ALICE.ss58_address

    def sign(self, message: bytes) -> bytes:
        return bytes(EVE.sign(message))


async def asked_by_us(port: int) -> list[Told]:
    """The cases of `exchange_sdk.py`, in their order."""
    axon = AxonInfo("127.0.0.1", port, BOB.ss58_address)
    now = time.time_ns()
    found: list[Told] = []

    async def case(name: str, synapse: Any, to: AxonInfo = axon, key: Any = ALICE, at: int | None = None, times: int = 1) -> None:
        surroundings = Surroundings() if at is None else Surroundings(clock_ns=lambda: at)
        async with Dendrite(key, surroundings=surroundings) as dendrite:
            for number in range(times):
                answer = await dendrite.forward(to, synapse, timeout=1.5 if name == "timeout" else 12, deserialize=False)
                found.append(told(name if number == times - 1 else f"before the {name}", answer))

    await case("required hash fields", Echo(text="héllo"))
    await case("no hash fields", Plain())
    await case("wrong signature", Plain(), key=WrongKey())
    await case("signed for another", Plain(), to=AxonInfo("127.0.0.1", port, ALICE.ss58_address))
    await case("old nonce", Plain(), at=now - 60 * 10**9)
    await case("replay", Plain(), at=now, times=2)
    await case("blacklist", Vip())
    await case("unknown synapse", Nope())
    await case("timeout", Slow())
    await case("error in forward", Boom())
    await case("nobody listens", Plain(), to=AxonInfo("127.0.0.1", 1, BOB.ss58_address))
    async with Dendrite(ALICE) as dendrite:
        *texts, last = [piece async for piece in await dendrite.forward(axon, Stream(prompt="abc def"), deserialize=False)]
        last.__dict__["reply"] = "".join(texts)
        found.append(told("streaming", last))
    return found


def told(name: str, answer: Any) -> Told:
    """As `exchange_sdk.py` has it."""
    message = str(answer.dendrite.status_message or "")
    for cut in ("#", "mismatch with", " but request was"):
        message = message.split(cut)[0]
    return {
        "case": name,
        "status": answer.dendrite.status_code,
        "status of the axon": answer.axon.status_code,
        "message": message,
        "reply": getattr(answer, "reply", None),
    }


def compared_http() -> Iterator[str]:
    """What the SDK signs and we verify, and the reverse: each case has the same outcome on both sides."""
    python = environment(WITH_SIGNED_HTTP)
    command = [str(python), str(HERE / "exchange_http.py")]
    now = time.time_ns()
    for by, signer in (("its signatures", sdk_signs), ("our signatures", we_sign)):
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
            requests = list(cases_of(signer, process, now))
            theirs = answered(process, {"do": "verify", "hotkey": BOB.ss58_address, "requests": [one for _, one in requests]})
            process.kill()
        ours = we_verify([one for _, one in requests])
        same = sum(a == b for a, b in zip(ours, theirs, strict=True))
        print(f"signed HTTP, {by}: {same} of {len(requests)} cases are the same for its verifier ({WITH_SIGNED_HTTP}) and ours")
        for (name, _), our, their in zip(requests, ours, theirs, strict=True):
            if our != their:
                yield f"signed HTTP, {by}, {name}: the SDK says {their}, we say {our}"
        if not ours[0].startswith("OK "):
            yield f"signed HTTP, {by}: the good request is not taken: {ours[0]}"


def cases_of(signer: Any, process: Any, now: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """(name, request) of each case."""
    good = signer(process, BOB.ss58_address, now)
    body, path = '{"prompt":"hello"}', "/generate?x=1"

    def request(headers: Any, **other: Any) -> dict[str, Any]:
        return {"headers": headers, "body": body, "path": path, "now": now, **other}

    yield "good", request(good)
    yield "replay", request(good)
    fresh = signer(process, BOB.ss58_address, now + 1)
    yield "body tampered", request(fresh, body=body + " ")
    yield "other path", request(fresh, path="/other")
    yield "other receiver", request(signer(process, ALICE.ss58_address, now + 2))
    yield "unbound", request(signer(process, None, now + 3))
    yield "old", request(fresh, now=now + 11 * 10**9)
    yield "future", request(fresh, now=now - 3 * 10**9)
    yield "just in time", request(fresh, now=now + 10 * 10**9)
    for name in ("Version", "Hotkey", "Nonce", "Signature"):
        yield f"no {name}", request({key: value for key, value in fresh.items() if not key.endswith(name)})


def answered(process: Any, asked: dict[str, Any]) -> Any:
    process.stdin.write(json.dumps(asked) + "\n")
    process.stdin.flush()
    return json.loads(process.stdout.readline())


def sdk_signs(process: Any, receiver: str | None, nonce: int) -> Any:
    return answered(process, {"do": "sign", "uri": "//Alice", "receiver": receiver, "nonce": nonce})


def we_sign(_: Any, receiver: str | None, nonce: int) -> Any:
    return sign(ALICE, method="POST", target="/generate?x=1", body=b'{"prompt":"hello"}', receiver=receiver, nonce=nonce)


def we_verify(requests: list[dict[str, Any]]) -> list[str]:
    store = ReplayStore()
    outcomes = []
    for one in requests:
        try:
            caller = verify(
                one["headers"],
                one["body"].encode(),
                method="POST",
                target=one["path"],
                hotkey=BOB.ss58_address,
                store=store,
                now_ns=one["now"],
            )
            outcomes.append(f"OK {caller.hotkey}")
        except AuthError as error:
            outcomes.append(f"{type(error).__name__}: {error}")
    return outcomes


if __name__ == "__main__":
    main()
