"""`whatif`: the same calls with a change, held against ledgers that are built by hand with that change."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from neuron_ledger import Change, Ledger, whatif
from neuron_ledger.events.calls import (
    AdvanceTo,
    BurnedRegister,
    ForceSetBalance,
    Observe,
    RegisterNetwork,
    SetParam,
    SetWeights,
    SudoSet,
    UpgradeRuntime,
)
from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.events.entries.group import Group
from neuron_ledger.events.ledger import StorageObserved
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.events.wire.record import Call
from neuron_ledger.ledger.errors import CannotGoOn, UnknownSpecVersion
from neuron_ledger.ledger.runtimes.timeline import TIMELINE
from neuron_ledger.replay.conformance.recording import record_history
from neuron_ledger.replay.importers.call_line import CallLine
from neuron_ledger.replay.proof.groups import groups
from neuron_ledger.replay.questions.settings import read_setting, shown_setting
from neuron_ledger.replay.questions.what_if import CannotSet
from tests.chain_fixture import TAO, account
from tests.cli.cli_fixture import asked, one_line, run
from tests.cli.epochs_ledger import three_epochs
from tests.ledger_fixture import eventful_ledger
from tests.replay.recorded_histories import EXACT, RECORDED
from tests.shared_data import recorded_cases

Calls = list[tuple[Call, Origin]]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return three_epochs(tmp_path_factory.mktemp("what-if") / "chain.ledger")


def calls_of(path: Path) -> tuple[Calls, list[int]]:
    """The calls of a ledger, and their positions."""
    with Ledger.open(path, read_only=True) as ledger:
        found = list(groups(ledger.log.read()))
    return [(group.submission.call, group.submission.origin) for group in found], [group.position for group in found]


def place_of(calls: Calls, kind: type[Call], number: int = 0) -> int:
    return [place for place, (call, _) in enumerate(calls) if isinstance(call, kind)][number]


def by_hand(calls: Sequence[tuple[Call, Origin]], spec_version: int = 277) -> Ledger:
    """A ledger to which these are submitted, one after the other."""
    ledger = Ledger.in_memory(spec_version=spec_version)
    for call, origin in calls:
        ledger.submit(call, origin)
    return ledger


def after(kind: type[Call], *more: Call) -> Callable[[Calls], Calls]:
    """The same calls, and others after the first of a kind."""

    def edit(calls: Calls) -> Calls:
        place = place_of(calls, kind) + 1
        return [*calls[:place], *((call, None) for call in more), *calls[place:]]

    return edit


def at_block(block: int, *more: tuple[Call, Origin]) -> Callable[[Calls], Calls]:
    """The same calls, and others in a block that the last call passes."""
    return lambda calls: [*calls[:-1], (AdvanceTo(block), None), *more, calls[-1]]


def held(name: str, value: int) -> Callable[[Calls], Calls]:
    """The value is set when the subnet is there, and again after the call of the log that sets another."""

    def edit(calls: Calls) -> Calls:
        edited = after(RegisterNetwork, SetParam(name, 1, value))(calls)
        place = next(i for i, (call, _) in enumerate(edited) if isinstance(call, SudoSet) and call.name == name)
        return [*edited[: place + 1], (SetParam(name, 1, value), None), *edited[place + 1 :]]

    return edit


def without(kind: type[Call], number: int) -> Callable[[Calls], Calls]:
    def edit(calls: Calls) -> Calls:
        place = place_of(calls, kind, number)
        return [*calls[:place], *calls[place + 1 :]]

    return edit


FIFTH = ((ForceSetBalance(account("late"), 100 * TAO), None), (BurnedRegister(1, account("5")), account("late")))
LINES = tuple(CallLine(12, origin, call) for call, origin in FIFTH)

BY_HAND: dict[str, tuple[Change, Callable[[Calls], Calls], int]] = {
    "kappa": (Change(settings={"kappa": 39321}, netuid=1), after(RegisterNetwork, SetParam("kappa", 1, 39321)), 277),
    "on every subnet": (Change(settings={"rho": 3}), after(RegisterNetwork, SetParam("rho", 1, 3)), 277),
    "a flag": (Change(settings={"yuma3_enabled": 1}), after(RegisterNetwork, SetParam("yuma3_enabled", 1, 1)), 277),
    "what the log sets": (Change(settings={"tempo": 4}, netuid=1), held("tempo", 4), 277),
    "of the whole chain": (
        Change(settings={"subnet_owner_cut": 9}),
        lambda calls: [(SetParam("subnet_owner_cut", 0, 9), None), *calls],
        277,
    ),
    "from a block on": (
        Change(settings={"kappa": 60000}, begin=15),
        at_block(15, (SetParam("kappa", 1, 60000), None)),
        277,
    ),
    "without a registration": (Change(), without(BurnedRegister, 1), 277),
    "without weights": (Change(), without(SetWeights, 0), 277),
    "with one more neuron": (Change(insert=LINES), at_block(12, *FIFTH), 277),
    "at today's runtime": (Change(runtime=424), lambda calls: calls, 424),
    "upgraded on the way": (Change(runtime=424, begin=20), at_block(20, (UpgradeRuntime(424), None)), 277),
    "all at once": (
        Change(settings={"kappa": 9}, begin=12, runtime=424, insert=LINES),
        at_block(12, (UpgradeRuntime(424), None), (SetParam("kappa", 1, 9), None), *FIFTH),
        277,
    ),
}
DROPPED = {"without a registration": (BurnedRegister, 1), "without weights": (SetWeights, 0)}


@pytest.mark.parametrize("name", BY_HAND)
def test_a_change_is_what_a_ledger_built_by_hand_is(path: Path, name: str) -> None:
    change, edit, spec_version = BY_HAND[name]
    calls, positions = calls_of(path)
    if name in DROPPED:
        kind, number = DROPPED[name]
        change = Change(drop=(positions[place_of(calls, kind, number)],))
    with Ledger.open(path, read_only=True) as ledger:
        answer = whatif(ledger.log, change)
        with by_hand(edit(calls), spec_version) as other:
            assert answer.digest == other.storage.digest()
            assert answer.digest != ledger.storage.digest()
            assert answer.again.ledger.rules.spec_version == other.rules.spec_version
            for one in answer.metrics:
                assert one.was != one.would_be
            assert answer.again.ledger.storage.incentive[1] == other.storage.incentive[1]
    assert not answer.same


def test_nothing_changed_is_the_same_history_entry_by_entry(path: Path) -> None:
    with Ledger.open(path, read_only=True) as ledger:
        answer = whatif(ledger.log, Change())
        assert answer.again.ledger.head == ledger.head
    assert answer.same
    assert (answer.again.otherwise, answer.lost, answer.new, answer.metrics) == ((), (), (), ())
    assert (answer.only_was, answer.only_would_be, answer.emission, answer.epochs) == ((), (), {}, 3)


def recorded(spec_version: int, folder: str, kind: str, number: int) -> Ledger:
    ledger = Ledger.in_memory(spec_version=spec_version, timeline=RECORDED)
    with ledger.batch():
        record_history(recorded_cases(kind, folder)[number], ledger)
    return ledger


QUICK = [(spec_version, folder, kind) for spec_version, folder, kind in EXACT if kind != "owner_params"]
"""Those of owners' parameters take minutes: blocks pass until days are over."""


