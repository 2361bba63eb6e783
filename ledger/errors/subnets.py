"""Why subnets refuse: to be there, to begin, to start, to be dissolved, to take a hyperparameter."""

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
    reason = "the tempo is longer than any subnet's"
    tempo: int
    highest: int


class InvalidEmissionValues(ChainError):
    reason = "the emission of all subnets is not what a block brings"
    given: int
    needed: int


class AllNetworksInImmunity(ChainError):
    reason = "there are as many subnets as there may be, and none is old enough to be removed"
    subnets: int
    limit: int


class InvalidConnectionRequirement(ChainError):
    reason = "a subnet is not connected to itself"
    netuid: int


class NetworkTxRateLimitExceeded(ChainError):
    reason = "a subnet was registered too recently"
    last_registered: int
    allowed_from: int


class SubnetLimitReached(ChainError):
    reason = "there are as many subnets as there may be, and none that could be removed"
    subnets: int
    limit: int


class CannotAffordLockCost(ChainError):
    reason = "the coldkey's balance does not cover the lock cost"
    needed: int
    balance: int


class SymbolDoesNotExist(ChainError):
    reason = "this is none of the symbols that a subnet may have"
    symbol: bytes


class SymbolAlreadyInUse(ChainError):
    reason = "another subnet, or this one, has the symbol"
    symbol: bytes
    netuid: int


class NotSubnetOwner(ChainError):
    reason = "only the subnet's owner may do this"
    netuid: int
    owner: bytes
    coldkey: bytes


class FirstEmissionBlockNumberAlreadySet(ChainError):
    reason = "the subnet's emission was started already"
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
    reason = "the activity cutoff is below the least one"
    activity_cutoff: int
    needed: int


class TxRateLimitExceeded(ChainError):
    reason = "this kind of call was made too recently"
    signer: bytes | None = None
    hotkey: bytes | None = None
    netuid: int | None = None
    allowed_from: int


class InvalidValue(ChainError):
    reason = "the value is out of its bounds"
    netuid: int
    value: int
    lowest: int | None = None
    highest: int | None = None
    immune: int | None = None
