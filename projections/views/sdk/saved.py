"""Arrays with a description, in a file of numbers and text only: numpy's `.npz` without pickle, with JSON in one of its arrays.

Nothing in such a file is ever executed, and everything is checked before it is used.
"""

import errno
import json
import os
import tokenize
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np
from attrs import frozen
from cattrs import Converter, transform_error
from numpy.typing import NDArray

from neuron_ledger.events.wire.errors import FieldError, NeuronLedgerError, Unquoted

DESCRIPTION: Final = "description"
FORMAT: Final = 1
LARGEST_BYTES: Final = 2**30
"""The maximum bytes of a file after decompression: a subnet of 4,096 neurons takes 140 MB."""
LARGEST_DESCRIPTION: Final = 2**26


_NOT_READABLE: Final = (
    *(ValueError, EOFError, KeyError, OverflowError, MemoryError, NotImplementedError, RuntimeError),
    *(zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, tokenize.TokenError, SyntaxError),
)
"""What reading any other file may raise."""


class MetagraphProblem(NeuronLedgerError, ValueError):
    """A file that is not a saved metagraph; the message names the field and what it holds."""


@frozen
class Expected:
    """The required type of an array. dimensions: how many it has."""

    dtype: type[np.generic]
    dimensions: int


def save(path: Path, kind: str, arrays: Mapping[str, NDArray[Any]], description: Any) -> Path:
    """Write arrays, and a description that JSON can hold, to a file: all of it or, if that fails, nothing.

    path: `.npz` is appended if missing. Returns: the file's path.
    """
    whole = path if path.suffix == ".npz" else path.with_name(f"{path.name}.npz")
    text = json.dumps({"kind": kind, "format": FORMAT, DESCRIPTION: description}, ensure_ascii=False).encode()
    beside = whole.with_name(f"{whole.name}.{os.getpid()}.part")
    try:
        with beside.open("wb") as file:
            np.savez_compressed(file, allow_pickle=False, **{**arrays, DESCRIPTION: np.frombuffer(text, dtype=np.uint8)})
        beside.replace(whole)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    return whole


def load(path: Path, kind: str, expected: Mapping[str, Expected]) -> tuple[dict[str, Any], Any]:
    """The arrays and the description of a file. Raises: MetagraphProblem; OSError where it cannot be read."""
    with problems_of(path):
        _ensure_small(path)
        with np.load(path, allow_pickle=False) as file:
            arrays = _arrays(file, {**expected, DESCRIPTION: Expected(np.uint8, 1)})
        return arrays, _description(arrays.pop(DESCRIPTION), kind)


@contextmanager
def problems_of(path: Path) -> Iterator[None]:
    """Prefix problems with the file's path."""
    try:
        yield
    except FieldError as error:
        raise MetagraphProblem(f"{path}: {error}") from None
    except MetagraphProblem:
        raise
    except (OSError, *_NOT_READABLE) as error:
        if isinstance(error, OSError) and error.errno != errno.EINVAL:
            raise
        # A damaged archive may name an offset before its own beginning, where nothing can be read.
        raise MetagraphProblem(f"{path}: it is not a saved metagraph: {error}") from None


def _ensure_small(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        size = sum(entry.file_size for entry in archive.infolist())
    if size > LARGEST_BYTES:
        raise FieldError("file", f"at most {LARGEST_BYTES} bytes after decompression", size)


def _arrays(file: Any, expected: Mapping[str, Expected]) -> dict[str, Any]:
    names = list(file.files)
    if len(names) != len(set(names)):
        raise FieldError("file", "each array once", sorted(names))
    for name in (*sorted(names), *expected):
        if name not in expected or name not in names:
            raise FieldError(
                name, f"the arrays {', '.join(expected)}", Unquoted("one more" if name not in expected else "not this one")
            )
    arrays: dict[str, Any] = {}
    for name, want in expected.items():
        found = file[name]
        if found.dtype != np.dtype(want.dtype) or found.ndim != want.dimensions:
            what = f"{np.dtype(want.dtype)} in {want.dimensions} dimensions"
            raise FieldError(name, what, Unquoted(f"{found.dtype} in {found.ndim}"))
        arrays[name] = found
    return arrays


def _description(raw: NDArray[Any], kind: str) -> Any:
    if raw.nbytes > LARGEST_DESCRIPTION:
        raise FieldError(DESCRIPTION, f"at most {LARGEST_DESCRIPTION} bytes", raw.nbytes)
    try:
        content = json.loads(raw.tobytes())
    except (ValueError, RecursionError) as error:
        raise FieldError(DESCRIPTION, "JSON", Unquoted(str(error))) from None
    if not isinstance(content, dict) or set(content) != {"kind", "format", DESCRIPTION} or content["kind"] != kind:
        raise FieldError(DESCRIPTION, f"that of a {kind}", content if not isinstance(content, dict) else content.get("kind"))
    if content["format"] != FORMAT:
        raise FieldError("format", str(FORMAT), content["format"])
    return content[DESCRIPTION]


# --------------------------------------------------------------------------------------------------------- descriptions


def _exactly(*kinds: type) -> Any:
    """A hook that accepts a JSON value of these types only, unchanged."""

    def structured(value: Any, _: type) -> Any:
        if type(value) not in kinds:
            raise ValueError(f"expected {kinds[-1].__name__}, got {value!r:.100}")
        return float(value) if float in kinds else value

    return structured


CONVERTER: Final = Converter(forbid_extra_keys=True)
"""To and from JSON, strictly: no number is read from text, and unknown fields are refused."""
for _kind, _kinds in ((int, (int,)), (float, (int, float)), (str, (str,)), (bool, (bool,))):
    CONVERTER.register_structure_hook(_kind, _exactly(*_kinds))


def structured(cls: Any, raw: Any, field: str) -> Any:
    """A value of a class from JSON. Raises: FieldError."""
    try:
        return CONVERTER.structure(raw, cls)
    except Exception as error:  # an exception group of everything that is wrong
        first = transform_error(error, path=field)[0]
        what, _, where = first.rpartition(" @ ")
        raise FieldError(where or field, f"what {getattr(cls, '__name__', cls)} holds ({what})", Unquoted("another")) from None
