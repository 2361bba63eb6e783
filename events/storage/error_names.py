"""The names of the pallet's errors in declaration order, which is how a node counts them.

Source: subtensor macros/errors.rs (since 195); errors.rs until 194, lib.rs before 151.
"""

_AT_277 = """
SubNetworkDoesNotExist RootNetworkDoesNotExist InvalidIpType InvalidIpAddress InvalidPort HotKeyNotRegisteredInSubNet
HotKeyAccountNotExists HotKeyNotRegisteredInNetwork NonAssociatedColdKey NotEnoughStake NotEnoughStakeToWithdraw
NotEnoughStakeToSetWeights NotEnoughStakeToSetChildkeys NotEnoughBalanceToStake BalanceWithdrawalError
ZeroBalanceAfterWithdrawn NeuronNoValidatorPermit WeightVecNotEqualSize DuplicateUids UidVecContainInvalidOne
WeightVecLengthIsLow TooManyRegistrationsThisBlock HotKeyAlreadyRegisteredInSubNet NewHotKeyIsSameWithOld InvalidWorkBlock
InvalidDifficulty InvalidSeal MaxWeightExceeded HotKeyAlreadyDelegate SettingWeightsTooFast IncorrectWeightVersionKey
ServingRateLimitExceeded UidsLengthExceedUidsInSubNet NetworkTxRateLimitExceeded DelegateTxRateLimitExceeded
HotKeySetTxRateLimitExceeded StakingRateLimitExceeded SubNetRegistrationDisabled TooManyRegistrationsThisInterval
TransactorAccountShouldBeHotKey NotSenateMember FaucetDisabled NotSubnetOwner RegistrationNotPermittedOnRootSubnet
StakeTooLowForRoot AllNetworksInImmunity NotEnoughBalanceToPaySwapHotKey NotRootSubnet CanNotSetRootNetworkWeights
NoNeuronIdAvailable DelegateTakeTooLow DelegateTakeTooHigh NoWeightsCommitFound InvalidRevealCommitHashNotMatch
CommitRevealEnabled CommitRevealDisabled CouldNotJoinSenate LiquidAlphaDisabled AlphaHighTooLow AlphaLowOutOfRange
ColdKeyAlreadyAssociated NotEnoughBalanceToPaySwapColdKey ColdkeyIsInArbitration InvalidChild DuplicateChild ProportionOverflow
TooManyChildren TxRateLimitExceeded SwapAlreadyScheduled FailedToSchedule NewColdKeyIsHotkey InvalidChildkeyTake
TxChildkeyTakeRateLimitExceeded InvalidIdentity MechanismDoesNotExist CannotUnstakeLock SubnetNotExists
TooManyUnrevealedCommits ExpiredWeightCommit RevealTooEarly InputLengthsUnequal CommittingWeightsTooFast AmountTooLow
InsufficientLiquidity SlippageTooHigh TransferDisallowed ActivityCutoffTooLow CallDisabled FirstEmissionBlockNumberAlreadySet
NeedWaitingMoreBlocksToStarCall NotEnoughAlphaOutToRecycle CannotBurnOrRecycleOnRootSubnet UnableToRecoverPublicKey
InvalidRecoveredPublicKey SubtokenDisabled HotKeySwapOnSubnetIntervalNotPassed ZeroMaxStakeAmount SameNetuid
"""

ERRORS_277 = tuple(_AT_277.split())
"""At spec_version 277."""

