"""The root of all exceptions of this project, and the error for a value that does not fit its field."""

from collections.abc import Iterable
from difflib import get_close_matches

from neuron_ledger.events.wire.shown import MOST_SHOWN, cut, shown


class NeuronLedgerError(Exception):
    """The root of all errors that this project raises."""


class Unquoted:
    """A description that a `FieldError` shows in place of a value: as it is, without quotes."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


NOTHING = Unquoted("nothing")


class FieldError(NeuronLedgerError, ValueError):
    """A value that does not fit its field: names the field, says what was expected, and shows the value."""

    def __init__(self, where: str, expected: str, value: object) -> None:
        super().__init__(f"{cut(where)}: expected {expected}, got {shown(value)}")
        self.where = where
        self.expected = expected
        self.value = value

    def within(self, outer: str) -> "FieldError":
        """The same error, with the place seen from further out: `[3]` within `dests` is `dests[3]`."""
        joint = "." if outer and self.where and self.where[0] not in "[." else ""
        return FieldError(f"{outer}{joint}{self.where}", self.expected, self.value)


def did_you_mean(given: object, known: Iterable[str]) -> str:
    """A suggestion to append to what was expected: the known name most like the given one, if any is close."""
    near = get_close_matches(given, known, n=1) if isinstance(given, str) and len(given) <= MOST_SHOWN else []
    return f"; did you mean {near[0]}?" if near else ""
