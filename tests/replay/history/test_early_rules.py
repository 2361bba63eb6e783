"""Two recorded chains of runtimes before 277, run again by the rules: blocks, calls, epochs and every item of the pallet.

Where an upgrade is in a chain, storage is read anew.
"""

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.replay.cli import main
from neuron_ledger.replay.history.importing import import_history
from neuron_ledger.replay.history.rerun.recast import recast
from neuron_ledger.replay.history.verify import verify
from tests.replay.history.recorded_node import RecordedNode, scenario, served

pytest.importorskip("bittensor_core")

LAST_UPGRADE = "0x26aa394eea5630e07c48ae0c9558cef7f9cce9c888469bb1a0dceaa129672ef8"
"""The key of System.LastRuntimeUpgrade."""
TOTAL_STAKE = "0x658faa385070e074c85bf6b568cf05554f85a3603259384a5fa5494b7d7fdb8c"
TOTAL_ISSUANCE = "0x658faa385070e074c85bf6b568cf055557c875e4cff74148e4628f264b974c80"
BALANCES_ISSUANCE = "0xc2261276cc9d1f8598ea4b6a74b15c2f57c875e4cff74148e4628f264b974c80"
STORAGE_VERSION = "0x658faa385070e074c85bf6b568cf05554e7b9012096b41c4eb3aaf947f6ea429"
AT, QUIET = 12, 14
"""The block that an upgrade is put into; one after which issuance does not fall for a while."""


def imported(node: RecordedNode, path: Path) -> Path:
    with served(node) as url, Ledger.create(path, spec_version=277) as ledger:
        import_history(ledger, url)
    return path


# -------------------------------------------------------------------------------------------- the chains as they were


RUN_AGAIN = {
    # Items of the pallet; signed calls; epochs; what was written by hand, block by block.
    103: (78, 807, 75, {(5, "Tempo", (1,)), (5, "Tempo", (3,)), (5, "MaxAllowedUids", (1,)), (5, "MaxAllowedUids", (3,))}),
    185: (98, 827, 52, set()),
}
REPLACED = {103: (29, 2), 185: (26, 2)}
"""How often a uid changed hands, and how often so in a block whose epoch had just given it another score."""
OF_OTHER_PALLETS = {"AccountNonce", "Balances", "BalancesTotalIssuance", "SenateMembers"}


