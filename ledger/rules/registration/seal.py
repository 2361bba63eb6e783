"""Proof of work: the seal that binds a nonce to a block and a hotkey, and the difficulty it has to meet."""

from hashlib import sha256

U256 = 2**256


def _keccak_256(data: bytes) -> bytes:
    # Imported here, since it takes as long to load as half of the rules, and most ledgers have no proof of work.
    from Crypto.Hash import keccak

    return bytes(keccak.new(digest_bits=256, data=data).digest())


def hash_block_and_hotkey(block_hash: bytes, hotkey: bytes) -> bytes:
    """Keccak-256 of a block's hash followed by the hotkey: 32 bytes.

    Source: subtensor subnets/registration.rs::hash_block_and_hotkey, spec_version 277.
    """
    return _keccak_256(block_hash + hotkey)


def hash_hotkey_to_u64(hotkey: bytes) -> int:
    """The first 8 bytes, little-endian, of Keccak-256 of the hotkey padded with 32 zero bytes.

    Source: subtensor subnets/registration.rs::hash_hotkey_to_u64, spec_version 277.
    """
    return int.from_bytes(_keccak_256(hotkey + bytes(32))[:8], "little")


def create_seal_hash(block_hash: bytes, nonce: int, hotkey: bytes) -> bytes:
    """The seal of a nonce (u64) for a block's hash and a hotkey: Keccak-256 of SHA-256 of nonce and bound hash, 32 bytes.

    Source: subtensor subnets/registration.rs::create_seal_hash, spec_version 277.
    """
    return _seal(nonce.to_bytes(8, "little"), hash_block_and_hotkey(block_hash, hotkey))


def create_seal_hash_149(block_hash: bytes, nonce: int, hotkey: bytes) -> bytes:
    """The same at spec_versions 149 and 150, where the nonce's bytes are in the opposite order.

    Source: subtensor registration.rs::create_seal_hash, spec_version 149.
    """
    return _seal(nonce.to_bytes(8, "big"), hash_block_and_hotkey(block_hash, hotkey))


def create_seal_hash_103(block_hash: bytes, nonce: int) -> bytes:
    """The seal of a nonce (u64) for a block's hash, before it was also bound to a hotkey (spec_version 118): 32 bytes.

    Source: subtensor registration.rs::create_seal_hash, spec_version 103.
    """
    return _seal(nonce.to_bytes(8, "little"), block_hash)


def _seal(nonce: bytes, bound: bytes) -> bytes:
    return _keccak_256(sha256(nonce + bound).digest())


def hash_meets_difficulty(seal: bytes, difficulty: int) -> bool:
    """Whether the seal, read as a big-endian number, times the difficulty (u64) stays below 2^256.

    Source: subtensor subnets/registration.rs::hash_meets_difficulty, spec_version 277.
    """
    return int.from_bytes(seal, "big") * difficulty < U256


def create_work(block_hash: bytes, start_nonce: int, hotkey: bytes, difficulty: int) -> tuple[int, bytes]:
    """The first nonce from `start_nonce` on whose seal meets the difficulty, and that seal.

    Source: subtensor subnets/registration.rs::create_work_for_block_number, spec_version 277.
    """
    bound = hash_block_and_hotkey(block_hash, hotkey)
    nonce = start_nonce
    while True:
        seal = _seal(nonce.to_bytes(8, "little"), bound)
        if hash_meets_difficulty(seal, difficulty):
            return nonce, seal
        nonce = min(nonce + 1, 2**64 - 1)
