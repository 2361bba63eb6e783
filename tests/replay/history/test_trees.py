"""One spec_version, two trees of the chain's code: metadata tells which it is, and its own rules decide."""

import json
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from click.testing import CliRunner

from neuron_ledger import runtimes, timeline
from neuron_ledger.events.storage.trees import named, parts_of
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.errors import CannotGoOn
from neuron_ledger.ledger.runtimes.timeline import TIMELINE, Timeline
from neuron_ledger.replay.cli import main
from neuron_ledger.replay.history.importing import import_history
from neuron_ledger.replay.history.rerun.recast import recast
from neuron_ledger.replay.history.verify import verify
from neuron_ledger.replay.proof.audit import audit
from tests.replay.history.recorded_node import RecordedNode, served
from tests.replay.history.test_early_rules import LAST_UPGRADE

pytest.importorskip("bittensor_core")

LAST = 20
V103, V185 = TIMELINE.runtime(103), TIMELINE.runtime(185)
BOTH = Timeline([TIMELINE.runtime(277)], earlier=[V103, V185, evolve(V103, spec_version=185, tree="second")])
WITHOUT = Timeline([TIMELINE.runtime(277)], earlier=[V103, V185])


class Renumbered(RecordedNode):
    """The first blocks of the recorded chain of 103, which has another spec_version from a block on.

    185, from the first on: by metadata it is the one that has no commits to weights.
    """

    def __init__(self, spec_version: int = 185, since: int = 1) -> None:
        super().__init__(103, last=LAST)
        self.recorded, self.other, self.since = RecordedNode(103), spec_version, since

    def state(self, number: int) -> dict[str, str]:
        state = dict(self.recorded.state(number))
        if LAST_UPGRADE in state and number >= self.since:
            state[LAST_UPGRADE] = f"0x{(self.other << 2 | 1).to_bytes(2, 'little').hex()}{state[LAST_UPGRADE][6:]}"
        return state

    def _version(self, at: str | None = None) -> Any:
        number = self.numbers[at or self.blocks[-1]["hash"]]
        return {**super()._version(at), "specVersion": self.other if number >= self.since - 1 else 103}


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("trees") / "chain.ledger"
    with served(Renumbered()) as url, Ledger.create(made, spec_version=277, timeline=BOTH) as ledger:
        import_history(ledger, url)
    return made


@pytest.mark.parametrize("reexecute", [False, True])
def test_an_imported_chain_is_run_by_the_rules_of_its_own_tree(path: Path, reexecute: bool) -> None:
    with Ledger.open(path, read_only=True, timeline=BOTH) as ledger:
        found = verify(ledger.log, BOTH, reexecute=reexecute)
        assert (found.blocks.equal, found.blocks.total, found.differences) == (LAST - 1, LAST - 1, [])
        assert [(runtime.spec_version, runtime.first, runtime.last) for runtime in found.runtimes] == [("185-second", 1, LAST)]
        again = recast(ledger.log, BOTH)
        assert (again.same, again.ledger.log.spec_version, again.ledger.rules.name) == (True, "185-second", "185-second")


def test_the_ledger_goes_on_by_them_and_says_so(path: Path) -> None:
    with Ledger.open(path, read_only=True, timeline=BOTH) as ledger:
        assert (ledger.rules.spec_version, ledger.rules.name, ledger.storage.tree_seen.value) == (185, "185-second", "second")
        assert "CommitRevealWeightsEnabled" not in ledger.rules.layout.items
        report = audit(ledger.log, timeline=BOTH)
        assert (report.clean, report.spec_versions) == (True, (277, "185-second"))
        assert timeline(ledger.log, next(iter(ledger.storage.owner.values()))).runtimes == (("185-second", 1),)


def test_nothing_is_decided_by_the_rules_of_the_other_tree(path: Path) -> None:
    with Ledger.open(path, read_only=True, timeline=WITHOUT) as ledger:
        assert ledger.rules.name == "185-second"
        found = verify(ledger.log, WITHOUT)
        assert (found.blocks.total, found.agrees) == (0, True)
        assert [lack.name for lack in found.not_covered.values()] == ["spec_version 185-second"]
        with pytest.raises(CannotGoOn, match="spec_version 185-second, for which there are no rules"):
            ledger.copied().advance_to(LAST + 1)


