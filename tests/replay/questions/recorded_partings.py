"""Pairs made from recorded histories by changing one call, or one parameter, at a random place: bisect must find it exactly.

`python -m tests.replay.questions.recorded_partings` makes a hundred, the same in every run; the tests make some of them.
"""

import sys
from collections.abc import Iterator
from itertools import islice
from random import Random
from typing import Any

from neuron_ledger.events.calls import AdvanceTo, ForceSetBalance, SetParam
from neuron_ledger.events.entries.codec import Submission
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.replay.conformance.recorded import submission
from neuron_ledger.replay.conformance.recording import record_history
from neuron_ledger.replay.questions.parting import bisect
from tests.replay.recorded_histories import RECORDED, histories

PAIRS = 100
CALLS_AFTER = 25
"""Calls that are put to both after the one that differs."""


def changed(random: Random, asked: Submission) -> Submission:
    """The same call with another number in it, or a parameter set in its place."""
    fields = {name: getattr(asked.call, name) for name, _ in asked.call.units}
    numbers = [name for name, value in fields.items() if type(value) is int]
    if isinstance(asked.call, AdvanceTo) or not numbers or random.random() < 0.3:
        others = (SetParam("kappa", 1, random.randrange(65536)), ForceSetBalance(bytes(32), random.randrange(10**12)))
        return Submission(random.choice(others), None)
    name = random.choice(numbers)
    for value in (fields[name] + 1, fields[name] - 1):
        try:
            return Submission(type(asked.call)(**{**fields, name: value}), asked.origin)
        except FieldError:
            continue
    return Submission(SetParam("kappa", 1, 7), None)


def ledger_of(case: dict[str, Any], spec_version: int, origin: str, calls: list[Submission]) -> tuple[Ledger, list[int]]:
    ledger = Ledger.in_memory(origin=origin, spec_version=spec_version, timeline=RECORDED)
    with ledger.batch():
        record_history({**case, "ops": []}, ledger)
        return ledger, [ledger.submit(each.call, each.origin).position for each in calls]


def faults(start: int = 0, step: int = 1) -> Iterator[str | None]:
    """Of each pair, what is wrong with what bisect says of it; None where it is right."""
    cases = [(spec, case) for spec, case in histories(6) if "owner_params" not in case["id"] and len(case["ops"]) > 2]
    for number in range(start, PAIRS, step):
        random = Random(number)
        spec_version, case = cases[number % len(cases)]
        calls = [submission(op) for op in case["ops"]]
        place = random.randrange(len(calls))
        one, other = calls[: place + CALLS_AFTER], calls[: place + CALLS_AFTER]
        other[place] = changed(random, other[place])
        origins = ("one", "one" if number % 4 else "another")
        (first, positions), (second, _) = (
            ledger_of(case, spec_version, origin, made) for origin, made in zip(origins, (one, other), strict=True)
        )
        parting = bisect(first.log, second.log).parting
        if parting is None or parting.position != positions[place] or parting.one is None:
            yield f"{case['id']}, call {place}: {None if parting is None else parting.position}, not {positions[place]}"
        elif parting.one.submission != one[place] or parting.block != parting.one.block:
            yield f"{case['id']}, call {place}: another call is named"
        else:
            yield None


def main() -> int:
    """Make all. Returns: the exit code."""
    found = []
    for number, fault in enumerate(islice(faults(), PAIRS), start=1):
        found.append(fault)
        print(f"\r{number} of {PAIRS} pairs", end="", file=sys.stderr)
    wrong = [fault for fault in found if fault is not None]
    print(*wrong, f"{PAIRS} pairs, found exactly in {PAIRS - len(wrong)}", sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
