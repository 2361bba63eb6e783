"""Clients that mean no good, against a node that is served: an error each, the node lives on, the ledger is unharmed.

python -m tests.reliability.clients --messages 5000 --extrinsics 2000 --connections 1000 --deaf 16
"""

import asyncio
import base64
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random
from typing import Any, Final
from urllib.parse import urlsplit

import click
from aiohttp import ClientConnectionError, ClientSession, ClientTimeout, TCPConnector, WSMsgType, WSServerHandshakeError
from bittensor_core import Keypair
from bittensor_core import Runtime as Client

from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.replay.proof.audit import audit
from tests.reliability.cases import Outcome, Tally

SUBSCRIPTIONS: Final = 128
"""Of a client that does not read: so that what it is sent fills its buffers soon."""
MOST_MEMORY: Final = 400 << 20
"""Bytes that the node may have more than at the beginning."""
SECONDS: Final = 60


class Hostile:
    """One node, and what is tried against it. rng: what is random in it."""

    def __init__(self, url: str, pid: int, rng: Random) -> None:
        self.url = url
        self.http = url.replace("ws", "http", 1)
        self.pid = pid
        self.rng = rng
        self.tally = Tally()
        self.accepted = 0
        """Extrinsics that were taken into blocks."""

    async def asked(self, method: str, *params: Any) -> Any:
        """What an honest client gets: the result, or the error."""
        async with ClientSession(timeout=ClientTimeout(SECONDS)) as session:
            body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
            async with session.post(self.http, json=body) as response:
                given = await response.json()
        return given.get("result", given.get("error"))

    async def lives(self, after: str) -> None:
        """Note whether an honest client is still served."""
        try:
            works = await self.asked("system_name") == "neuron-ledger"
        except (OSError, ClientConnectionError, TimeoutError) as error:
            works = False
            after = f"{after} ({error!r})"
        self.tally.note(after, Outcome("still served" if works else "gone", None if works else "the node does not answer"))

    # --------------------------------------------------------------------------------------------------- messages

    async def garbage(self, messages: int) -> None:
        """Bytes and JSON of all sorts, by websocket: each gets an answer, or is a notification that gets none."""
        async with ClientSession() as session, session.ws_connect(self.url, max_msg_size=0) as connection:
            for number in range(messages):
                message = self._message()
                await connection.send_bytes(message)
                await connection.send_str('{"jsonrpc":"2.0","id":"after","method":"system_name"}')
                outcome = await self._answer_before(connection)
                self.tally.note(f"message {number} {message[:80]!r}", outcome)
                if outcome.problem:
                    return

    async def _answer_before(self, connection: Any) -> Outcome:
        seen = "no answer"
        while True:
            received = await connection.receive(SECONDS)
            if received.type is not WSMsgType.TEXT:
                return Outcome("closed", f"the connection was closed ({received.type})")
            answer = json.loads(received.data)
            if isinstance(answer, dict) and answer.get("id") == "after":
                return Outcome(seen)
            one = answer[0] if isinstance(answer, list) else answer
            seen = "an error" if "error" in one else "an answer"
            if one.get("error", {}).get("code") == -32603:
                return Outcome("internal error", str(one["error"]))

    def _message(self) -> bytes:
        rng = self.rng
        kinds: tuple[Callable[[], bytes], ...] = (
            lambda: rng.randbytes(rng.randrange(200)),
            lambda: b"[" * rng.randrange(1, 200_000),
            lambda: b'{"a":' * rng.randrange(1, 100_000),
            lambda: (
                b'{"jsonrpc":"2.0","id":1,"method":"state_getStorage","params":["0x' + b"ab" * rng.randrange(500_000) + b'"]}'
            ),
            lambda: self._mutated(json.dumps(self._request())),
            lambda: json.dumps(self._request()).encode(),
            lambda: json.dumps([self._request() for _ in range(rng.randrange(20))]).encode(),
        )
        return rng.choice(kinds)()

    def _mutated(self, text: str) -> bytes:
        changed = bytearray(text.encode())
        for _ in range(self.rng.randrange(1, 6)):
            changed[self.rng.randrange(len(changed))] = self.rng.randrange(256)
        return bytes(changed)

    def _request(self) -> dict[str, Any]:
        rng = self.rng
        methods = (
            *(
                "state_getStorage",
                "state_call",
                "state_queryStorageAt",
                "state_getKeysPaged",
                "chain_getBlock",
                "chain_getHeader",
            ),
            *("author_submitExtrinsic", "author_submitAndWatchExtrinsic", "chain_subscribeNewHeads", "state_subscribeStorage"),
            *(
                "system_accountNextIndex",
                "payment_queryInfo",
                "dev_explain",
                "dev_newBlock",
                "chain_unsubscribeNewHeads",
                "nothing",
            ),
        )
        values: tuple[Any, ...] = (
            None,
            -1,
            2**70,
            1.5,
            "",
            "0x",
            "0x00",
            "0xzz",
            "ä",
            [],
            [[]],
            {},
            {"count": -1},
            True,
            "0x" + "00" * 32,
            ["0x00"] * 9,
        )
        return {"jsonrpc": "2.0", "id": 1, "method": rng.choice(methods), "params": rng.choices(values, k=rng.randrange(4))}

    # ------------------------------------------------------------------------------------------------- extrinsics

    async def extrinsics(self, count: int) -> None:
        """Signed extrinsics that were changed, or signed wrongly: each is refused by name. One honest one in between."""
        signer = await Signer.of(self)
        for number in range(count):
            what, data = signer.wrong(self.rng)
            answer = await self.asked("author_submitExtrinsic", f"0x{data.hex()}")
            refused = isinstance(answer, dict) and answer.get("code") in (1001, 1010)
            self.tally.note(f"extrinsic {number}: {what}", Outcome(what, None if refused else f"not refused: {answer}"))
        answer = await self.asked("author_submitExtrinsic", f"0x{signer.honest().hex()}")
        self.tally.note("the honest one", Outcome("accepted", None if isinstance(answer, str) else str(answer)))
        self.accepted += isinstance(answer, str)
        again = await self.asked("author_submitExtrinsic", f"0x{signer.signed().hex()}")
        named = isinstance(again, dict) and "outdated" in again.get("data", "")
        self.tally.note("an old nonce", Outcome("an old nonce", None if named else str(again)))
        era = signer.signed(era={"period": 4, "current": 0}, nonce=1)
        await self.asked("dev_newBlock", {"count": 8})
        late = await self.asked("author_submitExtrinsic", f"0x{era.hex()}")
        named = isinstance(late, dict) and "era has passed" in late.get("data", "")
        self.tally.note("an era that is past", Outcome("an era that is past", None if named else str(late)))

    # ------------------------------------------------------------------------------------------------ connections

    async def crowd(self, connections: int) -> None:
        """Very many websockets at once: those that come in are all served, the others are refused."""
        left, all_are_there = connections, asyncio.Event()
        async with ClientSession(timeout=ClientTimeout(SECONDS), connector=TCPConnector(limit=0)) as session:

            def is_there() -> None:
                nonlocal left
                left -= 1
                if left == 0:
                    all_are_there.set()

            async def one(number: int) -> str:
                try:
                    async with session.ws_connect(self.url) as connection:
                        await connection.send_str('{"jsonrpc":"2.0","id":1,"method":"system_name"}')
                        answer = json.loads((await connection.receive(SECONDS)).data)
                        is_there()
                        await all_are_there.wait()
                        return "served" if answer.get("result") == "neuron-ledger" else f"client {number} got {answer}"
                except WSServerHandshakeError as refused:
                    is_there()
                    return "turned away" if refused.status == 503 else f"client {number} got status {refused.status}"

            for outcome in await asyncio.gather(*(one(number) for number in range(connections))):
                known = outcome in ("served", "turned away")
                self.tally.note("a connection", Outcome(outcome if known else "lost", None if known else outcome))

    async def deaf(self, count: int) -> None:
        """Clients that subscribe and never read, while blocks are made: they are let go, and memory stays bounded."""
        before = memory_of(self.pid)
        clients = [deaf_client(self.url) for _ in range(count)]
        try:
            for _ in range(60):
                await self.asked("dev_newBlock", {"count": 10})
        finally:
            let_go = sum(was_let_go(client) for client in clients)
            for client in clients:
                client.close()
        grown = memory_of(self.pid) - before
        problem = None if grown < MOST_MEMORY else f"{grown >> 20} MiB more than before"
        self.tally.note("clients that do not read", Outcome(f"{let_go} of {count} let go, memory bounded", problem))

    async def other_origins(self) -> None:
        """Pages of another origin, and names that were made to mean this machine, get no answer."""
        wrong: tuple[Mapping[str, str], ...] = ({"Origin": "https://example.org"}, {"Origin": "null"}, {"Host": "example.org"})
        async with ClientSession() as session:
            for headers in wrong:
                async with session.post(self.http, data="{}", headers=headers) as response:
                    problem = None if response.status == 403 else f"status {response.status}"
                    self.tally.note(str(headers), Outcome("no answer to another origin", problem))


