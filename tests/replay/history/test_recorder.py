"""A proxy that records what clients ask a node, and a server that answers the same clients from the recording."""

import asyncio
import gzip
import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, WSServerHandshakeError
from attrs import evolve
from click.testing import CliRunner

from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.replay.cli import main
from neuron_ledger.replay.history.client import NodeProblem
from neuron_ledger.replay.history.importing import import_history
from neuron_ledger.replay.history.recorder.recording import Answered, Recording, RecordingProblem, read_recording, secrets_of
from neuron_ledger.replay.history.recorder.replayed import Replayed
from neuron_ledger.replay.node.rpc.running import RunningNode, running_node
from tests.replay.history.recorded_node import RecordedNode, served
from tests.replay.history.recorders import recorded, replayed
from tests.replay.node.node_fixture import with_a_subnet

pytest.importorskip("bittensor_core")

QUESTIONS: Sequence[Any] = (
    ("chain_getHeader", []),
    ("state_getRuntimeVersion", []),
    ("rpc_methods", []),
    ("chain_getBlockHash", [1]),
    ("state_getMetadata", []),
    ("chain_getBlockHash", ["no number"]),
    ("no_such_method", []),
    ("state_call", ["NeuronInfoRuntimeApi_get_neurons_lite", "0x0100"]),
    ("state_call", ["NeuronInfoRuntimeApi_get_neurons_lite", "0100", None]),
)


async def ask(socket: Any, asked: Any, identity: Any) -> Any:
    method, params = asked
    await socket.send_json({"jsonrpc": "2.0", "id": identity, "method": method, "params": params})
    answer = await socket.receive_json(timeout=10)
    assert answer.pop("id") == identity
    return answer


async def talk(url: str, first: int) -> list[Any]:
    """One client's exchange: questions, a batch, what is no JSON, heads that come while blocks are made. first: of its ids."""
    async with ClientSession() as session, session.ws_connect(url, max_msg_size=0) as socket:
        heard = [await ask(socket, asked, first + number) for number, asked in enumerate(QUESTIONS)]
        await socket.send_json([{"jsonrpc": "2.0", "id": name, "method": f"system_{name}"} for name in ("name", "chain")])
        heard += await socket.receive_json(timeout=10)
        await socket.send_str("no JSON")
        heard.append((await socket.receive_json(timeout=10))["error"]["code"])
        heads = await ask(socket, ("chain_subscribeNewHeads", []), "heads")
        heard += [heads, await socket.receive_json(timeout=10)]
        for number in range(3):
            await socket.send_json({"jsonrpc": "2.0", "id": number, "method": "dev_newBlock", "params": [{"count": 1}]})
            heard += sorted([await socket.receive_json(timeout=10) for _ in range(2)], key=lambda one: "id" in one)
            heard.append(await ask(socket, ("chain_getHeader", []), 100 + number))
        heard.append(await ask(socket, ("chain_unsubscribeNewHeads", [heads["result"]]), 7))
        return heard


@pytest.fixture
def node() -> Iterator[RunningNode]:
    with running_node(block_time="manual") as found:
        yield found


def test_a_client_hears_from_the_recording_what_the_node_said(tmp_path: Path, node: RunningNode) -> None:
    """Heads move on as they did; ids are the client's own; two clients have two stories, which come again and again."""
    with_a_subnet(node.chain)
    path = tmp_path / "session.jsonl.gz"
    with recorded(path, node.url) as url:
        first, second = (asyncio.run(talk(url, begin)) for begin in (1, 1))
    assert int(second[0]["result"]["number"], 16) == int(first[0]["result"]["number"], 16) + 3
    assert len(first) == len(second) == len(QUESTIONS) + 15
    with replayed(path) as url:
        assert [asyncio.run(talk(url, begin)) for begin in (50, 60, 70)] == [first, second, first]


