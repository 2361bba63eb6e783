"""What neurons said to each other off the chain: requests that were answered, refused, or never answered.

They follow an `observe` call, before a `StorageObserved` that is empty: no rule decided them, and none of them changes storage.
"""

from typing import Final

from neuron_ledger.events.wire.record import Event, event
from neuron_ledger.events.wire.units import BOOL, HASH, SIGNATURE, TEXT, U16, U64, AccountId, NetUid, Uid

DENDRITE: Final = "dendrite"
AXON: Final = "axon"
SYNAPSE: Final = "synapse"
"""What is signed is `nonce.dendrite.axon.uuid.body hash`."""
BTAUTH: Final = "btauth/1"
"""With a space and the scheme of the key: what is signed is the request as signed HTTP has it."""


@event("ExchangeObserved")
class ExchangeObserved(Event):
    """One request of a neuron to another, and how it ended, as one of the two saw it.

    seen_by: `dendrite` or `axon`, whose word this is. dendrite, axon: hotkeys of who asked and who was asked; the uids are those
    that they held on the subnet when this was recorded. synapse: the name of what was asked; of signed HTTP the method, a space
    and the target. uuid: of the dendrite; empty in signed HTTP. nonce: as it was signed. protocol: what the signature signs:
    `synapse`, or `btauth/1` with `sr25519` or `ed25519`. body_hash: of the request as it was signed, SHA3-256 of the fields that
    the synapse names, SHA-256 of the body in signed HTTP. signature: None where none came, or none was kept. verified: whether
    whoever saw it found the signature right. request_hash, response_hash: BLAKE3 of the bodies; None where none came. status: as
    the protocol has it. process_time_us: microseconds, by the clock of who saw it. seen_at_us: when it ended, microseconds since
    1970 by that clock.
    """

    netuid: NetUid
    seen_by: TEXT
    dendrite: AccountId
    dendrite_uid: Uid | None
    axon: AccountId
    axon_uid: Uid | None
    synapse: TEXT
    uuid: TEXT
    nonce: U64
    protocol: TEXT
    body_hash: HASH
    signature: SIGNATURE | None
    verified: BOOL
    request_hash: HASH | None
    response_hash: HASH | None
    status: U16
    process_time_us: U64
    seen_at_us: U64
