"""`neuron-ledger conform`: exact cases, cases that differ, kinds that are not supported, files that hold no cases."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from neuron_ledger.ledger.runtimes.timeline import TIMELINE
from tests.cli.cli_fixture import asked, one_line, run
from tests.log.snapshots_fixture import written
from tests.own_history import OWN_HISTORY


def cases_file(folder: Path, change: Callable[[Any], None] = lambda _: None, *, packed: bool = False, **fields: Any) -> Path:
    """A file of recorded cases that holds one history."""
    case = json.loads(json.dumps(OWN_HISTORY))
    change(case)
    whole = {"kind": "scenario", "spec_version": 277, "cases": [case], **fields}
    path = folder / ("own.json.gz" if packed else "own.json")
    raw = json.dumps(whole).encode()
    path.write_bytes(gzip.compress(raw) if packed else raw)
    return path


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("mode", ["op", "run"])
def test_exact_cases(tmp_path: Path, packed: bool, mode: str) -> None:
    file = cases_file(tmp_path, packed=packed)
    for where in (file, tmp_path):
        report = asked("conform", where, "--mode", mode)
        assert list(report) == ["spec_versions", "kinds", "ops", "divergences"]
        assert report["spec_versions"] == [277]
        assert report["kinds"] == {"own": {"exact": 1, "total": 1}}
        assert sum(op["total"] for op in report["ops"].values()) == len(OWN_HISTORY["ops"])
        assert all(op["exact"] == op["total"] for op in report["ops"].values())
        assert report["divergences"] == []
    assert "1/1" in run("conform", file).stdout


def test_a_case_that_differs(tmp_path: Path) -> None:
    def wrong(case: Any) -> None:
        case["ops"][2]["result"] = "ok"

    file = cases_file(tmp_path, wrong)
    report = asked("conform", file, "--mode", "op", exit_code=1)
    assert report["kinds"] == {"own": {"exact": 0, "total": 1}}
    (divergence,) = report["divergences"]
    assert set(divergence) == {"file", "case", "op", "item", "key", "expected", "got"}
    assert (divergence["case"], divergence["op"], divergence["item"], divergence["expected"]) == (
        OWN_HISTORY["id"],
        2,
        "result",
        "ok",
    )
    assert "0/1" in run("conform", file).stdout


def test_kinds_that_are_not_supported_fail_unless_they_are_left_out(tmp_path: Path) -> None:
    cases_file(tmp_path)
    strange = tmp_path / "strange.json"
    strange.write_text(json.dumps({"kind": "dreams", "spec_version": 277, "cases": [{"id": "a"}, {"id": "b"}]}))
    text = run("conform", tmp_path)
    assert text.exit_code == 1
    assert "0/2  not supported: the kind dreams" in text.stdout
    assert asked("conform", tmp_path, exit_code=1)["kinds"]["strange"] == {"exact": 0, "total": 2}
    assert "strange" not in asked("conform", tmp_path, "--supported-only")["kinds"]


def test_cases_of_another_runtime_are_not_supported(tmp_path: Path) -> None:
    file = cases_file(tmp_path, spec_version=900)
    assert asked("conform", file, exit_code=1)["kinds"] == {"own": {"exact": 0, "total": 1}}
    assert f"0/1  not supported: spec_version 900, there are rules for {TIMELINE.known}" in run("conform", file).stdout


def test_a_history_that_makes_the_rules_stop_is_not_exact_and_the_others_count(tmp_path: Path) -> None:
    """Bonds that name nobody: the chain's own code could not go on in its epoch. What came before is judged all the same."""

    def stray_bond(case: Any) -> None:
        case["init"] |= {"Bonds": [[1, 0, [[9, 1]]]], "Tempo": [[1, 1]]}

    file = cases_file(tmp_path, stray_bond)
    for mode in ("op", "run"):
        report = asked("conform", file, "--mode", mode, exit_code=1)
        assert report["kinds"] == {"own": {"exact": 0, "total": 1}}
        assert sum(op["total"] for op in report["ops"].values()) == len(OWN_HISTORY["ops"])
        assert any(op["exact"] for op in report["ops"].values())
        (divergence,) = report["divergences"]
        assert divergence["item"] == "error"
        assert "uid 0 names uid 9" in divergence["got"]


def test_a_history_without_its_parts_is_not_exact(tmp_path: Path) -> None:
    file = cases_file(tmp_path, lambda case: case.pop("init"))
    (divergence,) = asked("conform", file, exit_code=1)["divergences"]
    assert (divergence["item"], divergence["got"]) == ("error", "KeyError: 'init'")


@pytest.mark.parametrize(
    "part", [{"init": []}, {"init": None}, {"block": -1}, {"ops": [None]}, {"ops": [{"op": []}]}, {"final_block": "x"}]
)
def test_a_history_of_another_form_is_not_exact(tmp_path: Path, part: dict[str, Any]) -> None:
    file = cases_file(tmp_path, lambda case: case.update(part))
    report = asked("conform", file, exit_code=1)
    assert report["kinds"] == {"own": {"exact": 0, "total": 1}}
    assert len(report["divergences"]) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"kind": "scenario"}',
        "{}",
        '{"kind": [], "spec_version": 277, "cases": []}',
        '{"kind": "epoch", "spec_version": 277, "cases": [[]]}',
    ],
)
def test_what_is_no_file_of_cases(tmp_path: Path, text: str) -> None:
    file = written(tmp_path, text)
    assert str(file) in one_line(run("conform", file))
    assert one_line(run("conform", tmp_path / "nowhere.json")).startswith("error: ")


@pytest.mark.parametrize("kind", ["scenario", "defaults"])
def test_a_path_without_a_single_case_is_no_success(tmp_path: Path, kind: str) -> None:
    empty = tmp_path / "empty.json"
    empty.write_text(json.dumps({"kind": kind, "spec_version": 277, "cases": []}))
    for where in (empty, tmp_path):
        assert "holds no recorded cases, so nothing was checked" in one_line(run("conform", where))


def test_a_path_without_cases_is_no_success_beside_others(tmp_path: Path) -> None:
    cases_file(tmp_path)
    empty = tmp_path / "folder"
    empty.mkdir()
    (empty / "defaults.json").write_text(json.dumps({"kind": "defaults", "spec_version": 277}))
    assert str(empty) in one_line(run("conform", tmp_path, empty))


def test_where_nothing_is_supported_nothing_was_checked(tmp_path: Path) -> None:
    file = cases_file(tmp_path, spec_version=900)
    said = one_line(run("conform", file, "--supported-only"))
    why = f"spec_version 900, there are rules for {TIMELINE.known}"
    assert f"none of the cases is supported ({why}), so nothing was checked" in said
