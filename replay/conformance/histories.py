"""Recorded histories: every call of a history decided by our rules, compared in result, events and storage.

Mode `op` restores the recorded state after each operation, so that each is checked by itself. Mode `run` never does: our own
storage carries the whole history, and its end is compared with the recorded end, item by item.

Calls were recorded without the guards, and the guards' result separately (`guard`): both are compared.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Literal

from attrs import define, field

from neuron_ledger.events.deposited import deposited
from neuron_ledger.events.difference import Difference
from neuron_ledger.events.entries.codec import Submission
from neuron_ledger.events.entries.group import Happened
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.ledger.decide import Decision, decide, pass_guards
from neuron_ledger.ledger.errors import ChainError
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.transaction import Transaction
from neuron_ledger.projections.journal import ABSENT
from neuron_ledger.projections.storage import Storage
from neuron_ledger.replay.conformance.case import FAILURES, Case, Place
from neuron_ledger.replay.conformance.recorded import (
    SCHEDULED_SWAPS,
    expected_changes,
    load,
    plain,
    scheduled_swaps,
    submission,
    take_over,
)
from neuron_ledger.replay.conformance.recorded_chain import recorded_rules

Mode = Literal["op", "run"]

UNCHANGED: Any = type("Unchanged", (), {"__repr__": lambda _: "UNCHANGED"})()
"""Means "no change" when changes are compared."""


@define
class HistoryOutcome:
    """The result of one history: (operation name, exact?) of each operation, and its first difference."""

    ops: list[tuple[str, bool]] = field(factory=list)
    divergence: Difference[Place] | None = None

    def note(self, name: str, divergence: Difference[Place] | None) -> None:
        self.ops.append((name, divergence is None))
        if self.divergence is None:
            self.divergence = divergence


def check_history(case: Case, mode: Mode, rules: Runtime, outcome: HistoryOutcome | None = None) -> HistoryOutcome:
    """Run one recorded history. outcome: filled as it goes: results are kept even if the rest is unreadable."""
    outcome = outcome or HistoryOutcome()
    storage = load(case["init"], int(case["block"]), rules.layout)
    for number, op in enumerate(case["ops"]):
        expected = expected_changes(op.get("diff", {}), rules.layout)
        if mode == "op":
            _schedule(storage, op)
        try:
            with storage.transaction() as journal:
                divergence = _check_op(number, op, expected, storage, rules)
                if mode == "op":
                    journal.rollback()
        except FAILURES as error:
            divergence = Difference(Place(number, op["op"]), "error", op["result"], f"{type(error).__name__}: {error}")
        if mode == "op":
            take_over(storage, expected, _block_after(op))
        outcome.note(str(op["op"]), divergence)
    if outcome.divergence is None:
        outcome.divergence = _compare_end(case, storage, len(case["ops"]))
    return outcome


def _schedule(storage: Storage, op: dict[str, Any]) -> None:
    """What earlier operations scheduled for this one."""
    with storage.transaction():
        for block, swaps in scheduled_swaps(op).items():
            storage.scheduled_coldkey_swaps[block] = swaps


def _block_after(op: dict[str, Any]) -> int:
    return int(op["block"]) + (int(op["args"]["blocks"]) if op["op"] == "step" else 0)


def _check_op(
    number: int, op: dict[str, Any], expected: dict[tuple[str, Any], Any], storage: Storage, rules: Runtime
) -> Difference[Place] | None:
    asked: Submission
    try:
        asked = submission(op)
    except (FieldError, KeyError) as error:
        return Difference(Place(number, None), "args", op["args"], str(error))
    guard = _guard(storage, rules, asked)
    decision = decide(storage, recorded_rules(rules), asked)
    return (
        _compare_guard(number, op, guard)
        or _compare_result(number, op, decision)
        or compare_events(number, op["events"], decision.happened)
        or compare_changes(number, expected, storage)
    )


def _guard(storage: Storage, rules: Runtime, asked: Submission) -> str | None:
    """The error with which the runtime's guards refuse a call; None if it passes. Changes nothing."""
    try:
        pass_guards(Transaction(storage, rules), asked.origin, asked.call)
    except ChainError as error:
        return rules.error_name(error)
    return None


def _compare_guard(number: int, op: dict[str, Any], guard: str | None) -> Difference[Place] | None:
    recorded = op.get("guard")
    return None if guard == recorded else Difference(Place(number, op["op"]), "guard", recorded, guard)


def _compare_result(number: int, op: dict[str, Any], decision: Decision) -> Difference[Place] | None:
    got = "ok" if decision.error is None else decision.error.name
    return None if got == op["result"] else Difference(Place(number, op["op"]), "result", op["result"], got)


def compare_events(number: int, recorded: Any, happened: Iterable[Happened]) -> Difference[Place] | None:
    """Compare recorded events with the chain's events for ours. number: of the operation."""
    got = [plain(chain_event) for entry in happened if (chain_event := deposited(entry.event)) is not None]
    expected = plain(recorded)
    for index in range(max(len(got), len(expected))):
        want = expected[index] if index < len(expected) else None
        have = got[index] if index < len(got) else None
        if want != have:
            return Difference(Place(number, index), "events", want, have)
    return None


def compare_changes(number: int, expected: dict[tuple[str, Any], Any], storage: Storage) -> Difference[Place] | None:
    """Compare recorded changes with those since the storage's journal began. number: of the operation."""
    got = dict(_net_changes(storage))
    for place in sorted({*expected, *got}, key=repr):
        want, have = expected.get(place, UNCHANGED), got.get(place, UNCHANGED)
        if want is not have and (want is UNCHANGED or have is UNCHANGED or want != have):
            name, key = place
            return Difference(Place(number, plain(key)), name, _shown(want, "removed"), _shown(have, "removed"))
    return None


def _net_changes(storage: Storage) -> Iterator[tuple[tuple[str, Any], Any]]:
    """((item name, key), value now or ABSENT if removed) of everything that differs since the journal began."""
    before: dict[tuple[str, Any], Any] = {}
    for table, key, old in storage.journal.since(0):
        before.setdefault((table.item.name, key), old)
    for (name, key), old in before.items():
        now = storage.map(name).get(key, ABSENT)
        if (
            name not in ("BlockNumber", SCHEDULED_SWAPS)
            and (now is not old)
            and ((now is ABSENT) or (old is ABSENT) or now != old)
        ):
            yield (name, key), now


def _compare_end(case: Case, storage: Storage, number: int) -> Difference[Place] | None:
    """The final state: the block, and every item's entries, present or absent exactly as recorded."""
    end = load(case["final"], int(case["final_block"]), storage.layout)
    for table in (table for table in end.maps() if table.item.name != SCHEDULED_SWAPS):
        ours = storage.map(table.item.name)
        for key in sorted({*table, *ours}, key=repr):
            want, have = table.get(key, ABSENT), ours.get(key, ABSENT)
            if want != have:
                return Difference(Place(number, plain(key)), table.item.name, _shown(want, "absent"), _shown(have, "absent"))
    return None


def _shown(value: Any, nothing: str) -> Any:
    if value is UNCHANGED:
        return "unchanged"
    return nothing if value is ABSENT else plain(value)
