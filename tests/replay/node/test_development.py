"""What a development chain can do that no other can, and the command that serves one."""

import json
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from neuron_ledger.events.calls import ForceSetBalance
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.forked import forked
from neuron_ledger.ledger.rebuild import rebuild
from neuron_ledger.replay.cli import main
from neuron_ledger.replay.node.chain.dev_chain import Chain
from neuron_ledger.replay.node.rpc.server import Node
from neuron_ledger.replay.proof.audit import audit
from tests.replay.node.node_fixture import Sender, account, address, new_chain, with_a_subnet


@pytest.fixture
def sender() -> Sender:
    return with_a_subnet(new_chain())


def asked(sender: Sender, method: str, *params: Any) -> Any:
    """The result of a method, or its error."""
    request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params)}
    given = json.loads(Node(sender.chain, "manual").answers_all(json.dumps(request)) or b"")
    return given.get("result", given.get("error"))


def test_blocks_pass_when_they_are_asked_for(sender: Sender) -> None:
    head = sender.chain.head.number
    assert asked(sender, "dev_newBlock")["number"] == head + 1
    assert asked(sender, "dev_newBlock", {"count": 3})["number"] == head + 4
    assert asked(sender, "dev_newBlock", 2)["number"] == head + 6
    assert asked(sender, "dev_newBlock", {"to": head + 9})["number"] == head + 9
    for wrong in ({"to": head}, {"count": 10**6}, {"count": -1}, {"until": 1}):
        assert asked(sender, "dev_newBlock", wrong)["code"] == -32602
    assert sender.chain.head.number == head + 9


def test_a_block_that_the_chains_own_code_could_not_make(sender: Sender) -> None:
    assert asked(sender, "dev_setStorage", "SubnetworkN", [1], 9) is True  # uids that nobody has vectors for
    head = sender.chain.ledger.head
    error = asked(sender, "dev_toEpoch", {"netuid": 1})
    assert "cannot be made" in error["message"]
    assert asked(sender, "dev_setStorage", "SubnetworkN", [1], 3) is True
    assert sender.chain.ledger.head.position > head.position
    number = sender.chain.head.number
    assert asked(sender, "dev_newBlock", 7)["number"] == number + 7
    assert rebuild(sender.chain.ledger.log).storage.digest() == sender.chain.ledger.storage.digest()


def test_an_epoch_is_reached(sender: Sender) -> None:
    before = sender.chain.ledger.storage.last_mechansim_step_block[1]
    number = asked(sender, "dev_toEpoch", {"netuid": 1})["number"]
    assert sender.chain.ledger.storage.last_mechansim_step_block[1] == number > before
    assert asked(sender, "dev_toEpoch", {"netuid": 1})["number"] == number + 6
    assert "no epoch" in asked(sender, "dev_toEpoch", {"netuid": 9})["message"]


def test_balances_and_storage_are_set_by_hand(sender: Sender) -> None:
    assert asked(sender, "dev_setBalance", address("Eve//new"), 12345) is True
    assert sender.storage("System", "Account", address("Eve//new"))["data"]["free"] == 12345
    assert asked(sender, "dev_setStorage", "Tempo", [1], 99) is True
    assert asked(sender, "dev_setStorage", "Uids", [1, address("Eve")], 2) is True
    assert asked(sender, "dev_setStorage", "TaoWeight", [], 7) is True
    storage = sender.chain.ledger.storage
    assert (storage.tempo[1], storage.uids[1, account("Eve")], storage.tao_weight.value) == (99, 2, 7)
    assert asked(sender, "dev_setStorage", "Uids", [1, address("Eve")], None) is True
    assert storage.uids[1, account("Eve")] is None
    for wrong in (["Tempos", [1], 1], ["Tempo", [1], 10**6], ["Tempo", ["x"], 1], ["Tempo", [1, 1], 1], [7]):
        assert asked(sender, "dev_setStorage", *wrong)["code"] == -32602
    report = audit(sender.chain.ledger.log)
    assert any("by hand" in str(observation) for observation in report.observations)


def test_a_refusal_is_explained(sender: Sender) -> None:
    waiting = sender.send("Eve", "SubtensorModule", "start_call", netuid=1)
    found = f"0x{waiting.extrinsic.hash.hex()}"
    assert asked(sender, "dev_explain", found) == {"block": None, "index": None, "ok": None, "why": "it is waiting for its block"}
    sender.chain.make_block()
    explained = asked(sender, "dev_explain", found)
    assert (explained["block"], explained["index"], explained["ok"]) == (sender.chain.head.number, 1, False)
    assert "BadOrigin" in explained["why"]
    assert "owner" in explained["why"]
    assert asked(sender, "dev_explain", {"extrinsic": f"0x{waiting.extrinsic.data.hex()}"}) == explained
    assert asked(sender, "dev_explain", "0x" + "11" * 32) is None
    assert asked(sender, "dev_explain", {"extrinsic": 7})["code"] == -32602


def test_somebody_else_may_be_impersonated(sender: Sender) -> None:
    data = bytearray(sender.signed("Bob", sender.composed("SubtensorModule", "start_call", netuid=1)))
    data[60] ^= 1
    assert asked(sender, "author_submitExtrinsic", f"0x{data.hex()}")["code"] == 1010
    assert asked(sender, "dev_impersonate", address("Bob")) is True
    assert asked(sender, "author_submitExtrinsic", f"0x{data.hex()}").startswith("0x")
    assert asked(sender, "dev_stopImpersonating", address("Bob")) is True
    assert not sender.chain.impersonated


