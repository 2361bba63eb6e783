"""Reading a source file strictly: errors name the file, the field and the value."""

from collections.abc import Set
from pathlib import Path
from typing import Any

from attrs import frozen
from blake3 import blake3
from cattrs import Converter

from neuron_ledger.events.wire.converters import people, read
from neuron_ledger.events.wire.errors import NOTHING, FieldError, NeuronLedgerError, did_you_mean
from neuron_ledger.events.wire.units import Unit
from neuron_ledger.replay.importers.reading import LARGEST_DOCUMENT, ReadProblem, read_document


class ImportProblem(NeuronLedgerError, ValueError):
    """A source that cannot be imported. Nothing of it was recorded."""


@frozen
class Source:
    """A source file as it was read: its path, its content from JSON, and the BLAKE3 of its bytes."""

    path: Path
    content: Any
    digest: bytes

    def problem(self, where: str, expected: str, value: object) -> ImportProblem:
        """An error that names this file, a field, the expected and the given value."""
        return ImportProblem(f"{self.path}: {FieldError(where, expected, value)}")

    def value(self, unit: Unit, raw: Any, where: str, form: Converter = people) -> Any:
        """A value of a unit, in the source's form. Raises: ImportProblem."""
        try:
            return read(form, raw, unit, where)
        except FieldError as error:
            raise ImportProblem(f"{self.path}: {error}") from None

    def items(self, raw: Any, where: str, what: str) -> list[Any]:
        """A list. Raises: ImportProblem, which names the expected content."""
        if not isinstance(raw, list):
            raise self.problem(where, f"a list of {what}", raw)
        return raw

    def table(self, raw: Any, where: str, keys: set[str] | None = None, optional: Set[str] = frozenset()) -> dict[str, Any]:
        """An object, with exactly these keys if given, and any of the optional ones. Raises: ImportProblem."""
        if not isinstance(raw, dict):
            raise self.problem(where, "an object", raw)
        if keys is not None:
            for key in raw:
                if key not in keys and key not in optional:
                    raise self.problem(f"{where}.{key}", _known_keys(key, {*keys, *optional}), raw[key])
            for key in sorted(keys - raw.keys()):
                raise self.problem(f"{where}.{key}", "this field", NOTHING)
        return raw


def read_source(path: Path, max_size: int = LARGEST_DOCUMENT, *, is_answer: bool = False) -> Source:
    """Read a file, plain or gzip, of at most `max_size` bytes after expanding: JSON.

    is_answer: it may hold a node's answer in SCALE instead. Raises: ImportProblem for one that is missing, too large, neither, or
    has a repeated key.
    """
    try:
        document = read_document(path, max_size, is_answer=is_answer)
    except ReadProblem as problem:
        raise ImportProblem(f"{path}: {problem}") from None
    return Source(path, document.content, blake3(document.raw).digest())


def _known_keys(key: str, keys: set[str]) -> str:
    """The known keys for an error about an unknown one: all if they are few, else similar ones."""
    if len(keys) <= 8:
        return f"one of {', '.join(sorted(keys))}"
    return "a known key" + did_you_mean(key, sorted(keys))
