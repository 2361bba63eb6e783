"""The content of a timelocked commit, and how it is opened.

The ciphertext is decrypted by the package `bittensor-core`, which the extra `node` installs, with the signature of the beacon's
pulse. Its content is SCALE: the hotkey's bytes (since spec_version 301), uids, weights, version key.
"""

from importlib import import_module
from typing import Protocol

from neuron_ledger.events.wire.errors import NeuronLedgerError
from neuron_ledger.ledger.errors import CannotGoOn
from neuron_ledger.ledger.rules.weights.commit_hash import compact
from neuron_ledger.ledger.weights import TimelockPayload

ACCOUNT_BYTES = 32


class Unreadable(NeuronLedgerError, ValueError):
    """Bytes that are not valid SCALE of a payload."""


class Scale:
    """Reads SCALE from the front of bytes; trailing bytes are ignored."""

    def __init__(self, content: bytes) -> None:
        self.content, self.place = content, 0

    def take(self, length: int) -> bytes:
        begin, self.place = self.place, self.place + length
        if self.place > len(self.content):
            raise Unreadable
        return self.content[begin : self.place]

    def number(self, length: int) -> int:
        return int.from_bytes(self.take(length), "little")

    def compact(self) -> int:
        """A length (u32) in the fewest possible bytes; longer encodings are refused, as by parity-scale-codec."""
        first = self.number(1)
        if first & 3 == 0:
            return first >> 2
        if first & 3 == 3:
            value, least = self.number(4), 1 << 30
            if first != 3:
                raise Unreadable
        else:
            more, least = (1, 1 << 6) if first & 3 == 1 else (3, 1 << 14)
            value = (first | self.number(more) << 8) >> 2
        if value < least:
            raise Unreadable
        return value

    def octets(self) -> bytes:
        return self.take(self.compact())

    def numbers(self) -> tuple[int, ...]:
        """A vector of u16."""
        raw = self.take(2 * self.compact())
        return tuple(int.from_bytes(raw[place : place + 2], "little") for place in range(0, len(raw), 2))

    def weights(self) -> TimelockPayload:
        return self.numbers(), self.numbers(), self.number(8)


def read_payload(content: bytes, _hotkey: bytes) -> TimelockPayload | None:
    """The weights that an opened commit holds; None where it holds none.

    Source: subtensor coinbase/run_coinbase.rs::reveal_crv3_commits (WeightsTlockPayload), spec_version 277.
    """
    try:
        return Scale(content).weights()
    except Unreadable:
        return None


def read_payload_301(content: bytes, hotkey: bytes) -> TimelockPayload | None:
    """The weights that an opened commit holds after their hotkey; also in the older form without a hotkey.

    None where it holds none, or those of another hotkey.
    Source: subtensor coinbase/reveal_commits.rs::reveal_crv3_commits_for_subnet, spec_version 424.
    """
    reader = Scale(content)
    try:
        owner, weights = reader.octets(), reader.weights()
    except Unreadable:
        return read_payload(content, hotkey)
    if len(owner) < ACCOUNT_BYTES:
        return read_payload(content, hotkey)
    return weights if owner[:ACCOUNT_BYTES] == hotkey else None


# --------------------------------------------------------------------------------------------------- pulses, opening


def encode_pulse(round_number: int, randomness: bytes, signature: bytes) -> bytes:
    """A pulse as a node encodes it. Source: pallets/drand types.rs::Pulse, spec_version 424."""
    parts = b"".join(compact(len(part)) + part for part in (randomness, signature))
    return round_number.to_bytes(8, "little") + parts


def signature_of(pulse: bytes) -> bytes:
    """The signature in an encoded pulse; empty where there is none."""
    reader = Scale(pulse)
    try:
        reader.number(8)
        reader.octets()
        return reader.octets().removeprefix(b"0x")
    except Unreadable:
        return b""


class Opener(Protocol):
    """The only function of `bittensor-core` that is used here."""

    def __call__(self, encrypted_data: bytes, signature_hex: str) -> bytes: ...


def open_by_beacon(commit: bytes, pulse: bytes) -> bytes | None:
    """A commit's content, opened with the signature of its round's pulse; None where that does not open it.

    Raises: CannotGoOn where `bittensor-core` is not installed, since the content is then unknown.
    """
    opened = _opener()
    # The package keeps a ciphertext together with its round; the chain keeps them apart, and the signature alone opens it.
    kept = compact(len(commit)) + commit + bytes(8)
    try:
        return bytes(opened(kept, signature_of(pulse).hex()))
    except ValueError:
        return None


def _opener() -> Opener:
    try:
        opener: Opener = import_module("bittensor_core").decrypt_with_signature
    except ImportError:
        raise CannotGoOn(
            "a timelocked commit to weights is due to be opened, which needs the package bittensor-core: "
            "pip install 'neuron-ledger[node]'"
        ) from None
    return opener
