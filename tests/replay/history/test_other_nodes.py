"""Nodes that answer otherwise, in ways that nodes do, and a chain that changes from one recorded runtime to another."""

import asyncio
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from neuron_ledger.events.blocks_seen import BlockSeen, EventSeen, ExtrinsicSeen
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.replay.cli import main
from neuron_ledger.replay.history import client as node_client
from neuron_ledger.replay.history.client import NodeLost, NodeProblem
from neuron_ledger.replay.history.importing import import_history
from neuron_ledger.replay.history.in_log import runtimes_seen
from neuron_ledger.replay.history.verify import verify
from neuron_ledger.replay.proof.audit import audit
from neuron_ledger.replay.proof.groups import groups
from tests.replay.history.recorded_node import Answer, RecordedNode, metadata, scenario, served
from tests.replay.history.test_planned_reads import ensure_equal_to

pytest.importorskip("bittensor_core")

LAST = 20


@pytest.fixture(autouse=True)
def _no_long_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(node_client, "LONGEST_PAUSE_SECONDS", 0.01)


def imported(node: RecordedNode, **options: Any) -> tuple[bytes, str]:
    """The digest and the head of an import, into a ledger of a fixed origin."""
    with served(node) as url, Ledger.in_memory(spec_version=277, origin="test") as ledger:
        import_history(ledger, url, **options)
        return ledger.storage.digest(), str(ledger.head)


class FewKeys(RecordedNode):
    """Gives fewer keys than it is asked for."""

    most = 40

    def _keys(self, prefix: str, count: int, start: str | None, at: str) -> list[str]:
        return super()._keys(prefix, min(count, self.most), start, at)


class BareDigits(RecordedNode):
    """Writes keys and values without 0x, and in capitals."""

    def _keys(self, prefix: str, count: int, start: str | None, at: str) -> list[str]:
        return [key[2:].upper() for key in super()._keys(prefix, count, start, at)]

    def _query(self, keys: list[str], at: str) -> Any:
        bare = [[key[2:].upper(), value and value[2:].upper()] for key, value in super()._query(keys, at)[0]["changes"]]
        return [{"block": at, "changes": bare}]


class NoQuery(RecordedNode):
    """Knows no question about several keys."""

    def _answer(self, method: str, params: list[Any]) -> Answer:
        if method == "state_queryStorageAt":
            raise KeyError(method)
        return super()._answer(method, params)


class LeavesOut(RecordedNode):
    """Says nothing of keys that are not there, forgets one in a hundred besides, and gives the others in parts, backwards."""

    def _query(self, keys: list[str], at: str) -> Any:
        changes = [change for change in super()._query(keys, at)[0]["changes"] if change[1] is not None]
        kept = [change for number, change in enumerate(reversed(changes)) if number % 100 != 7]
        return [{"block": at, "changes": kept[begin : begin + 50]} for begin in range(0, len(kept), 50)]


class NoFinality(RecordedNode):
    """Knows no finalised head, only the best one."""

    def _answer(self, method: str, params: list[Any]) -> Answer:
        if method == "chain_getFinalizedHead":
            raise KeyError(method)
        return super()._answer(method, params)


class OtherNumbers(RecordedNode):
    """Writes numbers of blocks as numbers, and more of a runtime's version than anybody asks for."""

    def _header(self, at: str | None = None) -> Any:
        header = super()._header(at)
        return {**header, "number": int(header["number"], 16)}

    def _version(self, at: str | None = None) -> Any:
        return {**super()._version(at), "apis": [["0xdf6acb689907609b", 4]], "stateVersion": 1, "systemVersion": 1}


@pytest.mark.parametrize("spec_version", [103, 185])
def test_nodes_that_answer_otherwise_give_the_same_ledger(spec_version: int) -> None:
    plain = imported(RecordedNode(spec_version, LAST))
    for other in (FewKeys, BareDigits, NoQuery, LeavesOut, NoFinality, OtherNumbers):
        assert imported(other(spec_version, LAST)) == plain, other


