"""Whole histories: run from their first state to their last by our rules alone, and written into a ledger file.

The recorded ones are the reference's own; the one made by hand says what must come of it in so many words.
"""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from neuron_ledger.ledger.runtimes.timeline import TIMELINE
from neuron_ledger.replay.conformance.histories import Mode, check_history
from tests.own_history import FIRST, OWN_HISTORY, SECOND
from tests.replay.recorded_histories import EXACT, faults_in_a_file
from tests.shared_data import recorded_cases, shared


@pytest.mark.parametrize("mode", ["op", "run"])
def test_a_history_told_by_hand(mode: Mode) -> None:
    outcome = check_history(OWN_HISTORY, mode, TIMELINE.runtime(277))
    assert outcome.divergence is None
    assert outcome.ops == [(op["op"], True) for op in OWN_HISTORY["ops"]]


def test_a_history_told_by_hand_stands_in_a_file(tmp_path: Path) -> None:
    assert faults_in_a_file(OWN_HISTORY, tmp_path / "own.ledger", 277) == []


@pytest.mark.parametrize(
    ("op", "place", "answer", "item"),
    [
        (0, ("diff", "set", "ImmunityPeriod", 0, 1), 8, "ImmunityPeriod"),
        (1, ("diff", "set", "LastUpdate", 0, 1), [11], "LastUpdate"),
        (2, ("result",), "ok", "result"),
        (3, ("events", 0, 0), "PrometheusServed", "events"),
        (3, ("events",), [], "events"),
        (4, ("diff", "set", "BlocksSinceLastStep", 0, 1), 2, "BlocksSinceLastStep"),
        (5, ("events", 1, 2), 1, "events"),
        (5, ("diff", "del", "Axons"), [], "Axons"),
        (5, ("diff", "set", "Trust"), [[1, [0]]], "Trust"),
    ],
)
def test_a_history_told_wrongly_is_found_out(op: int, place: tuple[Any, ...], answer: Any, item: str) -> None:
    """Each time the operation is named in which rules and record part, and the item; that one alone in mode `op`."""
    case = deepcopy(OWN_HISTORY)
    part = case["ops"][op]
    for step in place[:-1]:
        part = part[step]
    part[place[-1]] = answer
    outcome = check_history(case, "op", TIMELINE.runtime(277))
    assert outcome.divergence is not None
    assert (outcome.divergence.where.op, outcome.divergence.what) == (op, item)
    assert outcome.ops[op][1] is False


@pytest.mark.parametrize(
    ("item", "answer", "key"),
    [("Uids", [[1, FIRST, 0]], [1, FIRST]), ("Burn", [[1, 1001]], 1), ("Delegates", [[SECOND, 11796]], SECOND)],
)
def test_a_history_with_another_end_is_found_out(item: str, answer: Any, key: Any) -> None:
    case = {**OWN_HISTORY, "final": {**OWN_HISTORY["final"], item: answer}}
    outcome = check_history(case, "run", TIMELINE.runtime(277))
    assert all(exact for _, exact in outcome.ops)
    assert outcome.divergence is not None
    assert (outcome.divergence.where.op, outcome.divergence.what, outcome.divergence.where.key) == (len(case["ops"]), item, key)


OF_ALL_SORTS = [(spec_version, folder, kind) for spec_version, folder, kind in EXACT if not folder.endswith("-calls")]
"""Histories of all sorts of calls; those of some calls are run where their calls are tested."""


@pytest.mark.parametrize(("spec_version", "folder", "kind"), OF_ALL_SORTS)
def test_recorded_histories_end_as_recorded(spec_version: int, folder: str, kind: str) -> None:
    """Never taking over a recorded state: every result, every event with its arguments, every change, the whole end."""
    cases = recorded_cases(kind, folder)
    assert len(cases) == EXACT[spec_version, folder, kind]
    for case in cases:
        outcome = check_history(case, "run", TIMELINE.runtime(spec_version))
        assert outcome.divergence is None, case["id"]
        assert len(outcome.ops) == len(case["ops"])


@pytest.mark.parametrize(("spec_version", "folder", "kind"), EXACT)
def test_recorded_histories_stand_in_a_file(spec_version: int, folder: str, kind: str, tmp_path: Path) -> None:
    """Every fourth; `python -m tests.replay.recorded_histories` takes all."""
    cases = recorded_cases(kind, folder)
    assert len(cases) == EXACT[spec_version, folder, kind]
    for case in cases[::4]:
        assert faults_in_a_file(case, tmp_path / f"{case['id']}.ledger", spec_version) == []


def test_no_recorded_history_is_left_out() -> None:
    others = ("block", "defaults", "emission", "epoch", "math", "unit")
    found = {
        (folder, path.name.partition(".")[0])
        for folder in ("vectors", "vectors-424", "vectors-277-calls", "vectors-424-calls")
        for path in shared(folder).glob("*.json*")
        if not path.name.startswith(others)
    }
    assert {(folder, kind) for _, folder, kind in EXACT} == found
