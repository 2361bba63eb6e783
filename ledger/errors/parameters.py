"""Why the pallet refuses a hyperparameter or a related setting: its own checks, below those of the admin pallet."""

from neuron_ledger.ledger.errors.base import ChainError


class AdminActionProhibitedDuringWeightsWindow(ChainError):
    reason = "the subnet's epoch is near, or was triggered: its parameters are frozen until then"
    netuid: int
    window: int


class TempoOutOfBounds(ChainError):
    reason = "the tempo is outside the range that an owner may choose from"
    tempo: int
    lowest: int
    highest: int


class ActivityCutoffFactorMilliOutOfBounds(ChainError):
    reason = "the factor is out of bounds"
    factor_milli: int
    lowest: int
    highest: int


class DynamicTempoBlockedByCommitReveal(ChainError):
    reason = "the subnet uses commit and reveal, so its epochs cannot be triggered"
    netuid: int


class EpochTriggerAlreadyPending(ChainError):
    reason = "an epoch has been triggered already"
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
    reason = "commits would not wait at all to be revealed"
    netuid: int
    reveal_period: int
    needed: int


class TooManyUIDsPerMechanism(ChainError):
    reason = "the uids of all mechanisms together would exceed the limit"
    netuid: int
    max_allowed_uids: int
    mechanisms: int
    most: int
