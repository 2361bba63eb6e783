"""The result of a conformance check: None if we equal the reference, otherwise the first difference."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from neuron_ledger.events.difference import Difference
from neuron_ledger.ledger.runtime import Runtime


class Place(NamedTuple):
    """Where a case differs. op: number of the operation inside a history (0 for a case that is a single call).

    key: the differing entry (a uid, a storage key, an index), or None. What differs is a storage item, `result`,
    `events`, or an output field.
    """

    op: int
    key: Any


Case = Mapping[str, Any]
"""One recorded case, as parsed by `json`: integers beyond 2^53 are decimal strings (read every number with `int`)."""


FAILURES = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What our rules may raise for a case: such a case is not exact, the others still count."""

Checker = Callable[[Case, Runtime], Difference[Place] | None]
"""Runs one case by a runtime; returns None if everything is exact."""


def number(value: Any) -> int:
    """Read an integer of a recorded case (a JSON number, or a decimal string beyond 2^53)."""
    return int(value)


def numbers(values: Any) -> list[int]:
    """Read a list of integers of a recorded case."""
    return [int(value) for value in values]


def compare(item: str, expected: Any, got: Any, op: int = 0) -> Difference[Place] | None:
    """Compare two plain values (or lists, element by element) and name the first difference."""
    if expected == got:
        return None
    if isinstance(expected, list) and isinstance(got, list):
        if len(expected) != len(got):
            return Difference(Place(op, "length"), item, len(expected), len(got))
        for index, (want, have) in enumerate(zip(expected, got, strict=True)):
            if want != have:
                return Difference(Place(op, index), item, want, have)
    return Difference(Place(op, None), item, expected, got)
