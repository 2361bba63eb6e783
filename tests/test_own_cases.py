"""The recorded cases that ship with the project are what their makers say, and the rules are exact on them."""

import pytest

from tests import own_cases
from tests.cli.cli_fixture import asked


def test_the_files_are_those_that_are_made() -> None:
    assert {path.name: path.read_text() for path in own_cases.FOLDER.iterdir()} == own_cases.files()


@pytest.mark.parametrize("mode", ["op", "run"])
def test_the_rules_are_exact_on_them(mode: str) -> None:
    report = asked("conform", own_cases.FOLDER, "--mode", mode)
    assert report["kinds"] == {
        "epochs": {"exact": 12, "total": 12},
        "history": {"exact": 1, "total": 1},
        "tempo": {"exact": 40, "total": 40},
    }


def test_something_happens_in_the_epochs() -> None:
    """Consensus is found, weights are cut, bonds are written, miners and validators earn."""
    cases = [case for case in own_cases._epochs() if case["in"]["n"] > 1]
    for name in ("Consensus", "ValidatorTrust", "server_emission", "validator_emission", "Bonds"):
        lively = [case["id"] for case in cases if any(row[1] if name == "Bonds" else row for row in case["out"][name])]
        assert len(lively) >= len(cases) - 2, name
