"""The Merkle tree of RFC 6962 (section 2.1): its hashes, its proofs, and their verification, without logs or files.

A leaf is an entry's 32-byte hash. Positions count from 1 in the log and from 0 in the tree: entry N is leaf N - 1.
"""

import hashlib
from collections.abc import Callable, Sequence
from typing import Final

from neuron_ledger.events.wire.errors import NeuronLedgerError

HASH_LENGTH: Final = 32
EMPTY_ROOT: Final = hashlib.sha256().digest()
"""The root of a tree without leaves."""

LONGEST_PROOF: Final = 63
"""The most hashes in a proof: log sizes stay below 2^63."""

RangeHash = Callable[[int, int], bytes]
"""The root of the leaves from one up to another (exclusive); at least one leaf."""


class NotProved(NeuronLedgerError, ValueError):
    """A proof, a checkpoint or a signature does not prove its claim."""


def leaf_hash(entry_hash: bytes) -> bytes:
    """SHA-256(0x00 ‖ entry's hash)."""
    return hashlib.sha256(b"\x00" + entry_hash).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def leaf_hashes(entry_hashes: Sequence[bytes]) -> list[bytes]:
    """`leaf_hash` of each, in the loop that takes the time."""
    sha256 = hashlib.sha256
    return [sha256(b"\x00" + entry_hash).digest() for entry_hash in entry_hashes]


def parents(nodes: Sequence[bytes]) -> list[bytes]:
    """The level above: `node_hash` of each pair. A last node without a sibling is left out."""
    sha256 = hashlib.sha256
    return [sha256(b"\x01" + left + right).digest() for left, right in zip(nodes[::2], nodes[1::2], strict=False)]


def split(count: int) -> int:
    """Where a tree of `count` leaves, at least two, splits: the largest power of two below it."""
    return 1 << (count - 1).bit_length() - 1


def inclusion_path(range_hash: RangeHash, index: int, size: int) -> list[bytes]:
    """The hashes on the path from a leaf to the root of the first `size` leaves, from the leaf up."""
    path = []
    start, end = 0, size
    while end - start > 1:
        middle = start + split(end - start)
        if index < middle:
            path.append(range_hash(middle, end))
            end = middle
        else:
            path.append(range_hash(start, middle))
            start = middle
    return path[::-1]


def consistency_path(range_hash: RangeHash, old: int, size: int) -> list[bytes]:
    """The hashes that prove that the first `old` leaves are the beginning of the first `size`. Empty if old is 0 or size."""
    if old in (0, size):
        return []
    path = []
    start, end = 0, size
    while end != old:
        middle = start + split(end - start)
        if old <= middle:
            path.append(range_hash(middle, end))
            end = middle
        else:
            path.append(range_hash(start, middle))
            start = middle
    # If the old tree is a whole subtree of the new one, the verifier has its root already.
    return ([] if start == 0 else [range_hash(start, end)]) + path[::-1]


def root_of_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """The root that the path leads to. Raises: NotProved if its length is not that of this leaf's path."""
    if not 0 <= index < size:
        raise NotProved(f"index {index} is not in a tree of {size} entries")
    node, last = leaf, size - 1
    for sibling in path:
        if last == 0:
            raise NotProved(f"the inclusion proof is too long ({len(path)} hashes)")
        if index % 2 or index == last:
            node = node_hash(sibling, node)
            while index % 2 == 0 and index:
                index, last = index // 2, last // 2
        else:
            node = node_hash(node, sibling)
        index, last = index // 2, last // 2
    if last:
        raise NotProved(f"the inclusion proof is too short ({len(path)} hashes)")
    return node


def check_consistency(old: int, old_root: bytes, size: int, root: bytes, path: Sequence[bytes]) -> None:
    """Whether a tree of `old` leaves is the beginning of one of `size`. Raises: NotProved."""
    if not 0 <= old <= size:
        raise NotProved(f"size {size} is smaller than the earlier size {old}: the log was cut back")
    if old in (0, size):
        _check_trivial(old, old_root, size, root, path)
        return
    whole = old & (old - 1) == 0
    nodes = [old_root, *path] if whole else list(path)
    if not nodes:
        raise NotProved("the consistency proof is empty")
    index, last = old - 1, size - 1
    while index % 2:
        index, last = index // 2, last // 2
    old_node = node = nodes[0]
    for sibling in nodes[1:]:
        if last == 0:
            raise NotProved(f"the consistency proof is too long ({len(path)} hashes)")
        if index % 2 or index == last:
            old_node, node = node_hash(sibling, old_node), node_hash(sibling, node)
            while index % 2 == 0 and index:
                index, last = index // 2, last // 2
        else:
            node = node_hash(node, sibling)
        index, last = index // 2, last // 2
    if last:
        raise NotProved(f"the consistency proof is too short ({len(path)} hashes)")
    if old_node != old_root or node != root:
        raise NotProved(
            f"the log at size {size} does not begin with what it was at size {old}: two different histories were signed"
        )


def _check_trivial(old: int, old_root: bytes, size: int, root: bytes, path: Sequence[bytes]) -> None:
    if path:
        raise NotProved(f"a consistency proof from size {old} to size {size} has no hashes, got {len(path)}")
    if old == 0 and old_root != EMPTY_ROOT:
        raise NotProved("the root at size 0 is not that of an empty log")
    if old == size and root != old_root:
        raise NotProved(f"two different roots at size {size}: two different histories were signed")
