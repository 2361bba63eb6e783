"""Two recorded chains imported from a node: storage after every block, extrinsics, events, tenures are those of the recording."""

import gzip
import json
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import attrs
import pytest
from click.testing import CliRunner

from neuron_ledger.events.blocks_seen import BlockSeen, EventSeen, ExtrinsicSeen, RuntimeSeen
from neuron_ledger.events.entries.group import Group
from neuron_ledger.events.ledger import StorageObserved
from neuron_ledger.events.wire import ss58
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.projections.views.neuron_info import NeuronInfo, neuron_info, neuron_info_lite
from neuron_ledger.projections.views.tenures import Tenure, Tenures
from neuron_ledger.replay.cli import main
from neuron_ledger.replay.history.client import NodeProblem
from neuron_ledger.replay.history.importing import HistoryImported, import_history
from neuron_ledger.replay.history.raw import raw_entries
from neuron_ledger.replay.history.runtime import NodeRuntime
from neuron_ledger.replay.proof.audit import audit
from neuron_ledger.replay.proof.groups import groups
from tests.replay.history.answers import neuron_of, read_answer
from tests.replay.history.recorded_node import EVENTS, NAMES, RecordedNode, metadata, scenario, served
from tests.shared_data import shared

pytest.importorskip("bittensor_core")
pytestmark = pytest.mark.xdist_group("recorded chains")

PALLET = "0x658faa385070e074c85bf6b568cf0555"
NOT_DECODED = "_undecoded"
"""Where the recording keeps keys that no metadata names; they are compared as bytes."""

OWNER_OF_SEVERAL = "5DtWrR3CkMhwy5QEnmHqqMKBqSC7fcfnvT8jUykwFoh2seic"
"""A coldkey of both chains, with several hotkeys."""


Chain = tuple[int, Path, HistoryImported]


@pytest.fixture(scope="module", params=[103, 185])
def imported(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chain]:
    """(spec_version, the ledger's path, what came in) of a whole recorded chain."""
    path = tmp_path_factory.mktemp("history") / "chain.ledger"
    with served(RecordedNode(request.param)) as url, Ledger.create(path, spec_version=277) as ledger:
        yield request.param, path, import_history(ledger, url)


def blocks_of(path: Path) -> list[Group]:
    with Ledger.open(path, read_only=True) as ledger:
        return [group for group in groups(ledger.log.read_verified()) if isinstance(group.events[:1][0], BlockSeen)]


def test_storage_after_every_block_is_the_recorded_one(imported: Chain) -> None:
    """For every item of the pallet: the bytes, and what they decode to, against the recorded state, and nothing more."""
    spec_version, path, _ = imported
    runtime = NodeRuntime(bytes.fromhex(metadata(spec_version)[2:]), spec_version, 1)
    node, raw, decoded, compared = RecordedNode(spec_version), {}, {}, 0
    for group, block in zip(blocks_of(path), scenario(spec_version)["blocks"], strict=True):
        observed = group.events[-1]
        assert isinstance(observed, StorageObserved)
        for name, entries, gone in observed.changes:
            if name.startswith("raw:"):
                item = name.removeprefix("raw:")
                prefix = runtime.items.get(item) or bytes.fromhex(PALLET[2:] + item.removeprefix("0x"))
                if "." in item:  # of another pallet
                    continue
                for key, value in entries:
                    raw[prefix + key] = value
                    if item in runtime.items:
                        parts, shown = runtime.decoded(item, prefix + key, value)
                        decoded[prefix + key] = item, plain(parts), plain(shown)
                for key in gone:
                    del raw[prefix + key]
                    decoded.pop(prefix + key, None)
        state = node.state(block["number"])
        assert {f"0x{key.hex()}": f"0x{value.hex()}" for key, value in raw.items()} == {
            key: value for key, value in state.items() if key.startswith(PALLET)
        }
        compared += compare(decoded, block["state"])
    assert compared > 60 * 320