_AT_424 = """
RootNetworkDoesNotExist InvalidIpType InvalidIpAddress InvalidPort HotKeyNotRegisteredInSubNet HotKeyAccountNotExists
HotKeyNotRegisteredInNetwork NonAssociatedColdKey NotEnoughStake NotEnoughStakeToWithdraw NotEnoughStakeToSetWeights
NotEnoughStakeToSetChildkeys NotEnoughBalanceToStake BalanceWithdrawalError ZeroBalanceAfterWithdrawn NeuronNoValidatorPermit
WeightVecNotEqualSize DuplicateUids UidVecContainInvalidOne WeightVecLengthIsLow TooManyRegistrationsThisBlock
HotKeyAlreadyRegisteredInSubNet NewHotKeyIsSameWithOld NewHotKeyNotCleanForRootSwap InvalidWorkBlock InvalidDifficulty
InvalidSeal MaxWeightExceeded HotKeyAlreadyDelegate SettingWeightsTooFast IncorrectWeightVersionKey ServingRateLimitExceeded
UidsLengthExceedUidsInSubNet NetworkTxRateLimitExceeded DelegateTxRateLimitExceeded HotKeySetTxRateLimitExceeded
StakingRateLimitExceeded SubNetRegistrationDisabled TooManyRegistrationsThisInterval TransactorAccountShouldBeHotKey
FaucetDisabled NotSubnetOwner RegistrationNotPermittedOnRootSubnet StakeTooLowForRoot AllNetworksInImmunity
NotEnoughBalanceToPaySwapHotKey NotRootSubnet CanNotSetRootNetworkWeights NoNeuronIdAvailable DelegateTakeTooLow
DelegateTakeTooHigh NoWeightsCommitFound InvalidRevealCommitHashNotMatch CommitRevealEnabled CommitRevealDisabled
LiquidAlphaDisabled AlphaHighTooLow AlphaLowOutOfRange ColdKeyAlreadyAssociated NotEnoughBalanceToPaySwapColdKey InvalidChild
DuplicateChild ProportionOverflow TooManyChildren TxRateLimitExceeded ColdkeySwapAnnouncementNotFound ColdkeySwapTooEarly
ColdkeySwapReannouncedTooEarly AnnouncedColdkeyHashDoesNotMatch ColdkeySwapAlreadyDisputed NewColdKeyIsHotkey
InvalidChildkeyTake TxChildkeyTakeRateLimitExceeded InvalidIdentity MechanismDoesNotExist StakeUnavailable SubnetNotExists
TooManyUnrevealedCommits ExpiredWeightCommit RevealTooEarly InputLengthsUnequal CommittingWeightsTooFast AmountTooLow
InsufficientLiquidity SlippageTooHigh TransferDisallowed ActivityCutoffTooLow CallDisabled FirstEmissionBlockNumberAlreadySet
NeedWaitingMoreBlocksToStarCall NotEnoughAlphaOutToRecycle CannotBurnOrRecycleOnRootSubnet UnableToRecoverPublicKey
InvalidRecoveredPublicKey SubtokenDisabled HotKeySwapOnSubnetIntervalNotPassed SameNetuid InsufficientBalance
InvalidLeaseBeneficiary LeaseCannotEndInThePast LeaseNetuidNotFound LeaseDoesNotExist LeaseHasNoEndBlock LeaseHasNotEnded
Overflow BeneficiaryDoesNotOwnHotkey ExpectedBeneficiaryOrigin AdminActionProhibitedDuringWeightsWindow SymbolDoesNotExist
SymbolAlreadyInUse IncorrectCommitRevealVersion InvalidRevealRound RevealPeriodTooLarge RevealPeriodTooSmall InvalidValue
SubnetLimitReached CannotAffordLockCost EvmKeyAssociateRateLimitExceeded SameAutoStakeHotkeyAlreadySet UidMapCouldNotBeCleared
TrimmingWouldExceedMaxImmunePercentage ChildParentInconsistency InvalidNumRootClaim InvalidRootClaimThreshold
InvalidSubnetNumber TooManyUIDsPerMechanism VotingPowerTrackingNotEnabled InvalidVotingPowerEmaAlpha Deprecated
AddStakeBurnRateLimitExceeded ColdkeySwapAnnounced ColdkeySwapDisputed ColdkeySwapClearTooEarly DisabledTemporarily
RegistrationPriceLimitExceeded LockHotkeyMismatch InsufficientStakeForLock NoExistingLock ActiveLockExists
CannotUseSystemAccount UnlockAmountTooHigh TempoOutOfBounds ActivityCutoffFactorMilliOutOfBounds EpochTriggerAlreadyPending
AutoEpochAlreadyImminent DynamicTempoBlockedByCommitReveal AccountRejectsLockedAlpha
"""

ERRORS_424 = tuple(_AT_424.split())
"""At spec_version 424."""


_AT_103 = """
InvalidConnectionRequirement NetworkDoesNotExist NetworkExist InvalidModality InvalidIpType InvalidIpAddress NotRegistered
NonAssociatedColdKey NotEnoughStaketoWithdraw NotEnoughBalanceToStake BalanceWithdrawalError NoValidatorPermit
WeightVecNotEqualSize DuplicateUids InvalidUid NotSettingEnoughWeights TooManyRegistrationsThisBlock AlreadyRegistered
InvalidWorkBlock WorkRepeated InvalidDifficulty InvalidSeal MaxAllowedUIdsNotAllowed CouldNotConvertToBalance
StakeAlreadyAdded MaxWeightExceeded StorageValueOutOfRange TempoHasNotSet InvalidTempo EmissionValuesDoesNotMatchNetworks
InvalidEmissionValues DidNotPassConnectedNetworkRequirement AlreadyDelegate SettingWeightsTooFast IncorrectNetworkVersionKey
ServingRateLimitExceeded BalanceSetError MaxAllowedUidsExceeded TooManyUids TxRateLimitExceeded RegistrationDisabled
"""

