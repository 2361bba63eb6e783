"""Why weights, commits to them and their reveals are refused."""

from neuron_ledger.ledger.errors.base import ChainError


class CanNotSetRootNetworkWeights(ChainError):
    reason = "weights cannot be set on the root network"
    netuid: int


class NotRootSubnet(ChainError):
    reason = "this call sets the weights of the root network alone"
    netuid: int


class CommitRevealEnabled(ChainError):
    reason = "the subnet accepts weights by commit and reveal only"
    netuid: int


class CommitRevealDisabled(ChainError):
    reason = "the subnet accepts weights directly, not by commit and reveal"
    netuid: int


class NotEnoughStakeToSetWeights(ChainError):
    reason = "the hotkey's stake is below the threshold for setting weights"
    netuid: int
    stake: int
    needed: int
    missing: int


class NeuronNoValidatorPermit(ChainError):
    reason = "weights on others need a validator permit"
    netuid: int
    uid: int
    needed: str


class WeightVecNotEqualSize(ChainError):
    reason = "uids and weights have different lengths"
    uids: int
    weights: int


class DuplicateUids(ChainError):
    reason = "a uid is named twice"
    uid: int


class UidVecContainInvalidOne(ChainError):
    reason = "a uid does not exist on the subnet"
    uid: int
    neurons: int


class UidsLengthExceedUidsInSubNet(ChainError):
    reason = "more uids are named than the subnet has"
    uids: int
    allowed: int


class WeightVecLengthIsLow(ChainError):
    reason = "fewer weights are set than the subnet demands"
    weights: int
    needed: int


class MaxWeightExceeded(ChainError):
    reason = "a weight exceeds the subnet's limit"
    uid: int
    part_of_65535: int
    limit: int


class IncorrectWeightVersionKey(ChainError):
    reason = "the version key is older than the subnet's"
    version_key: int
    needed: int


class SettingWeightsTooFast(ChainError):
    reason = "the uid's weights were set too recently"
    netuid: int
    uid: int
    last_update: int | None = None
    current: int | None = None
    allowed_from: int | None = None
    mechanism: int | None = None


class CommittingWeightsTooFast(ChainError):
    reason = "the uid's last commit is too recent"
    netuid: int
    uid: int
    last_update: int | None = None
    current: int | None = None
    allowed_from: int | None = None
    mechanism: int | None = None


class TooManyUnrevealedCommits(ChainError):
    reason = "the hotkey has as many unrevealed commits as are allowed"
    unrevealed: int
    allowed: int
    oldest_expires_after: int | None = None
    current: int | None = None
    epoch: int | None = None


class NoWeightsCommitFound(ChainError):
    reason = "the hotkey has no commit on this subnet"
    netuid: int
    hotkey: bytes
    commit_hash: bytes | None = None


class InvalidRevealCommitHashNotMatch(ChainError):
    reason = "the hash of what is revealed matches no open commit"
    netuid: int
    commit_hash: bytes
    open_commits: int


class ExpiredWeightCommit(ChainError):
    """Counted in blocks, since spec_version 423 in epochs."""

    reason = "the commit's reveal window is over"
    commit_block: int | None = None
    last_reveal_block: int | None = None
    commit_epoch: int | None = None
    last_reveal_epoch: int | None = None
    current: int


class RevealTooEarly(ChainError):
    """Counted in blocks, since spec_version 423 in epochs."""

    reason = "the commit cannot be revealed now"
    commit_block: int | None = None
    first_reveal_block: int | None = None
    last_reveal_block: int | None = None
    commit_epoch: int | None = None
    first_reveal_epoch: int | None = None
    last_reveal_epoch: int | None = None
    current: int


class InputLengthsUnequal(ChainError):
    reason = "the lists of a batch have different lengths"
    netuids: int | None = None
    weights: int | None = None
    commit_hashes: int | None = None
    uids_list: int | None = None
    values_list: int | None = None
    salts_list: int | None = None
    version_keys: int | None = None


class MechanismDoesNotExist(ChainError):
    reason = "there is no such subnet, or it has no mechanism of this number"
    netuid: int | None = None
    mechanism: int
    mechanisms: int | None = None
    needed: int | None = None


class IncorrectCommitRevealVersion(ChainError):
    reason = "the commit was made with another version of the client's scheme than the chain accepts"
    version: int
    needed: int


class InvalidRevealRound(ChainError):
    reason = "the commit would be opened by a pulse that is already known"
    reveal_round: int
    last_stored_round: int


class WeightsCommitNotAllowed(ChainError):
    """Until spec_version 205, when commits began to queue."""

    reason = "the hotkey has already made a commit in this interval"
    netuid: int
    commit_block: int
    allowed_from: int


class InvalidRevealCommitTempo(ChainError):
    """Until spec_version 205."""

    reason = "a commit must be revealed in the interval after its own"
    netuid: int
    commit_block: int
    first_reveal_block: int
    last_reveal_block: int
    current: int
