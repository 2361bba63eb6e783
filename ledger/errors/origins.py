"""Why a call is refused before anything else: who signed it, and which runtime it asks for."""

from neuron_ledger.ledger.errors.base import ChainError


class BadOrigin(ChainError):
    reason = "the call must be signed by an account (or, for a privileged call, must not be)"
    needed: str
    owner: bytes | None = None
    signer: bytes | None = None


class BlockIsPast(ChainError):
    reason = "blocks only pass forward"
    asked: int
    current: int


class SpecVersionNotBuilt(ChainError):
    reason = "no rules are built for this spec_version"
    spec_version: int
    known: str


class SpecVersionNeedsToIncrease(ChainError):
    reason = "a runtime is followed by later ones only"
    spec_version: int
    current: int
