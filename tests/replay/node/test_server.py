"""The server over the wire: requests by HTTP and websocket, subscriptions, and clients that mean no good."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType, WSServerHandshakeError
from hypothesis import given, settings
from hypothesis import strategies as st

from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.replay.node.rpc import server
from neuron_ledger.replay.node.rpc.methods import METHODS
from neuron_ledger.replay.node.rpc.protocol import LARGEST_MESSAGE, MOST_IN_A_BATCH
from neuron_ledger.replay.node.rpc.running import RunningNode, running_node
from neuron_ledger.replay.node.rpc.server import Node
from neuron_ledger.replay.proof.audit import audit
from tests.replay.node.node_fixture import Sender, account, address, new_chain


@pytest.fixture(scope="module")
def node() -> Iterator[RunningNode]:
    with running_node(Ledger.in_memory(spec_version=277)) as running:
        yield running


def http(node: RunningNode, content: bytes | str, **headers: str) -> tuple[int, Any]:
    """The status of a POST, and the JSON that came back."""

    async def asked() -> tuple[int, Any]:
        url = node.url.replace("ws", "http", 1)
        async with ClientSession() as session, session.post(url, data=content, headers=headers) as response:
            text = await response.text()
            return response.status, json.loads(text) if response.content_type == "application/json" and text else text

    return asyncio.run(asked())


def request(method: str, *params: Any, identity: Any = 1) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": identity, "method": method, "params": list(params)}


def call(node: RunningNode, method: str, *params: Any) -> Any:
    """The result of a request, or its error."""
    _, given = http(node, json.dumps(request(method, *params)))
    return given.get("result", given.get("error"))


def talked(node: RunningNode, talk: Callable[[ClientWebSocketResponse], Awaitable[Any]], **options: Any) -> Any:
    """What a client makes of a websocket."""

    async def run() -> Any:
        async with ClientSession() as session, session.ws_connect(node.url, max_msg_size=0, **options) as socket:
            return await asyncio.wait_for(talk(socket), 30)

    return asyncio.run(run())


# --------------------------------------------------------------------------------------------------------- well-behaved


def test_what_the_chain_is(node: RunningNode) -> None:
    assert call(node, "system_properties") == {"ss58Format": 42, "tokenDecimals": 9, "tokenSymbol": "TAO"}
    assert call(node, "system_chainType") == "Development"
    assert call(node, "state_getRuntimeVersion")["specVersion"] == 277
    assert call(node, "system_accountNextIndex", address("Bob")) == 0
    assert call(node, "payment_queryInfo", "0x00")["partialFee"] == "0"
    assert set(METHODS) <= set(call(node, "rpc_methods")["methods"])


def test_blocks_and_storage(node: RunningNode) -> None:
    genesis = call(node, "chain_getBlockHash", 0)
    assert call(node, "chain_getBlockHash", [0, "0x0", 99_999]) == [genesis, genesis, None]
    assert call(node, "chain_getHeader", genesis)["number"] == "0x0"
    assert call(node, "chain_getBlock", genesis)["block"]["extrinsics"] == []
    assert call(node, "chain_getBlock", "0x" + "00" * 32) is None
    assert call(node, "chain_getFinalizedHead") == call(node, "chain_getHead") == call(node, "chain_getBlockHash")
    keys = call(node, "state_getKeysPaged", "0x", 1000, None, genesis)
    assert call(node, "state_getKeysPaged", "0x", 3, keys[4], genesis) == keys[5:8]
    (found,) = call(node, "state_queryStorageAt", [*keys[:2], "0x00"], genesis)
    assert found["changes"] == [[key, call(node, "state_getStorageAt", key, genesis)] for key in keys[:2]] + [["0x00", None]]
    assert call(node, "state_getMetadata").startswith("0x6d6574610e")
    assert call(node, "state_call", "Metadata_metadata_at_version", "0x10000000") == "0x00"


def test_a_batch(node: RunningNode) -> None:
    asked = [request("system_name"), {"jsonrpc": "2.0", "method": "system_name"}, request("nothing", identity="x"), 7]
    status, given = http(node, json.dumps(asked))
    assert status == 200
    assert [answer.get("id") for answer in given] == [1, "x", None]
    assert given[0]["result"] == "neuron-ledger"
    assert [answer["error"]["code"] for answer in given[1:]] == [-32601, -32600]


def test_an_extrinsic_is_watched_until_it_is_final() -> None:
    with running_node(Ledger.in_memory(spec_version=277)) as node:
        data = Sender(node.chain).signed(
            "Alice", Sender(node.chain).composed("SubtensorModule", "register_network", hotkey=address("Bob"))
        )

        async def talk(socket: ClientWebSocketResponse) -> list[Any]:
            await socket.send_json(request("chain_subscribeNewHeads", identity=1))
            await socket.send_json(request("author_submitAndWatchExtrinsic", f"0x{data.hex()}", identity=2))
            return [await socket.receive_json() for _ in range(7)]

        said = talked(node, talk)
        ids = {message["id"]: message["result"] for message in said if "id" in message}
        told = [(message["params"]["subscription"], message["params"]["result"]) for message in said if "method" in message]
        assert [result["number"] for subscription, result in told if subscription == ids[1]] == ["0x0", "0x1"]
        statuses = [result for subscription, result in told if subscription == ids[2]]
        head = f"0x{node.chain.head.hash.hex()}"
        assert statuses == ["ready", {"inBlock": head}, {"finalized": head}]
        assert node.chain.ledger.storage.subnet_owner[1] == account("Alice")


def test_changes_of_storage_are_told() -> None:
    with running_node(block_time="manual") as node:
        number = f"0x{Sender(node.chain).client.storage_key('System', 'Number', []).hex()}"
        key = f"0x{Sender(node.chain).client.storage_key('Sudo', 'Key', []).hex()}"

        async def talk(socket: ClientWebSocketResponse) -> list[Any]:
            await socket.send_json(request("state_subscribeStorage", [number, key]))
            first = [await socket.receive_json() for _ in range(2)]
            await socket.send_json(request("state_unsubscribeStorage", first[0]["result"], identity=2))
            await socket.send_json(request("state_unsubscribeStorage", first[0]["result"], identity=3))
            return [*first, *[await socket.receive_json() for _ in range(2)]]

        said = talked(node, talk)
        assert [key for key, _ in said[1]["params"]["result"]["changes"]] == [number, key]
        assert [message["result"] for message in said[2:]] == [True, False]


def test_blocks_come_by_themselves() -> None:
    with running_node(block_time=0.01) as node:

        async def talk(socket: ClientWebSocketResponse) -> list[Any]:
            await socket.send_json(request("chain_subscribeFinalizedHeads"))
            return [await socket.receive_json() for _ in range(4)]

        heads = [int(message["params"]["result"]["number"], 16) for message in talked(node, talk)[1:]]
        assert heads == list(range(heads[0], heads[0] + 3))


NODES_METHODS = """
chain_getBlock chain_getBlockHash chain_getHeader chain_getHead chain_getFinalizedHead chain_subscribeNewHeads
chain_unsubscribeNewHeads chain_subscribeFinalizedHeads chain_unsubscribeFinalizedHeads
state_getMetadata state_getRuntimeVersion state_getStorage state_getStorageAt state_queryStorageAt state_getKeysPaged
state_subscribeStorage state_unsubscribeStorage state_call
author_submitExtrinsic author_submitAndWatchExtrinsic author_unwatchExtrinsic author_pendingExtrinsics
system_chain system_name system_version system_properties system_health system_accountNextIndex system_chainType
payment_queryInfo rpc_methods
dev_newBlock dev_toEpoch dev_snapshot dev_revert dev_setBalance dev_setStorage dev_impersonate dev_reset dev_explain
"""


def test_every_method_is_listed_and_answers_by_http_or_says_why_not(node: RunningNode) -> None:
    listed = call(node, "rpc_methods")["methods"]
    assert set(NODES_METHODS.split()) <= set(listed)
    assert listed == sorted(set(listed))
    for method in listed:
        if method != "dev_reset":
            answer = call(node, method)
            code = answer.get("code") if isinstance(answer, dict) else None
            assert code != -32603, (method, answer)
            assert (code == -32601) == ("ubscribe" in method or "atchExtrinsic" in method), (method, answer)


def test_headers_have_the_form_of_a_node(node: RunningNode) -> None:
    header = call(node, "chain_getHeader")
    assert set(header) == {"parentHash", "number", "stateRoot", "extrinsicsRoot", "digest"}
    block = call(node, "chain_getBlock")
    assert set(block) == {"block", "justifications"}
    assert block["block"]["header"] == header
    version = call(node, "state_getRuntimeVersion")
    of_a_node = {"specName", "implName", "authoringVersion", "specVersion", "implVersion", "apis", "transactionVersion"}
    assert of_a_node <= set(version)
    assert call(node, "system_health") == {"peers": 0, "isSyncing": False, "shouldHavePeers": False}
    assert set(call(node, "payment_queryInfo", "0x00")) == {"weight", "class", "partialFee"}


# ------------------------------------------------------------------------------------------------------------- hostile


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", -32700),
        (b"\xff\xfe", -32700),
        (b"{", -32700),
        (b"[" * 100_000, -32700),
        (b'{"a":' * 100_000, -32700),
        (b"[]", -32600),
        (b"7", -32600),
        (b'{"jsonrpc":"1.0","id":1,"method":"system_name"}', -32600),
        (b'{"jsonrpc":"2.0","id":{},"method":"system_name"}', -32600),
        (b'{"jsonrpc":"2.0","id":1,"method":"system_name","params":{}}', -32602),
        (b'{"jsonrpc":"2.0","id":1,"method":7}', -32600),
        (json.dumps([request("system_name")] * (MOST_IN_A_BATCH + 1)), -32600),
    ],
)
def test_what_is_no_request(node: RunningNode, content: bytes, code: int) -> None:
    _, given = http(node, content)
    assert given["error"]["code"] == code


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("state_getStorage", []),
        ("state_getStorage", ["xyz"]),
        ("state_getStorage", ["0x0"]),
        ("state_getStorage", ["0x00", "0x00"]),
        ("state_getKeysPaged", ["0x", 10**9]),
        ("state_getKeysPaged", ["0x", -1]),
        ("state_queryStorageAt", ["0x00"]),
        ("state_queryStorageAt", [["0x00"] * 1001]),
        ("state_call", ["NeuronInfoRuntimeApi_get_neurons", "0x"]),
        ("state_call", [7]),
        ("chain_getBlockHash", ["ten"]),
        ("chain_getBlockHash", [2**40]),
        ("chain_getBlockHash", [[0] * 1001]),
        ("system_accountNextIndex", ["5Grw"]),
        ("author_submitExtrinsic", [None]),
    ],
)
def test_arguments_that_are_wrong(node: RunningNode, method: str, params: list[Any]) -> None:
    assert call(node, method, *params)["code"] == -32602


def test_what_is_not_there(node: RunningNode) -> None:
    nowhere = "0x" + "11" * 32
    assert "no block" in call(node, "state_getStorage", "0x00", nowhere)["message"]
    missing = call(node, "state_call", "EthereumRuntimeRPCApi_chain_id", "0x")
    assert "EthereumRuntimeRPCApi_chain_id" in missing["data"]
    assert call(node, "author_submitExtrinsic", "0x1234")["code"] == 1001
    assert call(node, "chain_subscribeNewHeads")["code"] == -32601  # not by HTTP


def test_a_message_that_is_too_large(node: RunningNode) -> None:
    status, _ = http(node, b" " * (LARGEST_MESSAGE + 1))
    assert status == 413

    async def talk(socket: ClientWebSocketResponse) -> bool:
        try:
            await socket.send_bytes(b" " * (LARGEST_MESSAGE + 1))
        except ConnectionError:
            return True
        return (await socket.receive()).type in (WSMsgType.CLOSE, WSMsgType.CLOSED, WSMsgType.ERROR)

    assert talked(node, talk)
    assert call(node, "system_name") == "neuron-ledger"


@pytest.mark.parametrize("headers", [{"Origin": "https://example.org"}, {"Origin": "null"}, {"Host": "example.org"}])
def test_a_page_of_another_origin_gets_no_answer(node: RunningNode, headers: dict[str, str]) -> None:
    status, _ = http(node, json.dumps(request("system_name")), **headers)
    assert status == 403

    async def talk(socket: ClientWebSocketResponse) -> None:
        pass

    with pytest.raises(WSServerHandshakeError):
        talked(node, talk, headers=headers)


def test_a_page_of_this_machine_is_answered(node: RunningNode) -> None:
    status, _ = http(node, json.dumps(request("system_name")), Origin="http://localhost:3000")
    assert status == 200


def test_too_many_clients(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "MOST_CONNECTIONS", 3)
    with running_node() as node:

        async def run() -> int:
            async with ClientSession() as session:
                sockets = [await session.ws_connect(node.url) for _ in range(3)]
                with pytest.raises(WSServerHandshakeError) as refused:
                    await session.ws_connect(node.url)
                for socket in sockets:
                    await socket.send_json(request("system_name"))
                    assert (await socket.receive_json())["result"] == "neuron-ledger"
                    await socket.close()
                return refused.value.status

        assert asyncio.run(run()) == 503


def test_a_subscriber_that_does_not_read_is_let_go() -> None:
    class Deaf:
        aborted = False

        def abort(self) -> None:
            self.aborted = True

    async def run() -> bool:
        node, transport = Node(new_chain(), "manual"), Deaf()
        connection = server.Connection(node, None, transport)  # type: ignore[arg-type]
        for _ in range(server.MOST_UNREAD):
            connection.send(b"{}")
        assert not transport.aborted
        connection.send(b"{}")
        return transport.aborted

    assert asyncio.run(run())


@settings(max_examples=60)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=9), lambda inner: st.lists(inner, max_size=4), max_leaves=8
    )
)
def test_arguments_of_any_kind_are_an_answer_or_an_error(anything: Any) -> None:
    chain = new_chain()
    node = Node(chain, "manual")
    before = chain.ledger.head
    for method in METHODS:
        params = anything if isinstance(anything, list) else [anything]
        given = node.answers_all(json.dumps(request(method, *params)))
        assert given is not None
        shown = json.loads(given)
        assert "result" in shown or shown["error"]["code"] != -32603, (method, shown)
    assert chain.ledger.head == before


def test_the_ledger_is_unharmed(node: RunningNode) -> None:
    assert audit(node.chain.ledger.log).clean