ERRORS_103 = tuple(_AT_103.split())
"""At spec_version 103."""

_AT_143 = """
NetworkDoesNotExist NetworkExist InvalidModality InvalidIpType InvalidIpAddress InvalidPort NotRegistered
NonAssociatedColdKey NotEnoughStaketoWithdraw NotEnoughStakeToSetWeights NotEnoughBalanceToStake BalanceWithdrawalError
NoValidatorPermit WeightVecNotEqualSize DuplicateUids InvalidUid NotSettingEnoughWeights TooManyRegistrationsThisBlock
AlreadyRegistered InvalidWorkBlock InvalidDifficulty InvalidSeal MaxAllowedUIdsNotAllowed CouldNotConvertToBalance
StakeAlreadyAdded MaxWeightExceeded StorageValueOutOfRange TempoHasNotSet InvalidTempo EmissionValuesDoesNotMatchNetworks
InvalidEmissionValues AlreadyDelegate SettingWeightsTooFast IncorrectNetworkVersionKey ServingRateLimitExceeded
BalanceSetError MaxAllowedUidsExceeded TooManyUids TxRateLimitExceeded RegistrationDisabled TooManyRegistrationsThisInterval
BenchmarkingOnly HotkeyOriginMismatch SenateMember NotSenateMember AlreadySenateMember BelowStakeThreshold NotDelegate
IncorrectNetuidsLength FaucetDisabled NotSubnetOwner OperationNotPermittedonRootSubnet StakeTooLowForRoot
AllNetworksInImmunity NotEnoughBalance
"""

ERRORS_143 = tuple(_AT_143.split())
"""At spec_version 143."""

_AT_185 = """
SubNetworkDoesNotExist RootNetworkDoesNotExist InvalidIpType InvalidIpAddress InvalidPort HotKeyNotRegisteredInSubNet
HotKeyAccountNotExists HotKeyNotRegisteredInNetwork NonAssociatedColdKey HotKeyNotDelegateAndSignerNotOwnHotKey
StakeToWithdrawIsZero NotEnoughStakeToWithdraw NotEnoughStakeToSetWeights NotEnoughBalanceToStake BalanceWithdrawalError
ZeroBalanceAfterWithdrawn NeuronNoValidatorPermit WeightVecNotEqualSize DuplicateUids UidVecContainInvalidOne
WeightVecLengthIsLow TooManyRegistrationsThisBlock HotKeyAlreadyRegisteredInSubNet NewHotKeyIsSameWithOld InvalidWorkBlock
InvalidDifficulty InvalidSeal MaxWeightExceeded HotKeyAlreadyDelegate SettingWeightsTooFast IncorrectWeightVersionKey
ServingRateLimitExceeded UidsLengthExceedUidsInSubNet NetworkTxRateLimitExceeded DelegateTxRateLimitExceeded
HotKeySetTxRateLimitExceeded StakeRateLimitExceeded UnstakeRateLimitExceeded SubNetRegistrationDisabled
TooManyRegistrationsThisInterval TransactorAccountShouldBeHotKey NotSenateMember FaucetDisabled NotSubnetOwner
RegistrationNotPermittedOnRootSubnet StakeTooLowForRoot AllNetworksInImmunity NotEnoughBalanceToPaySwapHotKey NotRootSubnet
CanNotSetRootNetworkWeights NoNeuronIdAvailable NomStakeBelowMinimumThreshold DelegateTakeTooLow DelegateTakeTooHigh
WeightsCommitNotAllowed NoWeightsCommitFound InvalidRevealCommitTempo InvalidRevealCommitHashNotMatch CommitRevealEnabled
CommitRevealDisabled
"""

ERRORS_185 = tuple(_AT_185.split())
"""At spec_version 185."""


def _grown(names: tuple[str, ...], after: str, *more: str) -> tuple[str, ...]:
    """The same names with more inserted after one of them."""
    place = names.index(after) + 1
    return (*names[:place], *more, *names[place:])


