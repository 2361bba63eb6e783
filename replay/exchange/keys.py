"""Keys that sign exchanges: anything that has an address and can sign, such as a wallet's hotkey."""

from typing import Any, Protocol

from neuron_ledger.events.wire import ss58
from neuron_ledger.events.wire.errors import FieldError


class Signer(Protocol):
    """A hotkey's key pair: bittensor-core's `Keypair`, or that of a wallet."""

    @property
    def ss58_address(self) -> str: ...

    def sign(self, message: bytes, /) -> bytes: ...


def signer_of(given: Any) -> Signer:
    """The key of a wallet, or the key itself; a text is a secret URI such as `//Alice` or a mnemonic. Raises: FieldError."""
    key = getattr(given, "hotkey", given)
    if isinstance(key, str):
        from bittensor_core import Keypair

        try:
            key = Keypair.create_from_uri(key)
        except ValueError as error:
            raise FieldError("key", f"a secret URI or a mnemonic ({error})", "a text that is none") from None
    if not hasattr(key, "ss58_address") or not callable(getattr(key, "sign", None)):
        raise FieldError("key", "a wallet, a key pair, or a secret URI", type(given).__name__)
    signer: Signer = key
    return signer


def account_of(key: Signer) -> bytes:
    """The account of a key, 32 bytes."""
    return ss58.account(key.ss58_address)


def scheme_of(key: Signer) -> str:
    """`sr25519`, or `ed25519` if the key says so."""
    return "ed25519" if getattr(key, "crypto_type", 1) == 0 else "sr25519"