def test_an_import_through_the_proxy_can_be_made_again_from_its_recording(tmp_path: Path, node: RunningNode) -> None:
    with_a_subnet(node.chain)
    path = tmp_path / "session.jsonl.gz"
    with recorded(path, node.url) as url, Ledger.in_memory(origin="test") as ledger:
        done = import_history(ledger, url)
        head = ledger.head
    with replayed(path) as url, Ledger.in_memory(origin="test") as again:
        assert evolve(import_history(again, url), questions=done.questions) == done
        assert again.head == head


SECRET_URL = "ws://somebody:pass%2Fword@127.0.0.1:{port}/?token=0123456789abcdef&deep=my-api-key"


def test_nothing_of_the_nodes_address_or_keys_is_recorded(tmp_path: Path) -> None:
    """What a node says of the address under which it was reached is hidden; calls with secrets pass, and are not recorded."""
    node = RecordedNode(185, 3)
    says = "no access for my-api-key (somebody, pass/word, 0123456789abcdef)"
    node.change = lambda method, _params, given: {"error": {"code": 1, "message": says}} if method.startswith("x") else given
    path = tmp_path / "session.jsonl.gz"
    with served(node) as plain, recorded(path, SECRET_URL.format(port=plain.rpartition(":")[2])) as url:

        async def both() -> tuple[Any, Any]:
            async with ClientSession() as session, session.ws_connect(url) as socket:
                return await ask(socket, ("x", [1]), 1), await ask(socket, ("author_insertKey", ["suri", "//Secret"]), 2)

        said, inserted = asyncio.run(both())
    assert (said["error"]["message"], inserted["error"]["code"]) == (says, -32601)
    text = gzip.decompress(path.read_bytes()).decode()
    assert text.count("\n") == 1
    assert json.loads(text)["error"]["message"] == "no access for (hidden) ((hidden), (hidden), (hidden))"
    assert secrets_of("ws://127.0.0.1:9944") == ()


def test_a_question_that_was_not_recorded_is_an_error_that_names_it(tmp_path: Path) -> None:
    path = tmp_path / "session.jsonl.gz"
    with served(RecordedNode(185, 3)) as plain, recorded(path, plain) as url, Ledger.in_memory() as ledger:
        import_history(ledger, url, last=2)
    with replayed(path) as url, pytest.raises(NodeProblem, match=r"not recorded: chain_getBlockHash \[3\]"):
        import_history(Ledger.in_memory(), url)


LINES: dict[str, tuple[bytes, str]] = {
    "no JSON": (b"?", "line 2: not a recording's line: JSON is malformed"),
    "not UTF-8": (b"\xff", "line 2: cannot be read as text"),
    "a list": (b"[]", "line 2: not a recording's line: expected an object"),
    "no params": (b'{"method":"x","result":1}', "expected method and params"),
    "no answer": (b'{"method":"x","params":[]}', "expected result or error"),
    "both": (b'{"method":"x","params":[],"result":1,"error":2}', "expected result or error"),
    "nothing again": (b'{"method":"x","params":[],"again":true}', "`again`, but there is no earlier answer"),
    "a notice of nobody": (b'{"notice":"x","subscription":[],"result":1}', "expected notice, subscription and result"),
    "a connection below 0": (b'{"method":"x","params":[],"result":1,"connection":-1}', "expected numbers from 0"),
    "too deep": (b"[" * 100_000, "line 2: not a recording's line: maximum recursion depth"),
}


@pytest.mark.parametrize("fault", LINES)
def test_a_broken_line_is_named(tmp_path: Path, fault: str) -> None:
    line, said = LINES[fault]
    path = tmp_path / "broken.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"method":"y","params":[],"result":1}\n' + line + b"\n"))
    with pytest.raises(RecordingProblem, match=re.escape(said)):
        Replayed([path])
    result = CliRunner().invoke(main, ["node", "replay", str(path)])
    assert (result.exit_code, said in result.output) == (2, True)


