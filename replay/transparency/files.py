"""Small files that are read with a bound and written completely or not at all."""

import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

from neuron_ledger.events.wire.errors import NeuronLedgerError

LONGEST_FILE: Final = 1 << 26
"""The longest checkpoint or proof, in bytes: an entry's payload may be long."""


class FileTooLong(NeuronLedgerError, ValueError):
    """More than any checkpoint or proof takes."""


def read_file(path: Path) -> bytes:
    """A whole small file; `-` is standard input. Raises: OSError; FileTooLong."""
    if str(path) == "-":
        data = sys.stdin.buffer.read(LONGEST_FILE + 1)
    else:
        with path.open("rb") as file:
            data = file.read(LONGEST_FILE + 1)
    if len(data) > LONGEST_FILE:
        raise FileTooLong(f"{path}: longer than {LONGEST_FILE} bytes: not a checkpoint or a proof")
    return data


def write_file(path: Path, data: bytes) -> None:
    """Replace a file; a crash leaves the old or the new one, complete. Raises: OSError."""
    descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), 0o644)
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(temporary).unlink()
        raise
    _sync_folder(path.parent)


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
