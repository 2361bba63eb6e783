"""A ledger's origin: the name that its history goes by in checkpoints, given at its creation and covered by its genesis hash.

Two ledgers that begin alike must not be taken for one, so a file gets a random origin where none is given. It is an identity and
decides nothing: two ledgers of one origin that are given the same calls have the same hashes.
"""

import os
from typing import Final

from neuron_ledger.events.wire.errors import FieldError

ORIGIN_IN_MEMORY: Final = "neuron-ledger/in-memory"
ORIGIN_LENGTH_LIMIT: Final = 200


def require_origin(value: object) -> None:
    """Refuse what cannot be an origin: a space or '+' would end the name in a signature line. Raises: FieldError."""
    fits = type(value) is str and 1 <= len(value) <= ORIGIN_LENGTH_LIMIT and value.isascii() and value.isprintable()
    if not fits or " " in str(value) or "+" in str(value):
        limit = f"1 to {ORIGIN_LENGTH_LIMIT} printable ASCII characters without spaces and '+'"
        raise FieldError("origin", limit, value)


def random_origin() -> str:
    """A name that no other ledger has."""
    return f"neuron-ledger/{os.urandom(16).hex()}"
