"""Run recorded cases from files and folders, and report how many are exact and where the others first differ."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from attrs import define, field

from neuron_ledger.events.difference import Difference
from neuron_ledger.events.wire.errors import NeuronLedgerError
from neuron_ledger.events.wire.shown import shown
from neuron_ledger.ledger.rules.epoch.early_steps import EARLY_EPOCHS
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.timeline import TIMELINE, Timeline
from neuron_ledger.replay.conformance import early_epoch_cases
from neuron_ledger.replay.conformance.case import FAILURES, Case, Checker, Place
from neuron_ledger.replay.conformance.drain_cases import check_emission_distribute, check_emission_drain
from neuron_ledger.replay.conformance.epoch_cases import check_epoch
from neuron_ledger.replay.conformance.histories import HistoryOutcome, Mode, check_history
from neuron_ledger.replay.conformance.math_cases import check_math
from neuron_ledger.replay.conformance.mechanism_cases import check_mechanisms_epoch, check_split
from neuron_ledger.replay.conformance.neuron_cases import check_burn, check_neurons, check_prune
from neuron_ledger.replay.conformance.pool_cases import check_swap
from neuron_ledger.replay.conformance.unit_cases import (
    check_adjust,
    check_block_emission,
    check_commit_hash,
    check_scheduler,
    check_seal,
    check_tempo,
)
from neuron_ledger.replay.importers.reading import LARGEST_DOCUMENT, ReadProblem, read_document


def _check_epoch(case: Case, rules: Runtime) -> Difference[Place] | None:
    """Epochs of one mechanism are recorded in another format than those of several."""
    return (check_mechanisms_epoch if "mechanisms" in case["in"] else check_epoch)(case, rules)


CHECKERS: Mapping[str, Checker] = {
    "block_emission": check_block_emission,
    "emission_distribute": check_emission_distribute,
    "emission_drain": check_emission_drain,
    "epoch": _check_epoch,
    "math": check_math,
    "unit_adjust": check_adjust,
    "unit_burn": check_burn,
    "unit_commit_hash": check_commit_hash,
    "unit_neurons": check_neurons,
    "unit_prune": check_prune,
    "unit_scheduler": check_scheduler,
    "unit_seal": check_seal,
    "unit_swap": check_swap,
    "unit_split": check_split,
    "unit_tempo": check_tempo,
}
"""The checker of every kind of single-call case, by the `kind` that a file names. Histories have the kind `scenario`."""


Check = Callable[[Case, HistoryOutcome], Difference[Place] | None]
"""Runs one case of a file; the results of a history's operations go into the outcome."""

NO_CASES = "holds no recorded cases, so nothing was checked"


class CasesError(NeuronLedgerError, ValueError):
    """A path that holds no recorded cases: names the path and what is wrong."""


@define
class Tally:
    """How many of how many were exact."""

    exact: int = 0
    total: int = 0

    def note(self, exact: bool) -> None:
        self.total += 1
        self.exact += exact

    def to_json(self) -> dict[str, int]:
        return {"exact": self.exact, "total": self.total}


@define
class ConformReport:
    """The result of a conformance run.

    spec_versions: of the files that were run. kinds: by file name without ending. ops: by operation, if
    histories were run. unsupported: why, by kind.
    """

    spec_versions: set[int] = field(factory=set)
    kinds: dict[str, Tally] = field(factory=dict)
    ops: dict[str, Tally] = field(factory=dict)
    divergences: list[tuple[str, str, Difference[Place]]] = field(factory=list)
    unsupported: dict[str, str] = field(factory=dict)

    @property
    def exact(self) -> bool:
        """Whether everything that ran was exact, and nothing was unsupported."""
        return all(tally.exact == tally.total for tally in self.kinds.values())

    def to_json(self) -> dict[str, Any]:
        """The report as one object, for --json."""
        return {
            "spec_versions": sorted(self.spec_versions),
            "kinds": {kind: tally.to_json() for kind, tally in self.kinds.items()},
            "ops": {op: tally.to_json() for op, tally in sorted(self.ops.items())},
            "divergences": [
                {
                    "file": file,
                    "case": case,
                    "op": divergence.where.op,
                    "item": divergence.what,
                    "key": divergence.where.key,
                    "expected": divergence.expected,
                    "got": divergence.got,
                }
                for file, case, divergence in self.divergences
            ],
        }

    def lines(self) -> Iterator[str]:
        """The report for people: a line a kind, a line an operation, the first divergence of each failing kind."""
        for kind, tally in self.kinds.items():
            note = f"  not supported: {self.unsupported[kind]}" if kind in self.unsupported else ""
            yield f"{kind:<24} {tally.exact:>6}/{tally.total}{note}"
        for op, tally in sorted(self.ops.items()):
            yield f"  {op:<22} {tally.exact:>6}/{tally.total}"
        for file, case, d in self.divergences:
            key = "" if d.where.key is None else f"[{d.where.key}]"
            yield f"{file}: {case} op {d.where.op}: {d.what}{key}: expected {_cut(d.expected)}, got {_cut(d.got)}"


