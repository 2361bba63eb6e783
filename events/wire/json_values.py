"""Plain values as JSON has them, and what is said of one that does not fit."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

JSON_SAFE_INTEGER = 2**53
"""Integers above this lose bits in common JSON readers, so they are written as decimal strings."""

MOST_DIGITS = 40
"""No integer of any kind is longer as text: 2^128 has 39 digits, and there may be a sign."""


class Said:
    """Stands in a `FieldError` for what was given, where that is no value: shown as it is, without quotes."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


NOTHING = Said("nothing")


class FieldError(ValueError):
    """A value that does not fit its field: names the field, says what was expected, and shows the value."""

    def __init__(self, where: str, expected: str, value: object) -> None:
        shown = repr(value)
        if len(shown) > 100:
            shown = shown[:97] + "..."
        super().__init__(f"{where}: expected {expected}, got {shown}")
        self.where = where
        self.expected = expected
        self.value = value


def did_you_mean(given: object, known: Iterable[str]) -> str:
    """To be added to what was expected: the known name that is most like the given one, where one is."""
    near = get_close_matches(str(given), known, n=1)
    return f"; did you mean {near[0]}?" if near else ""


def integer_from_json(raw: Any) -> Any:
    """An integer, or the decimal string that stands for one beyond 2^53; anything else is returned as it is, to be refused."""
    if type(raw) is str and len(raw) <= MOST_DIGITS and raw.removeprefix("-").isdecimal() and raw.isascii():
        value = int(raw)
        if abs(value) > JSON_SAFE_INTEGER and str(value) == raw:
            return value
    return raw


def bytes_from_hex(raw: Any, where: str) -> bytes:
    if isinstance(raw, str):
        digits = raw.removeprefix("0x")
        if len(digits) % 2 == 0 and all(digit in "0123456789abcdefABCDEF" for digit in digits):
            return bytes.fromhex(digits)
    raise FieldError(where, "hex digits", raw)


def list_from_json(raw: Any, where: str) -> list[Any]:
    if not isinstance(raw, list):
        raise FieldError(where, "a list", raw)
    return raw
