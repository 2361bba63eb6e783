"""The head file: FILE.head, beside the ledger, holds the last entry that was acknowledged as recorded.

SQLite treats a write-ahead log that is missing, or damaged in the middle, as one that ends there: whatever follows is lost
without a trace. The head file reveals the loss. It is written after each commit, without a sync of its own, so after a crash or a
power failure it may lag behind the ledger, but it is never ahead of what is durable.
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
"""Bytes, a constant size: each head overwrites the one before in a single write, within one disk page."""

_TEXT_WIDTH: Final = 19 + 1 + 64 + 1
_TRIES: Final = 5
_BETWEEN_TRIES_SECONDS: Final = 0.001


def head_file_of(file: Path) -> Path:
    """The path of a ledger's head file."""
    return file.with_name(file.name + ENDING)


def encoded(head: Head) -> bytes:
    """The head, twice: if the two copies differ, the file was half written, or damaged."""
    return _LAYOUT.pack(MAGIC, head.position, head.hash, head.position, head.hash)


def decoded(content: bytes) -> Head | None:
    """The head in a head file; None where it holds none, as after a power failure in the middle of its first write."""
    if len(content) != LENGTH:
        return _decoded_text(content)
    magic, position, hashed, *again = _LAYOUT.unpack(content)
    return Head(position, hashed) if magic == MAGIC and [position, hashed] == again and position < BLOCK_LIMIT else None


def _decoded_text(content: bytes) -> Head | None:
    """Of the earlier format: the head as text on a line, padded with spaces, and the same line again."""
    line = content[:_TEXT_WIDTH]
    with suppress(ValueError):
        return Head.parse(line.decode("ascii")) if content == line * 2 and line.endswith(b"\n") else None
    return None


def read_head_file(file: Path) -> Head | None:
    """The head in a ledger's head file; None where there is no readable one."""
    for _ in range(_TRIES):
        try:
            content = head_file_of(file).read_bytes()
        except OSError:
            return None
        head = decoded(content)
        if head is not None or not content:
            return head
        time.sleep(_BETWEEN_TRIES_SECONDS)  # it may be in the middle of being written
    return None


class HeadWriter:
    """Overwrites the head with each new one. Only the writer whose turn it is does so: no earlier head replaces a later one.

    A head file that cannot be written does not harm the ledger: what is recorded stays recorded.
    """

    def __init__(self, descriptor: int) -> None:
        """descriptor: of the head file, open for writing as long as this object is used."""
        self._descriptor = descriptor
        self.mapped: mmap | None = None
        """The head file mapped into memory. Memory beyond the end of the file must not be touched: whenever its length may have
        changed, call `look` first.
        """

    def look(self) -> None:
        """Check the head file's length, which may have changed: seeking to its end costs a third of `fstat`."""
        if lseek(self._descriptor, 0, SEEK_END) != LENGTH:
            self.mapped = None

    def write(self, head: Head) -> None:
        """Write `head` to the head file. Through memory: a write call after each commit would take a tenth of its time."""
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
        """Unmap the file; what was written stays."""
        if self.mapped is not None:
            self.mapped.close()
