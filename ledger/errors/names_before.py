"""What errors were called before 277, where the chain had other names for them; some of today's errors were a single one then.

Source: subtensor lib.rs (errors) and what raises them, spec_versions 103 and 143; errors.rs, 185; pallets/admin-utils lib.rs.
"""

from collections.abc import Mapping
from typing import Final

from neuron_ledger.ledger.errors import accounts, admin, registration, stake, subnets, swaps, weights
from neuron_ledger.ledger.errors.base import ChainError

Names = Mapping[type[ChainError], str]

_UNTIL_151: Final[Names] = {
    # Subnets.
    subnets.SubNetworkDoesNotExist: "NetworkDoesNotExist",
    subnets.RootNetworkDoesNotExist: "NetworkDoesNotExist",
    subnets.NetworkTxRateLimitExceeded: "TxRateLimitExceeded",
    # Registration.
    registration.RegistrationNotPermittedOnRootSubnet: "OperationNotPermittedonRootSubnet",
    registration.SubNetRegistrationDisabled: "RegistrationDisabled",
    registration.HotKeyAlreadyRegisteredInSubNet: "AlreadyRegistered",
    registration.TransactorAccountShouldBeHotKey: "HotkeyOriginMismatch",
    registration.NoNeuronIdAvailable: "NetworkDoesNotExist",
    registration.HotKeyNotRegisteredInSubNet: "NotRegistered",
    registration.HotKeyNotRegisteredInNetwork: "NotRegistered",
    # Weights.
    weights.NeuronNoValidatorPermit: "NoValidatorPermit",
    weights.UidVecContainInvalidOne: "InvalidUid",
    weights.UidsLengthExceedUidsInSubNet: "TooManyUids",
    weights.WeightVecLengthIsLow: "NotSettingEnoughWeights",
    weights.IncorrectWeightVersionKey: "IncorrectNetworkVersionKey",
    # Stake, takes and keys.
    accounts.HotKeyAccountNotExists: "NotRegistered",
    stake.NotEnoughStakeToWithdraw: "NotEnoughStaketoWithdraw",
    stake.StakeToWithdrawIsZero: "NotEnoughStaketoWithdraw",
    stake.HotKeyNotDelegateAndSignerNotOwnHotKey: "NonAssociatedColdKey",
    stake.HotKeyAlreadyDelegate: "AlreadyDelegate",
    stake.DelegateTxRateLimitExceeded: "TxRateLimitExceeded",
    swaps.NewHotKeyIsSameWithOld: "AlreadyRegistered",
    swaps.HotKeySetTxRateLimitExceeded: "TxRateLimitExceeded",
    swaps.NotEnoughBalanceToPaySwapHotKey: "NotEnoughBalance",
}

NAMES_103: Final[Names] = {
    **_UNTIL_151,
    # The calls that set parameters were the pallet's own.
    admin.SubnetDoesNotExist: "NetworkDoesNotExist",
    admin.MaxAllowedUIdsLessThanCurrentUIds: "MaxAllowedUIdsNotAllowed",
    admin.MaxValidatorsLargerThanMaxUIds: "StorageValueOutOfRange",
    admin.ParameterOutOfBounds: "StorageValueOutOfRange",
}

NAMES_136: Final[Names] = {
    **_UNTIL_151,
    admin.SubnetDoesNotExist: "AdminUtils.NetworkDoesNotExist",
    admin.MaxAllowedUIdsLessThanCurrentUIds: "AdminUtils.MaxAllowedUIdsNotAllowed",
    admin.MaxValidatorsLargerThanMaxUIds: "AdminUtils.StorageValueOutOfRange",
    admin.ParameterOutOfBounds: "AdminUtils.StorageValueOutOfRange",
}
"""The same until spec_version 148."""

NAMES_149: Final[Names] = {
    **{error: name for error, name in NAMES_136.items() if error is not registration.NoNeuronIdAvailable},
    registration.RegistrationNotPermittedOnRootSubnet: "OperationNotPermittedOnRootSubnet",
    accounts.ZeroBalanceAfterWithdrawn: "BalanceWithdrawalError",
    stake.DelegateTakeTooLow: "InvalidTake",
    stake.DelegateTakeTooHigh: "InvalidTake",
}
"""The same until spec_version 150. Source: commit 65d8367a6."""
