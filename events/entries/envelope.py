"""The recorded entry: what the log holds at one position, and how its hash binds it to everything before it.

An entry's hash is BLAKE3 over the previous entry's hash, a header of its position, block and tag, and its payload. The first
entry's previous hash is the genesis hash, which covers the format of the chain and the parameters that the ledger was created
with. docs/log-format.md describes it byte by byte.
"""

import struct
from collections.abc import Callable, Mapping

from attrs import frozen
from blake3 import blake3

from neuron_ledger.events.wire.errors import FieldError

CHAIN_FORMAT = 1
"""Version of the hash chain: how entries are hashed. A ledger keeps the one that it was created with."""

GENESIS_DOMAIN = b"neuron-ledger/log/1"
"""The domain separator of the genesis hash: distinguishes this chain and format from any other use of BLAKE3."""

HASH_LENGTH = 32
BLOCK_LIMIT = 1 << 63
"""Blocks and positions stay below this: SQLite's integers are signed."""

TAG_LENGTH_LIMIT = 255
_TAGS_REMEMBERED = 1024


@frozen
class NewEntry:
    """An entry to append. `block` is below 2^63, `tag` 1 to 255 printable ASCII characters without spaces."""

    block: int
    tag: str
    payload: bytes


@frozen
class Entry:
    """A recorded entry. Positions start at 1 and have no gaps; `hash` is 32 bytes."""

    position: int
    block: int
    tag: str
    payload: bytes
    hash: bytes


@frozen
class Head:
    """The last entry's position and hash; position 0 and the genesis hash for an empty log.

    Whoever keeps a head can check later that the log still holds everything up to it: a chain alone cannot show that its end
    was cut off. As text: `POSITION:HEXHASH`.
    """

    position: int
    hash: bytes

    def __str__(self) -> str:
        return f"{self.position}:{self.hash.hex()}"

    @classmethod
    def parse(cls, text: str) -> "Head":
        """Read the text form. Raises: FieldError."""
        digits, colon, hexhash = text.strip().partition(":")
        well_formed = (
            colon == ":"
            and digits.isascii()
            and digits.isdecimal()
            and len(digits) <= len(str(BLOCK_LIMIT))
            and len(hexhash) == 2 * HASH_LENGTH
            and all(digit in "0123456789abcdefABCDEF" for digit in hexhash)
        )
        if not well_formed or int(digits) >= BLOCK_LIMIT:
            raise FieldError("head", "POSITION:HASH with 64 hex digits", text)
        return cls(position=int(digits), hash=bytes.fromhex(hexhash))


class EntryHasher:
    """Hashes entries. Caches the header's layout per tag, since loops that hash a million entries see few tags."""

    def __init__(self) -> None:
        state = blake3()
        self._reset, self._update, self._digest = state.reset, state.update, state.digest
        self._headers: dict[str, tuple[Callable[[bytes, int, int, bytes], bytes], bytes]] = {}

    def hash(self, previous: bytes, position: int, block: int, tag: str, payload: bytes) -> bytes:
        """The hash of one entry.

        BLAKE3(previous hash (32) ‖ position (u64 LE) ‖ block (u64 LE) ‖ length of the tag (u32 LE) ‖ tag (ASCII) ‖ payload).
        Raises FieldError for an invalid tag, TypeError or struct.error for a value of another type or range.
        """
        pack, tag_field = self._headers.get(tag) or self._header(tag)
        self._reset()
        self._update(pack(previous, position, block, tag_field) + payload)
        return self._digest()

    def _header(self, tag: str) -> tuple[Callable[[bytes, int, int, bytes], bytes], bytes]:
        if not is_tag(tag):
            raise FieldError("tag", f"1 to {TAG_LENGTH_LIMIT} printable ASCII characters, no spaces", tag)
        if len(self._headers) >= _TAGS_REMEMBERED:
            self._headers.clear()
        text = tag.encode("ascii")
        tag_field = struct.pack("<I", len(text)) + text
        header = (struct.Struct(f"<{HASH_LENGTH}sQQ{len(tag_field)}s").pack, tag_field)
        self._headers[tag] = header
        return header


def is_tag(value: object) -> bool:
    """Whether this can be an entry's tag: 1 to 255 printable ASCII characters without spaces."""
    if type(value) is not str or not 1 <= len(value) <= TAG_LENGTH_LIMIT:
        return False
    return value.isascii() and value.isprintable() and " " not in value


def is_hash(value: object) -> bool:
    """Whether this can be an entry's hash: 32 bytes."""
    return type(value) is bytes and len(value) == HASH_LENGTH


def genesis_hash(parameters: Mapping[str, str]) -> bytes:
    """The hash that the first entry follows.

    BLAKE3(domain ‖ for each parameter, ordered by name: length (u32 LE) ‖ name ‖ length (u32 LE) ‖ value), texts in UTF-8.
    """
    fields = sorted((name.encode(), value.encode()) for name, value in parameters.items())
    encoded = b"".join(struct.pack("<I", len(text)) + text for field in fields for text in field)
    return blake3(GENESIS_DOMAIN + encoded).digest()
