"""Why the admin pallet refuses: its errors have its name in front of their own."""

from neuron_ledger.ledger.errors.base import ChainError


class SubnetDoesNotExist(ChainError):
    chain_name = "AdminUtils.SubnetDoesNotExist"
    reason = "there is no subnet with this netuid"
    netuid: int


class MaxValidatorsLargerThanMaxUIds(ChainError):
    chain_name = "AdminUtils.MaxValidatorsLargerThanMaxUIds"
    reason = "more validators than uids are allowed"
    max_allowed_validators: int
    most: int


class MaxAllowedUIdsLessThanCurrentUIds(ChainError):
    chain_name = "AdminUtils.MaxAllowedUIdsLessThanCurrentUIds"
    reason = "the subnet has more uids than that, or would have no room for one more"
    max_allowed_uids: int
    needed: int


class MaxAllowedUidsLessThanMinAllowedUids(ChainError):
    chain_name = "AdminUtils.MaxAllowedUidsLessThanMinAllowedUids"
    reason = "a subnet must be allowed as many uids as it has to have"
    max_allowed_uids: int
    needed: int


class MaxAllowedUidsGreaterThanDefaultMaxAllowedUids(ChainError):
    chain_name = "AdminUtils.MaxAllowedUidsGreaterThanDefaultMaxAllowedUids"
    reason = "no subnet is allowed more uids than subnets have by default"
    max_allowed_uids: int
    most: int


class MinAllowedUidsGreaterThanCurrentUids(ChainError):
    chain_name = "AdminUtils.MinAllowedUidsGreaterThanCurrentUids"
    reason = "the subnet has no more uids than that"
    min_allowed_uids: int
    most: int


class MinAllowedUidsGreaterThanMaxAllowedUids(ChainError):
    chain_name = "AdminUtils.MinAllowedUidsGreaterThanMaxAllowedUids"
    reason = "the subnet is allowed no more uids than that"
    min_allowed_uids: int
    most: int


class BondsMovingAverageMaxReached(ChainError):
    chain_name = "AdminUtils.BondsMovingAverageMaxReached"
    reason = "an owner may set the moving average of bonds no higher"
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
    reason = "the value is out of its bounds"
    value: int
    lowest: int | None = None
    highest: int | None = None


class ParameterOutOfBounds(ChainError):
    chain_name = "AdminUtils.InvalidValue"
    reason = "the value is out of its bounds"
    value: int
    lowest: int
    highest: int


class NotPermittedOnRootSubnet(ChainError):
    chain_name = "AdminUtils.NotPermittedOnRootSubnet"
    reason = "the root network does not have this"
    netuid: int


class POWRegistrationDisabled(ChainError):
    chain_name = "AdminUtils.POWRegistrationDisabled"
    reason = "nobody registers by proof of work any more"
    netuid: int


class CallDeprecated(ChainError):
    chain_name = "AdminUtils.Deprecated"
    reason = "the call is there no more"
    parameter: str
