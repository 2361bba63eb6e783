"""Blocks as clients see them: headers that form a chain of hashes, and what each block holds.

The state root is the ledger's own: the hash of its last entry at the block, from which everything can be proved. Of blocks that
passed before the node was opened there are no headers: their hashes are made from the genesis hash and their number.
"""

from hashlib import blake2b
from typing import Any, Final

from attrs import frozen

from neuron_ledger.replay.node.metadata.constants import BLOCK_MILLISECONDS
from neuron_ledger.replay.node.types.codec import Codec

GENESIS_MILLISECONDS: Final = 1_700_000_000_000
"""The time of block 0. Blocks stand for 12 seconds each; no clock is read."""


@frozen
class Block:
    """One block. header: encoded; hash: of it. extrinsics: encoded, each with its length. events: encoded, with their count."""

    number: int
    hash: bytes
    parent: bytes
    state_root: bytes
    extrinsics_root: bytes
    extrinsics: tuple[bytes, ...] = ()
    events: bytes = b"\0"
    event_count: int = 0

    @property
    def milliseconds(self) -> int:
        return GENESIS_MILLISECONDS + self.number * BLOCK_MILLISECONDS

    def header_for_people(self) -> dict[str, Any]:
        """The header as JSON-RPC has it."""
        return {
            "parentHash": hex_of(self.parent),
            "number": hex(self.number),
            "stateRoot": hex_of(self.state_root),
            "extrinsicsRoot": hex_of(self.extrinsics_root),
            "digest": {"logs": []},
        }


def new_block(
    codec: Codec, number: int, parent: bytes, state_root: bytes, extrinsics: tuple[bytes, ...], events: bytes, event_count: int
) -> Block:
    """A block with the hash of its header."""
    root = digest(b"".join(digest(one) for one in extrinsics))
    header = codec.encode("Header", (parent, number, state_root, root, ()))
    return Block(number, digest(header), parent, state_root, root, extrinsics, events, event_count)


def passed_block(genesis: bytes, number: int) -> Block:
    """A block that passed before the node was opened."""
    parent = passed_hash(genesis, number - 1) if number else bytes(32)
    return Block(number, passed_hash(genesis, number), parent, bytes(32), bytes(32))


def passed_hash(genesis: bytes, number: int) -> bytes:
    """The hash of such a block; block 0 is the genesis itself."""
    return digest(genesis + number.to_bytes(8, "little")) if number else genesis


def digest(content: bytes) -> bytes:
    """BLAKE2b-256, as the chain hashes."""
    return blake2b(content, digest_size=32).digest()


def hex_of(content: bytes) -> str:
    """Bytes as JSON-RPC has them."""
    return f"0x{content.hex()}"