ERRORS_146 = (
    *_grown(ERRORS_143, "TxRateLimitExceeded", "StakeRateLimitExceeded", "UnstakeRateLimitExceeded"),
    "NomStakeBelowMinimumThreshold",
)
"""At spec_versions 146 to 148."""

_RENAMED = {"OperationNotPermittedonRootSubnet": "OperationNotPermittedOnRootSubnet"}

ERRORS_149 = (
    *_grown(
        _grown(tuple(_RENAMED.get(name, name) for name in ERRORS_146), "CouldNotConvertToBalance", "CouldNotConvertToU64"),
        "NotEnoughBalance",
        "NoNeuronIdAvailable",
    ),
    "InvalidTake",
)
"""At spec_versions 149 and 150."""

ERRORS_154 = (*ERRORS_185, "LiquidAlphaDisabled", "AlphaHighTooLow", "AlphaLowOutOfRange")
"""At spec_versions 154 and 155."""

_ADDED_AT_156 = """
ColdKeyAlreadyAssociated ColdKeySwapTxRateLimitExceeded NewColdKeyIsSameWithOld NotExistColdkey
NotEnoughBalanceToPaySwapColdKey NoBalanceToTransfer SameColdkey
"""

ERRORS_156 = (*ERRORS_154, *_ADDED_AT_156.split())
"""From spec_version 156 to 160."""

_ADDED_AT_194 = """
ColdkeyIsInArbitration DuplicateColdkey ColdkeySwapError InsufficientBalanceToPerformColdkeySwap
MaxColdkeyDestinationsReached
"""

ERRORS_166 = (*_grown(ERRORS_156, "CommitRevealDisabled", "CouldNotJoinSenate"), *_ADDED_AT_194.split())
"""At spec_versions 166 and 194 of the main line."""

_ADDED_AT_195 = """
InvalidChild DuplicateChild ProportionOverflow TooManyChildren TxRateLimitExceeded SwapColdkeyOnlyCallableByRoot
SwapAlreadyScheduled FailedToSchedule NewColdKeyIsHotkey NewColdkeyIsInArbitration InvalidChildkeyTake
TxChildkeyTakeRateLimitExceeded InvalidIdentity
"""

ERRORS_195 = (*ERRORS_166, *_ADDED_AT_195.split())
"""From spec_version 195 to 203."""

ERRORS_205 = (
    *[name for name in ERRORS_195 if name not in ("WeightsCommitNotAllowed", "InvalidRevealCommitTempo")],
    *("TooManyUnrevealedCommits", "ExpiredWeightCommit", "RevealTooEarly", "InputLengthsUnequal", "CommittingWeightsTooFast"),
)
"""From spec_version 205 to 212."""

_GONE_AT_216 = """
ColdKeySwapTxRateLimitExceeded NewColdKeyIsSameWithOld NotExistColdkey NoBalanceToTransfer SameColdkey DuplicateColdkey
ColdkeySwapError InsufficientBalanceToPerformColdkeySwap MaxColdkeyDestinationsReached SwapColdkeyOnlyCallableByRoot
NewColdkeyIsInArbitration
"""
_CHILDKEYS_PLACE = ERRORS_205.index("NotEnoughStakeToSetWeights") + 1

ERRORS_216 = (
    *ERRORS_205[:_CHILDKEYS_PLACE],
    "NotEnoughStakeToSetChildkeys",
    *[name for name in ERRORS_205[_CHILDKEYS_PLACE:] if name not in _GONE_AT_216.split()],
)
"""At spec_version 216."""

_RATE_LIMITS = {"StakeRateLimitExceeded": ("StakingRateLimitExceeded",), "UnstakeRateLimitExceeded": ()}

ERRORS_217 = tuple([new for name in ERRORS_216 for new in _RATE_LIMITS.get(name, (name,))])
"""From spec_version 217 to 219."""

_TOO_MANY_COMMITS = ERRORS_205.index("TooManyUnrevealedCommits")

ERRORS_218_DRAFT = (
    *_grown(ERRORS_205[:_TOO_MANY_COMMITS], "StakeToWithdrawIsZero", "NotEnoughStake"),
    *("MechanismDoesNotExist", "CannotUnstakeLock", "SubnetNotExists", "SubnetAlreadyConverted"),
    *(*ERRORS_205[_TOO_MANY_COMMITS:], "HotkeyNotManaged"),
)
"""At spec_version 218 of the draft of alpha (commit 1629c559b)."""
