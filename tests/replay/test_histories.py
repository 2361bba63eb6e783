"""Whole histories: run from their first state to their last by our rules alone, and written into a ledger file.

The recorded ones are the reference's own; the one made by hand says what must come of it in so many words.
"""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.rebuild import rebuild
from neuron_ledger.ledger.runtimes.timeline import TIMELINE
from neuron_ledger.replay.conformance.histories import Mode, check_history
from neuron_ledger.replay.conformance.recorded_chain import recorded_timeline
from neuron_ledger.replay.conformance.recording import end_of, record_history
from neuron_ledger.replay.proof.audit import audit
from tests.own_history import FIRST, OWN_HISTORY, SECOND
from tests.shared_data import recorded_cases

KINDS = {
    (277, "vectors", "registration"): 30,
    (277, "vectors", "weights"): 24,
    (277, "vectors", "mixed"): 36,
    (424, "vectors-424", "registration"): 48,
    (424, "vectors-424", "weights"): 48,
    (424, "vectors-424", "mixed"): 42,
}
"""spec_version, folder and file of recorded histories → how many it holds."""

RECORDED = recorded_timeline(TIMELINE)


@pytest.mark.parametrize("mode", ["op", "run"])
def test_a_history_told_by_hand(mode: Mode) -> None:
    outcome = check_history(OWN_HISTORY, mode, TIMELINE.runtime(277))
    assert outcome.divergence is None
    assert outcome.ops == [(op["op"], True) for op in OWN_HISTORY["ops"]]


def test_a_history_told_by_hand_stands_in_a_file(tmp_path: Path) -> None:
    assert_stands_in_a_file(OWN_HISTORY, tmp_path / "own.ledger", 277)


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


@pytest.mark.parametrize(("spec_version", "folder", "kind"), KINDS)
def test_recorded_histories_end_as_recorded(spec_version: int, folder: str, kind: str) -> None:
    """Never taking over a recorded state: every result, every event with its arguments, every change, the whole end."""
    cases = recorded_cases(kind, folder)
    assert len(cases) == KINDS[spec_version, folder, kind]
    for case in cases:
        outcome = check_history(case, "run", TIMELINE.runtime(spec_version))
        assert outcome.divergence is None, case["id"]
        assert len(outcome.ops) == len(case["ops"])


@pytest.mark.parametrize(("spec_version", "folder", "kind"), KINDS)
def test_recorded_histories_stand_in_a_file(spec_version: int, folder: str, kind: str, tmp_path: Path) -> None:
    for case in recorded_cases(kind, folder):
        assert_stands_in_a_file(case, tmp_path / f"{case['id']}.ledger", spec_version)


def assert_stands_in_a_file(case: dict[str, Any], path: Path, spec_version: int) -> None:
    """Written down, a history audits clean (every call, run again, causes what is recorded) and rebuilds to its recorded end."""
    with Ledger.create(path, spec_version=spec_version, timeline=RECORDED) as ledger, ledger.batch():
        record_history(case, ledger)
        end = end_of(case, ledger.storage.layout).digest()
    with Ledger.open(path, read_only=True, timeline=RECORDED) as ledger:
        report = audit(ledger.log, expected_head=ledger.head, timeline=RECORDED)
        assert report.findings == ()
        assert report.calls == 1 + len(case["ops"])
        assert report.digest == end
        assert rebuild(ledger.log, timeline=RECORDED).storage.digest() == end
        assert ledger.storage.digest() == end