@pytest.fixture(scope="module", params=RUN_AGAIN)
def whole(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[int, Path]:
    """(spec_version, the ledger that its chain was imported into)."""
    return request.param, imported(RecordedNode(request.param), tmp_path_factory.mktemp("whole") / "chain.ledger")


@pytest.mark.parametrize("option", ["--from-each-block", "--reexecute"])
def test_rules_make_every_block_call_epoch_and_item(whole: tuple[int, Path], option: str) -> None:
    spec_version, path = whole
    items, calls, epochs, by_hand = RUN_AGAIN[spec_version]
    ran = CliRunner().invoke(main, ["verify", str(path), option, "--json"])
    found = json.loads(ran.stdout)
    assert ran.exit_code == bool(by_hand)
    assert (found["differences"], found["taken_from_the_chain"]) == ([], 0)
    assert (found["blocks"], found["calls"], found["epochs"]) == (all_of(319), all_of(calls), all_of(epochs))
    assert list(found["items"]) == sorted(found["items"])
    own = {name: count for name, count in found["items"].items() if name not in OF_OTHER_PALLETS}
    assert (len(own), [name for name, count in found["items"].items() if count != all_of(319)]) == (items, [])
    assert {(write["block"], write["item"], tuple(write["key"])) for write in found["unexplained_writes"]} == by_hand
    assert_replacements_are_predicted(spec_version, found)
    assert [(lack["what"], lack["name"], lack["count"]) for lack in found["not_covered"]] == [
        ("block", f"spec_version {spec_version}", 1),
        ("call", "Timestamp.set", 319),
    ]
    assert [runtime["doubt"] for runtime in found["runtimes"]] == [None]


def test_what_was_before_alpha_is_told_in_tao(whole: tuple[int, Path]) -> None:
    spec_version, path = whole

    def said(*words: object) -> str:
        return CliRunner().invoke(main, [*map(str, words)], env={"COLUMNS": "200"}).output

    for item in ("Emission", "PendingEmission"):
        shown = said("show", "storage", path, item)
        assert (" TAO" in shown, "alpha" in shown) == (True, False)
    neuron = said("show", "neuron", path, "--netuid", 1, "--uid", 3)
    assert (neuron.count(" TAO ("), neuron.count("alpha")) == (2, 0)
    assert "alpha" not in said("show", "subnet", path, "--netuid", 1).replace("adjustment_alpha", "").replace(
        "AdjustmentAlpha", ""
    )
    differ = said("diff", path, "--item", "PendingEmission", "--block", 100, "--other-block", 320)
    assert "alpha" not in differ
    assert " TAO" in differ or spec_version == 103  # where nothing is emitted
    assert "earned" not in (life := said("timeline", path, neuron.split("hotkey")[1].split()[0])) or "alpha" not in life


def test_what_a_node_s_blocks_do_not_tell_is_said(whole: tuple[int, Path]) -> None:
    path = str(whole[1])
    ran = CliRunner().invoke(main, ["epoch", path, "--netuid", "1"])
    assert "a node's blocks contain none; in Python, recast(log)" in " ".join(ran.output.split())
    ran = CliRunner().invoke(main, ["log", path, "--refused"])
    assert "are in their events: --event ExtrinsicSeen" in " ".join(ran.output.split())


def assert_replacements_are_predicted(spec_version: int, found: Any) -> None:
    """Each with its block, uid and hotkeys; and the score, which stands in storage before, unless the block had an epoch."""
    replaced, epochs_between = REPLACED[spec_version]
    assert found["replacements"] == all_of(replaced)
    assert all(seat["predicted"] for seat in found["replaced"])
    seats = {(seat["block"], seat["netuid"], seat["uid"], seat["hotkey"], seat["new_hotkey"]) for seat in found["replaced"]}
    assert seats == set(recorded_replacements(spec_version))
    states = {block["number"]: block["state"] for block in scenario(spec_version)["blocks"]}
    before = [
        {key[0]: scores for key, scores in states[seat["block"] - 1]["PruningScores"]}[seat["netuid"]]
        for seat in found["replaced"]
    ]
    others = [seat for seat, scores in zip(found["replaced"], before, strict=True) if scores[seat["uid"]] != seat["score"]]
    assert len(others) == epochs_between
    for seat in others:
        assert [[seat["netuid"]], 0] in states[seat["block"]]["BlocksSinceLastStep"]


def recorded_replacements(spec_version: int) -> Iterator[tuple[int, int, int, str, str]]:
    """(block, netuid, uid, old, new hotkey) of every uid whose hotkey and block of registration changed."""
    blocks = scenario(spec_version)["blocks"]
    for earlier, later in pairwise(blocks):
        old, new = ({tuple(key): hotkey for key, hotkey in block["state"].get("Keys", ())} for block in (earlier, later))
        registered = {tuple(key): at for key, at in later["state"].get("BlockAtRegistration", ())}
        for seat, hotkey in old.items():
            if new[seat] != hotkey and registered[seat] == later["number"]:
                yield later["number"], *seat, hotkey, new[seat]


def all_of(number: int) -> dict[str, int]:
    return {"equal": number, "total": number}


# -------------------------------------------------------------------------------------------------- an upgrade inside


class Upgraded(RecordedNode):
    """The recorded chain of 185, whose storage was migrated in one of its blocks: all stake was counted wrong until then.

    noted: the spec_version of the last upgrade as it stood there until then, if one did: where it is the same, that of a chain of
    another name. ran: the runtime of the blocks before.
    """

    def __init__(self, noted: int | None, ran: int) -> None:
        super().__init__(185, last=AT + 8)
        self.noted, self.ran, self.recorded = noted, ran, RecordedNode(185)

    def state(self, number: int) -> dict[str, str]:
        state = dict(self.recorded.state(number))
        if 0 < number < AT:
            now = state.pop(LAST_UPGRADE)
            if self.noted is not None:
                name = now[6:] if self.noted != self.spec_version else f"{now[6:-2]}2e"
                state[LAST_UPGRADE] = f"0x{(self.noted << 2 | 1).to_bytes(2, 'little').hex()}{name}"
            wrong = int.from_bytes(bytes.fromhex(state.get(TOTAL_STAKE, "0x" + "00" * 8)[2:]), "little") + 1000
            state[TOTAL_STAKE] = f"0x{wrong.to_bytes(8, 'little').hex()}"
        return state

    def _version(self, at: str | None = None) -> Any:
        number = self.numbers[at or self.blocks[-1]["hash"]]
        return {**super()._version(at), "specVersion": self.ran if number < AT - 1 else self.spec_version}


OTHERWISE = "it migrates storage otherwise than the migrations that are built: TotalStake"


@pytest.mark.parametrize("reexecute", [False, True])
@pytest.mark.parametrize(
    ("noted", "ran", "covered", "why"),
    [
        (None, 185, AT - 2 + 8, OTHERWISE),
        (185, 185, AT - 2 + 8, OTHERWISE),
        (184, 185, AT - 2 + 8, OTHERWISE),
        (132, 132, 8, "it migrates the storage of a runtime for which there are no rules"),
    ],
)
def test_a_block_that_migrates_storage_is_passed_over_and_the_next_ones_are_run(
    tmp_path: Path, noted: int | None, ran: int, covered: int, why: str, reexecute: bool
) -> None:
    path = imported(Upgraded(noted, ran), tmp_path / "chain.ledger")
    with Ledger.open(path, read_only=True) as ledger:
        found = verify(ledger.log, ledger.timeline, reexecute=reexecute)
    assert ("block", "spec_version 185", why) in found.not_covered
    assert (found.blocks.equal, found.blocks.total) == (covered, covered)
    assert (found.differences, found.unexplained_writes) == ([], [])


class CountedAgain(Upgraded):
    """The same, whose upgrade counts all issuance again: what is staked, in balances, and locked for subnets."""

    def __init__(self) -> None:
        super().__init__(None, 185)
        before = scenario(185)["blocks"][QUIET - 2]["state"]
        staked, locked = (sum(int(amount) for _, amount in before.get(item, ())) for item in ("Stake", "SubnetLocked"))
        balances = little_endian(self.recorded.state(QUIET - 1)[BALANCES_ISSUANCE])
        assert locked > 0
        self.more = staked + locked + balances - int(before["TotalIssuance"])

    def state(self, number: int) -> dict[str, str]:
        state = dict(self.recorded.state(number))
        if 0 < number < QUIET:
            del state[LAST_UPGRADE]
            state[STORAGE_VERSION] = "0x0500"
        elif number:
            issued = little_endian(state[TOTAL_ISSUANCE]) + self.more
            state[TOTAL_ISSUANCE] = f"0x{issued.to_bytes(8, 'little').hex()}"
        return state


def little_endian(text: str) -> int:
    return int.from_bytes(bytes.fromhex(text[2:]), "little")


@pytest.mark.parametrize("reexecute", [False, True])
def test_a_block_that_migrates_as_its_runtime_does_is_run_too(tmp_path: Path, reexecute: bool) -> None:
    path = imported(CountedAgain(), tmp_path / "chain.ledger")
    with Ledger.open(path, read_only=True) as ledger:
        found = verify(ledger.log, ledger.timeline, reexecute=reexecute)
        again = recast(ledger.log)
    assert (found.blocks.equal, found.blocks.total) == (AT + 7, AT + 7)
    assert (found.differences, found.unexplained_writes) == ([], [])
    assert [(lack.what, lack.first_block) for lack in found.not_covered.values()] == [("block", 1), ("call", 2)]
    assert (again.same, again.ledger.block) == (True, AT + 8)
