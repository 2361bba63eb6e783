"""Requests between neurons off the chain: answered, refused, or never answered.

They follow an `observe` call, before an empty `StorageObserved`: no rule decided them, and none of them changes storage.
"""

from typing import Final

from neuron_ledger.events.wire.record import Event, event
from neuron_ledger.events.wire.units import BOOL, HASH, SIGNATURE, TEXT, U16, U64, AccountId, NetUid, Uid

DENDRITE: Final = "dendrite"
AXON: Final = "axon"
SYNAPSE: Final = "synapse"
"""The protocol whose signed message is `nonce.dendrite.axon.uuid.body hash`."""
BTAUTH: Final = "btauth/1"
"""Followed by a space and the scheme of the key: the protocol of signed HTTP requests."""


@event("ExchangeObserved")
class ExchangeObserved(Event):
    """One request of a neuron to another, and how it ended, as observed by one of the two.

    seen_by: the observer, `dendrite` or `axon`. dendrite, axon: hotkeys of the sender and the receiver; the uids are those that
    they held on the subnet when this was recorded. synapse: the name of the request; of signed HTTP the method, a space and the
    target. uuid: of the dendrite; empty in signed HTTP. nonce: as signed. protocol: what the signature covers: `synapse`, or
    `btauth/1` with `sr25519` or `ed25519`. body_hash: as signed, SHA3-256 of the fields that the synapse names, SHA-256 of the
    body in signed HTTP. signature: None if absent or not kept. verified: whether the observer found the signature valid.
    request_hash, response_hash: BLAKE3 of the bodies; None if absent. status: as in the protocol. process_time_us: microseconds
    by the observer's clock. seen_at_us: when it ended, microseconds since 1970 by that clock.
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
