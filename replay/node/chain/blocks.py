"""Blocks as clients see them: headers that form a chain of hashes, and the extrinsics that each block holds.

Everything about a block follows from the ledger: a node that continues with one has the same blocks. The state root is the
hash of the ledger's entry with which the block begins, which covers everything before it.
"""

from hashlib import blake2b
from typing import Any, Final

from attrs import frozen

from neuron_ledger.replay.node.chain.extrinsic import inherent
from neuron_ledger.replay.node.metadata.constants import BLOCK_MILLISECONDS
from neuron_ledger.replay.node.types.codec import compact

GENESIS_MILLISECONDS: Final = 1_700_000_000_000
"""The time of block 0. Each block counts as 12 seconds; no clock is read."""
SET_TIME: Final = bytes((2, 0))
"""The pallet and call that set a block's time."""


@frozen
class Block:
    """One block. extrinsics: encoded, each with its length. begins_at: the position of the ledger's entry that begins it; 0 for
    one without an entry."""

    number: int
    hash: bytes
    parent: bytes
    state_root: bytes
    extrinsics_root: bytes
    extrinsics: tuple[bytes, ...] = ()
    begins_at: int = 0

    @property
    def milliseconds(self) -> int:
        return milliseconds_of(self.number)

    def header_for_people(self) -> dict[str, Any]:
        """The header as in JSON-RPC."""
        return {
            "parentHash": hex_of(self.parent),
            "number": hex(self.number),
            "stateRoot": hex_of(self.state_root),
            "extrinsicsRoot": hex_of(self.extrinsics_root),
            "digest": {"logs": []},
        }


def milliseconds_of(number: int) -> int:
    """The time of a block, in milliseconds since 1970."""
    return GENESIS_MILLISECONDS + number * BLOCK_MILLISECONDS


def new_block(number: int, parent: bytes, state_root: bytes, extrinsics: tuple[bytes, ...], begins_at: int = 0) -> Block:
    """A block with the hash of its header."""
    root = digest(b"".join(digest(one) for one in extrinsics))
    header = b"".join((parent, compact(number), state_root, root, b"\0"))
    return Block(number, digest(header), parent, state_root, root, extrinsics, begins_at)


def sets_time(number: int) -> bytes:
    """The unsigned extrinsic that begins every block."""
    return inherent(SET_TIME + compact(milliseconds_of(number)))


def passed_block(genesis: bytes, number: int) -> Block:
    """A block whose beginning the ledger does not have."""
    parent = passed_hash(genesis, number - 1) if number else bytes(32)
    return Block(number, passed_hash(genesis, number), parent, bytes(32), bytes(32))


def passed_hash(genesis: bytes, number: int) -> bytes:
    """The hash of such a block; that of block 0 is the genesis hash."""
    return digest(genesis + number.to_bytes(8, "little")) if number else genesis


def digest(content: bytes) -> bytes:
    """BLAKE2b-256, as the chain hashes."""
    return blake2b(content, digest_size=32).digest()


def hex_of(content: bytes) -> str:
    """Bytes as in JSON-RPC."""
    return f"0x{content.hex()}"