def test_nodes_that_answer_otherwise_are_read_by_plan_too() -> None:
    plain = imported(RecordedNode(185, LAST))[0]
    for other in (FewKeys, BareDigits, NoQuery, LeavesOut):
        assert imported(other(185, LAST), full_every=8)[0] == plain, other


def test_answers_that_come_in_another_order() -> None:
    """Every third answer waits until two later questions have been answered."""
    node, plain = RecordedNode(185, LAST), imported(RecordedNode(185, LAST))
    numbers = count()

    async def later() -> None:
        await asyncio.sleep(0.004 * (next(numbers) % 3))

    with served(node, before=later) as url, Ledger.in_memory(spec_version=277, origin="test") as ledger:
        import_history(ledger, url)
        assert (ledger.storage.digest(), str(ledger.head)) == plain


def test_a_head_that_moves_on_while_it_is_imported() -> None:
    """Each time it is asked for it is another; `last` is where it ends."""
    node, plain = RecordedNode(185, 5), imported(RecordedNode(185, LAST))[0]

    def grown(method: str, _params: Sequence[Any], given: Answer) -> Answer:
        if method == "chain_getFinalizedHead":
            node.blocks = scenario(185)["blocks"][: min(len(node.blocks) + 3, LAST)]
        return given

    node.change = grown
    assert imported(node, follow=True, last=LAST, look_again_seconds=0.001)[0] == plain


def test_old_states_that_are_gone() -> None:
    """Of a pruned node blocks are imported from where it has states; before that its own words are said."""
    node = RecordedNode(185, LAST)

    def pruned(method: str, params: Sequence[Any], given: Answer) -> Answer:
        number = node.numbers.get(params[-1] if params and isinstance(params[-1], str) else "", LAST)
        if method.startswith("state_") and number < 9:
            return {
                "error": {
                    "code": 4003,
                    "message": f"Client error: Api called for an unknown Block: State already discarded for {params[-1]}",
                }
            }
        return given

    node.change = pruned
    with served(node) as url:
        with Ledger.in_memory(spec_version=277) as ledger, pytest.raises(NodeProblem, match=r"discarded .*\(an archive\)\?"):
            import_history(ledger, url)
        with Ledger.in_memory(spec_version=277) as ledger:
            done = import_history(ledger, url, first=9)
            assert (done.first, done.last) == (9, LAST)
            found = verify(ledger.log, ledger.timeline)
            assert found.seen["blocks"] == LAST - 8


class NoHead(NoFinality):
    """Says nothing of the head of the chain."""

    def _answer(self, method: str, params: list[Any]) -> Answer:
        if method == "chain_getHeader" and not params:
            raise KeyError(method)
        return super()._answer(method, params)


def test_a_node_that_says_nothing_of_its_head_is_asked_for_the_blocks_that_are_wanted() -> None:
    assert imported(NoHead(185, LAST), last=LAST)[0] == imported(RecordedNode(185, LAST))[0]
    with pytest.raises(NodeProblem, match="chain_getHeader is refused"):
        imported(NoHead(185, LAST))


@pytest.mark.parametrize("answer", [{"result": None}, {"error": {"code": -32000, "message": "Unknown block"}}])
def test_a_node_that_knows_nothing_of_the_state_before_the_first_block(answer: Answer, tmp_path: Path) -> None:
    """Neither its runtime nor its storage: the first block is read by the runtime that it leaves, on the command line too."""
    node, plain = RecordedNode(185, LAST), imported(RecordedNode(185, LAST))
    node.change = lambda method, params, given: answer if method.startswith("state_") and node.genesis in params else given
    assert imported(node)[0] == plain[0]
    with served(node) as url:
        result = CliRunner().invoke(main, ["import", "node", str(tmp_path / "chain.ledger"), "--url", url])
    assert (result.exit_code, f"{LAST} blocks (1 to {LAST})" in result.stdout) == (0, True), result.output


