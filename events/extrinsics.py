"""Extrinsics that a node included in a block of this ledger, recorded before the calls that they contain."""

from neuron_ledger.events.wire.arguments import GivenAccount
from neuron_ledger.events.wire.record import Call, Event, call, event
from neuron_ledger.events.wire.units import BYTES, U32, AccountId


@call("include_extrinsic")
class IncludeExtrinsic(Call):
    """Privileged, by a node: include an extrinsic in the current block; the calls it contains follow.

    encoded: the whole extrinsic, SCALE, as submitted. Signature and nonce were checked by the node.
    """

    signer: GivenAccount
    nonce: U32
    encoded: BYTES


@event("NonceUsed")
class NonceUsed(Event):
    """An account used a nonce; `next_nonce` is that of its next extrinsic."""

    account: AccountId
    next_nonce: U32