@pytest.mark.parametrize(("spec_version", "folder", "kind"), QUICK)
def test_a_recorded_history_comes_out_as_it_was(spec_version: int, folder: str, kind: str) -> None:
    """One of each file; `python -m tests.replay.questions.recorded_reruns` takes all."""
    with recorded(spec_version, folder, kind, 4) as ledger:
        answer = whatif(ledger.log, Change(), timeline=RECORDED)
        assert answer.same
        assert answer.again.ledger.head == ledger.head
        assert answer.again.otherwise == ()


def test_a_recorded_history_of_277_is_upgraded_right_after_what_was_observed() -> None:
    with recorded(277, "vectors", "mixed", 2) as ledger, Ledger.in_memory(spec_version=277, timeline=RECORDED) as other:
        answer = whatif(ledger.log, Change(runtime=424), timeline=RECORDED)
        for group in groups(ledger.log.read()):
            submit(other, group)
            if group.position == 1:
                other.submit(UpgradeRuntime(424)).unwrap()
        assert answer.digest == other.storage.digest()
        assert answer.again.ledger.rules.spec_version == 424


def submit(ledger: Ledger, group: Group) -> None:
    call = group.submission.call
    if isinstance(call, Observe):
        (observed,) = group.events
        assert isinstance(observed, StorageObserved)
        ledger.observe(call, observed.changes)
        return
    try:
        ledger.submit(call, group.submission.origin)
    except CannotGoOn:
        return


def test_calls_that_are_decided_otherwise_are_named(path: Path) -> None:
    calls, positions = calls_of(path)
    place = place_of(calls, ForceSetBalance)
    with Ledger.open(path, read_only=True) as ledger:
        answer = whatif(ledger.log, Change(drop=(positions[place],)))
    refused = {one.position: (one.was, one.would_be) for one in answer.again.otherwise}
    registrations = [positions[place] for place, (call, _) in enumerate(calls) if isinstance(call, BurnedRegister)]
    assert all(refused[position][0] is None and refused[position][1] is not None for position in registrations)


