"""The Merkle tree and its proofs against RFC 6962 written down plainly, for every small size and for random large ones."""

from functools import cache
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neuron_ledger.replay.transparency.merkle import (
    EMPTY_ROOT,
    NotProved,
    check_consistency,
    consistency_path,
    inclusion_path,
    leaf_hash,
    root_of_inclusion,
)
from tests.transparency import plain_tree

LARGEST = 70
LEAVES = [sha256(b"%d" % number).digest() for number in range(3000)]


@cache
def range_hash(start: int, end: int) -> bytes:
    return plain_tree.root(LEAVES[start:end])


def test_the_roots_of_the_certificate_transparency_test_vectors() -> None:
    """The eight leaves that implementations of RFC 6962 are tried with, and their known roots."""
    leaves = [bytes.fromhex(text) for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")]
    leaves.append(bytes.fromhex("606162636465666768696a6b6c6d6e6f"))
    known = {
        1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    }
    for size, expected in known.items():
        assert plain_tree.root(leaves[:size]).hex() == expected
    assert plain_tree.root([]) == EMPTY_ROOT == bytes.fromhex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")


@pytest.mark.parametrize("size", range(1, LARGEST + 1))
def test_every_inclusion_proof_is_the_one_of_the_rfc_and_leads_to_the_root(size: int) -> None:
    root = plain_tree.root(LEAVES[:size])
    for index in range(size):
        path = inclusion_path(range_hash, index, size)
        assert path == plain_tree.inclusion(index, LEAVES[:size])
        assert root_of_inclusion(leaf_hash(LEAVES[index]), index, size, path) == root


@pytest.mark.parametrize("size", range(LARGEST + 1))
def test_every_consistency_proof_is_the_one_of_the_rfc_and_holds(size: int) -> None:
    root = plain_tree.root(LEAVES[:size])
    for old in range(size + 1):
        path = consistency_path(range_hash, old, size)
        assert path == (plain_tree.consistency(old, LEAVES[:size]) if old else [])
        check_consistency(old, plain_tree.root(LEAVES[:old]), size, root, path)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_proofs_of_large_trees_hold(data: st.DataObject) -> None:
    size = data.draw(st.integers(LARGEST, len(LEAVES)))
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    root = range_hash(0, size)
    path = inclusion_path(range_hash, index, size)
    assert path == plain_tree.inclusion(index, LEAVES[:size])
    assert root_of_inclusion(leaf_hash(LEAVES[index]), index, size, path) == root
    growth = consistency_path(range_hash, old, size)
    assert growth == plain_tree.consistency(old, LEAVES[:size])
    check_consistency(old, range_hash(0, old), size, root, growth)


def includes(leaf: bytes, index: int, size: int, path: list[bytes], root: bytes) -> bool:
    try:
        return root_of_inclusion(leaf, index, size, path) == root
    except NotProved:
        return False


def grows(old: int, old_root: bytes, size: int, root: bytes, path: list[bytes]) -> bool:
    try:
        check_consistency(old, old_root, size, root, path)
    except NotProved:
        return False
    return True


def bent(path: list[bytes]) -> list[list[bytes]]:
    """What somebody might make of a proof: a hash more, one less, one changed, two swapped."""
    flipped = [[*path[:i], bytes([path[i][0] ^ 1]) + path[i][1:], *path[i + 1 :]] for i in range(len(path))]
    shorter = [path[:i] + path[i + 1 :] for i in range(len(path))]
    swapped = [[*path[:i], path[i + 1], path[i], *path[i + 2 :]] for i in range(len(path) - 1)]
    return [*flipped, *shorter, *swapped, [*path, bytes(32)], [bytes(32), *path]]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 21, 64, 70])
def test_no_bent_inclusion_proof_leads_to_the_root(size: int) -> None:
    root = range_hash(0, size)
    for index in range(size):
        leaf = leaf_hash(LEAVES[index])
        path = inclusion_path(range_hash, index, size)
        assert not any(includes(leaf, index, size, other, root) for other in bent(path))
        assert not any(includes(leaf, other, size, path, root) for other in range(size) if other != index)
        assert not includes(leaf, size, size, path, root)
        assert not includes(leaf_hash(LEAVES[index + 1]), index, size, path, root)


@pytest.mark.parametrize("size", [2, 3, 7, 8, 21, 64, 70])
def test_no_bent_consistency_proof_holds(size: int) -> None:
    root, other_root = range_hash(0, size), plain_tree.root([bytes(32), *LEAVES[1:size]])
    for old in range(1, size):
        old_root = range_hash(0, old)
        path = consistency_path(range_hash, old, size)
        assert not any(grows(old, old_root, size, root, other) for other in bent(path))
        assert not grows(old, old_root, size, other_root, path)
        assert not grows(old, bytes(32), size, root, path)
        assert not grows(size, root, old, old_root, path)
    assert not grows(size, root, size, other_root, [])
    assert not grows(0, bytes(32), size, root, [])
    assert not grows(0, EMPTY_ROOT, size, root, [bytes(32)])