def compare(decoded: dict[bytes, tuple[str, Any, Any]], state: dict[str, Any]) -> int:
    """How many items of a block were compared, all of them equal."""
    ours: dict[str, Any] = {}
    for item, parts, value in decoded.values():
        ours.setdefault(item, []).append([parts, value])
    assert ours.keys() == state.keys() - {NOT_DECODED}
    for item, entries in ours.items():
        if entries[0][0] == []:
            assert entries[0][1] == plain(state[item]), item
        else:
            recorded = [[[plain(part) for part in one_or_more(parts)], plain(value)] for parts, value in state[item]]
            assert sorted(map(json.dumps, entries)) == sorted(map(json.dumps, recorded)), item
    return len(ours)


def one_or_more(parts: Any) -> list[Any]:
    return parts if isinstance(parts, list) else [parts]


def plain(value: Any) -> Any:
    """A value in one form: what the codec and the recording write differently is made the same."""
    if isinstance(value, dict):
        return {name: plain(part) for name, part in sorted(value.items())}
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    if isinstance(value, bytes):
        return f"0x{value.hex()}"
    if isinstance(value, str) and value.lstrip("-").isdecimal():
        return int(value)
    return value


def test_every_extrinsic_and_every_event_is_there_with_its_outcome(imported: Chain) -> None:
    spec_version, path, done = imported
    recorded = scenario(spec_version)["blocks"]
    node = RecordedNode(spec_version)
    inner = 0
    for group, block in zip(blocks_of(path), recorded, strict=True):
        seen = group.events[0]
        assert isinstance(seen, BlockSeen)
        assert (seen.number, f"0x{seen.block_hash.hex()}", seen.spec_version) == (block["number"], block["hash"], spec_version)
        assert f"0x{seen.events.hex()}" == node.state(block["number"])[EVENTS]
        extrinsics = [event for event in group.events if isinstance(event, ExtrinsicSeen)]
        for got, expected in zip(extrinsics, block["extrinsics"], strict=True):
            call = expected["call"]
            assert (got.index, got.call, got.ok) == (expected["index"], f"{call['pallet']}.{call['name']}", expected["success"])
            assert f"0x{got.encoded.hex()}" == expected["hex"]
            assert (None if got.signer is None else ss58.encode(got.signer)) == expected["signer"]
            assert [name.split(".")[-1].lower() for name in got.errors] == [name.lower() for name in errors_of(expected)]
            assert calls_in(json.loads(got.arguments)) == recorded_calls_in(call["args"])
            inner += len(calls_in(json.loads(got.arguments)))
        events = [(event.phase, event.extrinsic, event.name) for event in group.events if isinstance(event, EventSeen)]
        assert events == [
            (
                phase if isinstance(phase := event["phase"], str) else "ApplyExtrinsic",
                phase if isinstance(phase, int) else None,
                f"{event['pallet']}.{event['name']}",
            )
            for event in block["events"]
        ]
    assert inner > 50
    assert done.blocks == 320
    assert done.extrinsics == sum(len(block["extrinsics"]) for block in recorded)
    assert done.failed == sum(not extrinsic["success"] for block in recorded for extrinsic in block["extrinsics"])
    assert done.events == sum(len(block["events"]) for block in recorded)


def errors_of(extrinsic: dict[str, Any]) -> list[str]:
    """The names of a recorded extrinsic's errors, its own or those inside of it."""
    found = [extrinsic["error"]] if extrinsic["error"] else []
    sudo = extrinsic.get("sudo_result")
    if isinstance(sudo, dict) and "Err" in sudo:
        found.append(sudo["Err"])
    interrupted = extrinsic.get("batch_interrupted")
    if interrupted:
        found.append(interrupted["error"])
    return [str(error.get("name") or error.get("type")) for error in found]


def calls_in(args: Any) -> list[str]:
    """The names of calls inside of a call, in order."""
    if isinstance(args, dict) and set(args) == {"call", "args"}:
        return [args["call"], *calls_in(args["args"])]
    parts = args.values() if isinstance(args, dict) else args if isinstance(args, list) else ()
    return [name for part in parts for name in calls_in(part)]