class Signer:
    """//Eve, who signs with the clients' library, rightly and wrongly."""

    def __init__(self, metadata: bytes, spec_version: int, genesis: bytes) -> None:
        self.client = Client(metadata, spec_version, 1, 42)
        self.spec_version = spec_version
        self.metadata = metadata
        self.genesis = genesis
        self.key = Keypair.create_from_uri("//Eve")

    @classmethod
    async def of(cls, hostile: Hostile) -> "Signer":
        encoded = bytes.fromhex((await hostile.asked("state_call", "Metadata_metadata_at_version", "0x0f000000"))[2:])
        metadata = encoded[1 + (4 if encoded[1] & 3 == 2 else 2 if encoded[1] & 3 == 1 else 1) :]
        version = await hostile.asked("state_getRuntimeVersion")
        genesis = bytes.fromhex((await hostile.asked("chain_getBlockHash", 0))[2:])
        return cls(metadata, version["specVersion"], genesis)

    def signed(self, *, era: Any = "00", nonce: int = 0, genesis: bytes | None = None, spec_version: int | None = None) -> bytes:
        client = self.client if spec_version is None else Client(self.metadata, spec_version, 1, 42)
        call = bytes(client.compose_call("Balances", "transfer_keep_alive", {"dest": self.key.ss58_address, "value": 1}))
        same = {"era": era, "nonce": nonce, "tip": 0, "tip_asset_id": None}
        origin = self.genesis if genesis is None else genesis
        payload = client.signature_payload(call, **same, genesis_hash=origin, era_block_hash=origin)
        data, _ = client.encode_signed_extrinsic(
            call, **same, public_key=self.key.public_key, signature=self.key.sign(payload), signature_version=1
        )
        return bytes(data)

    def honest(self) -> bytes:
        return self.signed()

    def wrong(self, rng: Random) -> tuple[str, bytes]:
        """An extrinsic that must be refused, and what is wrong with it."""
        kind = rng.choice(("wrong SCALE", "a bad signature", "another genesis", "another spec_version", "a nonce far ahead"))
        if kind == "another genesis":
            return kind, self.signed(genesis=bytes(32))
        if kind == "another spec_version":
            return kind, self.signed(spec_version=self.spec_version + 1)
        if kind == "a nonce far ahead":
            return kind, self.signed(nonce=10_000)
        data = bytearray(self.signed())
        if kind == "a bad signature":
            data[rng.randrange(40, 100)] ^= 1 << rng.randrange(8)
        elif rng.random() < 0.5:
            del data[rng.randrange(1, len(data)) :]
        else:
            data[rng.randrange(len(data) - 40, len(data))] ^= 1 << rng.randrange(8)
        return kind, bytes(data)


