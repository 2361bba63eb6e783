"""Why staking, takes and children are refused."""

from neuron_ledger.ledger.errors.base import ChainError


class AmountTooLow(ChainError):
    reason = "the amount is below the minimum"
    amount: int | None = None
    worth: int | None = None
    comes_out: int | None = None
    needed: int | None = None


class InsufficientLiquidity(ChainError):
    reason = "the pool cannot serve the amount"
    netuid: int
    amount: int | None = None
    at_most: int | None = None
    tao_reserve: int | None = None
    alpha_reserve: int | None = None
    left: int | None = None
    alpha_out: int | None = None
    alpha: int | None = None
    moves: str | None = None


class NotEnoughStakeToWithdraw(ChainError):
    reason = "the stake is smaller than the amount to be removed"
    staked: int
    needed: int


class SlippageTooHigh(ChainError):
    reason = "the price would move beyond the limit before all is swapped"
    amount: int
    at_most: int


class ZeroMaxStakeAmount(ChainError):
    reason = "no amount at all fits within the price limit"
    netuid: int
    destination_netuid: int | None = None
    limit_price: int


class SameNetuid(ChainError):
    reason = "the stake would stay where it is: same coldkey, hotkey and subnet"
    netuid: int


class TransferDisallowed(ChainError):
    reason = "the subnet does not allow stake to be given to other coldkeys"
    netuid: int


class CannotBurnOrRecycleOnRootSubnet(ChainError):
    reason = "the root network has no alpha to burn or recycle"
    netuid: int


class NotEnoughStakeToSetChildkeys(ChainError):
    reason = "the parent hotkey has too little stake of its own to set children"
    stake: int
    needed: int
    missing: int


class TxChildkeyTakeRateLimitExceeded(ChainError):
    reason = "the childkey take was changed too recently"
    hotkey: bytes
    netuid: int
    allowed_from: int


class InvalidChild(ChainError):
    reason = "a hotkey cannot be its own child"
    hotkey: bytes


class DuplicateChild(ChainError):
    reason = "a child is named twice"
    child: bytes


class ProportionOverflow(ChainError):
    reason = "the proportions add up to more than one"
    total: int
    most: int


class TooManyChildren(ChainError):
    reason = "a hotkey may have at most five children"
    children: int
    most: int


class ChildParentInconsistency(ChainError):
    reason = "a hotkey would be child and parent of the same hotkey"
    child: bytes


class InvalidChildkeyTake(ChainError):
    reason = "the childkey take is out of range"
    take: int
    most: int
    least: int | None = None


class DelegateTakeTooLow(ChainError):
    reason = "the take is too low"
    take: int
    needed: int | None = None
    needed_below: int | None = None


class DelegateTakeTooHigh(ChainError):
    reason = "the take is too high"
    take: int
    most: int


class DelegateTxRateLimitExceeded(ChainError):
    reason = "the delegate take was changed too recently"
    hotkey: bytes
    last_change: int
    allowed_from: int


# ------------------------------------------------------------------------------------------------------ before alpha


class HotKeyNotDelegateAndSignerNotOwnHotKey(ChainError):
    reason = "the hotkey is not a delegate, so only its owner may stake on it"
    hotkey: bytes
    owner: bytes
    coldkey: bytes


class HotKeyAlreadyDelegate(ChainError):
    reason = "the hotkey is a delegate already"
    hotkey: bytes
    take: int


class StakeToWithdrawIsZero(ChainError):
    reason = "the amount to be removed is zero"
    amount: int


class StakeRateLimitExceeded(ChainError):
    reason = "the coldkey has changed its stake on the hotkey as often as an interval allows"
    hotkey: bytes
    moves: int
    allowed: int
    allowed_from: int


class UnstakeRateLimitExceeded(ChainError):
    reason = "the coldkey has changed its stake on the hotkey as often as an interval allows"
    hotkey: bytes
    moves: int
    allowed: int
    allowed_from: int


class StakingRateLimitExceeded(ChainError):
    reason = "the coldkey has changed its stake on the hotkey as often as an interval allows"
    hotkey: bytes
    moves: int
    allowed: int
    allowed_from: int


class NomStakeBelowMinimumThreshold(ChainError):
    reason = "the stake on another's hotkey would be below the minimum"
    stake: int
    needed: int
    missing: int
