"""Why calls about stake, TAO and pools are refused by runtimes after 277."""

from neuron_ledger.ledger.errors.base import ChainError


class InsufficientBalance(ChainError):
    reason = "the account's balance does not cover the amount"
    asked: int | None = None
    needed: int | None = None
    balance: int
    existential_deposit: int | None = None


class BelowMinimum(ChainError):
    chain_name = "Token(BelowMinimum)"
    reason = "the amount is below the existential deposit, so it cannot open the account that it goes to"
    amount: int
    balance: int
    existential_deposit: int


class SwapInputTooLarge(ChainError):
    chain_name = "Swap.SwapInputTooLarge"
    reason = "the amount is more than a thousand times what the pool holds"
    amount: int
    reserve: int


class ReservesTooLow(ChainError):
    chain_name = "Swap.ReservesTooLow"
    reason = "the pool holds too little, or nothing would come out"
    amount: int | None = None
    comes_out: int | None = None
    reserve: int | None = None
    needed: int | None = None


class PriceLimitExceeded(ChainError):
    chain_name = "Swap.PriceLimitExceeded"
    reason = "the pool's price is already beyond the limit"
    limit_price: int
    tao_reserve: int
    alpha_reserve: int


class StakeUnavailable(ChainError):
    reason = "less of the stake than that is free of locks"
    needed: int
    stake: int
    locked: int


class LockHotkeyMismatch(ChainError):
    reason = "the coldkey's stake on this subnet is locked to another hotkey"
    hotkey: bytes
    locked_to: bytes


class InsufficientStakeForLock(ChainError):
    reason = "the stake is smaller than the amount to be locked"
    stake: int
    needed: int


class NoExistingLock(ChainError):
    reason = "the coldkey has locked no stake on this subnet"
    netuid: int


class AccountRejectsLockedAlpha(ChainError):
    reason = "the receiving coldkey does not accept locked stake"
    coldkey: bytes
    locked: int


class StakingOperationRateLimitExceeded(ChainError):
    reason = "the coldkey has staked on this hotkey in this block already; wait for the next block"
    hotkey: bytes
    netuid: int
    allowed_from: int


class AddStakeBurnRateLimitExceeded(ChainError):
    reason = "alpha has already been bought and burned on this subnet within this tempo"
    netuid: int
    allowed_from: int


class InvalidSubnetNumber(ChainError):
    reason = "no subnets are named, or too many"
    subnets: int
    at_most: int | None = None


class InvalidNumRootClaim(ChainError):
    reason = "the number of coldkeys that may claim in a block is too high"
    claims: int
    at_most: int


class InvalidRootClaimThreshold(ChainError):
    reason = "the threshold of claims is too high"
    threshold: int
    at_most: int


class SameAutoStakeHotkeyAlreadySet(ChainError):
    reason = "the hotkey is the one already chosen"
    netuid: int
    hotkey: bytes
