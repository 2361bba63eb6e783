"""A disk that loses power: from a record of writes and syncs, what may be found on it afterwards.

What a sync confirmed is there. Of what came after it, any part may be: writes dropped, torn at a sector or in the middle of one,
in another order; a new file without its name until its folder was synced, a removed or renamed one still under its old name.
"""

import struct
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Literal

from attrs import define, field, frozen

SECTOR = 512
_HEADER = struct.Struct("<cQQQ")

Mode = Literal["dropped", "kept", "some", "torn", "reordered"]
MODES: tuple[Mode, ...] = ("dropped", "kept", "some", "torn", "reordered")


@frozen
class Operation:
    """One operation on a file: c creates, w writes, t sets the size (offset), s syncs, u removes, r renames (data: to what)."""

    what: str
    name: str
    offset: int
    data: bytes


def recorded(record: Path) -> list[Operation]:
    """The operations of a record, as `recorder.c` writes it, names without their folder."""
    raw = record.read_bytes()
    operations = []
    at = 0
    while at < len(raw):
        what, name_length, offset, size = _HEADER.unpack_from(raw, at)
        at += _HEADER.size
        name = Path(raw[at : at + name_length].decode())
        at += name_length
        operations.append(Operation(what.decode(), name.name, offset, raw[at : at + size]))
        at += size
    return operations


@define
class Inode:
    """A file's content that is safe, and what was done to it since."""

    safe: bytes = b""
    pending: list[Operation] = field(factory=list)


@define
class Disk:
    """Files, and the names that they have: those that are safe, and what was done to names since."""

    folder: str
    names: dict[str, Inode] = field(factory=dict)
    safe_names: dict[str, Inode] = field(factory=dict)

    @classmethod
    def of(cls, folder: Path) -> "Disk":
        """What stands in a folder now, all of it safe."""
        files = {path.name: Inode(path.read_bytes()) for path in sorted(folder.iterdir()) if not path.name.endswith("-shm")}
        return cls(folder.name, dict(files), dict(files))

    def do(self, operation: Operation) -> None:
        """Do what was recorded next."""
        name = operation.name
        match operation.what:
            case "c":
                self.names[name] = Inode()
            case "w" | "t":
                self.names.setdefault(name, Inode()).pending.append(operation)
            case "s" if name == self.folder:
                self.safe_names = dict(self.names)
            case "s":
                inode = self.names[name]
                inode.safe, inode.pending = _after(inode.safe, inode.pending), []
            case "u":
                self.names.pop(name, None)
            case "r":
                self.names[Path(operation.data.decode()).name] = self.names.pop(name)

    def image(self, mode: Mode, random: Random) -> dict[str, bytes]:
        """The files that may be found if power goes now."""
        after: dict[str, bytes] = {}
        for name in sorted({*self.names, *self.safe_names}):
            old, new = self.safe_names.get(name), self.names.get(name)
            inode = old if mode == "dropped" or (mode != "kept" and random.random() < 0.5) else new
            if inode is not None and not name.endswith("-shm"):
                after[name] = _after(inode.safe, list(_survivors(inode.pending, mode, random)))
        return after


def _survivors(pending: list[Operation], mode: Mode, random: Random) -> Iterator[Operation]:
    """Those of a file's unconfirmed operations that reached the disk, in the order in which they did."""
    match mode:
        case "dropped":
            return
        case "kept":
            yield from pending
        case "some":
            share = random.random()
            yield from (operation for operation in pending if random.random() < share)
        case "reordered":
            share = random.random()
            some = [operation for operation in pending if random.random() < share]
            random.shuffle(some)
            yield from some
        case "torn":
            last = random.randrange(len(pending) + 1)
            yield from pending[:last]
            for operation in pending[last : last + 1]:
                yield from _torn(operation, random)


def _torn(operation: Operation, random: Random) -> Iterator[Operation]:
    """Parts of a write: some of its sectors, or its beginning up to any byte."""
    if operation.what != "w" or random.random() < 0.5:
        cut = random.randrange(len(operation.data) + 1)
        yield Operation(operation.what, operation.name, operation.offset, operation.data[:cut])
        return
    for start in range(0, len(operation.data), SECTOR):
        if random.random() < 0.5:
            yield Operation("w", operation.name, operation.offset + start, operation.data[start : start + SECTOR])


def _after(content: bytes, operations: list[Operation]) -> bytes:
    if not operations:
        return content
    raw = bytearray(content)
    for operation in operations:
        end = operation.offset + len(operation.data)
        if operation.what == "t":
            del raw[operation.offset :]
        if len(raw) < end:
            raw += bytes(end - len(raw))
        raw[operation.offset : end] = operation.data
    return bytes(raw)
