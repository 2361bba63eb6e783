"""The hash in a commit to weights."""

from collections.abc import Sequence
from hashlib import blake2b


def encode_reveal(
    hotkey: bytes, netuid: int, uids: Sequence[int], values: Sequence[int], salt: Sequence[int], version_key: int
) -> bytes:
    """SCALE encoding of what is revealed: hotkey (32 bytes), netuid (u16), three vectors of u16, version key (u64)."""
    vectors = b"".join(compact(len(vector)) + b"".join(_u16(item) for item in vector) for vector in (uids, values, salt))
    return hotkey + _u16(netuid) + vectors + version_key.to_bytes(8, "little")


def get_commit_hash(
    hotkey: bytes, netuid: int, uids: Sequence[int], values: Sequence[int], salt: Sequence[int], version_key: int
) -> bytes:
    """BLAKE2b-256 of the encoded reveal: the 32 bytes that were committed to.

    Source: subtensor subnets/weights.rs::do_reveal_weights (the provided hash), spec_version 277.
    """
    return blake2b(encode_reveal(hotkey, netuid, uids, values, salt, version_key), digest_size=32).digest()


def _u16(value: int) -> bytes:
    return value.to_bytes(2, "little")


def compact(length: int) -> bytes:
    """SCALE's compact form of a length below 2^30: its two lowest bits give the number of bytes it takes."""
    if length < 1 << 6:
        return (length << 2).to_bytes(1, "little")
    if length < 1 << 14:
        return (length << 2 | 1).to_bytes(2, "little")
    return (length << 2 | 2).to_bytes(4, "little")
