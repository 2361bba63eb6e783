"""Why calls about subnets are refused: to name, register, start or dissolve one, or to set its hyperparameters."""

from neuron_ledger.ledger.errors.base import ChainError


class SubNetworkDoesNotExist(ChainError):
    reason = "there is no subnet with this netuid"
    netuid: int


class SubnetNotExists(ChainError):
    reason = "there is no subnet with this netuid"
    netuid: int


class RootNetworkDoesNotExist(ChainError):
    reason = "the root network (netuid 0) has not been created"
    netuid: int


class RootNetworkExists(ChainError):
    reason = "the root network has been created already"
    netuid: int


class NetworkExist(ChainError):
    reason = "there is a subnet with this netuid already"
    netuid: int


class InvalidModality(ChainError):
    reason = "there is no such modality"
    modality: int
    highest: int


class InvalidTempo(ChainError):
    reason = "the tempo is longer than a subnet's may be"
    tempo: int
    highest: int


class InvalidEmissionValues(ChainError):
    reason = "the emissions of all subnets do not add up to a block's emission"
    given: int
    needed: int


class AllNetworksInImmunity(ChainError):
    reason = "the limit on subnets is reached, and none is old enough to be removed"
    subnets: int
    limit: int


class InvalidConnectionRequirement(ChainError):
    reason = "a subnet cannot be connected to itself"
    netuid: int


class NetworkTxRateLimitExceeded(ChainError):
    reason = "a subnet was registered too recently"
    last_registered: int
    allowed_from: int


class SubnetLimitReached(ChainError):
    reason = "the limit on subnets is reached, and none can be removed"
    subnets: int
    limit: int


class CannotAffordLockCost(ChainError):
    reason = "the coldkey's balance does not cover the lock cost"
    needed: int
    balance: int


class SymbolDoesNotExist(ChainError):
    reason = "a subnet cannot have this symbol: it is not in the chain's list"
    symbol: bytes


class SymbolAlreadyInUse(ChainError):
    reason = "another subnet, or this one, already has the symbol"
    symbol: bytes
    netuid: int


class NotSubnetOwner(ChainError):
    reason = "only the subnet's owner may do this"
    netuid: int
    owner: bytes
    coldkey: bytes


class FirstEmissionBlockNumberAlreadySet(ChainError):
    reason = "the subnet's emission has already been started"
    netuid: int
    first_emission_block_number: int


class NeedWaitingMoreBlocksToStarCall(ChainError):
    reason = "the subnet is too young to start its emission"
    netuid: int
    allowed_from: int


class SubtokenDisabled(ChainError):
    reason = "the subnet's token is not enabled yet"
    netuid: int


class LiquidAlphaDisabled(ChainError):
    reason = "the subnet does not use liquid alpha"
    netuid: int


class AlphaHighTooLow(ChainError):
    reason = "the upper bound of liquid alpha is below four fifths"
    alpha_high: int
    needed: int


class AlphaLowOutOfRange(ChainError):
    reason = "the lower bound of liquid alpha must be above 0 and below four fifths"
    alpha_low: int
    lowest: int
    highest: int


class ActivityCutoffTooLow(ChainError):
    reason = "the activity cutoff is below the minimum"
    activity_cutoff: int
    needed: int


class TxRateLimitExceeded(ChainError):
    reason = "this kind of call was made too recently"
    signer: bytes | None = None
    hotkey: bytes | None = None
    netuid: int | None = None
    allowed_from: int


class InvalidValue(ChainError):
    reason = "the value is out of bounds"
    netuid: int
    value: int
    lowest: int | None = None
    highest: int | None = None
    immune: int | None = None
