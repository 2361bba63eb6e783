"""Why a call is refused: the chain's own error names, one class each, carrying the values that failed.

`str(error)` is a sentence for people; the class name is what is recorded, compared and shown to machines.
Source: subtensor macros/errors.rs, spec_version 277 (the names).
"""

from collections.abc import Iterable
from typing import ClassVar

from neuron_ledger.events.wire import ss58
from neuron_ledger.events.wire.errors import NeuronLedgerError

ACCOUNTS = frozenset({"hotkey", "coldkey", "signer", "owner", "child", "senate_member"})
"""Names under which a refusal's values hold an account."""


class ChainError(NeuronLedgerError):
    """A refusal. `values`: what was asked, what was there, what would have been needed, each under a speaking name."""

    reason: ClassVar[str] = "refused"
    chain_name: ClassVar[str] = ""
    """What the chain calls it, where that is no class name: errors of other pallets have their pallet's name in front."""

    def __init__(self, **values: int | str | bytes) -> None:
        self.values = values
        self.name = self.chain_name or type(self).__name__
        """The chain's name of this error: by its class, where the runtime that refused has no other."""
        super().__init__(values)

    def __str__(self) -> str:
        shown = values_for_people(self.detail())
        return f"{self.name}: {self.reason}" + (f" ({shown})" if shown else "")

    def detail(self) -> tuple[tuple[str, str], ...]:
        """The values as texts, as they are recorded."""
        return tuple((name, value.hex() if isinstance(value, bytes) else str(value)) for name, value in self.values.items())


def values_for_people(detail: Iterable[tuple[str, str]]) -> str:
    """A refusal's values as they were recorded, in one line, with accounts as SS58."""
    return ", ".join(f"{name}={_address(text) if name in ACCOUNTS else text}" for name, text in detail)


def _address(text: str) -> str:
    try:
        return ss58.encode(ss58.account(text))
    except ss58.AddressError:
        return text


class CannotGoOn(NeuronLedgerError, ValueError):
    """Storage from which the chain's own code could not go on. Not a refusal: nothing is decided, and nothing recorded."""


class BadOrigin(ChainError):
    reason = "the call must be signed by an account (or, for a privileged call, must not be)"


class SubNetworkDoesNotExist(ChainError):
    reason = "there is no subnet with this netuid"


class RootNetworkDoesNotExist(ChainError):
    reason = "the root network (netuid 0) has not been created"


class SubnetNotExists(ChainError):
    reason = "there is no subnet with this netuid"


class SubnetDoesNotExist(ChainError):
    reason = "there is no subnet with this netuid"


class RegistrationNotPermittedOnRootSubnet(ChainError):
    reason = "the root network is joined by root_register, not by burning or working"


class SubNetRegistrationDisabled(ChainError):
    reason = "the subnet does not take this kind of registration now"


class TooManyRegistrationsThisBlock(ChainError):
    reason = "the subnet's registrations per block are used up; wait for the next block"


class TooManyRegistrationsThisInterval(ChainError):
    reason = "three times the target of this adjustment interval is reached; wait for the next interval"


class HotKeyAlreadyRegisteredInSubNet(ChainError):
    reason = "the hotkey holds a uid on this subnet already"


class NotEnoughBalanceToStake(ChainError):
    reason = "the coldkey's balance does not cover the amount"


class ZeroBalanceAfterWithdrawn(ChainError):
    reason = "nothing could be withdrawn without closing the account"


class NonAssociatedColdKey(ChainError):
    reason = "the hotkey belongs to another coldkey"


class NoNeuronIdAvailable(ChainError):
    reason = "the subnet has no uid to give"


class TransactorAccountShouldBeHotKey(ChainError):
    reason = "proof-of-work registration is signed by the hotkey itself"


class InvalidWorkBlock(ChainError):
    reason = "the work names a future block or one that is three or more blocks old"


class InvalidDifficulty(ChainError):
    reason = "the work does not meet the subnet's difficulty"


class InvalidSeal(ChainError):
    reason = "the work is not the seal of this block, nonce and hotkey"


class StakeTooLowForRoot(ChainError):
    reason = "replacing a root member needs strictly more stake than the lowest member has"


class CouldNotJoinSenate(ChainError):
    reason = "the hotkey could not join the senate"


class HotKeyNotRegisteredInSubNet(ChainError):
    reason = "the hotkey holds no uid on this subnet"


class HotKeyNotRegisteredInNetwork(ChainError):
    reason = "the hotkey holds no uid on any subnet"


class HotKeyAccountNotExists(ChainError):
    reason = "no coldkey owns this hotkey"


class InvalidIpType(ChainError):
    reason = "the ip type must be 4 or 6"


class InvalidIpAddress(ChainError):
    reason = "the ip address cannot be served from"


class InvalidPort(ChainError):
    reason = "the port must not be 0"


class ServingRateLimitExceeded(ChainError):
    reason = "the endpoint was announced too recently"


class NotEnoughStakeToWithdraw(ChainError):
    reason = "less is staked than is to be removed"


