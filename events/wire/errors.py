"""The root of every exception of this project, and what is said of a value that does not fit."""

from collections.abc import Iterable
from difflib import get_close_matches

from neuron_ledger.events.wire.shown import MOST_SHOWN, cut, shown


class NeuronLedgerError(Exception):
    """Whatever this project raises of its own: catch it to catch them all."""


class Unquoted:
    """Stands in a `FieldError` for what was given, where that is no value: shown as it is, without quotes."""

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
        """The same fault, seen from what the field belongs to: `[3]` within `dests` is `dests[3]`."""
        joint = "." if outer and self.where and self.where[0] not in "[." else ""
        return FieldError(f"{outer}{joint}{self.where}", self.expected, self.value)


def did_you_mean(given: object, known: Iterable[str]) -> str:
    """To be added to what was expected: the known name that is most like the given one, where one is."""
    near = get_close_matches(given, known, n=1) if isinstance(given, str) and len(given) <= MOST_SHOWN else []
    return f"; did you mean {near[0]}?" if near else ""
