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
    reason = "no upgrade leads there from the runtime in force; docs/runtimes.md has those that there are rules for"
    spec_version: int
    current: int


class SpecVersionNeedsToIncrease(ChainError):
    reason = "a runtime is followed by later ones only"
    spec_version: int
    current: int
