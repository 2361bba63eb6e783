"""What neurons sign when they ask each other, and whether a signature is valid.

Source: bittensor 10.5.0 core/dendrite.py::preprocess_synapse_for_request; bittensor 11.3.0 http_auth.py::build_payload.
"""

from typing import Final

from neuron_ledger.events.exchanges import BTAUTH, SYNAPSE, ExchangeObserved
from neuron_ledger.events.wire import ss58
from neuron_ledger.events.wire.errors import FieldError

SCHEMES: Final = {"ed25519": 0, "sr25519": 1}
"""Kinds of keys → their numbers in bittensor-core."""
PROTOCOLS: Final = (SYNAPSE, *(f"{BTAUTH} {scheme}" for scheme in SCHEMES))
NO_RECEIVER: Final = "-"


def synapse_message(nonce: int, dendrite: str, axon: str, uuid: str, body_hash: str) -> bytes:
    """What a dendrite signs. dendrite, axon: hotkeys as SS58. body_hash: hex digits."""
    return f"{nonce}.{dendrite}.{axon}.{uuid}.{body_hash}".encode()


def btauth_message(
    *, scheme: str, method: str, target: str, body_hash: str, nonce: int, sender: str, receiver: str | None
) -> bytes:
    """What is signed of a request in signed HTTP. target: path and query as they are sent. body_hash: SHA-256, hex digits."""
    lines = (BTAUTH, scheme, method.upper(), target, body_hash, str(nonce), sender, receiver or NO_RECEIVER)
    return "\n".join(lines).encode()


def message_of(seen: ExchangeObserved) -> tuple[str, bytes]:
    """The kind of key, and the message, of a recorded exchange's signature."""
    dendrite, axon, body_hash = ss58.encode(seen.dendrite), ss58.encode(seen.axon), seen.body_hash.hex()
    protocol, _, scheme = seen.protocol.partition(" ")
    if protocol == SYNAPSE:
        return "sr25519", synapse_message(seen.nonce, dendrite, axon, seen.uuid, body_hash)
    method, _, target = seen.synapse.partition(" ")
    message = btauth_message(
        scheme=scheme, method=method, target=target, body_hash=body_hash, nonce=seen.nonce, sender=dendrite, receiver=axon
    )
    return scheme, message


def account_at(address: str) -> bytes | None:
    """The account at an SS58 address in its canonical form; None for any other text, so that nobody has two names."""
    try:
        account = ss58.account(address)
    except FieldError:
        return None
    return account if ss58.encode(account) == address else None


def can_verify() -> bool:
    """Whether signatures can be checked here: bittensor-core is installed."""
    try:
        import bittensor_core  # noqa: F401
    except ImportError:
        return False
    return True


def is_right(account: bytes, scheme: str, message: bytes, signature: bytes) -> bool:
    """Whether an account signed a message. Raises: ImportError without bittensor-core."""
    from bittensor_core import Keypair

    try:
        return bool(Keypair(public_key=account, crypto_type=SCHEMES[scheme]).verify(message, signature))
    except (ValueError, KeyError):
        return False
