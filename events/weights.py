"""Events of validators' weights: weights set, commits made and revealed."""

from neuron_ledger.events.storage.items import WEIGHT_COMMITS
from neuron_ledger.events.storage.items_424 import TIMELOCKED_COMMITS
from neuron_ledger.events.wire.record import Event, event
from neuron_ledger.events.wire.units import (
    BYTES,
    HASH,
    PAIRS,
    TEXT,
    U16_VECTOR,
    U32,
    U64,
    U64_VECTOR,
    AccountId,
    NetUid,
    Uid,
)


@event("WeightsSet", deposit=("WeightsSet", "netuid", "uid"))
class WeightsSet(Event):
    """The weights of one uid. row: as stored, in the order given, zeros included.

    last_update: the block that counts as the uid's last update, absent where it does not change (weights that were committed, or
    a uid without such an entry).
    """

    netuid: NetUid
    uid: Uid
    row: PAIRS
    last_update: U64 | None


@event("WeightsCommitted", deposit=("WeightsCommitted", "hotkey", "netuid", "commit_hash"))
class WeightsCommitted(Event):
    """A commit was queued. commits: the hotkey's open commits afterwards.

    last_update: this block, for its uid; absent where the subnet has no such entry.
    """

    netuid: NetUid
    uid: Uid
    hotkey: AccountId
    commit_hash: HASH
    commits: WEIGHT_COMMITS
    last_update: U64 | None


@event("WeightCommitsDropped")
class WeightCommitsDropped(Event):
    """Commits left the queue, expired or revealed. commits: those still open (none: the hotkey's entry is gone)."""

    netuid: NetUid
    hotkey: AccountId
    commits: WEIGHT_COMMITS


@event("WeightsRevealed", deposit=("WeightsRevealed", "hotkey", "netuid", "commit_hash"))
class WeightsRevealed(Event):
    """A commit was revealed; its weights are in the `WeightsSet` event of the same call."""

    netuid: NetUid
    hotkey: AccountId
    commit_hash: HASH


@event("WeightsBatchRevealed", deposit=("WeightsBatchRevealed", "hotkey", "netuid", "commit_hashes"))
class WeightsBatchRevealed(Event):
    """Several commits were revealed at once; the weights of each are in `WeightsSet` events of the same call, in this order."""

    netuid: NetUid
    hotkey: AccountId
    commit_hashes: tuple[HASH, ...]


@event("BatchWeightsCompleted", deposit=("BatchWeightsCompleted", "netuids", "hotkey"))
class BatchWeightsCompleted(Event):
    """A batch was completed, whether or not its items succeeded."""

    netuids: U16_VECTOR
    hotkey: AccountId


@event("BatchCompletedWithErrors", deposit=("BatchCompletedWithErrors",))
class BatchCompletedWithErrors(Event):
    """At least one item of the batch was refused."""


@event("BatchWeightItemFailed", deposit=("BatchWeightItemFailed", "error"))
class BatchWeightItemFailed(Event):
    """One item of a batch was refused and changed nothing; the batch went on.

    item: its number in the batch, from 0. error: the chain's name; detail: (name, value) of what failed.
    """

    item: U32
    netuid: NetUid
    error: TEXT
    detail: tuple[tuple[TEXT, TEXT], ...]


@event("BatchWeightItemFailed", version=2, deposit=("BatchWeightItemFailed", "netuid", "error"))
class BatchWeightItemFailedOnSubnet(Event):
    """The same since spec_version 411, when the chain began to include the netuid."""

    item: U32
    netuid: NetUid
    error: TEXT
    detail: tuple[tuple[TEXT, TEXT], ...]


@event("CRV3WeightsCommitted", deposit=("CRV3WeightsCommitted", "hotkey", "netuid", "commit_hash"))
class CRV3WeightsCommitted(Event):
    """A timelocked commit waits for the pulse of its round; until spec_version 302.

    item: the storage item that holds it, under (netuid, epoch). commit_hash: BLAKE2b-256 of the ciphertext. block: this
    block; absent where the item does not hold it. last_update: this block, for its uid; absent where there is no such entry.
    """

    item: TEXT
    netuid: NetUid
    epoch: U64
    uid: Uid
    hotkey: AccountId
    commit_hash: HASH
    commit: BYTES
    reveal_round: U64
    block: U64 | None
    last_update: U64 | None


@event("TimelockedWeightsCommitted", deposit=("TimelockedWeightsCommitted", "hotkey", "netuid", "commit_hash", "reveal_round"))
class TimelockedWeightsCommitted(Event):
    """The same since spec_version 306. netuid: the storage index of the mechanism, since 320."""

    item: TEXT
    netuid: NetUid
    epoch: U64
    uid: Uid
    hotkey: AccountId
    commit_hash: HASH
    commit: BYTES
    reveal_round: U64
    block: U64 | None
    last_update: U64 | None


@event("TimelockedCommitsDropped")
class TimelockedCommitsDropped(Event):
    """Timelocked commits were removed, revealed or not. item: their storage item. epochs: those they were made in."""

    item: TEXT
    netuid: NetUid
    epochs: U64_VECTOR


@event("TimelockedCommitsLeft")
class TimelockedCommitsLeft(Event):
    """Some of an epoch's timelocked commits were removed. commits: those that still wait for a pulse."""

    item: TEXT
    netuid: NetUid
    epoch: U64
    commits: TIMELOCKED_COMMITS


@event("CRV3WeightsRevealed", deposit=("CRV3WeightsRevealed", "netuid", "hotkey"))
class CRV3WeightsRevealed(Event):
    """A timelocked commit was opened; its weights are in the `WeightsSet` event before it. Until spec_version 302."""

    netuid: NetUid
    hotkey: AccountId


@event("TimelockedWeightsRevealed", deposit=("TimelockedWeightsRevealed", "netuid", "hotkey"))
class TimelockedWeightsRevealed(Event):
    """The same since spec_version 306. netuid: the storage index of the mechanism, since 320."""

    netuid: NetUid
    hotkey: AccountId


@event("PulseStored")
class PulseStored(Event):
    """The randomness beacon's pulse of a round was stored. pulse: as a node encodes it."""

    round: U64
    pulse: BYTES
