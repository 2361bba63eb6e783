"""Nodes that break, lie, close and fork: a clear error or another attempt, and never half a block."""

import json
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from neuron_ledger.events.calls import ForceSetBalance
from neuron_ledger.events.storage.changes import canonical_changes
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.errors import CannotGoOn
from neuron_ledger.replay.cli import main
from neuron_ledger.replay.history import client as node_client
from neuron_ledger.replay.history.client import NodeProblem, RpcRefused
from neuron_ledger.replay.history.importing import import_history
from neuron_ledger.replay.history.in_log import ImportedHistoryProblem, runtimes_seen
from neuron_ledger.replay.history.recorder.recording import RecordingProblem
from neuron_ledger.replay.history.recorder.replayed import Replayed
from neuron_ledger.replay.proof.audit import audit
from tests.chain_fixture import account
from tests.replay.history.recorded_node import EVENTS, Answer, RecordedNode, metadata, scenario, served

pytest.importorskip("bittensor_core")

LAST = 24
SPEC_VERSION = 185


@pytest.fixture(autouse=True)
def _no_long_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(node_client, "LONGEST_PAUSE_SECONDS", 0.01)


def whole() -> tuple[bytes, str]:
    """The digest and the head of an import in one go, into a ledger of a fixed origin."""
    with served(RecordedNode(SPEC_VERSION, LAST)) as url, Ledger.in_memory(spec_version=277) as ledger:
        import_history(ledger, url)
        return ledger.storage.digest(), str(ledger.head)


def at_block(number: int, method: str, answer: Callable[[Answer], Answer]) -> Callable[[str, Sequence[Any], Answer], Answer]:
    """Another answer to a method that names this block's hash."""
    block_hash = scenario(SPEC_VERSION)["blocks"][number - 1]["hash"]
    return lambda asked, params, given: answer(given) if asked == method and block_hash in params else given


def with_header(name: str, value: Any) -> Callable[[Answer], Answer]:
    def change(given: Answer) -> Answer:
        block = given["result"]["block"]
        return {"result": {"block": {**block, "header": {**block["header"], name: value}}}}

    return change


def with_extrinsic(value: Any) -> Callable[[Answer], Answer]:
    def change(given: Answer) -> Answer:
        block = given["result"]["block"]
        return {"result": {"block": {**block, "extrinsics": [*block["extrinsics"], value]}}}

    return change