class NotEnoughStakeToSetWeights(ChainError):
    reason = "the hotkey's stake is below the threshold for setting weights"


class NotEnoughStakeToSetChildkeys(ChainError):
    reason = "the parent hotkey has too little stake of its own to set children"


class NeuronNoValidatorPermit(ChainError):
    reason = "weights on others need a validator permit"


class WeightVecNotEqualSize(ChainError):
    reason = "uids and weights have different lengths"


class DuplicateUids(ChainError):
    reason = "a uid is named twice"


class UidVecContainInvalidOne(ChainError):
    reason = "a uid does not exist on the subnet"


class UidsLengthExceedUidsInSubNet(ChainError):
    reason = "more uids are named than the subnet has"


class WeightVecLengthIsLow(ChainError):
    reason = "fewer weights are set than the subnet demands"


class MaxWeightExceeded(ChainError):
    reason = "a weight exceeds the subnet's limit"


class IncorrectWeightVersionKey(ChainError):
    reason = "the version key is older than the subnet's"


class SettingWeightsTooFast(ChainError):
    reason = "the uid's weights were set too recently"


class CommittingWeightsTooFast(ChainError):
    reason = "the uid's last commit is too recent"


class CanNotSetRootNetworkWeights(ChainError):
    reason = "weights cannot be set on the root network"


class CommitRevealEnabled(ChainError):
    reason = "the subnet takes weights by commit and reveal only"


class CommitRevealDisabled(ChainError):
    reason = "the subnet takes weights directly, not by commit and reveal"


class TooManyUnrevealedCommits(ChainError):
    reason = "the hotkey has as many unrevealed commits as are allowed"


class NoWeightsCommitFound(ChainError):
    reason = "the hotkey has no commit on this subnet"


class InvalidRevealCommitHashNotMatch(ChainError):
    reason = "what is revealed hashes to none of the open commits"


class ExpiredWeightCommit(ChainError):
    reason = "the commit's reveal window is over"


class RevealTooEarly(ChainError):
    reason = "the commit's reveal window has not begun"


class InputLengthsUnequal(ChainError):
    reason = "the lists of a batch have different lengths"


class AmountTooLow(ChainError):
    reason = "the amount is below the minimum"


class InsufficientLiquidity(ChainError):
    reason = "the pool cannot serve the amount"


class SubtokenDisabled(ChainError):
    reason = "the subnet's token is not enabled yet"


class LiquidAlphaDisabled(ChainError):
    reason = "the subnet does not use liquid alpha"


class AlphaHighTooLow(ChainError):
    reason = "the upper bound of liquid alpha is below four fifths"


class AlphaLowOutOfRange(ChainError):
    reason = "the lower bound of liquid alpha must be above 0 and below four fifths"


class NetworkTxRateLimitExceeded(ChainError):
    reason = "a subnet was registered too recently"


class NotSubnetOwner(ChainError):
    reason = "only the subnet's owner may do this"


class TxRateLimitExceeded(ChainError):
    reason = "the hotkey made this kind of call too recently"


class TxChildkeyTakeRateLimitExceeded(ChainError):
    reason = "the childkey take was changed too recently"


class InvalidChild(ChainError):
    reason = "a hotkey cannot be its own child"


class DuplicateChild(ChainError):
    reason = "a child is named twice"


class ProportionOverflow(ChainError):
    reason = "the proportions add up to more than one"


class TooManyChildren(ChainError):
    reason = "a hotkey may have at most five children"


class InvalidChildkeyTake(ChainError):
    reason = "the childkey take is out of range"


class DelegateTakeTooLow(ChainError):
    reason = "the take is too low"


class DelegateTakeTooHigh(ChainError):
    reason = "the take is too high"


class DelegateTxRateLimitExceeded(ChainError):
    reason = "the delegate take was changed too recently"


class FirstEmissionBlockNumberAlreadySet(ChainError):
    reason = "the subnet's emission was started already"


class NeedWaitingMoreBlocksToStarCall(ChainError):
    reason = "the subnet is too young to start its emission"


class RootNetworkExists(ChainError):
    reason = "the root network has been created already"


class ActivityCutoffTooLow(ChainError):
    reason = "the activity cutoff is below the least one"


class BondsMovingAverageMaxReached(ChainError):
    reason = "an owner may set the moving average of bonds no higher"


class MaxAllowedUIdsLessThanCurrentUIds(ChainError):
    reason = "the subnet must keep room for one more uid than it has"


class MaxValidatorsLargerThanMaxUIds(ChainError):
    reason = "more validators than uids are allowed"


class SpecVersionNotBuilt(ChainError):
    reason = "no rules are built for this spec_version"


class SpecVersionNeedsToIncrease(ChainError):
    reason = "a runtime is followed by later ones only"


class VectorLengthMismatch(ChainError):
    reason = "a vector must have one value for every uid of the subnet"


class BlockIsPast(ChainError):
    reason = "blocks only pass forward"
