"""Whole histories: run from their first state to their last by our rules alone, and written into a ledger file.

The recorded ones are the reference's own; the one made by hand says what must come of it in so many words.
"""

from pathlib import Path
from typing import Any

import pytest

from ledger.chain import Ledger
from ledger.ruleset import ruleset
from replay.audit import audit
from replay.conformance.histories import check_history
from replay.conformance.recording import end_of, record_history
from replay.rebuild import rebuild
from tests.shared_data import recorded_cases

KINDS = {"registration": 30, "weights": 24, "mixed": 36}
"""File of recorded histories → how many it holds."""



@pytest.mark.parametrize("kind", KINDS)
def test_recorded_histories_end_as_recorded(kind: str) -> None:
    """Never taking over a recorded state: every result, every event with its arguments, every change, the whole end."""
    cases = recorded_cases(kind)
    assert len(cases) == KINDS[kind]
    for case in cases:
        outcome = check_history(case, "run", ruleset(277))
        assert outcome.divergence is None, case["id"]
        assert len(outcome.ops) == len(case["ops"])


@pytest.mark.parametrize("kind", KINDS)
def test_recorded_histories_stand_in_a_file(kind: str, tmp_path: Path) -> None:
    for case in recorded_cases(kind):
        assert_stands_in_a_file(case, tmp_path / f"{case['id']}.ledger")


def assert_stands_in_a_file(case: dict[str, Any], path: Path) -> None:
    """Written down, a history audits clean (every call, run again, causes what is recorded) and rebuilds to its recorded end."""
    with Ledger.create(path) as ledger, ledger.batch():
        record_history(case, ledger)
    end = end_of(case).digest()
    with Ledger.open(path, read_only=True) as ledger:
        report = audit(ledger.log, expected_head=ledger.head)
        assert report.findings == ()
        assert report.calls == 1 + len(case["ops"])
        assert report.digest == end
        assert rebuild(ledger.log).storage.digest() == end
        assert ledger.storage.digest() == end
