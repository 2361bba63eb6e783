"""Accounts at the edges: SS58 text with its checksum, or 64 hex digits, to the 32 bytes that are used inside.

Format: base58 of (network prefix ‖ 32 bytes ‖ first two bytes of BLAKE2b-512("SS58PRE" ‖ prefix ‖ 32 bytes)). Bittensor's
addresses have the generic prefix 42.
"""

from hashlib import blake2b

import base58

from neuron_ledger.events.wire.errors import FieldError

BITTENSOR_PREFIX = 42

LONGEST_ADDRESS = 64
"""The longest text that is read, in characters: decoding base58 takes quadratic time."""


def encode(account: bytes, prefix: int = BITTENSOR_PREFIX) -> str:
    """The SS58 address of 32 bytes, for a one-byte network prefix (0…63)."""
    body = bytes([prefix]) + account
    return base58.b58encode(body + _checksum(body)).decode("ascii")


def account(text: str, where: str = "account") -> bytes:
    """The 32 bytes of an account written as an SS58 address (prefix 42) or as 64 hex digits, with or without 0x.

    Raises: FieldError with what is wrong: not base58, a wrong length, another network's prefix, a bad checksum. where: its field.
    """

    def refused(why: str) -> FieldError:
        return FieldError(where, f"an account ({why})", text)

    digits = text.removeprefix("0x")
    if len(digits) > LONGEST_ADDRESS:
        raise refused(f"a text of {len(text)} characters, no address has more than {LONGEST_ADDRESS}")
    try:
        raw = bytes.fromhex(digits) if len(digits) == 64 else base58.b58decode(text)
    except ValueError:
        raise refused("neither an SS58 address nor 64 hex digits") from None
    if len(digits) == 64 and len(raw) == 32:
        return raw
    if len(raw) != 35:
        raise refused(f"an SS58 address of a 32-byte account holds 35 bytes, this one {len(raw)}")
    if raw[0] != BITTENSOR_PREFIX:
        raise refused(f"SS58 network prefix {raw[0]}, expected {BITTENSOR_PREFIX}")
    if _checksum(raw[:-2]) != raw[-2:]:
        raise refused("bad SS58 checksum: mistyped or cut")
    return raw[1:-2]


def _checksum(body: bytes) -> bytes:
    return blake2b(b"SS58PRE" + body, digest_size=64).digest()[:2]
