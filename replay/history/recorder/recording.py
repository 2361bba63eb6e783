"""The file of a recording: one JSON object a line, gzip.

A question and its answer: {"method", "params", "result"} or {"method", "params", "error"}. What a node sent without being asked
again, to whoever had subscribed: {"notice", "subscription", "result", "asked"}, where `asked` says how many questions that
connection had asked by then. `"connection"`, from 1, says which client's it was, where several were recorded; `"again": true`
stands for the same answer to the same question as the last one. Of the node's address there is nothing in it.
"""

import gzip
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final, Self, TypeGuard
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec
from attrs import frozen

from neuron_ledger.events.wire.errors import NeuronLedgerError
from neuron_ledger.replay.history.client import LARGEST_ANSWER
from neuron_ledger.replay.importers.reading import ReadProblem, read_lines

LARGEST_RECORDING: Final = 1 << 30
"""Bytes of all lines before they are compressed: what is recorded at most, and, unless somebody raises it, read."""

LONGEST_LINE: Final = LARGEST_ANSWER + (1 << 20)

SHORTEST_SECRET: Final = 6
"""Characters of a part of the node's address that is taken for a secret wherever it stands; shorter ones are words."""

HIDDEN: Final = b"(hidden)"

Identity = str | int
"""Of a subscription."""


class RecordingProblem(NeuronLedgerError, ValueError):
    """A file that is no recording. Names the line."""


@frozen
class Answered:
    """A question and what was answered: `result` or `error`. connection: 0 where only one client was recorded."""

    method: str
    params: Sequence[Any]
    answer: dict[str, Any]
    connection: int = 0


@frozen
class Noticed:
    """What came of a subscription. asked: how many questions its connection had asked by then."""

    method: str
    subscription: Identity
    result: Any
    asked: int
    connection: int = 0


class Recording:
    """A recording that is written, into a new file. url: the node's, whose secrets are kept out.

    What does not fit into `most` bytes is not recorded (`is_full`).
    """

    def __init__(self, path: Path, url: str = "", most: int = LARGEST_RECORDING) -> None:
        self.lines = 0
        self.is_full = False
        self._path = path
        self._file = gzip.GzipFile(path, "xb", mtime=0)
        self._secrets = secrets_of(url)
        self._left = most
        self._last: dict[bytes, bytes] = {}
        """Question → its last answer, both as digests."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        if not self.lines:
            self._path.unlink()

    def __call__(self, method: str, params: Sequence[Any], answer: dict[str, Any]) -> None:
        """Record an answer of the only client; a question that was recorded once is not recorded again."""
        if blake2b(question(method, params)).digest() not in self._last:
            self.answered(method, params, answer)

    def answered(self, method: str, params: Sequence[Any], answer: dict[str, Any], connection: int = 0) -> None:
        """Record an answer. connection: of several clients, which one."""
        line: dict[str, Any] = {"method": method, "params": list(params)}
        if connection:
            line["connection"] = connection
        asked = blake2b(question(method, params)).digest()
        given = blake2b(msgspec.json.encode(answer)).digest()
        is_again = self._last.get(asked) == given
        if self._write(line | ({"again": True} if is_again else answer)):
            self._last[asked] = given

    def noticed(self, notice: Noticed) -> None:
        """Record what came of a subscription."""
        line = {"notice": notice.method, "subscription": notice.subscription, "result": notice.result, "asked": notice.asked}
        self._write(line | {"connection": notice.connection})

    def _write(self, line: dict[str, Any]) -> bool:
        text = msgspec.json.encode(line)
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        self.is_full = self.is_full or len(text) >= self._left
        if not self.is_full:
            self._left -= len(text) + 1
            self.lines += 1
            self._file.write(text + b"\n")
        return not self.is_full


def read_recording(path: Path, most: int = LARGEST_RECORDING) -> Iterator[Answered | Noticed]:
    """What stands in a recording that expands to at most so many bytes. Raises: RecordingProblem."""
    last: dict[bytes, dict[str, Any]] = {}
    try:
        for line in read_lines(path, most, LONGEST_LINE):
            try:
                yield _read(msgspec.json.decode(line.text), last)
            except (msgspec.DecodeError, RecursionError, ValueError) as problem:
                raise RecordingProblem(f"{path}: line {line.number}: not a recording's line: {problem}") from None
    except ReadProblem as problem:
        raise RecordingProblem(f"{path}: not a recording, one JSON object a line, gzip: {problem}") from None


def _read(line: Any, last: dict[bytes, dict[str, Any]]) -> Answered | Noticed:
    """One line. last: question → its last answer. Raises: ValueError."""
    if not isinstance(line, dict):
        raise ValueError("expected an object")
    connection, asked = line.get("connection", 0), line.get("asked", 0)
    if not all(type(number) is int and number >= 0 for number in (connection, asked)):
        raise ValueError("connection, asked: expected numbers from 0")
    if "notice" in line:
        method, subscription = line["notice"], line.get("subscription")
        if not isinstance(method, str) or not is_identity(subscription) or "result" not in line:
            raise ValueError("expected notice, subscription and result")
        return Noticed(method, subscription, line["result"], asked, connection)
    method, params = line.get("method"), line.get("params")
    if not isinstance(method, str) or not isinstance(params, list):
        raise ValueError("expected method and params")
    answer = {name: line[name] for name in ("result", "error") if name in line}
    key = question(method, params)
    if line.get("again") is True and not answer:
        if key not in last:
            raise ValueError("`again`, but there is no earlier answer")
        answer = last[key]
    elif len(answer) != 1:
        raise ValueError("expected result or error")
    last[key] = answer
    return Answered(method, params, answer, connection)


def is_identity(value: Any) -> TypeGuard[Identity]:
    """Whether a value can stand for a subscription."""
    return type(value) in (str, int)


def question(method: str, params: Sequence[Any]) -> bytes:
    """What makes a question the same as another: method and parameters; those left out at the end are null."""
    given = list(params)
    while given and given[-1] is None:
        given.pop()
    return msgspec.json.encode([method, given])


def secrets_of(url: str) -> tuple[bytes, ...]:
    """The parts of a node's address that may let somebody in: user, password, path, query."""
    parts = urlsplit(url)
    found = {parts.username, parts.password, *parts.path.split("/"), *(value for _, value in parse_qsl(parts.query)), parts.query}
    texts = {text for part in found if part for text in (part, unquote(part)) if len(text) >= SHORTEST_SECRET}
    return tuple(text.encode() for text in sorted(texts, key=len, reverse=True))
