"""Extrinsics that a node took into a block of this ledger: who signed which, before the calls that it asked for."""

from neuron_ledger.events.wire.record import Call, Event, call, event
from neuron_ledger.events.wire.units import BYTES, U32, AccountId


@call("include_extrinsic")
class IncludeExtrinsic(Call):
    """Privileged, a node's: an extrinsic comes into the current block; what it asks for are the calls that follow.

    encoded: all of it, SCALE, as it was submitted. Signature and nonce were checked by the node.
    """

    signer: AccountId
    nonce: U32
    encoded: BYTES


@event("NonceUsed")
class NonceUsed(Event):
    """An account's next extrinsic has the nonce after this one."""

    account: AccountId
    nonce: U32