def recorded_calls_in(args: Any) -> list[str]:
    if isinstance(args, dict) and {"pallet", "name", "args"} <= set(args):
        return [f"{args['pallet']}.{args['name']}", *recorded_calls_in(args["args"])]
    parts = args.values() if isinstance(args, dict) else args if isinstance(args, list) else ()
    return [name for part in parts for name in recorded_calls_in(part)]


def changes_of_seats(spec_version: int) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """(replacements, swaps) as the recorded states show them: (block, netuid, uid, old hotkey, new hotkey)."""
    replaced: list[tuple[Any, ...]] = []
    swapped: list[tuple[Any, ...]] = []
    before: dict[tuple[int, int], tuple[str, int]] = {}
    for block in scenario(spec_version)["blocks"]:
        registered = {tuple(key): value for key, value in block["state"].get("BlockAtRegistration", [])}
        seats = {tuple(key): (hotkey, registered[tuple(key)]) for key, hotkey in block["state"].get("Keys", [])}
        for seat, (hotkey, at) in seats.items():
            old = before.get(seat)
            if old is not None and old[0] != hotkey:
                (replaced if at != old[1] else swapped).append((block["number"], *seat, old[0], hotkey))
        before = seats
    return replaced, swapped


def test_tenures_name_every_replacement_and_every_swap(imported: Chain) -> None:
    spec_version, path, _ = imported
    with Ledger.open(path, read_only=True) as ledger:
        tenures = list(Tenures.of(groups(ledger.log.read_verified())))
    replaced, swapped = changes_of_seats(spec_version)
    assert (len(replaced), len(swapped)) == {103: (29, 0), 185: (26, 4)}[spec_version]
    assert {ended_as(tenure) for tenure in tenures if tenure.replaced_by is not None} == set(replaced)
    assert {
        (block, tenure.netuid, tenure.uid, ss58.encode(before), ss58.encode(after))
        for tenure in tenures
        for kind, block, before, after in tenure.swaps
        if kind == "hotkey"
    } == set(swapped)
    assert all(tenure.ended_after == tenure.to_block - 1 for tenure in tenures if tenure.to_block is not None)
    assert all(tenure.began == "seen" for tenure in tenures)


def ended_as(tenure: Tenure) -> tuple[Any, ...]:
    assert tenure.replaced_by is not None
    return (tenure.to_block, tenure.netuid, tenure.uid, ss58.encode(tenure.hotkey), ss58.encode(tenure.replaced_by))


