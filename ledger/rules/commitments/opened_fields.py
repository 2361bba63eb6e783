"""What a timelocked commitment had to contain until spec_version 260 to be revealed: fields of a commitment, in SCALE.

Source: pallets/commitments types.rs::Data, CommitmentInfo, spec_version 257.
"""

from typing import Final

from neuron_ledger.ledger.rules.weights.timelock_payload import Scale, Unreadable

MAX_FIELDS: Final = 1
RAW_LENGTHS: Final = range(1, 130)
"""The kinds of raw bytes: each is the number of bytes plus 1."""
HASHES: Final = range(130, 134)
HASH_BYTES: Final = 32
TIMELOCKED: Final = 134
MAX_TIMELOCKED_BYTES: Final = 1024


def holds_fields_257(content: bytes) -> bool:
    """Whether bytes begin with the fields of a commitment."""
    reader = Scale(content)
    try:
        count = reader.compact()
        return count <= MAX_FIELDS and all(_is_field(reader) for _ in range(count))
    except Unreadable:
        return False


def _is_field(reader: Scale) -> bool:
    """Read a field. Returns: whether it is valid. Raises: Unreadable."""
    kind = reader.number(1)
    if kind in RAW_LENGTHS:
        reader.take(kind - 1)
    elif kind in HASHES:
        reader.take(HASH_BYTES)
    elif kind == TIMELOCKED:
        length = reader.compact()
        reader.take(length)
        reader.number(8)
        return length <= MAX_TIMELOCKED_BYTES
    return kind <= TIMELOCKED
