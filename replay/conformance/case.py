"""What a conformance check says: nothing where we equal the reference, else the first place where we part from it."""

from collections.abc import Callable, Mapping
from typing import Any

from attrs import frozen

from neuron_ledger.ledger.runtime import Runtime

Case = Mapping[str, Any]
"""One recorded case, as `json` read it: integers beyond 2^53 are decimal strings (read every number with `int`)."""


@frozen
class Divergence:
    """The first difference of one case.

    op: number of the operation inside a history (0 for a case that is a single call). item: what differs (a storage item,
    `result`, `events`, or an output field). key: which entry of it (a uid, a storage key, an index), or None.
    """

    op: int
    item: str
    key: Any
    expected: Any
    got: Any


FAILURES = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What a case may make our rules raise where they have no answer: such a case is not exact, the others still count."""

Checker = Callable[[Case, Runtime], Divergence | None]
"""Runs one case by a runtime; returns None where everything is exact."""


def number(value: Any) -> int:
    """Read an integer of a recorded case (a JSON number, or a decimal string beyond 2^53)."""
    return int(value)


def numbers(values: Any) -> list[int]:
    """Read a list of integers of a recorded case."""
    return [int(value) for value in values]


def compare(item: str, expected: Any, got: Any, op: int = 0) -> Divergence | None:
    """Compare two plain values (or lists, element by element) and name the first difference."""
    if expected == got:
        return None
    if isinstance(expected, list) and isinstance(got, list):
        if len(expected) != len(got):
            return Divergence(op, item, "length", len(expected), len(got))
        for index, (want, have) in enumerate(zip(expected, got, strict=True)):
            if want != have:
                return Divergence(op, item, index, want, have)
    return Divergence(op, item, None, expected, got)
