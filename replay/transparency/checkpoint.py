"""Checkpoints: a ledger's origin, size, root and head, signed. Whoever keeps one can later detect that something before it was
lost.

A checkpoint is a C2SP tlog-checkpoint: its three lines, and one extension line:

    ORIGIN
    SIZE               entries
    BASE64             the root of the Merkle tree over their hashes
    head SIZE:HEXHASH  the ledger's head

A key does not sign two histories: the last checkpoint is kept in `FILE.checkpoint`, and the next is signed only if the log still
contains it. Everything after it is read, and its hash chain checked, before the root over it is signed.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final, TypeVar

from attrs import frozen

from neuron_ledger.events.entries.envelope import BLOCK_LIMIT, Head
from neuron_ledger.ledger.log.errors import ChainBroken
from neuron_ledger.ledger.log.file import IN_MEMORY
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.receipt import Progress
from neuron_ledger.replay.transparency.files import read_file, write_file
from neuron_ledger.replay.transparency.keys import PrivateKey, PublicKey
from neuron_ledger.replay.transparency.merkle import HASH_LENGTH, NotProved
from neuron_ledger.replay.transparency.notes import Note, NoteError, decode, encode, parse_note
from neuron_ledger.replay.transparency.tree import Tree

T = TypeVar("T")

_HEAD: Final = "head "


@frozen
class Checkpoint:
    """A log at one size. head: None if another program made the checkpoint. note: the whole note, with its signatures."""

    origin: str
    size: int
    root: bytes
    head: Head | None
    note: Note

    def __str__(self) -> str:
        return str(self.note)

    def __bytes__(self) -> bytes:
        return str(self.note).encode()

    @classmethod
    def parse(cls, data: bytes) -> "Checkpoint":
        """Read a checkpoint; its signatures are not checked. Raises: NoteError."""
        note = parse_note(data)
        lines = note.text.split("\n")[:-1]
        if len(lines) < 3 or not all(lines):
            raise NoteError("not a checkpoint: expected origin, size and root, a line each, and no empty lines")
        size = parse_size(lines[1])
        return cls(lines[0], size, decode(lines[2], "the root", HASH_LENGTH), _head(lines[3:], size), note)

    @classmethod
    def load(cls, path: Path) -> "Checkpoint":
        """Read a checkpoint's file. Raises: OSError, NoteError."""
        try:
            return cls.parse(read_file(path))
        except NoteError as error:
            raise NoteError(f"{path}: {error}") from None

    def verify(self, key: PublicKey, origin: str | None = None) -> None:
        """Raises: NotProved unless the key signed this, and its origin is the given one, by default the key's name."""
        self.note.verify(key)
        expected = key.name if origin is None else origin
        if self.origin != expected:
            raise NotProved(f"wrong origin: expected a checkpoint of {expected!r}, this one is of {self.origin!r:.250}")


def checkpoint(log: Log, key: PrivateKey, *, progress: Progress | None = None) -> Checkpoint:
    """Sign the log as it is now, and keep that as the last checkpoint. progress: called with the entries in the tree.

    Raises: NotProved if the log does not contain the last one that this key signed; ChainBroken if it is damaged after that;
    NoteError, OSError if that one cannot be read or the new one cannot be written.
    """
    head = log.head
    last = _last_signed(log, key.public)
    tree = _proved_tree(log, last, head, progress)
    text = f"{log.origin}\n{head.position}\n{encode(tree.root(head.position))}\n{_HEAD}{head}\n"
    signed = Checkpoint.parse(bytes_of(Note(text, ()).signed(key)))
    if log.path != IN_MEMORY:
        write_file(kept_checkpoint(log), bytes(signed))
    tree.keep()
    return signed


def kept_checkpoint(log: Log) -> Path:
    """The path of the last signed checkpoint of this log."""
    return Path(f"{log.path}.checkpoint")


def under_checkpoint(log: Log, given: Checkpoint, prove: Callable[[Tree], T], *, progress: Progress | None = None) -> T:
    """The result of `prove` on the tree of a log that contains this checkpoint.

    The result is checked. If it, or the root, is wrong with the kept nodes, everything is computed from the log.
    Raises: NotProved, ChainBroken, LogBusy.
    """
    if given.origin != log.origin:
        raise NotProved(f"wrong origin: the checkpoint is of {given.origin!r:.250}, the ledger is {log.origin!r}")
    position = log.head.position
    if position < given.size:
        raise NotProved(f"the checkpoint covers {given.size} entries, the log has {position}: entries were cut off")
    try:
        return _proved_with(Tree(log), given, prove, progress)
    except NotProved:
        return _proved_with(Tree(log, anew=True), given, prove, progress)


