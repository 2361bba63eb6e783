"""Why the admin pallet refuses: its errors carry the pallet's name as a prefix."""

from neuron_ledger.ledger.errors.base import ChainError


class SubnetDoesNotExist(ChainError):
    chain_name = "AdminUtils.SubnetDoesNotExist"
    reason = "there is no subnet with this netuid"
    netuid: int


class MaxValidatorsLargerThanMaxUIds(ChainError):
    chain_name = "AdminUtils.MaxValidatorsLargerThanMaxUIds"
    reason = "a subnet must not be allowed more validators than uids"
    max_allowed_validators: int
    most: int


class MaxAllowedUIdsLessThanCurrentUIds(ChainError):
    chain_name = "AdminUtils.MaxAllowedUIdsLessThanCurrentUIds"
    reason = "the subnet has more uids than that, or would have no room for one more"
    max_allowed_uids: int
    needed: int


class MaxAllowedUidsLessThanMinAllowedUids(ChainError):
    chain_name = "AdminUtils.MaxAllowedUidsLessThanMinAllowedUids"
    reason = "the maximum number of uids must not be below the minimum"
    max_allowed_uids: int
    needed: int


class MaxAllowedUidsGreaterThanDefaultMaxAllowedUids(ChainError):
    chain_name = "AdminUtils.MaxAllowedUidsGreaterThanDefaultMaxAllowedUids"
    reason = "the maximum number of uids must not exceed the default maximum"
    max_allowed_uids: int
    most: int


class MinAllowedUidsGreaterThanCurrentUids(ChainError):
    chain_name = "AdminUtils.MinAllowedUidsGreaterThanCurrentUids"
    reason = "the minimum number of uids must be below the number that the subnet has"
    min_allowed_uids: int
    most: int


class MinAllowedUidsGreaterThanMaxAllowedUids(ChainError):
    chain_name = "AdminUtils.MinAllowedUidsGreaterThanMaxAllowedUids"
    reason = "the minimum number of uids must be below the maximum"
    min_allowed_uids: int
    most: int


class BondsMovingAverageMaxReached(ChainError):
    chain_name = "AdminUtils.BondsMovingAverageMaxReached"
    reason = "the moving average of bonds is higher than an owner may set it"
    bonds_moving_average: int
    most: int


class NegativeSigmoidSteepness(ChainError):
    chain_name = "AdminUtils.NegativeSigmoidSteepness"
    reason = "only a privileged call may set a negative steepness"
    steepness: int


class RevealPeriodOutOfBounds(ChainError):
    chain_name = "AdminUtils.RevealPeriodOutOfBounds"
    reason = "commits would wait too long to be revealed"
    reveal_period: int
    most: int


class ValueNotInBounds(ChainError):
    chain_name = "AdminUtils.ValueNotInBounds"
    reason = "the value is out of bounds"
    value: int
    lowest: int | None = None
    highest: int | None = None


class ParameterOutOfBounds(ChainError):
    chain_name = "AdminUtils.InvalidValue"
    reason = "the value is out of bounds"
    value: int
    lowest: int
    highest: int


class NotPermittedOnRootSubnet(ChainError):
    chain_name = "AdminUtils.NotPermittedOnRootSubnet"
    reason = "the root network does not permit this"
    netuid: int


class POWRegistrationDisabled(ChainError):
    chain_name = "AdminUtils.POWRegistrationDisabled"
    reason = "registration by proof of work no longer exists"
    netuid: int


class CallDeprecated(ChainError):
    chain_name = "AdminUtils.Deprecated"
    reason = "the chain no longer supports this call"
    parameter: str
