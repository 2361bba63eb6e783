"""Why stake, TAO and pools refuse, since runtimes after 277."""

from neuron_ledger.ledger.errors import ChainError


class InsufficientBalance(ChainError):
    reason = "the account has not that much to give"


class BelowMinimum(ChainError):
    chain_name = "Token(BelowMinimum)"
    reason = "the amount would not open the account that it goes to: it is below the existential deposit"


class SwapInputTooLarge(ChainError):
    chain_name = "Swap.SwapInputTooLarge"
    reason = "more is put into the pool than a thousand times what it holds"


class ReservesTooLow(ChainError):
    chain_name = "Swap.ReservesTooLow"
    reason = "the pool holds too little, or nothing would come out"


class PriceLimitExceeded(ChainError):
    chain_name = "Swap.PriceLimitExceeded"
    reason = "the pool's price is beyond the limit already"


class StakeUnavailable(ChainError):
    reason = "so much of the stake is not free of locks"


class SlippageTooHigh(ChainError):
    reason = "the price would move beyond the limit before all is swapped"


class LockHotkeyMismatch(ChainError):
    reason = "the coldkey's stake on this subnet is locked to another hotkey"


class InsufficientStakeForLock(ChainError):
    reason = "there is less stake than would be locked"
