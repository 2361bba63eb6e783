"""Why stake, TAO and pools refuse, since runtimes after 277."""

from neuron_ledger.ledger.errors.base import ChainError


class InsufficientBalance(ChainError):
    reason = "the account has not that much to give"
    asked: int | None = None
    needed: int | None = None
    balance: int
    existential_deposit: int | None = None


class BelowMinimum(ChainError):
    chain_name = "Token(BelowMinimum)"
    reason = "the amount would not open the account that it goes to: it is below the existential deposit"
    amount: int
    balance: int
    existential_deposit: int


class SwapInputTooLarge(ChainError):
    chain_name = "Swap.SwapInputTooLarge"
    reason = "more is put into the pool than a thousand times what it holds"
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
    reason = "the pool's price is beyond the limit already"
    limit_price: int
    tao_reserve: int
    alpha_reserve: int


class StakeUnavailable(ChainError):
    reason = "so much of the stake is not free of locks"
    needed: int
    stake: int
    locked: int


class LockHotkeyMismatch(ChainError):
    reason = "the coldkey's stake on this subnet is locked to another hotkey"
    hotkey: bytes
    locked_to: bytes


class InsufficientStakeForLock(ChainError):
    reason = "there is less stake than would be locked"
    stake: int
    needed: int


class NoExistingLock(ChainError):
    reason = "the coldkey has locked no stake on this subnet"
    netuid: int


class AccountRejectsLockedAlpha(ChainError):
    reason = "the coldkey that the stake goes to does not take any that is locked"
    coldkey: bytes
    locked: int


class StakingOperationRateLimitExceeded(ChainError):
    reason = "the coldkey staked on this hotkey in this block"
    hotkey: bytes
    netuid: int
    allowed_from: int


class AddStakeBurnRateLimitExceeded(ChainError):
    reason = "alpha was bought and burned here in this tempo already"
    netuid: int
    allowed_from: int


class InvalidSubnetNumber(ChainError):
    reason = "there must be subnets named, and not too many"
    subnets: int
    at_most: int | None = None


class InvalidNumRootClaim(ChainError):
    reason = "so many coldkeys cannot claim in a block"
    claims: int
    at_most: int


class InvalidRootClaimThreshold(ChainError):
    reason = "the threshold of claims is too high"
    threshold: int
    at_most: int


class SameAutoStakeHotkeyAlreadySet(ChainError):
    reason = "the hotkey is the one chosen already"
    netuid: int
    hotkey: bytes
