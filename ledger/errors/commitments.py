"""Why commitments are refused: errors of the commitments pallet."""

from neuron_ledger.ledger.errors.base import ChainError


class AccountNotAllowedCommit(ChainError):
    chain_name = "Commitments.AccountNotAllowedCommit"
    reason = "only a hotkey registered on the subnet may commit there"
    netuid: int
    hotkey: bytes


class CommitmentSetRateLimitExceeded(ChainError):
    chain_name = "Commitments.CommitmentSetRateLimitExceeded"
    reason = "the hotkey committed on this subnet too recently"
    netuid: int
    hotkey: bytes
    allowed_from: int


class SpaceLimitExceeded(ChainError):
    chain_name = "Commitments.SpaceLimitExceeded"
    reason = "the hotkey has used up the bytes that it may commit in one epoch"
    netuid: int
    used: int
    asked: int
    allowed: int
