"""The Merkle tree over a log's entries, kept beside the log in `FILE.tree`, so that a root or a proof need not read all of it.

The nodes over 256 entries and more are kept, 64 bytes for 256 entries, each written once it is complete. Those below
are computed from the log when needed. So an entry costs two hashes once, and a proof reads 256 entries and a few nodes.

The file is derived data and never trusted. A root is signed only if the nodes below it were computed from the log in
this process, or lead to a root that the same key signed before; every proof is checked against a signed root before it is handed
out. If the file does not match, it is made again from the log. Two processes that write it write the same bytes to the same
place.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from io import SEEK_END
from itertools import islice
from pathlib import Path
from typing import Final

from neuron_ledger.events.entries.envelope import is_hash
from neuron_ledger.ledger.log.errors import ChainBroken, LogError, read_error
from neuron_ledger.ledger.log.file import IN_MEMORY
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.receipt import Progress
from neuron_ledger.replay.transparency.merkle import (
    EMPTY_ROOT,
    HASH_LENGTH,
    consistency_path,
    inclusion_path,
    leaf_hashes,
    node_hash,
    parents,
    split,
)

LEVEL: Final = 8
GROUP: Final = 1 << LEVEL
"""Entries under a node of the lowest level that is kept."""

_AT_ONCE: Final = 64 * GROUP
_MAGIC: Final = b"neuron-ledger/tree/1\n"
_HEADER: Final = 64
_SELECT: Final = "SELECT hash FROM log NOT INDEXED WHERE seq > ? AND seq <= ? ORDER BY seq"


class Tree:
    """The tree over a log's entries. `size` is how many of them its nodes cover."""

    def __init__(self, log: Log, *, anew: bool = False) -> None:
        """With the nodes that are kept beside the log, or without them (`anew`). Raises: LogError."""
        self._log = log
        self._file = _KeptNodes(log)
        self._groups = 0 if anew else _whole_groups(self._file.count())
        self._kept = kept_count(self._groups)
        self._new: list[bytes] = []
        """Nodes computed here; they follow the first `_kept` ones of the file."""
        self.size = min(self._groups * GROUP, log.head.position // GROUP * GROUP)
        self._levels = lru_cache(maxsize=4)(self._read_group)

    def forget_after(self, size: int) -> None:
        """Use no kept node that covers more than the first `size` entries."""
        self._groups = min(self._groups, size // GROUP)
        self._kept, self._new = kept_count(self._groups), []
        self.size = min(self.size, self._groups * GROUP)
        self._levels.cache_clear()

    def catch_up(self, size: int, *, verified: bool = False, progress: Progress | None = None) -> None:
        """Compute the nodes of the entries up to `size`. verified: check the hash chain of what is read.

        Raises: ChainBroken, LogBusy.
        """
        begin = self._groups * GROUP
        for some in _hashes(self._log, begin, size, verified=verified):
            for start in range(0, len(some) // GROUP * GROUP, GROUP):
                self._append(some[start : start + GROUP])
            begin += len(some)
            if progress:
                progress(begin, size)
        if begin < size:
            raise ChainBroken(begin + 1, "there is no entry")
        self._levels.cache_clear()
        self.size = size

    def keep(self) -> None:
        """Write the computed nodes beside the log; if that is not writable, they are computed again next time."""
        if self._new:
            self._file.write(self._kept, self._new)

    def root(self, size: int) -> bytes:
        """The root over the first `size` entries, 32 bytes. Raises: ChainBroken, LogBusy."""
        return self.range_hash(0, size) if size else EMPTY_ROOT

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """The proof that leaf `index` is in the tree of the first `size`."""
        return inclusion_path(self.range_hash, index, size)

    def consistency(self, old: int, size: int) -> list[bytes]:
        """The proof that the tree of the first `old` leaves is the beginning of that of the first `size`."""
        return consistency_path(self.range_hash, old, size)

    def range_hash(self, start: int, end: int) -> bytes:
        """The root of the leaves from `start` up to `end` (exclusive): a subtree of the whole."""
        count = end - start
        if count & (count - 1):
            middle = start + split(count)
            return node_hash(self.range_hash(start, middle), self.range_hash(middle, end))
        level = count.bit_length() - 1
        return self._node(level, start >> level)

    def _node(self, level: int, index: int) -> bytes:
        if level < LEVEL:
            levels = self._levels(index >> LEVEL - level)
            return levels[level][index & (1 << LEVEL - level) - 1]
        place = kept_count((index + 1 << level - LEVEL) - 1) + level - LEVEL
        return self._new[place - self._kept] if place >= self._kept else self._file.read(place)

    def _read_group(self, group: int) -> list[list[bytes]]:
        """The levels below the kept ones, from the leaves up, of the entries from 256 · group on; the last may be incomplete."""
        begin = group * GROUP
        end = min(begin + GROUP, self.size)
        levels = [leaf_hashes(_read(self._log, begin, end))]
        if len(levels[0]) != end - begin:
            raise ChainBroken(begin + len(levels[0]) + 1, "there is no entry")
        while len(levels[-1]) > 1:
            levels.append(parents(levels[-1]))
        return levels

    def _append(self, entry_hashes: list[bytes]) -> None:
        """Add a whole group: its node, and those above that it completes."""
        nodes = leaf_hashes(entry_hashes)
        while len(nodes) > 1:
            nodes = parents(nodes)
        node, index, level = nodes[0], self._groups, LEVEL
        self._new.append(node)
        while index % 2:
            node = node_hash(self._node(level, index - 1), node)
            self._new.append(node)
            index, level = index // 2, level + 1
        self._groups += 1


def kept_count(groups: int) -> int:
    """How many nodes are kept for this many whole groups: in the order of completion, each after those below it."""
    return 2 * groups - groups.bit_count()


def _whole_groups(count: int) -> int:
    """The most groups whose nodes are all among the first `count`."""
    groups = (count + 1) // 2
    while kept_count(groups + 1) <= count:
        groups += 1
    return groups


class _KeptNodes:
    """`FILE.tree`: a header that names the log, then 32 bytes a node."""

    def __init__(self, log: Log) -> None:
        self._path = None if log.path == IN_MEMORY else Path(f"{log.path}.tree")
        self._header = (_MAGIC + (log.hash_at(0) or b"")).ljust(_HEADER, b"\0")

    def read(self, place: int) -> bytes:
        """A node; zeros, which lead to no root, if another process shortened the file."""
        assert self._path is not None, "nothing is kept of a log in memory"
        with self._path.open("rb", buffering=0) as file:
            file.seek(_HEADER + place * HASH_LENGTH)
            return file.read(HASH_LENGTH).ljust(HASH_LENGTH, b"\0")

    def write(self, place: int, nodes: list[bytes]) -> None:
        """Write from a place on and truncate the rest. If the folder is not writable nothing is kept."""
        if self._path is None:
            return
        with suppress(OSError):
            self._path.touch()
            with self._path.open("r+b") as file:
                if not self._is_other(file.read(_HEADER)):
                    file.seek(0)
                    file.write(self._header)
                    file.seek(_HEADER + place * HASH_LENGTH)
                    file.write(b"".join(nodes))
                    file.truncate()

    def count(self) -> int:
        """How many nodes can be read: none if there is no file, or another ledger's. Raises: LogError."""
        if self._path is None:
            return 0
        try:
            with self._path.open("rb") as file:
                header = file.read(_HEADER)
                length = file.seek(0, SEEK_END)
        except OSError:
            return 0
        if self._is_other(header):
            other = f"{self._path} is not the tree of a ledger, but has the name of one"
            raise LogError(f"{other}; move it away, and the tree is made again")
        return (length - _HEADER) // HASH_LENGTH if header == self._header else 0

    @staticmethod
    def _is_other(header: bytes) -> bool:
        """Whether a file with this beginning is foreign, and must not be overwritten."""
        return bool(header) and not header.startswith(_MAGIC)


def _hashes(log: Log, after: int, until: int, *, verified: bool) -> Iterator[list[bytes]]:
    """The hashes of the entries after one position up to another, in lists; all but the last are whole groups."""
    if not verified:
        for begin in range(after, until, _AT_ONCE):
            yield _read(log, begin, min(begin + _AT_ONCE, until))
        return
    rows = log.rows_verified(after, until=until)
    while some := [row[4] for row in islice(rows, _AT_ONCE)]:
        yield some


def _read(log: Log, after: int, until: int) -> list[bytes]:
    try:
        hashes = [entry_hash for (entry_hash,) in log.connection.execute(_SELECT, (after, until))]
    except sqlite3.DatabaseError as error:
        raise read_error(after + 1, error) from error
    for position, entry_hash in enumerate(hashes, start=after + 1):
        if not is_hash(entry_hash):
            raise ChainBroken(position, "the entry's hash is not 32 bytes")
    if len(hashes) != until - after:
        raise ChainBroken(after + 1, f"{until - after} entries from here on are {len(hashes)} in the file")
    return hashes
