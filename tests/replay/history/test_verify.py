"""A chain of the development node, imported: the same storage, and rules that confirm every block, call and epoch of it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from click.testing import CliRunner

from neuron_ledger.events.calls import ForceSetBalance, SetWeights
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.errors import BadOrigin, CannotGoOn
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.ledger.runtimes.timeline import Timeline
from neuron_ledger.ledger.runtimes.v277 import V277
from neuron_ledger.replay.cli import main
from neuron_ledger.replay.history.importing import import_history
from neuron_ledger.replay.history.in_log import ImportedHistoryProblem
from neuron_ledger.replay.history.rerun.judge import PlaceDiffers
from neuron_ledger.replay.history.rerun.recast import recast
from neuron_ledger.replay.history.rerun.report import CallDiffers, Verified
from neuron_ledger.replay.history.verify import verify
from neuron_ledger.replay.node.chain.dev_chain import Chain
from neuron_ledger.replay.node.metadata.calls import NUMBERS, calls_of
from neuron_ledger.replay.node.rpc.running import running_node
from neuron_ledger.replay.node.types.notation import Shape
from tests.replay.node.node_fixture import Sender, address, with_a_subnet

pytest.importorskip("bittensor_core")


def everything_once(sender: Sender) -> None:
    """Every call that the node has, signed by Alice and in the name of the chain, with arguments that come to mind."""
    calls = [call for call in calls_of(sender.chain.runtime.rules) if call.pallet in NUMBERS]
    for number, call in enumerate(calls):
        arguments = {name: an_argument(name, kind) for name, kind in call.fields}
        composed = bytes(sender.client.compose_call(call.pallet, call.name, arguments))
        sender.chain.submit(sender.signed("Alice", composed))
        sender.send("Alice", "Sudo", "sudo", call=composed)
        if number % 5 == 0:
            sender.chain.make_block()
    sender.chain.make_block()


def an_argument(name: str, kind: Shape) -> Any:
    if kind.name == "AccountId32":
        return address("Bob//hot" if "hotkey" in name else "Charlie")
    if kind.name == "MultiAddress":
        return address("Dave")
    if kind.name in ("Vec", "BTreeSet", "BTreeMap"):
        return "0x" + "07" * 32 if kind.parts[0].name == "u8" else []
    if kind.name == "array":
        return "0x" + "00" * kind.length
    if kind.name == "Option":
        return None
    if kind.name == "bool":
        return True
    if kind.name == "RecycleOrBurnEnum":
        return "Burn"
    if kind.name == "CommitmentInfo":
        return {"fields": [[{"Raw2": "0x0707"}]]}
    if kind.name == "RootClaimTypeEnum":
        return "Keep"
    if kind.name.startswith("Fixed"):
        return {"bits": 1 << 31}
    return 1


def a_life(sender: Sender) -> None:
    """Weights, stake, endpoints, batches, refusals, a replacement, epochs."""
    done, composed = sender.done, sender.composed
    done("Bob//hot", "SubtensorModule", "set_weights", netuid=1, dests=[0, 2], weights=[1, 3], version_key=0)
    done("Charlie//hot", "SubtensorModule", "set_weights", netuid=1, dests=[0], weights=[1], version_key=0)
    axon = {
        "netuid": 1,
        "version": 1,
        "ip": 1676056785,
        "port": 9,
        "ip_type": 4,
        "protocol": 0,
        "placeholder1": 0,
        "placeholder2": 0,
    }
    done("Bob//hot", "SubtensorModule", "serve_axon", **axon)
    done("Charlie", "SubtensorModule", "add_stake", hotkey=address("Charlie//hot"), netuid=1, amount_staked=10**11)
    done("Dave", "SubtensorModule", "burned_register", netuid=9, hotkey=address("Dave//hot"))
    register = [composed("SubtensorModule", "burned_register", netuid=1, hotkey=address(f"Dave//{n}")) for n in range(2)]
    wrong = composed("SubtensorModule", "burned_register", netuid=9, hotkey=address("Dave//hot"))
    for kind, calls in (
        ("batch", [register[0], wrong, register[1]]),
        ("force_batch", [wrong, register[1]]),
        ("batch_all", [wrong]),
    ):
        sender.send("Dave", "Utility", kind, calls=calls)
    sender.chain.make_block()
    sender.sudo("AdminUtils", "sudo_set_max_allowed_uids", netuid=1, max_allowed_uids=4)
    done("Eve", "Sudo", "sudo", call=wrong)
    done("Bob", "SubtensorModule", "remove_stake", hotkey=address("Bob//hot"), netuid=1, amount_unstaked=10**9)
    for _ in range(8):
        sender.chain.make_block()


@pytest.fixture(scope="module", params=[277, 424])
def confirmed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Chain, Path]]:
    """A chain that lived, and the ledger into which its blocks were imported."""
    path = tmp_path_factory.mktemp("history") / "chain.ledger"
    with running_node(Ledger.in_memory(spec_version=request.param)) as node:
        sender = with_a_subnet(node.chain)
        began = node.chain.head.number + 1
        a_life(sender)
        everything_once(sender)
        with Ledger.create(path, spec_version=request.param) as ledger:
            import_history(ledger, node.url, first=began)
        yield node.chain, path


def test_the_blocks_make_a_ledger_of_calls(confirmed: tuple[Chain, Path]) -> None:
    _, path = confirmed
    with Ledger.open(path, read_only=True) as ledger:
        made = recast(ledger.log)
    assert made.same
    assert made.extrinsics


def verified(path: Path, *, reexecute: bool) -> Verified:
    with Ledger.open(path, read_only=True) as ledger:
        return verify(ledger.log, ledger.timeline, reexecute=reexecute)


@pytest.mark.parametrize("reexecute", [False, True])
def test_every_block_call_and_epoch_is_confirmed(confirmed: tuple[Chain, Path], reexecute: bool) -> None:
    chain, path = confirmed
    found = verified(path, reexecute=reexecute)
    assert found.differences == []
    assert found.unexplained_writes == []
    assert found.blocks.equal == found.blocks.total == found.seen["blocks"]
    assert found.epochs.equal == found.epochs.total > 3
    assert found.replacements.equal == found.replacements.total == len(found.replaced)
    assert found.calls.equal == found.calls.total == found.seen["extrinsics"] - found.seen["blocks"]
    assert {entry.name for entry in found.not_covered.values()} == {"Timestamp.set"}
    assert all(count.equal == count.total == found.blocks.total for count in found.items.values())
    assert found.agrees
    assert found.digest == chain.ledger.storage.digest()


def ran(path: Path, *options: str) -> tuple[int, Any]:
    """The exit code of `verify`, and what it says."""
    result = CliRunner().invoke(main, ["verify", str(path), *options], catch_exceptions=False)
    return result.exit_code, json.loads(result.stdout) if "--json" in options else result.stdout


def test_the_command_says_what_it_ran(confirmed: tuple[Chain, Path]) -> None:
    code, found = ran(confirmed[1], "--json")
    assert code == 0
    assert {"blocks", "calls", "items", "unexplained_writes", "differences"} <= found.keys()
    assert found["agrees"]
    assert found["blocks"]["equal"] == found["blocks"]["total"] > 30
    assert found["items"]["Weights"] == found["blocks"]
    code, text = ran(confirmed[1])
    assert code == 0
    assert f"as the rules make them: {found['blocks']['total']} of {found['blocks']['total']} blocks" in text
    assert "not covered: call Timestamp.set" in text


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few blocks from the very first one on: weights set twice, and one value written by hand (block 7 at its end)."""
    path = tmp_path_factory.mktemp("history") / "chain.ledger"
    with running_node(Ledger.in_memory(spec_version=277)) as node:
        sender = with_a_subnet(node.chain)
        for weights in ([1, 3], [3, 1]):
            sender.done("Bob//hot", "SubtensorModule", "set_weights", netuid=1, dests=[0, 2], weights=weights, version_key=0)
        for _ in range(3):
            node.chain.make_block()
        with Ledger.create(path, spec_version=277) as ledger:
            import_history(ledger, node.url)
    return path


