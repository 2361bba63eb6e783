"""Recorded chains of before 277 as ledgers of calls: what happened, what would have saved whoever lost a uid, what if."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen
from click.testing import CliRunner

from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.projections.views.tenures import Tenure, Tenures
from neuron_ledger.replay.cli import main
from neuron_ledger.replay.history.importing import import_history
from neuron_ledger.replay.history.rerun.recast import CannotRecast, Extrinsic, Recast, is_imported, recast
from neuron_ledger.replay.proof.groups import groups
from neuron_ledger.replay.questions.compared import whatif
from neuron_ledger.replay.questions.pruned import Pruned, explained, replacements
from neuron_ledger.replay.questions.saving import IMMUNITY, REGISTRATION, ROOM, SCORE
from neuron_ledger.replay.questions.what_if import Change, again
from tests.replay.history.recorded_node import RecordedNode, served

pytest.importorskip("bittensor_core")

SHORT = 60
"""The last block of the beginning of the chain of 185."""

HOTKEY = "5EXJNUf5MXrMAzMukDaq2rdRWXnmVspNwLf5fmKWo5qWKWb7"
"""It got uid 3 of subnet 1 in block 9."""


@frozen
class Recorded:
    """A recorded chain that was imported, and what it was recast to."""

    path: Path
    spec_version: int
    recast: Recast


def imported(path: Path, spec_version: int, last: int | None = None) -> Path:
    node = RecordedNode(spec_version) if last is None else RecordedNode(spec_version, last=last)
    with served(node) as url, Ledger.create(path, spec_version=277) as ledger:
        import_history(ledger, url)
    return path


@pytest.fixture(scope="module", params=[103, 185])
def recorded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recorded]:
    path = imported(tmp_path_factory.mktemp("recast") / "chain.ledger", request.param)
    with Log.open(path, read_only=True) as log:
        assert is_imported(log)
        yield Recorded(path, request.param, recast(log))


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The beginning of the chain of 185."""
    return imported(tmp_path_factory.mktemp("recast") / "short.ledger", 185, SHORT)


def tenures(log: Log) -> list[Tenure]:
    return list(Tenures.of(groups(log.read())))


# -------------------------------------------------------------------------------------------------- the whole recordings


def test_the_calls_lead_to_what_was_seen(recorded: Recorded) -> None:
    assert recorded.recast.same
    assert len(set(recorded.recast.extrinsics.values())) > 750


def test_every_tenure_that_was_seen_to_end_was_ended_by_a_call(recorded: Recorded) -> None:
    """29 replacements at 103, 26 at 185, where 4 neurons got another hotkey besides."""
    made = tenures(recorded.recast.ledger.log)
    with Log.open(recorded.path, read_only=True) as log:
        seen = tenures(log)

    def times(tenure: Tenure) -> tuple[object, ...]:
        return tenure.netuid, tenure.uid, tenure.hotkey, tenure.from_block, tenure.to_block, len(tenure.swaps)

    assert sorted(map(times, made), key=repr) == sorted(map(times, seen), key=repr)
    ended = Counter(tenure.ended for tenure in made if tenure.ended is not None)
    expected = {"replaced by sudo_register": 29} if recorded.spec_version == 103 else None
    assert ended == (expected or {"replaced by burned_register": 15, "replaced by register": 11})
    assert sum(len(tenure.swaps) for tenure in made) == (0 if recorded.spec_version == 103 else 4)


def test_the_history_put_again_comes_out_as_it_was(recorded: Recorded) -> None:
    made = recorded.recast
    answer = whatif(made.ledger.log, Change(), timeline=made.timeline)
    assert answer.same
    assert (answer.lost, answer.new, answer.metrics, answer.again.otherwise) == ((), (), (), ())


def test_who_goes_depends_on_how_long_newcomers_are_immune(recorded: Recorded) -> None:
    made = recorded.recast
    change = Change(settings={"immunity_period": 200}, netuid=1, begin=50)
    answer = whatif(made.ledger.log, change, timeline=made.timeline)
    assert {tenure.netuid for tenure in (*answer.lost, *answer.new)} == ({1} if answer.lost else set())
    assert not answer.same


def test_what_would_have_saved_a_neuron_does(recorded: Recorded) -> None:
    """Claims are put to the whole history, from its first block on: that newcomer does not take the uid."""
    if recorded.spec_version == 103:
        return
    made = recorded.recast
    found = [(entry, event) for entry, event in replacements(made.ledger.log) if entry.block in (28, 310)]
    answers = [explained(made.ledger.log, entry, event, timeline=made.timeline) for entry, event in found]
    whats = Counter(saving.what for answer in answers for saving in answer.savings if saving.saves)
    assert whats == {SCORE: 3, IMMUNITY: 3, ROOM: 3, REGISTRATION: 3}
    for answer in answers:
        for saving in answer.savings:
            # In block 310 two are replaced: room for one more is taken by the first of them.
            if saving.what == REGISTRATION or (saving.what == ROOM and answer.block != 310):
                assert_it_stays(made, answer, saving.without, saving.needed)