def deaf_client(url: str) -> socket.socket:
    """A websocket that subscribes to every head many times over, and never reads."""
    split = urlsplit(url)
    client = socket.create_connection((split.hostname, split.port or 0))
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    key = base64.b64encode(os.urandom(16)).decode()
    client.sendall(
        f"GET / HTTP/1.1\r\nHost: {split.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    for number in range(SUBSCRIPTIONS):
        content = json.dumps({"jsonrpc": "2.0", "id": number, "method": "chain_subscribeNewHeads", "params": []}).encode()
        client.sendall(bytes((0x81, 0x80 | len(content))) + bytes(4) + content)  # masked with zeros
    return client


def was_let_go(client: socket.socket) -> bool:
    """Whether the other side has closed the connection."""
    try:
        client.sendall(b"\x89\x80\0\0\0\0")
        client.settimeout(2)
        while client.recv(1 << 20):
            pass
    except (ConnectionError, BrokenPipeError):
        return True
    except TimeoutError:
        return False
    return True


def memory_of(pid: int) -> int:
    """Bytes that a process has in memory; 0 where that cannot be seen."""
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return 0


@contextmanager
def served(path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A node that records in a file, and its URL."""
    command = [sys.executable, "-m", "neuron_ledger.replay.cli", "serve", str(path), "--port", "0", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            said = ""
            while not said.endswith("}\n}\n"):
                line = process.stdout.readline()
                assert line, "the node ended before it listened"
                said += line
            yield process, json.loads(said)["url"]
        finally:
            process.kill()


def attack(messages: int, extrinsics: int, connections: int, deaf: int, *, seed: int) -> Tally:
    """All of it against one node; then the node ends when it is asked to, and its ledger is audited."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "chain.ledger"
        with served(path) as (process, url):
            hostile = Hostile(url, process.pid, Random(seed))

            async def all_of_it() -> None:
                await hostile.extrinsics(extrinsics)
                await hostile.lives("wrong extrinsics")
                await hostile.garbage(messages)
                await hostile.lives("garbage")
                await hostile.crowd(connections)
                await hostile.lives("a crowd")
                await hostile.deaf(deaf)
                await hostile.lives("clients that do not read")
                await hostile.other_origins()

            asyncio.run(all_of_it())
            process.send_signal(signal.SIGINT)
            code = process.wait(SECONDS)
            hostile.tally.note("the end", Outcome("ended", None if code == 0 else f"exit code {code}"))
        with Ledger.open(path, read_only=True) as ledger:
            report = audit(ledger.log)
            tags = Counter(entry.tag for entry in ledger.log.read())
        clean = None if report.clean else str(report.findings[0])
        hostile.tally.note("the ledger", Outcome("audited", clean))
        recorded = tags["include_extrinsic/1"]
        problem = (
            None if recorded == hostile.accepted else f"{recorded} extrinsics are recorded, {hostile.accepted} were accepted"
        )
        hostile.tally.note("what is recorded", Outcome("compared", problem))
        return hostile.tally


@click.command()
@click.option("--messages", default=5000, show_default=True)
@click.option("--extrinsics", default=2000, show_default=True)
@click.option("--connections", default=1000, show_default=True)
@click.option("--deaf", default=16, show_default=True)
@click.option("--seed", default=1, show_default=True)
def main(messages: int, extrinsics: int, connections: int, deaf: int, seed: int) -> None:
    """Let clients that mean no good at a node."""
    tally = attack(messages, extrinsics, connections, deaf, seed=seed)
    for line in tally.lines():
        click.echo(line)
    sys.exit(bool(tally.problems))


if __name__ == "__main__":
    main()
