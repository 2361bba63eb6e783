"""The chain's types as text, the way its sources have them: `Vec<(u16, AccountId32)>`, `[u8; 32]`, `Option<Compact<u64>>`."""

import re
from functools import cache
from typing import Final

from attrs import frozen

PRIMITIVES: Final = ("bool", "str", "u8", "u16", "u32", "u64", "u128", "i8", "i16", "i32", "i64", "i128")
GENERIC: Final = {"Vec": 1, "Option": 1, "Compact": 1, "BTreeSet": 1, "BTreeMap": 2}
"""Generic types, and how many parameters they have."""

_TOKEN = re.compile(r"\s*(\w+|[<>(),:;\[\]])")


@frozen
class Shape:
    """A type. name: of a primitive, of a generic, "tuple", "array", or of a named type. length: of an array."""

    name: str
    parts: tuple["Shape", ...] = ()
    length: int = 0

    def __str__(self) -> str:
        inner = ", ".join(map(str, self.parts))
        if self.name == "tuple":
            return f"({inner})"
        if self.name == "array":
            return f"[{inner}; {self.length}]"
        return f"{self.name}<{inner}>" if self.parts else self.name


Fields = tuple[tuple[str, Shape], ...]
"""(name, type) of each field; empty names for unnamed fields."""


@cache
def shape(text: str) -> Shape:
    """The type that a text names. Raises: ValueError."""
    reading = _Reading(text)
    found = reading.shape()
    reading.end()
    return found


@cache
def fields(text: str) -> Fields:
    """The fields that a text lists: `block: u64, port: u16`, or `u16, AccountId32` without names. Raises: ValueError."""
    reading = _Reading(text)
    found: list[tuple[str, Shape]] = []
    while not reading.is_done:
        name = reading.field_name()
        found.append((name, reading.shape()))
        if not reading.is_done:
            reading.expect(",")
    return tuple(found)


class _Reading:
    """A reader of tokens."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = _TOKEN.findall(text)
        self.at = 0
        if "".join(self.tokens) != re.sub(r"\s", "", text):
            raise self.fault()

    def fault(self) -> ValueError:
        return ValueError(f"{self.text!r} is not a type")

    @property
    def is_done(self) -> bool:
        return self.at == len(self.tokens)

    def end(self) -> None:
        if not self.is_done:
            raise self.fault()

    def take(self) -> str:
        if self.is_done:
            raise self.fault()
        self.at += 1
        return str(self.tokens[self.at - 1])

    def next_is(self, token: str, further: int = 0) -> bool:
        return self.tokens[self.at + further : self.at + further + 1] == [token]

    def expect(self, token: str) -> None:
        if self.take() != token:
            raise self.fault()

    def field_name(self) -> str:
        if not self.next_is(":", further=1):
            return ""
        name = self.take()
        self.expect(":")
        return name

    def shape(self) -> Shape:
        token = self.take()
        if token == "(":
            return Shape("tuple", self.list_until(")"))
        if token == "[":
            item = self.shape()
            self.expect(";")
            length = int(self.take())
            self.expect("]")
            return Shape("array", (item,), length)
        if not token[0].isalpha():
            raise self.fault()
        if token not in GENERIC:
            return Shape(token)
        self.expect("<")
        parts = self.list_until(">")
        if len(parts) != GENERIC[token]:
            raise self.fault()
        return Shape(token, parts)

    def list_until(self, end: str) -> tuple[Shape, ...]:
        parts: list[Shape] = []
        while not self.next_is(end):
            parts.append(self.shape())
            if not self.next_is(end):
                self.expect(",")
        self.expect(end)
        return tuple(parts)
