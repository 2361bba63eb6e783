"""Recorded histories that our rules run from their first state to their last: written into ledger files, audited, rebuilt.

`python -m tests.replay.recorded_histories` does so with every one of them, the tests with some of each file.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.rebuild import rebuild
from neuron_ledger.ledger.runtimes.timeline import TIMELINE, Timeline
from neuron_ledger.projections.storage import Storage
from neuron_ledger.replay.conformance.recorded import SCHEDULED_SWAPS, load
from neuron_ledger.replay.conformance.recorded_chain import recorded_rules
from neuron_ledger.replay.conformance.recording import record_history
from neuron_ledger.replay.proof.audit import audit
from tests.shared_data import recorded_cases

RECORDED = Timeline([recorded_rules(rules) for rules in TIMELINE.runtimes])
"""The runtimes with the arrangements of the test bed."""

EXACT = {
    (277, "vectors", "registration"): 30,
    (277, "vectors", "weights"): 24,
    (277, "vectors", "mixed"): 36,
    (424, "vectors-424", "registration"): 48,
    (424, "vectors-424", "weights"): 48,
    (424, "vectors-424", "mixed"): 42,
    (277, "vectors-277-calls", "associations"): 60,
    (277, "vectors-277-calls", "key_swaps"): 60,
    (277, "vectors-277-calls", "stake_moves"): 60,
    (424, "vectors-424-calls", "stake_moves"): 60,
    (424, "vectors-424-calls", "locks"): 40,
    (424, "vectors-424-calls", "associations"): 60,
    (424, "vectors-424-calls", "owner_params"): 60,
    (424, "vectors-424-calls", "key_swaps"): 60,
}
"""spec_version, folder and kind of recorded histories → how many there are."""

History = tuple[int, dict[str, Any]]
"""Its spec_version, and the case."""


def histories(every: int = 1) -> Iterator[History]:
    """Of each file, every so manyth history."""
    for spec_version, folder, kind in EXACT:
        for case in recorded_cases(kind, folder)[::every]:
            yield spec_version, case


def end_with_schedule(case: dict[str, Any], storage: Storage) -> Storage:
    """The recorded end, and what storage has of the scheduler's agenda, which is not recorded."""
    end = load(case["final"], int(case["final_block"]), storage.layout)
    with end.transaction():
        for block, swaps in storage.map(SCHEDULED_SWAPS).items():
            end.map(SCHEDULED_SWAPS)[block] = swaps
    return end


def faults_in_a_file(case: dict[str, Any], path: Path, spec_version: int) -> list[str]:
    """What does not hold of a history written into a ledger file: that it audits clean (every call, run again, causes what is
    recorded), and that it rebuilds to its recorded end."""
    with Ledger.create(path, spec_version=spec_version, timeline=RECORDED) as ledger, ledger.batch():
        record_history(case, ledger)
        end = end_with_schedule(case, ledger.storage).digest()
    with Ledger.open(path, read_only=True, timeline=RECORDED) as ledger:
        report = audit(ledger.log, expected_head=ledger.head, timeline=RECORDED)
        holds = {
            "the audit is clean": not report.findings,
            "every call is there": report.calls == 1 + len(case["ops"]),
            "running the calls again gives the recorded end": report.digest == end,
            "folding the log gives the recorded end": rebuild(ledger.log, timeline=RECORDED).storage.digest() == end,
            "opening the ledger gives the recorded end": ledger.storage.digest() == end,
        }
    return [f"{case['id']}: not so: {what}" for what, so in holds.items() if not so]


def main() -> int:
    faults, count = [], 0
    with TemporaryDirectory() as folder:
        for spec_version, case in histories():
            count += 1
            faults += faults_in_a_file(case, Path(folder, f"{count}.ledger"), spec_version)
            print(f"\r{count} of {sum(EXACT.values())} histories", end="", file=sys.stderr)
    print(*faults, f"{count} histories, {len(faults)} faults", sep="\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
