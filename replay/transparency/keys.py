"""Ed25519 keys in the text form of C2SP signed notes: a name, a key id and the key, joined by '+'.

    public   NAME+ID+BASE64(type ‖ public key)
    private  PRIVATE+KEY+NAME+ID+BASE64(type ‖ seed)

A ledger's key signs checkpoints (type 1), a witness's key cosigns them (type 4). The type is part of the key id: neither is ever
mistaken for the other. No error and no repr shows a private key.
"""

import hashlib
import os
from base64 import b64decode, b64encode
from enum import IntEnum
from pathlib import Path
from typing import Final

from attrs import field, frozen

from neuron_ledger.events.wire.errors import FieldError, NeuronLedgerError
from neuron_ledger.ledger.log.origin import require_origin
from neuron_ledger.replay.transparency.merkle import NotProved

_PRIVATE: Final = "PRIVATE+KEY+"
_LONGEST: Final = 1000
"""The longest text of a key, in characters."""


class KeyProblem(NeuronLedgerError, ValueError):
    """The input is not a key, or not of the required kind."""


class Purpose(IntEnum):
    """What a key is for: the signature type of C2SP signed notes."""

    SIGN = 1
    COSIGN = 4


_OWNER: Final = {Purpose.SIGN: "a ledger", Purpose.COSIGN: "a witness"}


@frozen
class PublicKey:
    """A name and 32 bytes: all that is needed to check signatures. Its text is given to others."""

    name: str
    purpose: Purpose
    key: bytes

    @property
    def id(self) -> bytes:
        """SHA-256(name ‖ newline ‖ type ‖ public key), its first 4 bytes."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.purpose]) + self.key).digest()[:4]

    def __str__(self) -> str:
        return _text(self, self.key)

    @classmethod
    def parse(cls, text: str) -> "PublicKey":
        """Read the text form. Raises: KeyProblem, which never shows a private key."""
        if text.lstrip().startswith(_PRIVATE[:8]):
            raise KeyProblem("expected a public key, but this is a private one; keep it secret and give NAME+ID+KEY")
        name, key_id, purpose, key = _parts(text, "a public key (NAME+ID+BASE64)")
        public = cls(name, purpose, key)
        if public.id != key_id:
            raise KeyProblem(f"public key {name}: its id is {key_id.hex()}, its name and key make {public.id.hex()}")
        return public

    def verify(self, signature: bytes, message: bytes) -> None:
        """Raises: NotProved unless this key signed the message."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(signature, message)
        except InvalidSignature:
            raise NotProved(
                f"the signature of {self.name} is wrong: the text is not what was signed, or another key signed it"
            ) from None


@frozen(repr=False)
class PrivateKey:
    """The signing key. Its text is written to a file that only its owner may read, and nowhere else."""

    name: str
    purpose: Purpose
    seed: bytes = field(repr=False)

    def __repr__(self) -> str:
        return f"<PrivateKey {self.name}>"

    @classmethod
    def generate(cls, name: str, purpose: Purpose = Purpose.SIGN) -> "PrivateKey":
        """A new key. Raises: KeyProblem for a name that cannot be in a signature line."""
        _require_name(name)
        return cls(name, purpose, os.urandom(32))

    @classmethod
    def parse(cls, text: str) -> "PrivateKey":
        """Read the text form. Raises: KeyProblem, which does not show it."""
        if not text.startswith(_PRIVATE):
            raise KeyProblem("not a private key (PRIVATE+KEY+…); make one with `neuron-ledger keygen`")
        name, key_id, purpose, seed = _parts(text.removeprefix(_PRIVATE), "a private key")
        key = cls(name, purpose, seed)
        if key.public.id != key_id:
            raise KeyProblem(f"private key {name}: its id is not that of its name and key; the file is damaged")
        return key

    @classmethod
    def load(cls, path: Path, purpose: Purpose) -> "PrivateKey":
        """Read a key file. Raises: OSError; KeyProblem if it has no key of this purpose."""
        try:
            key = cls.parse(_read(path))
        except ValueError as error:
            raise KeyProblem(f"{path}: {error}") from None
        if key.purpose is not purpose:
            raise KeyProblem(f"{path} is the key of {_OWNER[key.purpose]}; expected the key of {_OWNER[purpose]}")
        return key

    def save(self, path: Path) -> None:
        """Write a new key file that only its owner may read. Raises: FileExistsError, OSError."""
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"{_PRIVATE}{_text(self.public, self.seed)}\n")
            file.flush()
            os.fsync(file.fileno())

    @property
    def public(self) -> PublicKey:
        """The key that checks what this one signs."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        key = Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw()
        return PublicKey(self.name, self.purpose, key)

    def sign(self, message: bytes) -> bytes:
        """The Ed25519 signature, 64 bytes; the same for the same message."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(message)


def public_key(given: str | PublicKey, purpose: Purpose = Purpose.SIGN) -> PublicKey:
    """A public key from its text, or from a file. Raises: OSError; KeyProblem if it is not of this purpose."""
    if isinstance(given, PublicKey):
        key = given
    elif "+" in given and not Path(given).exists():
        key = PublicKey.parse(given)
    else:
        try:
            key = PublicKey.parse(_read(Path(given)))
        except ValueError as error:
            raise KeyProblem(f"{given}: {error}") from None
    if key.purpose is not purpose:
        raise KeyProblem(f"{key.name} is the key of {_OWNER[key.purpose]}; expected the key of {_OWNER[purpose]}")
    return key


def _text(public: PublicKey, key: bytes) -> str:
    return f"{public.name}+{public.id.hex()}+{b64encode(bytes([public.purpose]) + key).decode()}"


def _read(path: Path) -> str:
    with path.open("rb") as file:
        data = file.read(_LONGEST + 1)
    if len(data) > _LONGEST or not data.isascii():
        raise KeyProblem("not a key file (it holds one line of text)")
    return data.decode().strip()


def _parts(text: str, what: str) -> tuple[str, bytes, Purpose, bytes]:
    """Name, key id, purpose and the 32 bytes. The base64 may contain a '+' itself."""
    try:
        name, key_id, encoded = text.strip().split("+", 2)
        _require_name(name)
        data = b64decode(encoded, validate=True)
        if len(key_id) != 8 or len(data) != 33 or b64encode(data).decode() != encoded:
            raise ValueError
        return name, bytes.fromhex(key_id), Purpose(data[0]), data[1:]
    except ValueError:
        raise KeyProblem(f"not {what}") from None


def _require_name(name: str) -> None:
    try:
        require_origin(name)
    except FieldError as error:
        raise FieldError("key name", error.expected, name) from None
