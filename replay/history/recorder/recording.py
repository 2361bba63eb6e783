"""The file of a recording: one JSON object a line, gzip.

A request and its answer: {"method", "params", "result"} or {"method", "params", "error"}. A notification to
a subscriber: {"notice", "subscription", "result", "asked"}, where `asked` is how many requests that
connection had made by then. `"connection"`, from 1, is the client's number if several were recorded; `"again": true`
means the same answer to the same request as the last one. The node's address is not in it.
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
"""Bytes of all lines before compression: the limit of a recording, and, by default, of reading one."""

LONGEST_LINE: Final = LARGEST_ANSWER + (1 << 20)

SHORTEST_SECRET: Final = 6
"""Parts of the node's address of at least this many characters are hidden as secrets everywhere; shorter ones are words."""

HIDDEN: Final = b"(hidden)"

Identity = str | int
"""Of a subscription."""


class RecordingProblem(NeuronLedgerError, ValueError):
    """A file that is not a recording. Names the line."""


@frozen
class Answered:
    """A request and its answer: `result` or `error`. connection: 0 if only one client was recorded."""

    method: str
    params: Sequence[Any]
    answer: dict[str, Any]
    connection: int = 0


@frozen
class Noticed:
    """A subscription's notification. asked: how many requests its connection had made by then."""

    method: str
    subscription: Identity
    result: Any
    asked: int
    connection: int = 0


class Recording:
    """Writes a recording to a new file. url: the node's, whose secrets are kept out.

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
        """Request → its last answer, both as digests."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        if not self.lines:
            self._path.unlink()

    def __call__(self, method: str, params: Sequence[Any], answer: dict[str, Any]) -> None:
        """Record an answer to the only client; a request that was already recorded is not recorded again."""
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
        """Record a notification."""
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
    """The lines of a recording that expands to at most `most` bytes. Raises: RecordingProblem."""
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
    """One line. last: request → its last answer. Raises: ValueError."""
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
    """Whether a value can be a subscription's id."""
    return type(value) in (str, int)


def question(method: str, params: Sequence[Any]) -> bytes:
    """The identity of a request: method and parameters; trailing nulls are dropped."""
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