def test_a_value_written_by_hand_is_a_write_that_nothing_explains(short: Path) -> None:
    for options in ((), ("--reexecute",), ("--from-each-block",)):
        code, found = ran(short, "--json", *options)
        assert code == 1
        assert (found["blocks"]["equal"], found["blocks"]["total"]) == (13, 13)
        assert found["differences"] == []
        write = {"block": 8, "item": "FirstEmissionBlockNumber", "key": [1], "before": None, "after": 8}
        assert found["unexplained_writes"] == [write]
        assert found["items"]["FirstEmissionBlockNumber"] == {"equal": 13, "total": 13}
    assert "FirstEmissionBlockNumber [1] went from None to 8, which nothing in the block explains" in " ".join(
        ran(short)[1].split()
    )


def late_by_one(tx: Tx, origin: bytes | None, call: SetWeights) -> None:
    """Weights set by the rules of 277, but for the block that is noted."""
    V277.calls[SetWeights](tx, origin, call)
    updates = list(tx.storage.last_update[call.netuid])
    updates[1] += 1
    tx.storage.last_update[call.netuid] = tuple(updates)


def refused(_: Tx, __: bytes | None, ___: SetWeights) -> None:
    raise BadOrigin(needed="a signed call")


def test_rules_that_differ_are_found_with_block_uid_item_and_both_values(short: Path) -> None:
    """Judged from each block, each error stands for itself; carried on by the rules, it is named once, and stays."""
    wrong = Timeline([evolve(V277, calls={**V277.calls, SetWeights: late_by_one})])
    with Ledger.open(short, read_only=True) as ledger:
        each, carried = (verify(ledger.log, wrong, reexecute=reexecute) for reexecute in (False, True))
    for found, values in ((each, [(1, 1, 9, 10), (1, 1, 10, 11)]), (carried, [(1, 1, 9, 10)])):
        assert isinstance(found.first_difference, PlaceDiffers)
        assert (found.first_difference.where.block, found.first_difference.what) == (9, "LastUpdate")
        differ = [one for one in found.differences if isinstance(one, PlaceDiffers)]
        assert [(one.where.netuid, one.where.uid, one.expected, one.got) for one in differ] == values
        assert not found.agrees
    assert each.items["LastUpdate"].total - each.items["LastUpdate"].equal == 2
    assert carried.items["LastUpdate"].total - carried.items["LastUpdate"].equal == 5
    assert each.blocks.total == carried.blocks.total == 13


