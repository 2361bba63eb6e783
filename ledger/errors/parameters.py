"""Why the pallet refuses to take a hyperparameter, or what stands beside them: its own checks, beneath the admin pallet's."""

from neuron_ledger.ledger.errors.base import ChainError


class AdminActionProhibitedDuringWeightsWindow(ChainError):
    reason = "the subnet's epoch is near, or was triggered: its parameters are frozen until then"
    netuid: int
    window: int


class TempoOutOfBounds(ChainError):
    reason = "the tempo is out of what an owner may choose"
    tempo: int
    lowest: int
    highest: int


class ActivityCutoffFactorMilliOutOfBounds(ChainError):
    reason = "the factor is out of its bounds"
    factor_milli: int
    lowest: int
    highest: int


class DynamicTempoBlockedByCommitReveal(ChainError):
    reason = "the subnet's weights are committed: its epochs are not triggered"
    netuid: int


class EpochTriggerAlreadyPending(ChainError):
    reason = "an epoch is triggered already"
    netuid: int
    pending_epoch_at: int


class AutoEpochAlreadyImminent(ChainError):
    reason = "the subnet's epoch runs by itself before a triggered one would"
    netuid: int
    remaining: int
    needed: int


class VotingPowerTrackingNotEnabled(ChainError):
    reason = "the subnet's voting power is not tracked"
    netuid: int


class InvalidVotingPowerEmaAlpha(ChainError):
    reason = "the weight of the newest stake is above one"
    alpha: int
    most: int


class RevealPeriodTooLarge(ChainError):
    reason = "commits would wait too long to be revealed"
    netuid: int
    reveal_period: int
    most: int


class RevealPeriodTooSmall(ChainError):
    reason = "commits would not wait to be revealed"
    netuid: int
    reveal_period: int
    needed: int


class TooManyUIDsPerMechanism(ChainError):
    reason = "so many uids in so many mechanisms are too many"
    netuid: int
    max_allowed_uids: int
    mechanisms: int
    most: int