def test_a_node_that_is_lost_before_the_first_block_is_not_one_without_old_states() -> None:
    node = RecordedNode(185, LAST)
    with served(node, close_after=4) as url, Ledger.in_memory(spec_version=277) as ledger:
        node.change = lambda method, _, given: given if method != "state_getKeysPaged" else lost()
        with pytest.raises(NodeLost, match="no answer to state_getKeysPaged after 2 attempts"):
            import_history(ledger, url, attempts=2)


def lost() -> Answer:
    raise ConnectionError


# ------------------------------------------------------------------------------------- one runtime, then another

FROM, TO = 103, 185
UPGRADE = 12
"""The last block that the first runtime executes."""


class Joined(RecordedNode):
    """The blocks of one recorded chain, and after them those of another: what an upgrade with a migration looks like.

    After block `UPGRADE` the node answers with the new runtime, whose layout storage has from the next block on.
    """

    def __init__(self) -> None:
        super().__init__(FROM, UPGRADE)
        first, second = self.blocks, scenario(TO)["blocks"][:LAST]
        self.blocks = list(first)
        for number, block in enumerate(second, start=UPGRADE + 1):
            header = {**block["header"], "number": hex(number), "parentHash": self.blocks[-1]["hash"]}
            self.blocks.append({**block, "number": number, "header": header})
        self.numbers = {block["hash"]: block["number"] for block in self.blocks} | {self.genesis: 0}
        self._first, self._second = RecordedNode(FROM, UPGRADE), RecordedNode(TO)

    def state(self, number: int) -> dict[str, str]:
        return self._first.state(number) if number <= UPGRADE else self._second.state(number - UPGRADE)

    def _spec(self, at: str | None) -> int:
        number = self.numbers[at or self.blocks[-1]["hash"]]
        return FROM if number < UPGRADE else TO

    def _version(self, at: str | None = None) -> Any:
        return {"specName": "node-subtensor", "specVersion": self._spec(at), "transactionVersion": 1}

    def _metadata(self, at: str | None = None) -> str:
        return metadata(self._spec(at))


@pytest.mark.parametrize("full_every", [1, 50])
def test_a_runtime_that_changes_on_the_way(full_every: int) -> None:
    """Each block's extrinsics and events are read by the runtime that executed it, and storage is that of the node throughout."""
    chain = Joined()
    with served(chain) as url, Ledger.in_memory(spec_version=277) as ledger:
        import_history(ledger, url, full_every=full_every, last=UPGRADE + 2)
        import_history(ledger, url, full_every=full_every)
        ensure_equal_to(chain, ledger, UPGRADE + LAST)
        assert [runtime.spec_version for runtime in runtimes_seen(ledger.log)] == [FROM, TO]
        blocks = [group.events for group in groups(ledger.log.read()) if isinstance(group.events[:1][0], BlockSeen)]
        executed = [events[0].spec_version for events in blocks if isinstance(events[0], BlockSeen)]
        assert executed == [FROM] * UPGRADE + [TO] * LAST
        for events, recorded in zip(blocks, chain.blocks, strict=True):
            happened = [(event.name, event.extrinsic) for event in events if isinstance(event, EventSeen)]
            assert happened == [(f"{one['pallet']}.{one['name']}", _index(one["phase"])) for one in recorded["events"]]
            calls = [(one.call, one.ok) for one in events if isinstance(one, ExtrinsicSeen)]
            assert calls == [(f"{one['call']['pallet']}.{one['call']['name']}", one["success"]) for one in recorded["extrinsics"]]
        assert audit(ledger.log).clean
        found = verify(ledger.log, ledger.timeline)
        assert found.seen["blocks"] == UPGRADE + LAST
        assert [runtime.spec_version for runtime in found.runtimes] == [FROM, TO]


def _index(phase: Any) -> int | None:
    return phase if isinstance(phase, int) else None
