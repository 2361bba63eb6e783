"""The head file: FILE.head, beside the ledger, holds the last entry that was acknowledged as recorded.

SQLite takes a write-ahead log that is missing, or damaged in the middle, for one that ends there: what comes after is cut off
without a trace. The head file shows it. It is written after each commit and without a sync of its own, so it may lag behind the
ledger (after a crash, after a loss of power), but is never ahead of what is durable.
"""

import os
import time
from contextlib import suppress
from mmap import mmap
from os import SEEK_END, lseek
from pathlib import Path
from struct import Struct
from typing import Final

from neuron_ledger.events.entries.envelope import BLOCK_LIMIT, Head

ENDING: Final = ".head"
_MAGIC: Final = b"NLHEAD/2"
_LAYOUT: Final = Struct("<8s Q32s Q32s")
LENGTH: Final = _LAYOUT.size
"""Bytes, always: a head is written over the one before in a single write, within one page of the disk."""

_TEXT_WIDTH: Final = 19 + 1 + 64 + 1
_TRIES: Final = 5
_BETWEEN_TRIES_SECONDS: Final = 0.001


def head_file_of(file: Path) -> Path:
    """Where the head file of a ledger stands."""
    return file.with_name(file.name + ENDING)


def encoded(head: Head) -> bytes:
    """The head, and the same again: where the two differ, it was only half written, or damaged."""
    return _LAYOUT.pack(_MAGIC, head.position, head.hash, head.position, head.hash)


def decoded(content: bytes) -> Head | None:
    """The head in a head file; None where there is none, as after a loss of power in the middle of its first write."""
    if len(content) != LENGTH:
        return _decoded_text(content)
    magic, position, hashed, *again = _LAYOUT.unpack(content)
    return Head(position, hashed) if magic == _MAGIC and [position, hashed] == again and position < BLOCK_LIMIT else None


def _decoded_text(content: bytes) -> Head | None:
    """As it was written before: the head's text on a line, padded with spaces, and the same line again."""
    line = content[:_TEXT_WIDTH]
    with suppress(ValueError):
        return Head.parse(line.decode("ascii")) if content == line * 2 and line.endswith(b"\n") else None
    return None


def read_head_file(file: Path) -> Head | None:
    """What the head file of a ledger says; None where there is none that can be read."""
    for _ in range(_TRIES):
        try:
            content = head_file_of(file).read_bytes()
        except OSError:
            return None
        head = decoded(content)
        if head is not None or not content:
            return head
        time.sleep(_BETWEEN_TRIES_SECONDS)  # perhaps it is just being written
    return None


class HeadWriter:
    """Writes heads over the one before. Only the writer whose turn it is does so: no later head gives way to an earlier one.

    A head file that cannot be written is none the worse for the ledger: what is recorded is recorded.
    """

    def __init__(self, descriptor: int) -> None:
        """descriptor: of the head file, open for writing, for as long as this one is used."""
        self._descriptor = descriptor
        self._mapped: mmap | None = None

    def write(self, head: Head) -> None:
        """Let the head file say `head`. Through memory, for a write beside each commit takes a tenth of the commit's time."""
        mapped, position, hashed = self._mapped, head.position, head.hash
        try:
            # Memory that the file does not reach must not be touched; its end is asked for, at a third of what `mmap.size` costs.
            if mapped is None or lseek(self._descriptor, 0, SEEK_END) != LENGTH:
                self._mapped = None
                os.pwrite(self._descriptor, encoded(head), 0)
                os.ftruncate(self._descriptor, LENGTH)
                self._mapped = mmap(self._descriptor, LENGTH)
            else:
                mapped[:] = _LAYOUT.pack(_MAGIC, position, hashed, position, hashed)
        except (OSError, ValueError):  # not `suppress`, which takes as long as the write itself
            return

    def close(self) -> None:
        """What was written stays."""
        if self._mapped is not None:
            self._mapped.close()
