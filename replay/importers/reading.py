"""Reading foreign input: files, call lists and arguments in JSON, at a cost in proportion to its length.

Compressed bytes are expanded only up to a bound, a list is read line by line, and a text is parsed only if its length, its
depth and the number of its values are within bounds; a number of too many digits is never computed. Stricter than
common JSON readers: an object with a repeated key is refused, and NaN and Infinity are not valid in any field.
"""

import gzip
import io
import json
import re
import sys
import zlib
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from os import fstat
from pathlib import Path
from typing import IO, Any

from attrs import frozen

from neuron_ledger.events.wire.converters import MOST_DIGITS
from neuron_ledger.events.wire.errors import NeuronLedgerError, Unquoted
from neuron_ledger.events.wire.shown import shown

MIB = 1 << 20

LARGEST_DOCUMENT = 32 * MIB
"""Bytes of a JSON file after expanding, by default: the largest recordings and snapshots have 14 million."""

LARGEST_LIST = 256 * MIB
"""Bytes of a compressed call list after expanding, by default. An uncompressed one may have any size."""

LONGEST_LINE = 2 * MIB
"""Bytes of a line. The longest that makes sense, 65536 weights of five digits and as many uids, has 0.9 million."""

MOST_BLANK_LINES = 1000
"""Blank lines in a row."""

DEEPEST = 64
"""Levels of nested lists and objects; recordings have 8."""

BYTES_A_VALUE = 16
"""A text's bound in bytes, divided by its bound in values: a parsed value takes a hundred bytes, however short its text is."""

STANDARD_INPUT = Path("-")

_RAISE = "--max-size (in Python max_size) raises the bound"
_OTHER_ARCHIVES = {
    b"\x1f\x8b": "gzip twice",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"(\xb5/\xfd": "zstd",
    b"PK\x03\x04": "zip",
}
"""First bytes of files packed by other programs."""

_GZIP_MAGIC = b"\x1f\x8b"
_DIGITS_READ_FAST = 4300
"""Python refuses to parse an integer with more digits, unless that is switched off."""


class ReadProblem(NeuronLedgerError, ValueError):
    """Input that cannot be read, or that exceeds its bounds. Does not name the file."""


@frozen
class Document:
    """A file: its bytes, and their parsed content."""

    raw: bytes
    content: Any


@frozen
class Line:
    """A line of a list. end: bytes of the list up to its end; of: bytes of the whole list, 0 if unknown."""

    number: int
    text: str
    end: int
    of: int


def read_document(path: Path, most: int = LARGEST_DOCUMENT, *, is_answer: bool = False) -> Document:
    """A JSON file, plain or gzip, of at most `most` bytes after expanding.

    is_answer: it may hold a node's raw answer: hex digits (0x…), which are returned as a text, or bytes. Raises: ReadProblem.
    """
    with _readable():
        with path.open("rb") as file:
            text = raw = _at_most(file, most, "is larger")
        if raw.startswith(_GZIP_MAGIC):
            with gzip.open(io.BytesIO(raw)) as expanded:
                text = _at_most(expanded, most, "expands to more")
    if not text.strip():
        raise ReadProblem("the file is empty")
    if is_answer and text.isascii() and text[:2] == b"0x":
        return Document(raw, str(text, "ascii").strip())
    try:
        return Document(raw, parse_json(str(text, "utf-8-sig"), most))
    except UnicodeDecodeError:
        if is_answer:
            return Document(raw, text)
        raise ReadProblem(_not_text(text, "JSON")) from None
    except ValueError as error:
        raise ReadProblem(f"not readable as JSON: {error}; is the file whole?") from None


def read_lines(path: Path, most: int = LARGEST_LIST, longest: int = LONGEST_LINE) -> Iterator[Line]:
    """The lines of a text in UTF-8 that are not blank, plain or gzip, of a file or of standard input for `-`.

    most: bytes that a compressed one may expand to; of a file, more are refused before the first line. longest: bytes of a line.
    A byte order mark in front of a line (of lists that were put together) is ignored. Raises: ReadProblem, naming the line.
    """
    with _readable(), _opened(path) as (opened, size):
        file: IO[bytes] | gzip.GzipFile = opened
        packed = opened.peek(len(_GZIP_MAGIC))[: len(_GZIP_MAGIC)] == _GZIP_MAGIC
        if packed:
            size = _expanded_size(opened, most) if size else 0
            file = gzip.open(opened)  # noqa: SIM115 - closed with the file below it
        blank = end = number = 0
        while line := file.readline(longest + 1):
            number += 1
            end += len(line)
            if packed and end > most:
                raise ReadProblem(f"expands to more than {most / MIB:g} MiB; {_RAISE}")
            line = line.removeprefix(BOM_UTF8)
            blank = 0 if line.strip() else blank + 1
            if len(line) > longest:
                raise ReadProblem(f"line {number}: longer than {longest >> 20} MiB")
            if blank > MOST_BLANK_LINES:
                raise ReadProblem(f"line {number}: more than {MOST_BLANK_LINES} blank lines in a row")
            if not blank:
                yield Line(number, _text(line, number), end, size)


