"""The shielded pool: extrinsics that are encrypted inside others, so that nobody can read them before their block.

The node has one permanent, public key, where authors of the main chain change theirs each block. The inner extrinsic
is included right after the outer one.
Source: subtensor pallets/shield lib.rs, spec_version 424.
"""

from functools import cache
from typing import TYPE_CHECKING, Final

from attrs import frozen

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey

SEED: Final = b"a key of a development chain, which everybody knows".ljust(64, b".")
"""The seed of the key."""
KEY_HASH_BYTES: Final = 16
NONCE_BYTES: Final = 24
TAG_BYTES: Final = 16


@cache
def _key() -> "MLKEM768PrivateKey | None":
    """The node's key; None if the installed `cryptography` has no ML-KEM."""
    try:
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
    except ImportError:
        return None
    try:
        return MLKEM768PrivateKey.from_seed_bytes(SEED)
    except UnsupportedAlgorithm:
        return None


@cache
def public_key() -> bytes | None:
    """The public key for clients; None without a shielded pool."""
    key = _key()
    return None if key is None else key.public_key().public_bytes_raw()


@frozen
class Sealed:
    """An encrypted extrinsic in its parts."""

    encapsulated: bytes
    nonce: bytes
    content: bytes


def opened(ciphertext: bytes) -> bytes | None:
    """The extrinsic inside; None if it was not encrypted for this node."""
    key, sealed = _key(), _parts(ciphertext)
    if key is None or sealed is None:
        return None
    from Crypto.Cipher import ChaCha20_Poly1305

    try:
        secret = key.decapsulate(sealed.encapsulated)
        cipher = ChaCha20_Poly1305.new(key=secret, nonce=sealed.nonce)
        return bytes(cipher.decrypt_and_verify(sealed.content[:-TAG_BYTES], sealed.content[-TAG_BYTES:]))
    except ValueError:
        return None


def _parts(ciphertext: bytes) -> Sealed | None:
    """Hash of the key, length of the encapsulated secret, that secret, nonce, content: in this order."""
    begin = KEY_HASH_BYTES + 2
    length = int.from_bytes(ciphertext[KEY_HASH_BYTES:begin], "little")
    end = begin + length
    if len(ciphertext) < end + NONCE_BYTES + TAG_BYTES:
        return None
    return Sealed(ciphertext[begin:end], ciphertext[end : end + NONCE_BYTES], ciphertext[end + NONCE_BYTES :])