def test_a_call_that_ends_otherwise_is_found_with_both_errors(short: Path) -> None:
    wrong = Timeline([evolve(V277, calls={**V277.calls, SetWeights: refused})])
    with Ledger.open(short, read_only=True) as ledger:
        found = verify(ledger.log, wrong)
    first = next(one for one in found.differences if isinstance(one, CallDiffers))
    assert (first.where.block, first.what) == (9, "SubtensorModule.set_weights")
    assert (first.expected, first.got) == ([], ["BadOrigin"])
    assert found.calls.total - found.calls.equal == 2


def test_rules_that_cannot_go_on_cover_nothing(short: Path) -> None:
    def panics(_: Tx) -> None:
        raise CannotGoOn("here the chain would panic")

    with Ledger.open(short, read_only=True) as ledger:
        found = verify(ledger.log, Timeline([evolve(V277, block_hook=(panics,))]))
    assert found.blocks.total == 0
    assert [(entry.what, entry.why) for entry in found.not_covered.values()] == [("block", "here the chain would panic")]


def test_a_part_of_storage_decides_nothing_and_says_what_lacks(tmp_path: Path) -> None:
    """The command begins the ledger with the node's runtime; with --netuid it holds a part, and names what lacks."""
    whole, part = tmp_path / "whole.ledger", tmp_path / "part.ledger"

    def command(*arguments: object) -> Any:
        return CliRunner().invoke(main, [str(argument) for argument in arguments], catch_exceptions=False)

    with running_node(Ledger.in_memory(spec_version=277)) as node:
        with_a_subnet(node.chain)
        assert command("import", "node", whole, "--url", node.url).exit_code == 0
        assert command("import", "node", part, "--url", node.url, "--netuid", 1).exit_code == 0
        with Ledger.open(whole, read_only=True) as ledger:
            assert ledger.log.spec_version == ledger.rules.spec_version == 277
            assert not ledger.storage.not_seen
            assert ledger.storage.last_runtime_upgrade.value is None
    with Ledger.open(part, read_only=True) as ledger:
        assert {"Balances", "Owner", "Alpha", "Weights", "Tempo"} <= set(ledger.storage.not_seen[0])
        assert {"Alpha", "ChildKeys"} <= set(ledger.storage.not_seen[1])
        assert not {"Weights", "Tempo", "Keys"} & set(ledger.storage.not_seen[1])
        assert ledger.storage.subnetwork_n[1] == 3
    refused = command("advance", part, "--blocks", 1)
    assert refused.exit_code == 2
    assert "to have been seen before blocks pass" in refused.stderr
    assert "of subnet 1" in refused.stderr
    assert command("advance", whole, "--blocks", 1).exit_code == 0
    code, found = ran(part, "--json")
    assert code == 0
    assert found["blocks"] == {"equal": 0, "total": 0}
    assert {entry["why"] for entry in found["not_covered"]} == {"only a part of storage was seen"}


def test_a_ledger_without_imported_blocks_is_not_verified(tmp_path: Path) -> None:
    path = tmp_path / "own.ledger"
    with Ledger.create(path) as ledger:
        ledger.submit(ForceSetBalance(bytes(32), 10**9)).unwrap()
        with pytest.raises(ImportedHistoryProblem, match="no block of a node is in this ledger"):
            verify(ledger.log, ledger.timeline)
    result = CliRunner().invoke(main, ["verify", str(path)])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "`neuron-ledger import node` reads them; calls of its own are checked by audit" in result.stderr
