"""Storage read by plan: what calls, events and blocks can have changed is read, and what was missed is found and set right."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from neuron_ledger.events.blocks_seen import BlockSeen, StorageMissed
from neuron_ledger.events.ledger import StorageObserved
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.replay.history import walking
from neuron_ledger.replay.history.client import NodeClient
from neuron_ledger.replay.history.importing import HistoryImported, import_history
from neuron_ledger.replay.history.in_log import prefixes_of, runtimes_seen
from neuron_ledger.replay.history.known import Known
from neuron_ledger.replay.history.mentions import Mentions
from neuron_ledger.replay.history.planning import Plan, Planner
from neuron_ledger.replay.history.raw import raw_entries
from neuron_ledger.replay.history.reading import Reader
from neuron_ledger.replay.history.runtime import NodeRuntime
from neuron_ledger.replay.history.shapes import Shapes
from neuron_ledger.replay.proof.audit import audit
from neuron_ledger.replay.proof.groups import groups
from tests.replay.history.recorded_node import RecordedNode, scenario, served
from tests.shared_data import shared

pytest.importorskip("bittensor_core")
pytestmark = pytest.mark.xdist_group("recorded chains")

PALLET = "0x658faa385070e074c85bf6b568cf0555"
WEIGHTS = "0x658faa385070e074c85bf6b568cf0555a1e7036061f484bc3048a64b64e35ec4"
"""With this the keys of the item begin."""

Blocks = dict[int, tuple[bool, int, tuple[StorageMissed, ...]]]
"""Block → whether all was read, how many raw entries changed, what was missed."""


@contextmanager
def imported(node: RecordedNode, full_every: int) -> Iterator[tuple[Ledger, HistoryImported]]:
    with served(node) as url, Ledger.in_memory(spec_version=277) as ledger:
        yield ledger, import_history(ledger, url, full_every=full_every)


def ensure_equal_to(node: RecordedNode, ledger: Ledger, last: int) -> Blocks:
    """Raw storage is the node's after every block. Returns: what each block is."""
    found: Blocks = {}
    entries: dict[str, str] = {}
    prefixes = {f"raw:{name}": prefix for name, prefix in _prefixes(ledger).items()}
    read = (PALLET, *(f"0x{prefix.hex()}" for prefix in prefixes.values()))
    for group in groups(ledger.log.read_verified()):
        seen, observed = group.events[0] if group.events else None, group.events[-1] if group.events else None
        if not isinstance(observed, StorageObserved):
            continue
        changed = 0
        for item, put, gone in observed.changes:
            if item.startswith("raw:"):
                prefix = prefixes.get(item) or bytes.fromhex(PALLET[2:] + item.removeprefix("raw:0x"))
                entries |= {f"0x{(prefix + key).hex()}": f"0x{value.hex()}" for key, value in put}
                for key in gone:
                    del entries[f"0x{(prefix + key).hex()}"]
                changed += len(put) + len(gone)
        if not isinstance(seen, BlockSeen):
            continue  # the storage that the first block begins with
        missed = tuple(event for event in group.events if isinstance(event, StorageMissed))
        found[seen.number] = seen.whole, changed, missed
        assert entries == {key: value for key, value in node.state(seen.number).items() if key.startswith(read)}, seen.number
    assert list(found) == list(range(1, last + 1))
    return found


def _prefixes(ledger: Ledger) -> dict[str, bytes]:
    return prefixes_of(runtimes_seen(ledger.log))


