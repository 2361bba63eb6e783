"""What validators say: weights set, commits made and revealed."""

from neuron_ledger.events.storage.items import WEIGHT_COMMITS
from neuron_ledger.events.wire.record import Event, event
from neuron_ledger.events.wire.units import HASH, TEXT, U16_VECTOR, U32, U64, U64_VECTOR, AccountId, NetUid, Row, Uid


@event("WeightsSet", deposit=("WeightsSet", "netuid", "uid"))
class WeightsSet(Event):
    """The weights of one uid. row: as stored, in the order given, zeros included.

    last_update: the block that counts as the uid's last update, absent where it does not move (weights that were
    committed, or a uid that has no such entry).
    """

    netuid: NetUid
    uid: Uid
    row: Row
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
    """A commit was revealed; its weights stand in the `WeightsSet` event of the same call."""

    netuid: NetUid
    hotkey: AccountId
    commit_hash: HASH


@event("WeightsBatchRevealed", deposit=("WeightsBatchRevealed", "hotkey", "netuid", "commit_hashes"))
class WeightsBatchRevealed(Event):
    """Several commits were revealed at once; the weights of each stand in `WeightsSet` events of the same call, in this order."""

    netuid: NetUid
    hotkey: AccountId
    commit_hashes: tuple[HASH, ...]


@event("BatchWeightsCompleted", deposit=("BatchWeightsCompleted", "netuids", "hotkey"))
class BatchWeightsCompleted(Event):
    """A batch came to its end, whatever became of its items."""

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


@event("TimelockedCommitsDropped")
class TimelockedCommitsDropped(Event):
    """Timelocked commits that were not revealed are gone. epochs: in which they were made."""

    netuid: NetUid
    epochs: U64_VECTOR
