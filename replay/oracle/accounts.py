"""Throwaway accounts for tests, from plain strings."""

from hashlib import blake2b
from typing import Final

from neuron_ledger.events.wire import ss58
from neuron_ledger.events.wire.errors import FieldError

ACCOUNT_BYTES: Final = 32
SHORTEST_ADDRESS: Final = 40
"""A word of at least this many characters is read as an address, so that a mistyped address is not taken for a name."""

Account = bytes | str
"""32 bytes, an SS58 address, or the name of a throwaway account: a string with a space in it, or a short one."""


def account(name: str) -> bytes:
    """A throwaway account: the same one for the same name; nobody has its key."""
    return blake2b(name.encode(), digest_size=ACCOUNT_BYTES).digest()


def account_of(given: Account, field: str) -> bytes:
    """The account for bytes, an address, or the name of a throwaway account.

    Raises: FieldError for bytes that are not an account, and for a long word that is not an address.
    """
    if isinstance(given, str):
        return ss58.account(given, field) if len(given) >= SHORTEST_ADDRESS and " " not in given else account(given)
    if not isinstance(given, bytes) or len(given) != ACCOUNT_BYTES:
        raise FieldError(field, "32 bytes, an SS58 address or a name", given)
    return given
