"""A chain whose runtime changes on its way: other metadata, other items, and storage that migrates."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from neuron_ledger.events.blocks_seen import RuntimeSeen
from neuron_ledger.events.calls import SetWeights, UpgradeRuntime
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.projections.storage import Storage
from neuron_ledger.replay.history.importing import import_history
from neuron_ledger.replay.history.in_log import runtimes_seen
from neuron_ledger.replay.history.raw import raw_entries
from neuron_ledger.replay.history.verify import verify
from neuron_ledger.replay.node.chain.dev_chain import Chain
from neuron_ledger.replay.node.rpc.running import running_node
from neuron_ledger.replay.proof.audit import audit
from tests.replay.history.recorded_node import RecordedNode, served
from tests.replay.history.test_verify import a_life
from tests.replay.node.node_fixture import Sender, with_a_subnet

pytest.importorskip("bittensor_core")

FROM, TO = 277, 424


class Upgraded(RecordedNode):
    """A development chain as the main chain would be: the last block before an upgrade leaves the new runtime, and the next one
    migrates storage.
    """

    def __init__(self, chain: Chain) -> None:
        self.genesis = f"0x{chain.genesis.hex()}"
        self.numbers = {self.genesis: 0}
        self.blocks: list[dict[str, Any]] = []
        self.change = lambda _method, _params, answer: answer
        self.asked = {}
        self.states: dict[int, dict[str, str]] = {0: {}}
        self.specs: dict[int, int] = {}
        self.metadata: dict[int, str] = {}

    def take(self, chain: Chain) -> None:
        """All blocks that the chain has and that were not taken yet, as they are now."""
        for number in range(len(self.blocks) + 1, chain.head.number + 1):
            found = chain.hash_of(number)
            assert found is not None
            block, state = chain.block(found), chain.state(found)
            extrinsics = [{"hex": f"0x{one.hex()}"} for one in block.extrinsics]
            text = f"0x{found.hex()}"
            self.blocks.append({"hash": text, "header": block.header_for_people(), "extrinsics": extrinsics})
            self.numbers[text] = number
            values = ((key, state.get(key)) for key in state.keys(b""))
            self.states[number] = {f"0x{key.hex()}": f"0x{value.hex()}" for key, value in values if value is not None}
            self.specs[number] = state.runtime.spec_version
            self.metadata.setdefault(state.runtime.spec_version, f"0x{state.runtime.metadata(14).hex()}")

    def state(self, number: int) -> dict[str, str]:
        return self.states[number]

    def _spec(self, at: str | None) -> int:
        """The runtime that a block leaves: that which made the next one."""
        number = self.numbers[at or self.blocks[-1]["hash"]]
        return self.specs.get(number + 1, self.specs.get(number, FROM))

    def _version(self, at: str | None = None) -> Any:
        return {"specName": "node-subtensor", "specVersion": self._spec(at), "transactionVersion": 1}

    def _metadata(self, at: str | None = None) -> str:
        return self.metadata[self._spec(at)]


def lived(node: Any) -> tuple[int, int]:
    """(first block, last block before the upgrade) of a life on a subnet; the upgrade is not made yet."""
    sender = with_a_subnet(node.chain)
    began = node.chain.head.number + 1
    a_life(sender)
    return began, node.chain.head.number


def same(ours: Storage, theirs: Storage) -> None:
    """Everything under the ledger's own items is the same."""
    names = {table.item.name for storage in (ours, theirs) for table in storage.maps()}
    for name in sorted(name for name in names if not name.startswith("raw:")):
        assert dict(ours.map(name)) == dict(theirs.map(name)), name


@pytest.fixture(scope="module", params=["as the node does it", "as the chain does it"])
def upgraded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Chain, Path, int]]:
    """(the node's chain, the ledger that it was imported into, the last block of the first runtime)."""
    path = tmp_path_factory.mktemp("upgraded") / "chain.ledger"
    with running_node(Ledger.in_memory(spec_version=FROM)) as node, Ledger.create(path, spec_version=FROM) as ledger:
        began, at = lived(node)
        replayed = Upgraded(node.chain)
        replayed.take(node.chain)
        node.chain.ledger.submit(UpgradeRuntime(TO)).unwrap()
        a_life(Sender(node.chain))
        replayed.take(node.chain)
        if request.param == "as the node does it":
            import_history(ledger, node.url, first=began, last=at + 3)
            import_history(ledger, node.url)
        else:
            with served(replayed) as url:
                import_history(ledger, url, first=began)
        yield node.chain, path, at


def test_both_runtimes_are_recorded_and_storage_is_the_nodes(upgraded: tuple[Chain, Path, int]) -> None:
    chain, path, at = upgraded
    with Ledger.open(path, read_only=True) as ledger:
        assert [runtime.spec_version for runtime in runtimes_seen(ledger.log)] == [FROM, TO]
        assert [event.spec_version for event in runtimes_seen(ledger.log, at - 1) if isinstance(event, RuntimeSeen)] == [FROM]
        assert ledger.rules.spec_version == TO
        same(ledger.storage, chain.ledger.storage)
        state = chain.state()
        raw = raw_entries(ledger)
        assert raw == {key: state.get(key) for key in raw}
        assert len(raw) == sum(key.startswith(next(iter(raw))[:16]) for key in state.keys(b""))
        assert len(raw_entries(ledger, at - 1)) > 50
        assert audit(ledger.log).clean


@pytest.mark.parametrize("reexecute", [False, True])
def test_rules_confirm_the_blocks_of_both_and_the_migration(upgraded: tuple[Chain, Path, int], reexecute: bool) -> None:
    chain, path, at = upgraded
    with Ledger.open(path, read_only=True) as ledger:
        found = verify(ledger.log, ledger.timeline, reexecute=reexecute)
    assert found.differences == []
    assert found.unexplained_writes == []
    assert found.blocks.equal == found.blocks.total == found.seen["blocks"]
    assert {runtime.spec_version: (runtime.last, runtime.covered > 10) for runtime in found.runtimes} == {
        FROM: (at, True),
        TO: (chain.head.number, True),
    }
    assert found.epochs.total > 3
    assert found.digest == chain.ledger.storage.digest()


def test_new_calls_are_decided_by_the_runtime_that_was_seen_last(upgraded: tuple[Chain, Path, int], tmp_path: Path) -> None:
    _, path, _ = upgraded
    copy = tmp_path / "copy.ledger"
    with Ledger.open(path, read_only=True) as source:
        source.backup(copy)
    with Ledger.open(copy) as ledger:
        before = ledger.block
        ledger.advance_to(before + 1)
        assert ledger.submit(SetWeights(9, (), (), 0), bytes(32)).error is not None
        assert ledger.storage.map("AlphaV2")
        assert audit(ledger.log).spec_versions == (FROM, TO)
