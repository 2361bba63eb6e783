"""Every replacement in the recorded histories, explained; and what would have saved the neuron, put to ledgers of its own.

`python -m tests.replay.questions.recorded_savings` does so with all of them, the tests with some. What is claimed is checked by
another way than it was found: calls are submitted to a ledger one after the other, with the change.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

from attrs import define, field

from neuron_ledger.events.calls import GrantStake, Observe, PokePruningScores, SetParam
from neuron_ledger.events.entries.group import Group
from neuron_ledger.events.ledger import StorageObserved
from neuron_ledger.events.registration import NeuronReplaced
from neuron_ledger.events.registration_calls import PokeEmission
from neuron_ledger.events.wire.record import Call
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.projections.storage import Storage
from neuron_ledger.replay.conformance.recording import record_history
from neuron_ledger.replay.proof.groups import groups, submitted
from neuron_ledger.replay.questions.pruned import Pruned, explained, replacements
from tests.replay.recorded_histories import EXACT, RECORDED, histories


@define
class Outcome:
    """What was explained, and what of it does not hold. claims: (kind, whether it would have saved it) → how many."""

    replacements: int = 0
    claims: Counter[tuple[str, bool]] = field(factory=Counter)
    faults: list[str] = field(factory=list)


def check_history(spec_version: int, case: dict[str, Any], outcome: Outcome) -> None:
    """Explain every replacement of a history, and try each claim."""
    with Ledger.in_memory(spec_version=spec_version, timeline=RECORDED) as ledger:
        with ledger.batch():
            record_history(case, ledger)
        answers: dict[int, Pruned] = {}
        for entry, event in list(replacements(ledger.log)):
            answer = explained(ledger.log, entry, event, timeline=RECORDED)
            answers[answer.position] = answer
            outcome.replacements += 1
            outcome.claims.update((saving.what, saving.saves) for saving in answer.savings)
            faults = [*_misread(answer, event), *_without(ledger, answer)]
            outcome.faults += [f"{case['id']}, position {entry.position}: {fault}" for fault in faults]
        outcome.faults += [f"{case['id']}, {fault}" for fault in _otherwise(ledger, answers)]


def _misread(answer: Pruned, event: NeuronReplaced) -> Iterator[str]:
    if (answer.uid, answer.hotkey, answer.new_hotkey) != (event.uid, event.old_hotkey, event.new_hotkey):
        yield "another replacement is explained"
    if answer.netuid != 0 and answer.score != event.pruning_score:
        yield f"the score is {event.pruning_score}, not {answer.score}"
    if answer.queue[0].place.uid != event.uid:
        yield f"the queue begins with uid {answer.queue[0].place.uid}"


def _without(ledger: Ledger, answer: Pruned) -> Iterator[str]:
    """Faults of the claim that a registration was too many: all calls but that one are submitted to another ledger."""
    for saving in answer.savings:
        if saving.without is not None:
            with Ledger.in_memory(spec_version=ledger.log.spec_version, timeline=RECORDED) as other, other.batch():
                for group in submitted(groups(ledger.log.read())):
                    if group.position <= answer.position and group.position != saving.without:
                        _submit(other, group)
                if not _holds(other.storage, answer):
                    yield f"it goes in spite of {saving}"


def _otherwise(ledger: Ledger, answers: dict[int, Pruned]) -> Iterator[str]:
    """Faults of the claims that calls in front of the one that took the uid would have changed it."""
    with Ledger.in_memory(spec_version=ledger.log.spec_version, timeline=RECORDED) as other:
        for group in submitted(groups(ledger.log.read())):
            answer = answers.get(group.position)
            for saving in () if answer is None else answer.savings:
                if answer is None or not saving.calls:
                    continue
                if _stays(other, group, answer, saving.calls) != saving.saves:
                    yield f"position {group.position}: not so: {saving}"
                if saving.saves and _stays(other, group, answer, tuple(less(call, answer) for call in saving.calls)):
                    yield f"position {group.position}: less would have been enough: {saving}"
            _submit(other, group)


def _stays(ledger: Ledger, group: Group, answer: Pruned, calls: tuple[Call, ...]) -> bool:
    """Whether the neuron still holds a uid after a call, where others come before it. Tried on a copy."""
    with Ledger(ledger.log.copied(), timeline=RECORDED) as other:
        for call in calls:
            other.submit(call).unwrap()
        _submit(other, group)
        return _holds(other.storage, answer)


def _submit(ledger: Ledger, group: Group) -> None:
    asked, first = group.submission, next(iter(group.events), None)
    if isinstance(asked.call, Observe) and isinstance(first, StorageObserved):
        ledger.observe(asked.call, first.changes)
    else:
        ledger.submit(asked.call, asked.origin)


def _holds(storage: Storage, answer: Pruned) -> bool:
    return any(storage.keys[answer.netuid, uid] == answer.hotkey for uid in range(storage.subnetwork_n[answer.netuid]))


def less(call: Call, answer: Pruned) -> Call:
    """The call with one less of what it brings."""
    if isinstance(call, PokePruningScores | PokeEmission):
        values = list(call.values)
        values[answer.uid] -= 1
        return type(call)(call.netuid, tuple(values))
    if isinstance(call, GrantStake):
        return GrantStake(call.hotkey, call.coldkey, call.netuid, call.amount - 1)
    assert isinstance(call, SetParam)
    return SetParam(call.name, call.netuid, call.value - 1)


def main() -> int:
    """Explain all. Returns: the exit code."""
    outcome = Outcome()
    for number, (spec_version, case) in enumerate(histories(), start=1):
        check_history(spec_version, case, outcome)
        print(f"\r{number} of {sum(EXACT.values())} histories", end="", file=sys.stderr)
    print(*outcome.faults, sep="\n")
    print(f"{outcome.replacements} replacements, {len(outcome.faults)} faults")
    for (what, saves), count in sorted(outcome.claims.items()):
        print(f"  {what}: {count} {'would have saved it' if saves else 'of which nothing helps'}")
    return 1 if outcome.faults else 0


if __name__ == "__main__":
    sys.exit(main())
