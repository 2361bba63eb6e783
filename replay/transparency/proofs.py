"""Portable proofs: an entry with the checkpoint that covers it, or two checkpoints of one history. Checked without the ledger.

An entry's proof is a C2SP tlog-proof. Its extra data is the input of the entry's hash (previous hash, position, block, tag,
payload), so that the proof shows what was recorded, and the verifier computes the hash itself. A consistency
proof is in the format that C2SP witnesses take (tlog-witness, add-checkpoint), as tlog-proof has none.
"""

import struct
from collections.abc import Sequence
from typing import Final, Literal

from attrs import frozen
from blake3 import blake3

from neuron_ledger.events.entries.envelope import Entry, is_tag
from neuron_ledger.ledger.log.errors import LogError
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.receipt import Progress
from neuron_ledger.replay.transparency.checkpoint import Checkpoint, parse_size, under_checkpoint
from neuron_ledger.replay.transparency.keys import PublicKey, Purpose, public_key
from neuron_ledger.replay.transparency.merkle import (
    EMPTY_ROOT,
    HASH_LENGTH,
    LONGEST_PROOF,
    NotProved,
    check_consistency,
    leaf_hash,
    root_of_inclusion,
)
from neuron_ledger.replay.transparency.notes import NoteError, decode, encode
from neuron_ledger.replay.transparency.tree import Tree

_FIRST_LINE: Final = "c2sp.org/tlog-proof@v1"
_ENTRY_HEADER: Final = struct.Struct("<32sQQI")


@frozen
class Proved:
    """What was proved. entry: the one that is in the log. old_size: the size that the log grew from. witnesses: name, time."""

    kind: Literal["entry", "consistency", "checkpoint"]
    checkpoint: Checkpoint
    entry: Entry | None = None
    old_size: int | None = None
    witnesses: tuple[tuple[str, int], ...] = ()


@frozen
class ConsistencyProof:
    """A checkpoint, and the hashes that prove that the log's first `old` entries are its beginning."""

    old: int
    path: tuple[bytes, ...]
    checkpoint: Checkpoint

    @classmethod
    def parse(cls, data: bytes) -> "ConsistencyProof":
        """Read one; a bare checkpoint counts as a proof from size 0. Raises: NoteError."""
        if not data.startswith(b"old "):
            return cls(0, (), Checkpoint.parse(data))
        lines, given = _parts(data)
        return cls(parse_size(lines[0].removeprefix("old ")), _hashes(lines[1:]), given)

    def __bytes__(self) -> bytes:
        return _joined([f"old {self.old}", *map(encode, self.path)], self.checkpoint)


def prove_entry(log: Log, position: int, given: Checkpoint, *, progress: Progress | None = None) -> bytes:
    """The proof that the entry at a position is covered by a checkpoint. Raises: NotProved, LogError."""
    if not 1 <= position <= given.size:
        raise NotProved(f"position {position} is not covered by the checkpoint, which covers entries 1 to {given.size}")
    entry = next(log.read_verified(position - 1, until=position), None)
    previous = log.hash_at(position - 1)
    if entry is None or previous is None:
        raise LogError(f"there is no entry at position {position}; audit the ledger")

    def inclusion(tree: Tree) -> list[bytes]:
        path = tree.inclusion(position - 1, given.size)
        if root_of_inclusion(leaf_hash(entry.hash), position - 1, given.size, path) != given.root:
            raise NotProved(f"the entry at position {position} is not the one that the checkpoint covers")
        return path

    path = under_checkpoint(log, given, inclusion, progress=progress)
    tag = entry.tag.encode("ascii")
    hashed = _ENTRY_HEADER.pack(previous, entry.position, entry.block, len(tag)) + tag + entry.payload
    return _joined([_FIRST_LINE, f"extra {encode(hashed)}", f"index {position - 1}", *map(encode, path)], given)


def prove_consistency(log: Log, old: int, given: Checkpoint, *, progress: Progress | None = None) -> bytes:
    """The proof that the log at size `old` is the beginning of a checkpoint. Raises: NotProved, LogError."""
    if not 0 <= old <= given.size:
        raise NotProved(f"size {old} is not covered by the checkpoint, which covers {given.size} entries; sign a later one")

    def consistency(tree: Tree) -> list[bytes]:
        path = tree.consistency(old, given.size)
        check_consistency(old, tree.root(old), given.size, given.root, path)
        return path

    path = under_checkpoint(log, given, consistency, progress=progress)
    return bytes(ConsistencyProof(old, tuple(path), given))


