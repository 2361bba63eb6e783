"""Signed observations: signed with an Ed25519 key, and the signature recorded with the call."""

from collections.abc import Sequence
from typing import Final

from blake3 import blake3

from neuron_ledger.events.calls import Observe
from neuron_ledger.events.entries.codec import Submission, encode
from neuron_ledger.events.ledger import StorageObserved
from neuron_ledger.events.storage.changes import ItemChange
from neuron_ledger.events.wire.record import Event
from neuron_ledger.replay.transparency.keys import PrivateKey, PublicKey, Purpose
from neuron_ledger.replay.transparency.merkle import NotProved

_DOMAIN: Final = b"neuron-ledger/observation/1\n"


def signed(observation: Observe, changes: tuple[ItemChange, ...], key: PrivateKey | None, seen: Sequence[Event] = ()) -> Observe:
    """The observation, signed together with what was observed; unchanged without a key.

    seen: what is recorded before the storage that was observed.
    """
    if key is None:
        return observation
    message = _message(observation, (*seen, StorageObserved(changes=changes)))
    return _with(observation, key.public.key, key.sign(message))


def is_signature_right(observation: Observe, observed: Sequence[Event]) -> bool:
    """Whether the recorded signer signed exactly this; True for an unsigned observation."""
    if observation.signer is None or observation.signature is None:
        return True
    try:
        PublicKey("signer", Purpose.SIGN, observation.signer).verify(observation.signature, _message(observation, observed))
    except (NotProved, ValueError):
        return False
    return True


def _message(observation: Observe, observed: Sequence[Event]) -> bytes:
    """The domain, then BLAKE3(payload of the call without signer and signature ‖ payload of each event)."""
    bare = encode(Submission(_with(observation, None, None), None))
    return _DOMAIN + blake3(bare + b"".join(map(encode, observed))).digest()


def _with(observation: Observe, signer: bytes | None, signature: bytes | None) -> Observe:
    return Observe(observation.source, observation.source_block, observation.source_digest, signer, signature)
