"""Why commitments are refused: errors of the pallet of commitments."""

from neuron_ledger.ledger.errors.base import ChainError


class AccountNotAllowedCommit(ChainError):
    chain_name = "Commitments.AccountNotAllowedCommit"
    reason = "only a hotkey of the subnet may commit there"
    netuid: int
    hotkey: bytes


class CommitmentSetRateLimitExceeded(ChainError):
    chain_name = "Commitments.CommitmentSetRateLimitExceeded"
    reason = "the hotkey committed on this subnet a short while ago"
    netuid: int
    hotkey: bytes
    allowed_from: int


class SpaceLimitExceeded(ChainError):
    chain_name = "Commitments.SpaceLimitExceeded"
    reason = "the hotkey has committed to as many bytes in this epoch as it may"
    netuid: int
    used: int
    asked: int
    allowed: int