def test_a_recording_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "large.jsonl.gz"
    with Recording(path, most=1000) as recording:
        for number in range(100):
            recording.answered("x", [number], {"result": "y" * 100})
    assert recording.is_full
    assert [line.params for line in read_recording(path) if isinstance(line, Answered)] == [[number] for number in range(7)]
    with pytest.raises(RecordingProblem, match="expands to more than"):
        Replayed([path], most=100)
    with Recording(tmp_path / "empty.jsonl.gz"):
        pass
    assert not (tmp_path / "empty.jsonl.gz").exists()


async def refused(url: str, **headers: str) -> int:
    async with ClientSession() as session:
        with pytest.raises(WSServerHandshakeError) as error:
            await session.ws_connect(url, headers=headers)
        return error.value.status


def test_pages_of_elsewhere_get_nothing_and_a_node_that_went_away_is_said(tmp_path: Path) -> None:
    path = tmp_path / "session.jsonl.gz"
    with served(RecordedNode(185, 3)) as plain, recorded(path, plain) as url, Ledger.in_memory() as ledger:
        import_history(ledger, url, last=1)
        assert asyncio.run(refused(url, Origin="https://elsewhere.example")) == 403
        assert asyncio.run(refused(url, Host="elsewhere.example")) == 403
    with replayed(path) as url:
        assert asyncio.run(refused(url, Origin="https://elsewhere.example")) == 403
    with served(RecordedNode(185, 3)) as plain:
        proxy = recorded(tmp_path / "other.jsonl.gz", plain)
        url = proxy.__enter__()
    assert asyncio.run(refused(url)) == 502
    proxy.__exit__(None, None, None)


WRONG: dict[str, tuple[list[str], str]] = {
    "nobody listens": (["--url", "ws://me:secret@127.0.0.1:1/key", "--listen", "0"], "127.0.0.1:1 cannot be reached"),
    "no address": (["--url", "http://x", "--listen", "0"], "expected an address like ws://"),
    "all may come": (["--url", "ws://127.0.0.1:1", "--listen", "0.0.0.0:1"], "only 127.0.0.1 is possible, not '0.0.0.0'"),
    "no port": (["--url", "ws://127.0.0.1:1", "--listen", "127.0.0.1:x"], "expected a port, or 127.0.0.1:PORT"),
    "a port too large": (["--url", "ws://127.0.0.1:1", "--listen", "70000"], "expected a port, or 127.0.0.1:PORT"),
    "blocks too": (["--url", "ws://127.0.0.1:1", "--listen", "0", "--to", "5"], "no --from, --to and --netuid with it"),
}


@pytest.mark.parametrize("fault", WRONG)
def test_what_a_proxy_cannot_begin_with(tmp_path: Path, fault: str) -> None:
    arguments, said = WRONG[fault]
    result = CliRunner().invoke(main, ["node", "record", str(tmp_path / "x.jsonl.gz"), *arguments])
    assert (result.exit_code, said in result.output, "secret" in result.output) == (2, True, False)
    assert list(tmp_path.iterdir()) == []


def test_the_commands(tmp_path: Path) -> None:
    """`node record --listen` before `serve`, an import through it, Ctrl-C, and the same import from `node replay`."""
    path, command = tmp_path / "session.jsonl.gz", [sys.executable, "-m", "neuron_ledger.replay.cli", "node"]

    def ran(arguments: Sequence[str]) -> tuple[str, str]:
        with subprocess.Popen([*command, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            assert process.stderr is not None
            line = process.stderr.readline()
            with Ledger.in_memory(origin="test") as ledger:
                import_history(ledger, line.split()[0].rstrip(":"))
                process.send_signal(signal.SIGINT)
                said, _ = process.communicate(timeout=30)
                assert process.returncode == 0
                return str(ledger.head), said

    with running_node() as node:
        with_a_subnet(node.chain)
        head, said = ran(["record", str(path), "--url", node.url, "--listen", "127.0.0.1:0"])
    assert re.search(r"session\.jsonl\.gz:\s+\d+\s+lines\s+recorded", said.replace("\n", " "))
    assert ran(["replay", str(path), "--port", "0"])[0] == head