def assert_it_stays(made: Recast, answer: Pruned, without: int | None, room: int | None) -> None:
    drop = () if without is None else (without,)
    if room is None:
        change = Change(drop=drop)
    else:
        change = Change(settings={"max_allowed_uids": room}, netuid=answer.netuid, begin=answer.block - 1)
    ran = again(made.ledger.log, change, timeline=made.timeline)
    stay = [t for t in tenures(ran.ledger.log) if (t.netuid, t.hotkey) == (answer.netuid, answer.hotkey)]
    (tenure,) = [t for t in stay if t.from_block == answer.registered]
    assert tenure.to_block is None or tenure.to_block > answer.block or tenure.replaced_by != answer.new_hotkey


# -------------------------------------------------------------------------------------------------------- at the command


def asked(*words: object) -> Any:
    result = CliRunner().invoke(main, [*map(str, words), "--json"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_explain_pruned_of_an_imported_history(short: Path) -> None:
    answer = asked("explain", "pruned", short, "--netuid", 1, "--uid", 7, "--block", 28)
    assert (answer["block"], answer["call"], answer["position"]) == (28, "burned_register", {"block": 28, "extrinsic": 3})
    saves = {saving["what"]: saving["needed"] or saving["without"] for saving in answer["savings"]}
    assert saves["score"] == 1
    assert set(saves["registration"]) == {"block", "extrinsic"}
    told = CliRunner().invoke(main, ["explain", "pruned", str(short), "--netuid", "1", "--uid", "7", "--block", "28"])
    assert "extrinsic 3 of block 28" in told.stdout


def test_what_if_of_an_imported_history(short: Path, tmp_path: Path) -> None:
    assert asked("whatif", short)["same"]
    calls = tmp_path / "calls.jsonl"
    calls.write_text('{"block": 20, "signer": null, "call": "set_param", "args": {"name": "tempo", "netuid": 1, "value": 3}}\n')
    answer = asked("whatif", short, "--insert", calls, "--set", "immunity_period=20", "--netuid", 1, "--drop", "28:3")
    assert not answer["same"]
    assert answer["dropped"] == [{"block": 28, "extrinsic": 3}]
    assert answer["inserted"] == [{"block": 20, "call": "set_param", "refused": None}]
    assert all({"block", "extrinsic"} <= set(one) for one in answer["otherwise"])
    assert [one for one in answer["tenures"]["lost"] if one["to_block"] == 28]


@pytest.mark.parametrize("text", ["28", "28:99", "x", "28:3:1"])
def test_a_call_that_is_to_be_dropped_is_named_by_block_and_extrinsic(short: Path, text: str) -> None:
    result = CliRunner().invoke(main, ["whatif", str(short), "--drop", text])
    assert result.exit_code == 2
    assert "BLOCK:EXTRINSIC" in result.output


def test_tenures_by_the_rules_name_the_calls(short: Path) -> None:
    assert {one["ended"] for one in asked("tenures", short)} == {None, "seen with another"}
    assert {one["ended"] for one in asked("tenures", short, "--by-rules")} == {
        None,
        "replaced by burned_register",
        "replaced by register",
    }


def test_a_timeline_says_which_runtime_made_the_blocks(short: Path) -> None:
    assert asked("timeline", short, HOTKEY)["runtimes"] == [{"spec_version": 185, "from_block": 1}]


def test_positions_of_an_extrinsic(short: Path) -> None:
    with Log.open(short, read_only=True) as log:
        made = recast(log)
    (position,) = made.positions(Extrinsic(28, 3))
    assert made.extrinsics[position] == Extrinsic(28, 3)
    assert made.positions(Extrinsic(28, 99)) == ()


def test_a_history_that_no_rules_lead_through_is_named(tmp_path: Path) -> None:
    class Unknown(RecordedNode):
        def _version(self, at: str | None = None) -> Any:
            return {**super()._version(at), "specVersion": 186}

    path = tmp_path / "chain.ledger"
    with served(Unknown(185, last=5)) as url, Ledger.create(path, spec_version=277) as ledger:
        import_history(ledger, url)
    with Log.open(path, read_only=True) as log, pytest.raises(CannotRecast, match="there are rules only for"):
        recast(log)
    result = CliRunner().invoke(main, ["whatif", str(path)])
    assert result.exit_code == 2
    assert "cannot be run by the rules" in result.output