def verify_proof(
    proof: bytes,
    key: str | PublicKey,
    *,
    origin: str | None = None,
    old: Checkpoint | None = None,
    entry_hash: bytes | None = None,
    witnesses: Sequence[str | PublicKey] = (),
) -> Proved:
    """Check an entry's proof, a consistency proof, or a checkpoint, with public keys alone.

    key: the ledger's public key, as text or the path of its file. origin: if it is not the key's name. old: the earlier
    checkpoint, for a consistency proof. entry_hash: the hash that the entry must have. witnesses: keys of which each must have
    cosigned. Raises: NotProved; NoteError for unreadable input; ValueError for an invalid key.
    """
    if proof.startswith(_FIRST_LINE.encode()):
        lines, given = _parts(proof)
        _verify_checkpoint(given, key, origin)
        proved = Proved("entry", given, entry=_proved_entry(lines[1:], given, entry_hash))
    elif proof.startswith(b"old "):
        parsed = ConsistencyProof.parse(proof)
        given = parsed.checkpoint
        _verify_checkpoint(given, key, origin)
        _verify_consistency(parsed, key, old)
        proved = Proved("consistency", given, old_size=parsed.old)
    else:
        given = Checkpoint.parse(proof)
        _verify_checkpoint(given, key, origin)
        proved = Proved("checkpoint", given)
    times = tuple(_cosigned(given, public_key(witness, Purpose.COSIGN)) for witness in witnesses)
    return Proved(proved.kind, given, proved.entry, proved.old_size, times)


def _verify_checkpoint(given: Checkpoint, key: str | PublicKey, origin: str | None) -> None:
    given.verify(public_key(key), origin)


def _cosigned(given: Checkpoint, witness: PublicKey) -> tuple[str, int]:
    time = given.note.verify(witness)
    assert time is not None, "a cosignature has a time"
    return witness.name, time


def _verify_consistency(proof: ConsistencyProof, key: str | PublicKey, old: Checkpoint | None) -> None:
    given = proof.checkpoint
    if old is None:
        if proof.old:
            raise NotProved(f"a proof of consistency with size {proof.old}: give the checkpoint of that size to compare with")
        root = EMPTY_ROOT
    else:
        _verify_checkpoint(old, key, given.origin)
        if old.size != proof.old:
            raise NotProved(f"the proof begins at size {proof.old}, the earlier checkpoint is of size {old.size}")
        root = old.root
    check_consistency(proof.old, root, given.size, given.root, proof.path)


def _proved_entry(lines: list[str], given: Checkpoint, entry_hash: bytes | None) -> Entry | None:
    extra = decode(lines.pop(0).removeprefix("extra "), "the extra data") if lines and lines[0].startswith("extra ") else None
    if not lines or not lines[0].startswith("index "):
        raise NoteError("the proof has no line with the entry's index")
    index = parse_size(lines[0].removeprefix("index "))
    entry = None if extra is None else _entry(extra)
    known = entry_hash if entry is None else entry.hash
    if known is None:
        raise NotProved("the proof does not contain its entry: give the hash that the entry must have")
    if entry_hash not in (None, known):
        raise NotProved(f"the proof is of another entry, with the hash {known.hex()}")
    if root_of_inclusion(leaf_hash(known), index, given.size, _hashes(lines[1:])) != given.root:
        raise NotProved(
            f"the entry is not in the log at position {index + 1}: the proof leads to a root that is not the checkpoint's"
        )
    if entry is not None and entry.position != index + 1:
        raise NotProved(f"the proof is for position {index + 1}, its entry says position {entry.position}")
    return entry


def _entry(hashed: bytes) -> Entry:
    """The entry whose hash has these bytes as input."""
    if len(hashed) < _ENTRY_HEADER.size:
        raise NoteError("the proof's entry is cut off")
    _, position, block, length = _ENTRY_HEADER.unpack_from(hashed)
    tag = hashed[_ENTRY_HEADER.size : _ENTRY_HEADER.size + length].decode("latin-1")
    if len(tag) != length or not is_tag(tag):
        raise NoteError("the proof's entry has no readable tag")
    return Entry(position, block, tag, hashed[_ENTRY_HEADER.size + length :], blake3(hashed).digest())


def _joined(lines: list[str], given: Checkpoint) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode() + b"\n" + bytes(given)


def _parts(data: bytes) -> tuple[list[str], Checkpoint]:
    """The lines before the first empty one, and the checkpoint after it."""
    lines, separator, rest = data.partition(b"\n\n")
    if not separator:
        raise NoteError("the proof is cut off: expected an empty line and a checkpoint at its end")
    try:
        return lines.decode("ascii").split("\n"), Checkpoint.parse(rest)
    except UnicodeDecodeError:
        raise NoteError("the proof contains non-ASCII characters before its checkpoint") from None


def _hashes(lines: list[str]) -> tuple[bytes, ...]:
    if len(lines) > LONGEST_PROOF:
        raise NoteError(f"a proof has at most {LONGEST_PROOF} hashes, got {len(lines)}")
    return tuple(decode(line, "a hash of the proof", HASH_LENGTH) for line in lines)
