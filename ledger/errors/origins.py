"""Why a call is refused before anything else: who signed it, and which runtime it asks for."""

from neuron_ledger.ledger.errors.base import ChainError


class BadOrigin(ChainError):
    reason = "the call must be signed by an account (or, for a privileged call, must not be)"
    needed: str
    owner: bytes | None = None
    signer: bytes | None = None


class BlockIsPast(ChainError):
    reason = "the block is not after the current one; blocks only pass forward"
    asked: int
    current: int


class SpecVersionNotBuilt(ChainError):
    reason = "no upgrade leads to this version from the runtime in force; docs/runtimes.md lists those that are built"
    spec_version: int
    current: int


class SpecVersionNeedsToIncrease(ChainError):
    reason = "an upgrade must lead to a later spec_version"
    spec_version: int
    current: int