def _proved_with(tree: Tree, given: Checkpoint, prove: Callable[[Tree], T], progress: Progress | None) -> T:
    tree.catch_up(given.size, progress=progress)
    if tree.root(given.size) != given.root:
        other = f"the log's first {given.size} entries are not those of the checkpoint"
        raise NotProved(f"{other}: it was rewritten, or another history was signed")
    proof = prove(tree)
    tree.keep()
    return proof


def not_contained(log: Log, checkpoints: Iterable[Checkpoint]) -> Iterator[tuple[int, str, str, str]]:
    """How a log violates these checkpoints, as (position, what, expected, got). It is read again; no kept data is trusted."""
    wanted = sorted(checkpoints, key=lambda given: given.size)
    last = log.head.position
    tree = Tree(log, anew=True)
    for given in wanted:
        if given.origin != log.origin:
            yield 0, "the checkpoint is of another ledger", f"origin {given.origin!r:.250}", log.origin
            continue
        if given.size > last:
            yield last, "the log ends before the checkpoint: entries were cut off", f"{given.size} entries", f"{last} entries"
            continue
        try:
            tree.catch_up(given.size)
            root = tree.root(given.size)
        except ChainBroken as broken:
            yield broken.position, "the checkpoint's root cannot be computed", "entries with hashes", broken.what
            continue
        if root != given.root:
            yield given.size, "the log is not the checkpoint's: the root differs", encode(given.root), encode(root)
        found = log.hash_at(given.size)
        if given.head is not None and found != given.head.hash:
            got = "nothing" if found is None else str(Head(given.size, found))
            yield given.size, "the log holds another entry than the checkpoint's head", str(given.head), got


def parse_size(text: str) -> int:
    """Entries, as decimal digits without leading zeroes. Raises: NoteError."""
    well_formed = text.isascii() and text.isdecimal() and len(text) < 20 and text == str(int(text))
    if not well_formed or int(text) >= BLOCK_LIMIT:
        raise NoteError(f"a size is a decimal number below 2^63, got {text!r:.100}")
    return int(text)


def bytes_of(note: Note) -> bytes:
    """A note as in files."""
    return str(note).encode()


def _proved_tree(log: Log, last: Checkpoint | None, head: Head, progress: Progress | None) -> Tree:
    """A tree up to the head, in which every node follows from entries read here or from a root that was signed before."""
    tree = Tree(log)
    if last is not None:
        _require_held(log, last, head)
        tree.forget_after(last.size)
        tree.catch_up(last.size)
        if tree.root(last.size) == last.root:
            tree.catch_up(head.position, verified=True, progress=progress)
            return tree
    tree.forget_after(0)
    tree.catch_up(head.position, verified=True, progress=progress)
    if last is not None and tree.root(last.size) != last.root:
        raise _not_held(log, last, "its first entries differ")
    return tree


def _require_held(log: Log, last: Checkpoint, head: Head) -> None:
    if head.position < last.size:
        raise _not_held(log, last, f"it has {head.position}")
    if last.head is None or log.hash_at(last.size) != last.head.hash:
        raise _not_held(log, last, f"its entry {last.size} differs")


def _not_held(log: Log, last: Checkpoint, why: str) -> NotProved:
    signed = f"{log.path} does not hold the {last.size} entries of the checkpoint signed last"
    return NotProved(f"{signed}, {why}: restore it from a copy; a key must not sign two histories ({kept_checkpoint(log)})")


def _last_signed(log: Log, key: PublicKey) -> Checkpoint | None:
    """The kept checkpoint, if this key signed it for this log."""
    path = kept_checkpoint(log)
    if log.path == IN_MEMORY or not path.exists():
        return None
    last = Checkpoint.load(path)
    try:
        last.verify(key, log.origin)
    except NotProved:
        return None
    return last


def _head(extensions: list[str], size: int) -> Head | None:
    for line in extensions:
        if line.startswith(_HEAD):
            try:
                head = Head.parse(line.removeprefix(_HEAD))
            except ValueError as error:
                raise NoteError(f"the checkpoint's head: {error}") from None
            if head.position != size:
                raise NoteError(f"the checkpoint's head is at {head.position}, its size is {size}")
            return head
    return None
