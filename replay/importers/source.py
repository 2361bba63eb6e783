"""Reading a source file strictly: what is not as it should be is refused with the file, the field and the value."""

import gzip
import json
import zlib
from pathlib import Path
from typing import Any

from attrs import frozen
from blake3 import blake3
from cattrs import Converter

from neuron_ledger.events.wire.converters import people, read
from neuron_ledger.events.wire.errors import NOTHING, FieldError, NeuronLedgerError, did_you_mean
from neuron_ledger.events.wire.units import Unit


class ImportProblem(NeuronLedgerError, ValueError):
    """A source that cannot be imported. Nothing of it was recorded."""


@frozen
class Source:
    """A source file as it was read: its path, its content from JSON, and the BLAKE3 of its bytes."""

    path: Path
    content: Any
    digest: bytes

    def problem(self, where: str, expected: str, value: object) -> ImportProblem:
        """The error that names this file, a field, what was expected there and what is there."""
        return ImportProblem(f"{self.path}: {FieldError(where, expected, value)}")

    def value(self, unit: Unit, raw: Any, where: str, form: Converter = people) -> Any:
        """A value of a unit, in the form that the source has. Raises: ImportProblem."""
        try:
            return read(form, raw, unit, where)
        except FieldError as error:
            raise ImportProblem(f"{self.path}: {error}") from None

    def items(self, raw: Any, where: str, what: str) -> list[Any]:
        """A list. Raises: ImportProblem, which says what it should be a list of."""
        if not isinstance(raw, list):
            raise self.problem(where, f"a list of {what}", raw)
        return raw

    def table(self, raw: Any, where: str, keys: set[str] | None = None) -> dict[str, Any]:
        """An object, with exactly these keys where they are given. Raises: ImportProblem."""
        if not isinstance(raw, dict):
            raise self.problem(where, "an object", raw)
        if keys is not None:
            for key in raw:
                if key not in keys:
                    raise self.problem(f"{where}.{key}", _known_keys(key, keys), raw[key])
            for key in sorted(keys - raw.keys()):
                raise self.problem(f"{where}.{key}", "this field", NOTHING)
        return raw


def read_source(path: Path) -> Source:
    """Read a JSON file, plain or gzip. Raises: ImportProblem for one that is missing, no JSON, or names a key twice."""
    try:
        raw = path.read_bytes()
        text = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    except OSError as error:
        raise ImportProblem(f"{path}: cannot be read: {error.strerror or error}") from None
    except (EOFError, zlib.error) as error:
        raise ImportProblem(f"{path}: cannot be read as gzip: {error}; is the file whole?") from None
    if not text.strip():
        raise ImportProblem(f"{path}: the file is empty")
    try:
        content = json.loads(text, object_pairs_hook=no_key_twice)
    except (ValueError, RecursionError) as error:
        raise ImportProblem(f"{path}: not readable as JSON: {error}; is the file whole?") from None
    return Source(path, content, blake3(raw).digest())


def _known_keys(key: str, keys: set[str]) -> str:
    """What is said of a key that is not known: all that are where they are few, else those that are like it."""
    if len(keys) <= 8:
        return f"one of {', '.join(sorted(keys))}"
    return "a known key" + did_you_mean(key, sorted(keys))


def no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """For `json.loads(object_pairs_hook=...)`. Raises: ValueError where an object has a key twice, which JSON lets pass."""
    table = dict(pairs)
    if len(table) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise ValueError(f"the key {key!r} stands twice in one object")
            seen.add(key)
    return table