def test_who_would_hold_which_uid() -> None:
    """On a subnet of 3 uids, not 4, the fourth registration replaces somebody, and four scores do not fit."""
    with eventful_ledger() as ledger:
        assert whatif(ledger.log, Change(settings={"max_allowed_uids": 4}, netuid=1)).same
        answer = whatif(ledger.log, Change(settings={"max_allowed_uids": 3}, netuid=1))
    assert ("poke_pruning_scores/1", None, "VectorLengthMismatch") in [
        (one.call.tag, one.was, one.would_be) for one in answer.again.otherwise
    ]
    assert (3, account("worker"), 5, None) in [(t.uid, t.hotkey, t.from_block, t.to_block) for t in answer.lost]
    assert (0, account("a"), 5, 5, "replaced by register") in [
        (t.uid, t.hotkey, t.from_block, t.to_block, t.ended) for t in answer.new
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (Change(drop=(2, 10**6)), "drop"),
        (Change(settings={"kappa": 1}, begin=31), "a block that this log reaches: it ends in block 30"),
        (Change(settings={"kappa": 1}, netuid=7), "a subnet of this ledger"),
        (Change(settings={"tao_weight": 1}, netuid=1), "none for tao_weight, which applies to the whole chain"),
    ],
    ids=["drop", "from", "netuid", "whole chain"],
)
def test_a_change_that_does_not_fit_is_named(path: Path, change: Change, said: str) -> None:
    with Ledger.open(path, read_only=True) as ledger, pytest.raises(FieldError, match=said):
        whatif(ledger.log, change)


def test_what_the_rules_do_not_take_is_an_error(path: Path) -> None:
    with Ledger.open(path, read_only=True) as ledger:
        with pytest.raises(UnknownSpecVersion):
            whatif(ledger.log, Change(runtime=5))
        with pytest.raises(CannotSet, match="in block"):
            whatif(ledger.log, Change(runtime=277, begin=3))


@pytest.mark.parametrize(
    ("text", "stored", "shown"),
    [
        ("kappa=0.6", 39321, "0.6 (39321 of 65535)"),
        ("kappa=60 %", 39321, "0.6 (39321 of 65535)"),
        ("kappa=3/5", 39321, "0.6 (39321 of 65535)"),
        ("kappa=39321", 39321, "0.6 (39321 of 65535)"),
        ("kappa=0.5", 32767, "0.49999237 (32767 of 65535)"),
        ("kappa=100%", 65535, "1 (65535 of 65535)"),
        ("kappa=1", 1, "0.000015259 (1 of 65535)"),
        ("bonds_moving_average=90%", 900_000, "0.9 (900000 of 1000000)"),
        ("adjustment_alpha=1/2", 2**63 - 1, "0.5 (9223372036854775807 of 18446744073709551615)"),
        ("min_burn=0.5 TAO", 500_000_000, "0.5 TAO (500,000,000 rao)"),
        ("immunity_period=5000", 5000, "5,000"),
        ("yuma3_enabled=on", 1, "on (1)"),
        ("liquid_alpha_enabled=0", 0, "off (0)"),
    ],
)
def test_values_are_read_as_people_write_them(text: str, stored: int, shown: str) -> None:
    name, value = read_setting(text)
    assert (value, shown_setting(name, value)) == (stored, shown)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("kappa", "NAME=VALUE"),
        ("kapa=0.5", "did you mean kappa"),
        ("kappa=1.5", "kappa"),
        ("kappa=1/0", "a proportion such as 0.6"),
        ("kappa=much", "a proportion such as 0.6"),
        ("immunity_period=0.5", "not a proportion"),
        ("tempo=50 %", "not a proportion"),
        ("min_burn=0.0000000001 TAO", "rao as an integer"),
        ("yuma3_enabled=2", "0 or 1"),
        ("yuma3_enabled=maybe", "on or off"),
        (f"kappa={'9' * 500}.5", "a proportion"),
    ],
)
def test_values_that_are_none_are_refused_by_name(text: str, said: str) -> None:
    with pytest.raises(FieldError, match=said):
        read_setting(text)


def test_the_command(path: Path, tmp_path: Path) -> None:
    answer = asked("whatif", path)
    assert answer["same"] is True
    answer = asked("whatif", path, "--set", "kappa=0.2", "--netuid", 1)
    assert answer["settings"] == {"kappa": {"stored": 13107, "value": "0.2 (13107 of 65535)"}}
    assert {one["metric"] for one in answer["metrics"]} >= {"incentive"}
    inserted = tmp_path / "more.jsonl"
    line = {"block": 12, "signer": None, "call": "force_set_balance", "args": {"who": account("late").hex(), "new_free": 5}}
    inserted.write_text(json.dumps(line) + "\n")
    dropped = asked("log", path, "--call", "set_weights")[0]["position"]
    said = run("whatif", path, "--insert", inserted, "--drop", dropped, "--runtime", TIMELINE.of_new_ledgers)
    assert said.exit_code == 0, said.output
    for part in ("in addition force_set_balance in block 12: accepted", f"without position {dropped}", "spec_version 424"):
        assert part in said.stdout
    for arguments, why in (
        (("--set", "kappa=2.0"), "kappa"),
        (("--netuid", 1), "--set with it"),
        (("--insert", tmp_path / "none.jsonl"), "--insert"),
        (("--drop", 11_000), "drop"),
    ):
        assert why in one_line(run("whatif", path, *arguments))