def run(
    paths: Iterable[Path],
    *,
    mode: Mode = "run",
    supported_only: bool = False,
    timeline: Timeline = TIMELINE,
    max_size: int = LARGEST_DOCUMENT,
    progress: Callable[[int, int], None] | None = None,
) -> ConformReport:
    """Run every case in the given files and folders.

    mode: for histories, `op` restores the recorded state after each operation, `run` never. supported_only: skip kinds
    that are not built, instead of counting them as failed. timeline: the runtimes; each file names the one of its cases.
    max_size: bytes that a file may have after expanding. progress: called with (files done, files).
    Raises: CasesError for a path without a single case, or if none of the cases is supported.
    """
    report = ConformReport()
    files = [(path, file) for path in paths for file in case_files(path)]
    without_cases = dict.fromkeys(path for path, _ in files)
    for done, (path, file) in enumerate(files):
        if progress:
            progress(done, len(files))
        content = _read(file, max_size)
        if content["kind"] == "defaults":
            continue
        if not content["cases"]:
            raise CasesError(f"{file}: {NO_CASES}")
        without_cases.pop(path, None)
        _run_file(file, content, timeline, mode, supported_only, report)
    if progress:
        progress(len(files), len(files))
    for path in without_cases:
        raise CasesError(f"{path}: {NO_CASES}")
    if not report.kinds:
        reasons = "; ".join(sorted(set(report.unsupported.values())))
        raise CasesError(f"none of the cases is supported ({reasons}), so nothing was checked")
    return report


def case_files(path: Path) -> list[Path]:
    """The files of cases that a path names: itself, or those of the folder by name. Raises: CasesError."""
    if path.is_dir():
        found = sorted(file for file in path.iterdir() if file.name.endswith((".json", ".json.gz")))
        if not found:
            raise CasesError(f"{path}: no .json or .json.gz file in this folder")
        return found
    if not path.is_file():
        raise CasesError(f"{path}: no such file or folder")
    return [path]


def _run_file(
    path: Path, content: Mapping[str, Any], timeline: Timeline, mode: Mode, supported_only: bool, report: ConformReport
) -> None:
    name = path.name.removesuffix(".gz").removesuffix(".json")
    kind, spec_version = content["kind"], content["spec_version"]
    unsupported = _unsupported(kind, spec_version, timeline)
    if unsupported:
        report.unsupported[name] = unsupported
        if not supported_only:
            report.kinds.setdefault(name, Tally()).total += len(content["cases"])
        return
    report.spec_versions.add(spec_version)
    check = _checker(kind, spec_version, timeline, mode)
    tally = report.kinds.setdefault(name, Tally())
    diverged = False
    for index, case in enumerate(content["cases"]):
        outcome = HistoryOutcome()
        divergence = _guarded(check, case, outcome)
        for op, exact in outcome.ops:
            report.ops.setdefault(op, Tally()).note(exact)
        tally.note(divergence is None)
        if divergence is not None and not diverged:
            diverged = True
            report.divergences.append((path.name, str(case.get("id", index)), divergence))


def _checker(kind: str, spec_version: int, timeline: Timeline, mode: Mode) -> Check:
    """The function that runs one case of a file; the outcome is that of a history."""
    if kind == early_epoch_cases.KIND:
        return lambda case, _: early_epoch_cases.check_early_epoch(case)
    rules, checker = timeline.runtime(spec_version), CHECKERS.get(kind)
    if checker is not None:
        return lambda case, _: checker(case, rules)
    return lambda case, outcome: _check_history(case, rules, mode, outcome)


def _unsupported(kind: str, spec_version: object, timeline: Timeline) -> str | None:
    """Why cases cannot be run; None if they can."""
    if kind == early_epoch_cases.KIND:
        known = ", ".join(map(str, EARLY_EPOCHS))
        return (
            None if spec_version in EARLY_EPOCHS else f"spec_version {spec_version}, of the epochs before 277 there are {known}"
        )
    if kind not in CHECKERS and kind != "scenario":
        return f"the kind {kind}"
    if spec_version not in timeline.spec_versions:
        return f"spec_version {spec_version}, there are rules for {timeline.known}"
    return None


def _check_history(case: Case, rules: Runtime, mode: Mode, outcome: HistoryOutcome) -> Difference[Place] | None:
    check_history(case, mode, rules, outcome)
    return outcome.divergence


def _guarded(check: Check, case: Mapping[str, Any], outcome: HistoryOutcome) -> Difference[Place] | None:
    """A case that makes us fail is not exact; the others still count."""
    try:
        return check(case, outcome)
    except FAILURES as error:
        return Difference(Place(0, None), "error", case.get("out"), f"{type(error).__name__}: {error}")


def _read(path: Path, max_size: int) -> Mapping[str, Any]:
    try:
        content = read_document(path, max_size).content
    except ReadProblem as problem:
        raise CasesError(f"{path}: {problem}") from None
    if isinstance(content, dict):
        content = early_epoch_cases.as_cases(content) or content
    if not isinstance(content, dict) or not {"kind", "spec_version"} <= content.keys():
        raise CasesError(f"{path}: not a file of recorded cases (an object with kind, spec_version and cases)")
    if not isinstance(content["kind"], str):
        raise CasesError(f"{path}: kind: expected a text, got {shown(content['kind'])}")
    if content["kind"] != "defaults" and not isinstance(content.get("cases"), list):
        raise CasesError(f"{path}: cases: expected a list, got {type(content.get('cases')).__name__}")
    for index, case in enumerate(content.get("cases", ())):
        if not isinstance(case, dict):
            raise CasesError(f"{path}: cases[{index}]: expected an object, got {type(case).__name__}")
    return content


def _cut(value: Any) -> str:
    return value if isinstance(value, str) and len(value) <= 120 else shown(value)