@pytest.mark.parametrize("spec_version", [103, 185])
def test_a_plan_misses_nothing_of_the_recorded_chains(spec_version: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Storage is read whole at the first block, at the last, and after calls of which nobody can say what they change."""
    monkeypatch.setattr(walking, "READ_AHEAD", 4)
    node = RecordedNode(spec_version)
    with imported(node, full_every=1000) as (ledger, done):
        blocks = ensure_equal_to(node, ledger, 320)
        read = (PALLET, *(f"0x{prefix.hex()}" for prefix in _prefixes(ledger).values()))
        changed = [sum(key.startswith(read) for key, _ in block["raw_delta"]) for block in scenario(spec_version)["blocks"][1:]]
        assert [changed for _, changed, _ in blocks.values()][1:] == changed
        assert (done.missed, done.blocks) == (0, 320)
        assert done.whole == sum(whole for whole, _, _ in blocks.values()) < 20
        assert audit(ledger.log).clean


class Meddled(RecordedNode):
    """Somebody writes into storage by hand: no call, no event. by_hand: block → (key, value from then on)."""

    by_hand: dict[int, tuple[str, str]] = {}  # noqa: RUF012 - set by each test

    def state(self, number: int) -> dict[str, str]:
        written = {key: value for at, (key, value) in self.by_hand.items() if at <= number}
        return {**super().state(number), **written}


def meddled(last: int) -> Meddled:
    """A subnet's weights appear at block 22, change at 25, and another subnet's appear at block 37."""
    node = Meddled(185, last)
    node.by_hand = {
        22: (f"{WEIGHTS}01000f00", "0x04"),
        25: (f"{WEIGHTS}01000f00", "0x08"),
        37: (f"{WEIGHTS}02000e00", "0x0c"),
    }
    return node


def test_what_no_call_tells_is_found_by_the_next_full_read_and_set_right() -> None:
    node = meddled(48)
    with imported(node, full_every=16) as (ledger, done):
        blocks = ensure_equal_to(node, ledger, 48)
        missed = [(number, event) for number, (_, _, events) in blocks.items() for event in events]
    assert [number for number, (whole, _, _) in blocks.items() if whole and number % 16 == 0] == [16, 32, 48]
    by_hand = [(name, key) for _, event in missed for name, keys in event.entries for key in keys if name == "Weights"]
    assert by_hand == [("Weights", bytes.fromhex("01000f00")), ("Weights", bytes.fromhex("02000e00"))]
    assert all(event.set_right for _, event in missed)
    assert done.missed >= 2


def test_who_follows_a_chain_hears_what_was_missed_where_it_is_found() -> None:
    """Blocks are recorded as they come; the change stands with the block at which all was read."""
    node = meddled(17)
    with served(node) as url, Ledger.in_memory(spec_version=277) as ledger:
        for last in range(18, 33):  # a block at a time, as at the head of a chain
            node.blocks = scenario(185)["blocks"][:last]
            _follow_to(ledger, url, last)
        found = [
            (group.events[0].number, event)
            for group in groups(ledger.log.read())
            if group.events and isinstance(group.events[0], BlockSeen)
            for event in group.events
            if isinstance(event, StorageMissed)
        ]
        (number, event), *_ = [(number, event) for number, event in found if ("Weights", (b"\1\0\x0f\0",)) in event.entries]
        assert (number, event.after, event.set_right) == (32, 16, False)
        expected = {key: value for key, value in node.state(32).items() if key.startswith(PALLET)}
        assert {f"0x{key.hex()}": f"0x{value.hex()}" for key, value in raw_entries(ledger).items()} == expected


def _follow_to(ledger: Ledger, url: str, last: int) -> None:
    """Follow until the node has no more: the progress of the last block ends it as an interrupt would."""

    def interrupt(_: int, __: int) -> None:
        if ledger.block == last:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_history(ledger, url, full_every=16, follow=True, progress=interrupt, look_again_seconds=0.01)


def test_how_often_all_is_read_goes_by_the_size_of_storage() -> None:
    def every(keys: int) -> int:
        known = Known((number.to_bytes(4, "little"), b"") for number in range(keys))
        return walking.Walk(Reader(NodeClient("ws://127.0.0.1:1")), known)._every

    assert [every(keys) for keys in (0, 1, 4000, 4001, 20_000, 100_000, 1_000_000)] == [1, 1, 1, 16, 40, 200, 256]


@pytest.mark.parametrize("spec_version", [224, 315, 343])
def test_a_plan_goes_by_metadata(spec_version: int) -> None:
    """On main-net runtimes: a newcomer's uid leads to who held it, weights lead no further, and a swap to all there is."""
    packed = gzip.decompress(shared(f"metadata/finney-{spec_version}.hex.gz").read_bytes()).decode().strip()
    shapes = Shapes(NodeRuntime(bytes.fromhex(packed.removeprefix("0x")), spec_version, 1))
    by_name = {shape.name: shape for shape in shapes.maps}
    held, holder, newcomer = b"h" * 32, b"c" * 32, b"n" * 32

    def key(item: str, *parts: int | bytes) -> bytes:
        return shapes.keys(by_name[item], [parts])[0]

    owner = key("Owner", held)
    known = Known([(owner, holder), (key("Keys", 1, 5), held), (key("Uids", 1, held), b"\5\0"), (key("Tempo", 1), b"\1\0")])
    planner = Planner(shapes, known)

    def planned(call: str, netuids: frozenset[int]) -> Plan:
        return planner.of_block([Mentions([(call, netuids)], [], set(netuids), {newcomer}, {1, 5})], [])

    registered = planned("SubtensorModule.burned_register", frozenset({1}))
    assert {owner, key("Uids", 1, held), key("Uids", 1, newcomer), key("Keys", 1, 5), key("Tempo", 1)} <= registered.keys
    assert key("TotalHotkeyAlpha", newcomer, 1) in registered.keys
    weights = planned("SubtensorModule.set_weights", frozenset({1}))
    assert key("Weights", 1, 5) in weights.keys
    assert owner not in weights.keys
    assert planned("SubtensorModule.swap_hotkey", frozenset()).everything
    assert planned("System.set_storage", frozenset()).everything
    assert not planned("Balances.transfer_keep_alive", frozenset()).prefixes
