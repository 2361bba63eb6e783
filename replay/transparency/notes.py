"""C2SP signed notes: a text, an empty line, and a line for each signature.

A signature line is an em dash, the key's name, and the base64 of its 4-byte key id and the signature. Lines of keys that are not
requested are kept and ignored, so that witnesses can add theirs.
"""

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from typing import Final

from attrs import evolve, frozen

from neuron_ledger.events.wire.errors import NeuronLedgerError
from neuron_ledger.replay.transparency.keys import PrivateKey, PublicKey, Purpose
from neuron_ledger.replay.transparency.merkle import NotProved

LONGEST_NOTE: Final = 1 << 20
"""The longest note, in bytes."""

MOST_SIGNATURES: Final = 100
"""The most signature lines in a note."""

_DASH: Final = "— "


class NoteError(NeuronLedgerError, ValueError):
    """Not a signed note, or not a complete one."""


@frozen
class Signature:
    """One signature line."""

    name: str
    key_id: bytes
    signature: bytes

    def __str__(self) -> str:
        return f"{_DASH}{self.name} {encode(self.key_id + self.signature)}"


@frozen
class Note:
    """A text, which ends in a newline, and its signatures in their order."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return f"{self.text}\n" + "".join(f"{signature}\n" for signature in self.signatures)

    def signed(self, key: PrivateKey) -> "Note":
        """With the signature of a ledger's key."""
        return self._with(key, key.sign(self.text.encode()))

    def cosigned(self, key: PrivateKey, time: int) -> "Note":
        """With a witness's signature, replacing an earlier one of the same witness. time: seconds since 1970."""
        return self._with(key, time.to_bytes(8, "big") + key.sign(cosigned_message(self.text, time)))

    def verify(self, key: PublicKey) -> int | None:
        """Check this key's signatures; returns the time of a witness's latest. Raises: NotProved (none, or a wrong one)."""
        found = [line.signature for line in self.signatures if (line.name, line.key_id) == (key.name, key.id)]
        if not found:
            raise NotProved(f"there is no signature of {key.name} with the key id {key.id.hex()}")
        if key.purpose is Purpose.SIGN:
            for signature in found:
                key.verify(signature, self.text.encode())
            return None
        times = []
        for signature in found:
            times.append(int.from_bytes(signature[:8], "big"))
            key.verify(signature[8:], cosigned_message(self.text, times[-1]))
        return max(times)

    def _with(self, key: PrivateKey, signature: bytes) -> "Note":
        public = key.public
        others = tuple(line for line in self.signatures if (line.name, line.key_id) != (public.name, public.id))
        return evolve(self, signatures=(*others, Signature(public.name, public.id, signature)))


def cosigned_message(text: str, time: int) -> bytes:
    """What a witness signs (C2SP tlog-cosignature, version 1)."""
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def parse_note(data: bytes) -> Note:
    """Read a signed note. Raises: NoteError."""
    if len(data) > LONGEST_NOTE:
        raise NoteError(f"the note is longer than {LONGEST_NOTE} bytes")
    try:
        whole = data.decode()
    except UnicodeDecodeError as error:
        raise NoteError(f"the note is not UTF-8 (at byte {error.start})") from None
    if not whole.replace("\n", "").isprintable():
        raise NoteError("the note contains unprintable characters")
    text, separator, signatures = whole.rpartition("\n\n")
    if not separator or not signatures.endswith("\n"):
        raise NoteError("the note is cut off: expected its text, an empty line and signature lines, each with its newline")
    lines = signatures[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise NoteError(f"the note has {len(lines)} signatures, at most {MOST_SIGNATURES} are read")
    return Note(text + "\n", tuple(_signature(line) for line in lines))


def encode(data: bytes) -> str:
    """Base64, as everywhere in these formats."""
    return b64encode(data).decode()


def decode(text: str, what: str, length: int | None = None) -> bytes:
    """Canonical base64. Raises: NoteError that names the field."""
    try:
        data = b64decode(text, validate=True)
    except (Base64Error, ValueError):
        raise NoteError(f"{what}: not base64, got {text!r:.100}") from None
    if encode(data) != text or length not in (None, len(data)):
        size = "base64" if length is None else f"{length} bytes in base64"
        raise NoteError(f"{what}: expected {size}, got {text!r:.100}")
    return data


def _signature(line: str) -> Signature:
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not space or not name or "+" in name:
        raise NoteError(f"expected a signature line (— NAME BASE64), got {line!r:.100}")
    data = decode(encoded, f"the signature of {name!r:.100}")
    if len(data) < 5:
        raise NoteError(f"the signature of {name!r:.100} is cut off")
    return Signature(name, data[:4], data[4:])