def test_the_ledger_is_as_any_other(imported: Chain) -> None:
    """Audit is clean and lists the blocks as one observation; raw storage is the node's, at a block too; commands work."""
    spec_version, path, _ = imported
    with Ledger.open(path, read_only=True) as ledger:
        report = audit(ledger.log, expected_head=ledger.head)
        assert report.findings == ()
        (observation,) = report.observations
        assert observation.block == 320
        node = RecordedNode(spec_version)
        for block in (None, 1, 161):
            expected = {key: value for key, value in node.state(block or 320).items() if key.startswith(PALLET)}
            assert {f"0x{key.hex()}": f"0x{value.hex()}" for key, value in raw_entries(ledger, block).items()} == expected
        runtimes = [event for group in groups(ledger.log.read()) for event in group.events if isinstance(event, RuntimeSeen)]
        assert [runtime.spec_version for runtime in runtimes] == [spec_version]

    def ran(*arguments: str) -> Any:
        result = CliRunner().invoke(main, [*arguments, "--json"], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    shown = ran("show", "raw", str(path), "--block", "40")["entries"]
    assert shown == {key: value for key, value in RecordedNode(spec_version).state(40).items() if key.startswith(PALLET)}
    verified = json.loads(CliRunner().invoke(main, ["verify", str(path), "--json"], catch_exceptions=False).stdout)
    left_out = sum(one["count"] for one in verified["not_covered"] if one["what"] == "block")
    assert (verified["seen"]["blocks"], verified["blocks"]["total"] + left_out) == (320, 320)
    assert verified["runtimes"][0]["covered"] == verified["blocks"]["total"]
    assert len(ran("show", "subnet", str(path), "--netuid", "1")["neurons"]) > 5
    assert ran("prune-queue", str(path), "--netuid", "1")[0]["uid"] >= 0
    life = ran("timeline", str(path), OWNER_OF_SEVERAL)
    assert len(life["hotkeys"]) > 1
    page = path.with_suffix(".html")
    assert CliRunner().invoke(main, ["report", str(path), "--netuid", "1", "-o", str(page)]).exit_code == 0
    assert "Price of a registration" in page.read_text()
    assert ("Owner" in page.read_text()) == (spec_version > 103)


@cache
def blobs(spec_version: int) -> list[dict[str, Any]]:
    """What the chain answered about neurons, in bytes, and decoded."""
    packed = shared("chain-recordings/neuron_info_blobs.json.gz").read_bytes()
    of_neurons = [blob for blob in json.loads(gzip.decompress(packed)) if blob["method"].startswith("NeuronInfo")]
    return [blob for blob in of_neurons if blob["chain"] == NAMES[spec_version]]


def readable(value: Any) -> Any:
    """A value in the form of the recording."""
    if isinstance(value, bytes):
        return ss58.encode(value)
    if isinstance(value, dict):
        return {name: readable(part) for name, part in value.items()}
    return [readable(part) for part in value] if isinstance(value, tuple) else value


@pytest.mark.parametrize("spec_version", [103, 185])
def test_answers_about_neurons_decode_to_the_recorded_values(spec_version: int) -> None:
    """Without metadata, as the recording was decoded. By metadata, 185 has an axon's port before its ip, as its storage has."""
    runtime = NodeRuntime(bytes.fromhex(metadata(spec_version)[2:]), spec_version, 1)
    swapped = 0
    for blob in blobs(spec_version):
        raw = bytes.fromhex(blob["raw"][2:])
        assert readable(read_answer(blob["method"], raw)) == plain(blob["decoded"])
        read = readable(read_answer(blob["method"], raw, runtime))
        for neuron, recorded in zip(*(one if isinstance(one, list) else [one] for one in (read, blob["decoded"])), strict=True):
            ours, theirs = neuron.pop("axon_info"), plain(recorded["axon_info"])
            assert neuron == plain({name: value for name, value in recorded.items() if name != "axon_info"})
            if ours != theirs:
                swapped += 1
                assert spec_version == 185
                assert ours["port"].to_bytes(2, "little") + ours["ip"].to_bytes(16, "little") == theirs["ip"].to_bytes(
                    16, "little"
                ) + theirs["port"].to_bytes(2, "little")
    assert (swapped > 0) == (spec_version == 185)
    assert len(blobs(spec_version)) == 248


def test_our_views_are_what_the_node_answers(imported: Chain) -> None:
    """Field by field, every neuron of both subnets at every tenth block."""
    spec_version, path, _ = imported
    runtime = NodeRuntime(bytes.fromhex(metadata(spec_version)[2:]), spec_version, 1)
    compared = 0
    with Ledger.open(path, read_only=True) as ledger:
        for block, of_block in groupby(blobs(spec_version), key=lambda blob: int(blob["block"])):
            storage = ledger.at(block=block).storage
            for blob in of_block:
                answered = read_answer(blob["method"], bytes.fromhex(blob["raw"][2:]), runtime)
                for neuron in answered if isinstance(answered, tuple) else (answered,):
                    seen = neuron_of(neuron)
                    view = neuron_info if isinstance(seen, NeuronInfo) else neuron_info_lite
                    assert view(storage, seen.netuid, seen.uid) == seen
                    compared += len(attrs.fields(type(seen)))
    assert compared > 25_000


def test_bytes_that_are_no_answer_are_refused() -> None:
    for method, raw in (("NeuronInfoRuntimeApi_get_neuron", b"\1\2\3"), ("NeuronInfoRuntimeApi_get_neurons", b"\xff" * 400)):
        with pytest.raises(NodeProblem, match=f"{method}: these {len(raw)} bytes are no answer to it"):
            read_answer(method, raw)
    with pytest.raises(NodeProblem, match="how this is answered is not known"):
        read_answer("Some_method", b"")
