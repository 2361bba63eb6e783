"""Every recorded history run again by `whatif` without a change: it must come out as it is, to the last hash.

`python -m tests.replay.questions.recorded_reruns` takes all; those of owners' parameters take minutes.
"""

import sys

from neuron_ledger import Change, Ledger, whatif
from neuron_ledger.replay.conformance.recording import record_history
from tests.replay.recorded_histories import EXACT, RECORDED, histories


def main() -> int:
    """Run all. Returns: the exit code."""
    faults = []
    for number, (spec_version, case) in enumerate(histories(), start=1):
        with Ledger.in_memory(spec_version=spec_version, timeline=RECORDED) as ledger:
            with ledger.batch():
                record_history(case, ledger)
            answer = whatif(ledger.log, Change(), timeline=RECORDED)
            if not answer.same or answer.again.ledger.head != ledger.head or answer.again.otherwise:
                faults.append(case["id"])
        print(f"\r{number} of {sum(EXACT.values())} histories", end="", file=sys.stderr)
    print(f"{sum(EXACT.values())} histories, {len(faults)} come out otherwise", *faults, sep="\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
