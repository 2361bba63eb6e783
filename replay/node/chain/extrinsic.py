"""An extrinsic as clients send it, and the payload of its signature.

Source: polkadot-sdk sp-runtime generic/unchecked_extrinsic.rs (version 4), generic/era.rs; the signed extensions are in
`metadata/document.py`.
"""

from hashlib import blake2b
from typing import Any, Final

from attrs import frozen

from neuron_ledger.replay.node.metadata.constants import TRANSACTION_VERSION
from neuron_ledger.replay.node.metadata.document import EXTRINSIC_VERSION, NodeRuntime
from neuron_ledger.replay.node.types.codec import Reader, ScaleError, compact
from neuron_ledger.replay.node.types.notation import shape

SIGNED: Final = 0x80
LONGEST_PAYLOAD: Final = 256
"""Payloads up to this length are signed as they are; longer ones are hashed first."""
LONGEST_EXTRINSIC: Final = 1 << 20


@frozen
class Era:
    """The blocks in which an extrinsic may be included: `period` of them, beginning at `phase`; None for any."""

    period: int | None = None
    phase: int = 0

    def birth(self, block: int) -> int:
        """The block in which the era of `block` began; 0 without an era."""
        if self.period is None:
            return 0
        return (max(block, self.phase) - self.phase) // self.period * self.period + self.phase


@frozen
class Signed:
    """Who signed, and how. kind: of the signature, by name. extra: the encoded extensions."""

    signer: bytes
    kind: str
    signature: bytes
    era: Era
    nonce: int
    tip: int
    has_metadata_hash: bool
    extra: bytes


@frozen
class Extrinsic:
    """A call with its signature; without, it is an inherent. call: as the codec reads `RuntimeCall`."""

    data: bytes
    call: Any
    call_data: bytes
    signed: Signed | None

    @property
    def hash(self) -> bytes:
        """The hash by which clients know it."""
        return blake2b(self.data, digest_size=32).digest()


def read_extrinsic(runtime: NodeRuntime, data: bytes) -> Extrinsic:
    """The extrinsic in these bytes, with its length prefix. Raises: ScaleError."""
    if len(data) > LONGEST_EXTRINSIC:
        raise ScaleError(f"an extrinsic of {len(data)} bytes; at most {LONGEST_EXTRINSIC} are allowed")
    reader = Reader(data)
    if reader.compact() != reader.left:
        raise ScaleError("an extrinsic must begin with its length, and have as many bytes after it")
    version = reader.integer(1)
    if version & ~SIGNED != EXTRINSIC_VERSION:
        raise ScaleError(f"an extrinsic of version {version & ~SIGNED}; expected version {EXTRINSIC_VERSION}")
    signed = _read_signed(runtime, reader) if version & SIGNED else None
    begin = reader.at
    call = runtime.codec.read(shape("RuntimeCall"), reader)
    if reader.left:
        raise ScaleError(f"{reader.left} bytes are left over after the call")
    return Extrinsic(data, call, data[begin:], signed)


def _read_signed(runtime: NodeRuntime, reader: Reader) -> Signed:
    kind, address = runtime.codec.read(shape("MultiAddress"), reader)
    if kind != "Id":
        raise ScaleError(f"the signer is given as {kind}; expected an account (Id)")
    signature_kind, (signature,) = runtime.codec.read(shape("MultiSignature"), reader)
    begin = reader.at
    era = _read_era(reader)
    nonce, tip = reader.compact(), reader.compact()
    mode = reader.integer(1)
    if mode > 1:
        raise ScaleError(f"{mode} at byte {reader.at - 1}, where the mode of the metadata's hash is 0 or 1")
    return Signed(address[0], signature_kind, signature, era, nonce, tip, bool(mode), reader.data[begin : reader.at])


def _read_era(reader: Reader) -> Era:
    first = reader.integer(1)
    if first == 0:
        return Era()
    encoded = first | reader.integer(1) << 8
    period = 2 << (encoded % 16)
    phase = (encoded >> 4) * max(period >> 12, 1)
    if period < 4 or phase >= period:
        raise ScaleError(f"{encoded:#06x} is not an era")
    return Era(period, phase)


def signed_payload(
    runtime: NodeRuntime, extrinsic: Extrinsic, signed: Signed, genesis: bytes, era_block: bytes, metadata_hash: bytes | None
) -> bytes:
    """The bytes that the signer signed. era_block: hash of the block in which the era began."""
    versions = runtime.spec_version.to_bytes(4, "little") + TRANSACTION_VERSION.to_bytes(4, "little")
    hashed = b"\0" if metadata_hash is None else b"\1" + metadata_hash
    payload = extrinsic.call_data + signed.extra + versions + genesis + era_block + hashed
    return payload if len(payload) <= LONGEST_PAYLOAD else blake2b(payload, digest_size=32).digest()


def inherent(call_data: bytes) -> bytes:
    """The extrinsic of an unsigned call."""
    content = bytes((EXTRINSIC_VERSION,)) + call_data
    return compact(len(content)) + content