FAULTS: dict[str, tuple[str, Callable[[Answer], Answer], str]] = {
    "an extrinsic cut off": ("chain_getBlock", with_extrinsic("0x2804"), "block 12: extrinsic .* cannot be read"),
    "an extrinsic of no bytes": ("chain_getBlock", with_extrinsic("0xzz"), "an extrinsic of block 12: expected bytes as 0x"),
    "an extrinsic without outcome": (
        "chain_getBlock",
        with_extrinsic("0x280402000bd9bda403a201"),
        "block 12: there is no event about the outcome of extrinsic",
    ),
    "another parent": (
        "chain_getBlock",
        with_header("parentHash", f"0x{'11' * 32}"),
        "block 12 does not follow block 11: .* a fork",
    ),
    "a parent that is too short": (
        "chain_getBlock",
        with_header("parentHash", "0x11"),
        "parent hash of block 12: expected 32",
    ),
    "another number": ("chain_getBlock", with_header("number", "0xd"), "block 12: the node answers with block 13"),
    "no block": ("chain_getBlock", lambda _: {"result": None}, "block 12: the answer has no block"),
    "events cut off": ("state_getStorage", lambda given: {"result": given["result"][:-2]}, "block 12: its events cannot be read"),
    "events that are no text": ("state_getStorage", lambda _: {"result": 5}, "events of block 12: expected bytes"),
    "a runtime without numbers": ("state_getRuntimeVersion", lambda _: {"result": {"specVersion": "x"}}, "runtime version"),
    "an error": (
        "state_queryStorageAt",
        lambda _: {"error": {"code": -32000, "message": "State already discarded"}},
        r"state_queryStorageAt is refused: State already discarded \(-32000\); does the node keep old states",
    ),
    "values that are none": ("state_queryStorageAt", lambda _: {"result": "?"}, "is not a list of changes"),
    "keys of elsewhere": ("state_getKeysPaged", lambda _: {"result": ["0x00"]}, "other keys than those under"),
    "keys that are no list": ("state_getKeysPaged", lambda _: {"result": 7}, "other keys than those under"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_ends_the_import_at_a_whole_block_and_it_goes_on_later(fault: str) -> None:
    method, change, said = FAULTS[fault]
    node = RecordedNode(SPEC_VERSION, LAST)
    node.change = at_block(12, method, change)
    with Ledger.in_memory(spec_version=277) as ledger:
        with served(node) as url, pytest.raises(NodeProblem, match=said):
            import_history(ledger, url)
        assert ledger.block < 12
        with served(RecordedNode(SPEC_VERSION, LAST)) as url:
            import_history(ledger, url)
        assert (ledger.storage.digest(), str(ledger.head)) == whole()
        assert audit(ledger.log).clean


@pytest.mark.parametrize(
    ("metadata", "said"),
    [
        ("0x6d65746163", "metadata of spec_version 185 cannot be read"),
        ("0x6d65746120" + "00" * 40, "metadata of spec_version 185 cannot be read"),
        (None, "metadata of spec_version 185: expected bytes"),
    ],
)
def test_metadata_that_cannot_be_read(metadata: Any, said: str) -> None:
    node = RecordedNode(SPEC_VERSION, LAST)
    node.change = lambda method, _, given: {"result": metadata} if method == "state_getMetadata" else given
    with Ledger.in_memory(spec_version=277) as ledger, served(node) as url, pytest.raises(NodeProblem, match=said):
        import_history(ledger, url)


class CodeToldLate(RecordedNode):
    """A chain whose code was put in from outside: of block 11 it names the runtime that was there before that."""

    def _version(self, at: str | None = None) -> Any:
        return {**super()._version(at), "specVersion": self._spec_version(at)}

    def _metadata(self, at: str | None = None) -> str:
        return metadata(self._spec_version(at))

    def _spec_version(self, at: str | None) -> int:
        return 103 if at == self._hash(11) else self.spec_version


def test_a_block_that_the_runtime_before_it_cannot_read_is_read_by_the_one_that_it_leaves() -> None:
    digests = set()
    for kind in (RecordedNode, CodeToldLate):
        with served(kind(SPEC_VERSION, LAST)) as url, Ledger.in_memory(spec_version=277) as ledger:
            import_history(ledger, url, first=12)
            assert [seen.spec_version for seen in runtimes_seen(ledger.log)] == [SPEC_VERSION]
            digests.add(ledger.storage.digest())
    assert len(digests) == 1


def test_errors_that_pass_and_closed_connections_are_borne() -> None:
    """Every fifth answer is an error once, and no connection lasts longer than forty questions."""
    node, times = RecordedNode(SPEC_VERSION, LAST), {"n": 0}
    failed: set[str] = set()

    def now_and_then(method: str, params: Sequence[Any], given: Answer) -> Answer:
        times["n"] += 1
        question = json.dumps([method, params])
        if times["n"] % 5 or question in failed:
            return given
        failed.add(question)
        return {"error": {"code": -32603, "message": "busy"}}

    node.change = now_and_then
    with Ledger.in_memory(spec_version=277) as ledger, served(node, close_after=40) as url:
        import_history(ledger, url)
        assert (ledger.storage.digest(), str(ledger.head)) == whole()
    assert len(failed) > 5


def test_an_answer_that_is_too_large_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(node_client, "LARGEST_ANSWER", 1 << 20)
    node = RecordedNode(SPEC_VERSION, LAST)
    node.change = at_block(5, "state_queryStorageAt", lambda _: {"result": "0" * (2 << 20)})
    with (
        Ledger.in_memory(spec_version=277) as ledger,
        served(node) as url,
        pytest.raises(NodeProblem, match="the answer is longer than 1 MiB"),
    ):
        import_history(ledger, url)


def test_nobody_answers() -> None:
    with (
        Ledger.in_memory(spec_version=277) as ledger,
        pytest.raises(NodeProblem, match=r"127\.0\.0\.1:1: no answer to .* after 2 attempts"),
    ):
        import_history(ledger, "ws://somebody:secret@127.0.0.1:1/key", attempts=2)
    with Ledger.in_memory(spec_version=277) as ledger, pytest.raises(NodeProblem, match="expected an address like"):
        import_history(ledger, "http://127.0.0.1")


# ------------------------------------------------------------------------------------------------ going on, following


def test_ledgers_into_which_the_blocks_do_not_fit() -> None:
    with served(RecordedNode(SPEC_VERSION, LAST)) as url, served(RecordedNode(103, 5)) as other:
        with Ledger.in_memory(spec_version=277) as ledger:
            ledger.submit(ForceSetBalance(account("somebody"), 5))
            with pytest.raises(ImportedHistoryProblem, match="a ledger of its own"):
                import_history(ledger, url)
        with Ledger.in_memory(spec_version=277) as ledger:
            assert import_history(ledger, url, first=3, last=4).blocks == 2
            with pytest.raises(ImportedHistoryProblem, match=r"--from: expected 5, after the last block .*, got 7"):
                import_history(ledger, url, first=7)
            with pytest.raises(NodeProblem, match="block 5 does not follow block 4"):
                import_history(ledger, other)
            assert import_history(ledger, url, last=4).blocks == 0


def test_one_subnet_alone() -> None:
    """Its entries are those of the whole; of other subnets, and of accounts, there are none."""
    with (
        served(RecordedNode(SPEC_VERSION, LAST)) as url,
        Ledger.in_memory(spec_version=277) as all_of_it,
        Ledger.in_memory(spec_version=277) as one,
    ):
        import_history(all_of_it, url)
        import_history(one, url, netuids=(1,))
        assert dict(one.storage.keys) == {key: hotkey for key, hotkey in all_of_it.storage.keys.items() if key[0] == 1}
        assert one.storage.tempo == {1: all_of_it.storage.tempo[1]}
        assert one.storage.total_issuance.value == all_of_it.storage.total_issuance.value
        assert not one.storage.owner


def test_following_a_node_that_makes_blocks_restarts_and_forks() -> None:
    node = RecordedNode(SPEC_VERSION, 8)
    blocks = scenario(SPEC_VERSION)["blocks"]
    seen: list[int] = []

    def grow() -> None:
        for last in range(9, 21):
            node.blocks = blocks[:last]
            time.sleep(0.02)

    with Ledger.in_memory(spec_version=277) as ledger, served(node, close_after=25) as url:
        grows = threading.Thread(target=grow)
        grows.start()
        done = import_history(
            ledger, url, last=20, follow=True, look_again_seconds=0.01, progress=lambda _, __: seen.append(ledger.block)
        )
        grows.join()
        assert (done.blocks, done.last) == (20, 20)
        assert seen == sorted(seen)
        node.blocks = [*blocks[:19], {**blocks[19], "hash": "0x" + "22" * 32}, *blocks[20:22]]
        node.change = at_block(21, "chain_getBlock", with_header("parentHash", "0x" + "22" * 32))
        head = ledger.head
        with pytest.raises(NodeProblem, match="block 21 does not follow block 20"):
            import_history(ledger, url, follow=True)
        assert ledger.head == head


# ---------------------------------------------------------------------------------------------- recorded and played again


def test_a_recording_passes_as_the_node(tmp_path: Path) -> None:
    recording = tmp_path / "blocks.jsonl.gz"
    with served(RecordedNode(SPEC_VERSION, LAST)) as url:
        result = CliRunner().invoke(main, ["node", "record", str(recording), "--url", url, "--from", "1", "--to", str(LAST)])
    assert (result.exit_code, f"{LAST} blocks recorded" in result.stdout) == (0, True)
    replayed = Replayed([recording])
    with Ledger.in_memory(spec_version=277) as ledger, served(replayed) as url:
        import_history(ledger, url)
        assert (ledger.storage.digest(), str(ledger.head)) == whole()
    with Ledger.in_memory(spec_version=277) as ledger, served(replayed) as url:
        import_history(ledger, url, full_every=8)  # other questions about the same storage
        assert ledger.storage.digest() == whole()[0]
    assert replayed.answer("state_getStorage", [EVENTS, "0x00"])["error"]["message"].startswith("not recorded: state_getStorage")
    result = CliRunner().invoke(main, ["node", "record", str(recording), "--url", "ws://127.0.0.1:1"])
    assert result.exit_code == 2


@pytest.mark.parametrize("content", [b"", b"no gzip", b"\x1f\x8b\x08\x00cut"])
def test_a_file_that_is_no_recording(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "blocks.jsonl.gz"
    path.write_bytes(content)
    if content:
        with pytest.raises(RecordingProblem, match="not a recording"):
            Replayed([path])
    else:
        assert Replayed([path]).answers == {}


def test_nodes_errors_keep_their_code(tmp_path: Path) -> None:
    with (
        Ledger.in_memory(spec_version=277) as ledger,
        served(Replayed([empty(tmp_path)])) as url,
        pytest.raises(RpcRefused) as refused,
    ):
        import_history(ledger, url)
    assert refused.value.code == -32601


def empty(folder: Path) -> Path:
    (folder / "empty.jsonl").touch()
    return folder / "empty.jsonl"


def test_no_runtime_of_the_node_decides_what_was_observed() -> None:
    """What comes in is observed: the changes of a block are canonical, and nothing is left out of them."""
    node, without_rules = RecordedNode(SPEC_VERSION, 3), 200
    node.change = lambda method, _, given: (
        {"result": {**given["result"], "specVersion": without_rules}} if method == "state_getRuntimeVersion" else given
    )
    with served(node) as url, Ledger.in_memory(spec_version=277) as ledger:
        import_history(ledger, url)
        assert canonical_changes({table.item.name: (dict(table), []) for table in ledger.storage.maps()})
        assert ledger.rules.spec_version == without_rules
        with pytest.raises(
            CannotGoOn, match=rf"advance_to: this chain has spec_version {without_rules}, for which there are no rules"
        ):
            ledger.advance_to(4)