def parse_json(text: str, most: int = LONGEST_LINE) -> Any:
    """The value of a JSON text of at most `most` characters. Raises: ValueError (too long, too deep, a repeated key, not JSON).

    An integer of more digits than any field takes, and NaN, become a `Unquoted`, so that the field is named that has it.
    """
    if len(text) > most:
        raise ValueError(f"longer than {most >> 20} MiB")
    if sum(map(text.count, "[{,:")) > most // BYTES_A_VALUE:
        raise ValueError(f"more than {most // BYTES_A_VALUE} values")
    if text.count("[") + text.count("{") > DEEPEST and _depth(text) > DEEPEST:
        raise ValueError(f"more than {DEEPEST} levels of lists or objects")
    slow = not 0 < sys.get_int_max_str_digits() <= _DIGITS_READ_FAST
    try:
        return _loads(text, _integer if slow else None)
    except json.JSONDecodeError:
        raise
    except ValueError:
        return _loads(text, _integer)


@contextmanager
def _readable() -> Iterator[None]:
    """An error of the system or of gzip about a file, as our own."""
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ReadProblem(f"cannot be read as gzip: {error}; is the file whole?") from None
    except OSError as error:
        raise ReadProblem(f"cannot be read: {error.strerror or error}") from None


@contextmanager
def _opened(path: Path) -> Iterator[tuple[io.BufferedReader, int]]:
    """A file and its size; 0 for standard input and other pipes."""
    if path == STANDARD_INPUT:
        yield io.BufferedReader(_Unclosed(sys.stdin.buffer)), 0
        return
    with path.open("rb") as file:
        yield file, fstat(file.fileno()).st_size


class _Unclosed(io.RawIOBase):
    """Standard input, for a reader that can peek; it stays open when that one is closed."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        chunk: bytes = self._stream.read1(len(buffer))
        buffer[: len(chunk)] = chunk
        return len(chunk)


def _at_most(file: IO[bytes] | gzip.GzipFile, most: int, is_more: str) -> bytes:
    content = file.read(most + 1)
    if len(content) > most:
        raise ReadProblem(f"{is_more} than {most / MIB:g} MiB; {_RAISE}")
    return content


def _expanded_size(file: IO[bytes], most: int) -> int:
    """How many bytes a gzip file expands to, without keeping them; the file is at its beginning before and after."""
    size = 0
    file.seek(0)
    expanded = gzip.open(file)  # noqa: SIM115 - the file is read again
    while chunk := expanded.read(MIB):
        size += len(chunk)
        if size > most:
            raise ReadProblem(f"expands to more than {most / MIB:g} MiB; {_RAISE}")
    file.seek(0)
    return size


def _text(line: bytes, number: int) -> str:
    try:
        if b"\0" not in line:
            return str(line, "utf-8")
    except UnicodeDecodeError:
        pass
    raise ReadProblem(f"line {number}: {_not_text(line, 'one JSON object a line')}")


def _not_text(content: bytes, wanted: str) -> str:
    """The message for bytes that are not UTF-8: what they seem to be, and what to do about it."""
    packed = next((kind for magic, kind in _OTHER_ARCHIVES.items() if content.startswith(magic)), None)
    if packed is not None:
        advice = f": it is packed with {packed}; unpack it first (gzip, once, is read as it is)"
    elif b"\0" in content:
        advice = ": it has zero bytes, as UTF-16 has; save it as UTF-8"
    else:
        advice = "; save it as UTF-8"
    return f"cannot be read as text in UTF-8, {wanted}{advice}"


def _depth(text: str) -> int:
    """The depth of nested lists and objects; brackets in strings do not count."""

    if "\\" in text:
        text = re.sub(r"\\.", "__", text, flags=re.DOTALL)
    content = text.encode("utf-8", "surrogatepass")
    import numpy

    adds = numpy.zeros(256, numpy.int8)  # by character
    adds[[ord("["), ord("{")]] = 1
    adds[[ord("]"), ord("}")]] = -1
    deepest = depth = quotes = 0
    for start in range(0, len(content), MIB):
        chars = numpy.frombuffer(content, numpy.uint8, min(MIB, len(content) - start), start)
        inside = (quotes + numpy.cumsum(chars == ord('"'), dtype=numpy.int32)) & 1
        steps = adds[chars]
        steps[inside == 1] = 0
        depths = depth + numpy.cumsum(steps, dtype=numpy.int32)
        deepest, depth, quotes = max(deepest, int(depths.max())), int(depths[-1]), int(inside[-1])
    return deepest


def _loads(text: str, integer: Callable[[str], object] | None) -> Any:
    # Without a custom function for integers, each is read ten times faster.
    return json.loads(text, object_pairs_hook=_no_key_twice, parse_constant=Unquoted, parse_int=integer)


def _integer(digits: str) -> object:
    return int(digits) if len(digits) <= MOST_DIGITS else Unquoted(f"an integer of {len(digits)} digits")


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Raises: ValueError if an object has a repeated key, which JSON allows."""
    table = dict(pairs)
    if len(table) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise ValueError(f"the key {shown(key)} occurs twice in one object")
            seen.add(key)
    return table