def test_a_new_ledger_begins_with_a_tree_and_keeps_to_it(tmp_path: Path) -> None:
    path = tmp_path / "chain.ledger"
    with Ledger.create(path, spec_version="185-second", timeline=BOTH) as ledger:
        ledger.advance_to(3)
    with Ledger.open(path, timeline=BOTH) as ledger:
        assert (ledger.log.spec_version, ledger.rules.name, ledger.block) == ("185-second", "185-second", 3)
        assert audit(ledger.log, timeline=BOTH).spec_versions == ("185-second",)
    assert BOTH.known == "103, 185, 185-second, 277"
    assert "read from the chain's code" in str(BOTH.doubt("185-second"))
    with pytest.raises(ValueError, match="no rules for spec_version 185-third; there are rules for 103, 185, 185-second, 277"):
        Ledger.in_memory(spec_version="185-third", timeline=BOTH)


@pytest.mark.parametrize("reexecute", [False, True])
def test_an_upgrade_from_one_number_to_another_is_run(tmp_path: Path, reexecute: bool) -> None:
    path, since = tmp_path / "chain.ledger", 9
    one_more = Timeline([TIMELINE.runtime(277)], earlier=[V103, evolve(V103, spec_version=104)])
    with served(Renumbered(104, since)) as url, Ledger.create(path, spec_version=277, timeline=one_more) as ledger:
        import_history(ledger, url)
        assert (runtimes(ledger.log), ledger.rules.name) == (((103, 1), (104, since)), 104)
        found, again = verify(ledger.log, one_more, reexecute=reexecute), recast(ledger.log, one_more)
    assert (found.blocks.equal, found.blocks.total, found.differences) == (LAST - 1, LAST - 1, [])
    assert [(one.covered, one.equal) for one in found.runtimes] == [(since - 2, since - 2), (LAST - since + 1,) * 2]
    assert (again.same, again.ledger.log.spec_version, again.ledger.rules.name) == (True, 103, 104)


def test_the_command_begins_a_ledger_with_the_tree(tmp_path: Path) -> None:
    path = tmp_path / "chain.ledger"
    with served(Renumbered()) as url:
        assert CliRunner().invoke(main, ["import", "node", str(path), "--url", url, "--to", "3"]).exit_code == 0
    with Ledger.open(path, read_only=True) as ledger:
        assert (ledger.log.spec_version, ledger.rules.name, ledger.storage.tree_seen.value) == ("185-second", "185-second", None)
        assert audit(ledger.log).spec_versions == ("185-second",)


class ThereAndBack(RecordedNode):
    """The first blocks of the recorded chain of 185, with the numbers that the main chain had in March 2024."""

    def __init__(self) -> None:
        super().__init__(185, last=9)

    def _version(self, at: str | None = None) -> Any:
        number = self.numbers[at or self.blocks[-1]["hash"]]
        return {**super()._version(at), "specVersion": 143 if 3 <= number < 6 else 144}


def test_a_number_that_comes_again_is_a_runtime_of_its_own(tmp_path: Path) -> None:
    node, path = ThereAndBack(), tmp_path / "chain.ledger"
    with served(node) as url, Ledger.create(path, spec_version=277) as ledger:
        import_history(ledger, url)
        assert node.asked["state_getMetadata"] == 3
        assert runtimes(ledger.log) == ((144, 1), (143, 4), (144, 7))
        found = verify(ledger.log, ledger.timeline)
    assert [(one.spec_version, one.first, one.last) for one in found.runtimes] == [(144, 1, 3), (143, 4, 6), (144, 7, 9)]
    ran = json.loads(CliRunner().invoke(main, ["timeline", str(path), "--json"]).stdout)["runtimes"]
    assert [(one["spec_version"], one["from_block"]) for one in ran] == [(144, 1), (143, 4), (144, 7)]
    assert "spec_version 143 from block 4 on" in CliRunner().invoke(main, ["timeline", str(path)]).stdout
    part = CliRunner().invoke(main, ["timeline", str(path), "--since", "4"])
    assert (part.exit_code, "ACCOUNT: expected an account" in part.stderr) == (2, True)


@pytest.mark.parametrize("text", ["", "-first", "103-", "x", "103-First 2", "103-1", str(1 << 32), "9" * 30, "-1", "1.0", "٣"])
def test_a_name_is_a_number_or_one_with_a_tree(tmp_path: Path, text: str) -> None:
    with pytest.raises(ValueError, match=r"spec_version: expected"):
        parts_of(text)
    said = CliRunner().invoke(main, ["init", str(tmp_path / "chain.ledger"), f"--spec-version={text}"])
    assert (said.exit_code, list(tmp_path.iterdir())) == (2, [])
    assert "spec_version: expected" in said.stderr


@pytest.mark.parametrize(("name", "parts"), [(103, (103, "")), ("103", (103, "")), ("218-draft", (218, "draft"))])
def test_a_name_is_read_as_it_is_written(name: int | str, parts: tuple[int, str]) -> None:
    assert parts_of(name) == parts
    assert parts_of(str(named(*parts))) == parts