def test_time_is_turned_back(sender: Sender) -> None:
    chain = sender.chain
    before, head, nonce = chain.ledger.head, chain.head, chain.next_nonce(account("Bob"))
    number = asked(sender, "dev_snapshot")
    for _ in range(2):  # as often as is wanted
        assert sender.done("Bob", "SubtensorModule", "burned_register", netuid=1, hotkey=address("Eve")).why is None
        sender.send("Charlie", "SubtensorModule", "burned_register", netuid=1, hotkey=address("Dave"))
        asked(sender, "dev_setBalance", address("Eve"), 1)
        later = asked(sender, "dev_snapshot")
        asked(sender, "dev_newBlock", 40)
        assert asked(sender, "dev_revert", number) == {"number": head.number, "hash": f"0x{head.hash.hex()}"}
        assert (chain.ledger.head, chain.head, len(chain.pool)) == (before, head, 0)
        assert chain.next_nonce(account("Bob")) == nonce
        assert sender.storage("System", "Account", address("Eve"))["data"]["free"] == 10**15
    assert asked(sender, "dev_revert", later)["code"] == -32602
    assert audit(chain.ledger.log).clean
    begun = asked(sender, "dev_reset")
    assert begun["number"] == 0
    assert chain.ledger.storage.networks_added == {0: True}
    assert asked(sender, "dev_revert", number)["code"] == -32602
    assert with_a_subnet(chain).chain.head.number == head.number


def test_a_file_only_grows(tmp_path: Path) -> None:
    with Ledger.create(tmp_path / "chain.ledger") as ledger:
        sender = Sender(Chain(ledger))
        for method, params in (("dev_snapshot", ()), ("dev_revert", (1,)), ("dev_reset", ())):
            error = asked(sender, method, *params)
            assert "append-only" in error["message"], error
            assert "--fork-block" in error["message"]


def test_what_is_done_on_the_ledger_itself_is_seen(sender: Sender) -> None:
    ledger, number = sender.chain.ledger, sender.chain.head.number
    asked(sender, "state_getStorage", "0x00")
    ledger.submit(ForceSetBalance(account("Eve"), 777)).unwrap()
    assert sender.storage("System", "Account", address("Eve"))["data"]["free"] == 777
    ledger.advance_to(number + 5)
    header = asked(sender, "chain_getHeader")
    assert int(header["number"], 16) == number + 5
    assert header["parentHash"] == asked(sender, "chain_getBlockHash", number + 4)
    assert asked(sender, "dev_newBlock")["number"] == number + 6


# ------------------------------------------------------------------------------------------------------------- serve


@contextmanager
def running_command(arguments: Sequence[str]) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """The process of a command that serves, and what it said when it listened."""
    command = [sys.executable, "-m", "neuron_ledger.replay.cli", *arguments, "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            lines: list[str] = []
            while not lines or lines[-1] != "}\n":
                lines.append(process.stdout.readline())
                assert lines[-1], "it ended before it listened"
            yield process, json.loads("".join(lines))
        finally:
            process.kill()


def post(url: str, method: str, *params: Any) -> Any:
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
    with urllib.request.urlopen(urllib.request.Request(url.replace("ws", "http", 1), data=body)) as answer:
        return json.load(answer)["result"]


def test_serve_begins_a_ledger_and_ends_at_a_signal(tmp_path: Path) -> None:
    path = tmp_path / "chain.ledger"
    with running_command(["serve", str(path), "--port", "0"]) as (process, said):
        assert said["accounts"]["//Alice"] == address("Alice")
        assert post(said["url"], "dev_newBlock", 3)["number"] == 3
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
    with Ledger.open(path) as ledger:
        assert ledger.block == 3
        assert audit(ledger.log).clean


def test_a_fork_leaves_the_file_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "chain.ledger"
    with Ledger.create(path) as ledger:
        with_a_subnet(Chain(ledger))
        ledger.advance_to(ledger.block + 100)
        middle = ledger.at(block=50).storage.digest()
    content = path.read_bytes()
    arguments = ["serve", str(path), "--fork-block", "50", "--port", "0", "--block-time", "manual"]
    with running_command(arguments) as (process, said):
        assert post(said["url"], "chain_getHeader")["number"] == hex(50)
        assert post(said["url"], "dev_newBlock", 3)["number"] == 53
        assert post(said["url"], "dev_snapshot") == "0x1"
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
    assert path.read_bytes() == content
    with Ledger.open(path, read_only=True) as ledger:
        fork = forked(ledger.log, 50)
        assert (fork.block, fork.storage.digest()) == (50, middle)
        assert fork.log.hash_at(9) == ledger.log.hash_at(9)
        assert audit(fork.log).clean


def test_serve_says_what_is_wrong(tmp_path: Path) -> None:
    Ledger.create(tmp_path / "there.ledger", spec_version=277).close()
    for arguments, said in (
        (["--block-time", "0"], "manual or instant"),
        (["--block-time", "soon"], "manual or instant"),
        ([str(tmp_path / "there.ledger"), "--spec-version", "277"], "--spec-version"),
        ([str(tmp_path / "there.ledger"), "--fork-block", "9"], "--fork-block"),
        ([str(tmp_path / "there.ledger"), "--fork-block", "0", "--spec-version", "277"], "--spec-version"),
        (["--fork-block", "9"], "a ledger to fork from"),
        (["--spec-version", "1"], "no rules for spec_version 1"),
        (["--host", "192.0.2.1", "--port", "0"], "error"),
    ):
        result = CliRunner().invoke(main, ["serve", *arguments])
        assert (result.exit_code, said in result.output) == (2, True), result.output
