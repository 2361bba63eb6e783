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
MAGIC: Final = b"NLHEAD/2"
_LAYOUT: Final = Struct("<8s Q32s Q32s")
write_head: Final = _LAYOUT.pack_into
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
    return _LAYOUT.pack(MAGIC, head.position, head.hash, head.position, head.hash)


def decoded(content: bytes) -> Head | None:
    """The head in a head file; None where there is none, as after a loss of power in the middle of its first write."""
    if len(content) != LENGTH:
        return _decoded_text(content)
    magic, position, hashed, *again = _LAYOUT.unpack(content)
    return Head(position, hashed) if magic == MAGIC and [position, hashed] == again and position < BLOCK_LIMIT else None


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
        self.mapped: mmap | None = None
        """The head file in memory, where `write_head` has its place. Memory that the file does not reach must not be touched:
        whenever its length may have changed, `look` comes first.
        """

    def look(self) -> None:
        """The head file may have another length now. Its end is its length, for a third of what `fstat` costs."""
        if lseek(self._descriptor, 0, SEEK_END) != LENGTH:
            self.mapped = None

    def write(self, head: Head) -> None:
        """Let the head file say `head`. Through memory, for a write beside each commit takes a tenth of the commit's time."""
        try:
            if self.mapped is None:
                os.pwrite(self._descriptor, encoded(head), 0)
                os.ftruncate(self._descriptor, LENGTH)
                self.mapped = mmap(self._descriptor, LENGTH)
            else:
                write_head(self.mapped, 0, MAGIC, head.position, head.hash, head.position, head.hash)
        except (OSError, ValueError):  # not `suppress`, which takes as long as the write itself
            return

    def close(self) -> None:
        """What was written stays."""
        if self.mapped is not None:
            self.mapped.close()
