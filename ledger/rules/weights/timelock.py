"""Timelocked commits: weights that are revealed automatically once the randomness beacon's pulse of their round is known.

Commits of one epoch form one queue, oldest first. When the epoch of their reveal comes, each is opened and its weights are stored
as if the hotkey set them then; one that cannot be opened or stored is dropped.
"""

from hashlib import blake2b

from neuron_ledger.events.weights import (
    CRV3WeightsCommitted,
    CRV3WeightsRevealed,
    TimelockedCommitsDropped,
    TimelockedCommitsLeft,
    TimelockedWeightsCommitted,
    TimelockedWeightsRevealed,
)
from neuron_ledger.ledger.errors import ChainError, IncorrectCommitRevealVersion, TooManyUnrevealedCommits
from neuron_ledger.ledger.rules.emission.slots import deferred_epochs_423
from neuron_ledger.ledger.rules.epoch.tempo import get_epoch_index
from neuron_ledger.ledger.rules.netuids import ROOT, known_netuids
from neuron_ledger.ledger.rules.weights.commit_reveal import UNREVEALED_COMMITS_MAX, commit_reveal_is_on
from neuron_ledger.ledger.rules.weights.setting import asked_weights, caller_uid, last_update_of, store_weights
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.ledger.weights import AskedCommit, TimelockQueue

QUEUE = TimelockQueue("CRV3WeightCommits", CRV3WeightsCommitted, CRV3WeightsRevealed, holds_blocks=False)
QUEUE_297 = TimelockQueue("CRV3WeightCommitsV2", CRV3WeightsCommitted, CRV3WeightsRevealed)
QUEUE_306 = TimelockQueue("TimelockedWeightCommits", TimelockedWeightsCommitted, TimelockedWeightsRevealed)

# ----------------------------------------------------------------------------------------------------------- commits


def commit_timelocked(tx: Tx, asked: AskedCommit, commit: bytes, reveal_round: int, version: int | None = None) -> None:
    """Queue a hotkey's timelocked commit among those of its epoch. version: of the client's scheme, where it is checked.

    Raises: CommitRevealDisabled, IncorrectCommitRevealVersion, what the runtime's `commit_checks` raise,
    TooManyUnrevealedCommits: in this order.
    """
    commit_reveal_is_on(tx, asked)
    if version is not None and version != tx.storage.commit_reveal_weights_version.value:
        raise IncorrectCommitRevealVersion(version=version, needed=tx.storage.commit_reveal_weights_version.value)
    for check in tx.rules.commit_checks:
        check(tx, asked)
    queue, epoch = tx.rules.timelock_queue, tx.rules.commit_epoch(tx, asked.netuid)
    unrevealed = sum(who == asked.hotkey for who, *_ in tx.storage.map(queue.item)[asked.index, epoch])
    if unrevealed >= UNREVEALED_COMMITS_MAX:
        raise TooManyUnrevealedCommits(unrevealed=unrevealed, allowed=UNREVEALED_COMMITS_MAX, epoch=epoch)
    uid = caller_uid(tx, asked.netuid, asked.hotkey)
    tx.emit(
        queue.committed(
            item=queue.item,
            netuid=asked.index,
            epoch=epoch,
            uid=uid,
            hotkey=asked.hotkey,
            commit_hash=blake2b(commit, digest_size=32).digest(),
            commit=commit,
            reveal_round=reveal_round,
            block=tx.block if queue.holds_blocks else None,
            last_update=last_update_of(tx, asked.index, uid),
        )
    )


# ----------------------------------------------------------------------------------------------------------- reveals


def reveal_in_epoch(tx: Tx, netuid: int) -> None:
    """Open the commits whose epoch of reveal this is, in the block of the epoch; without their pulse they are dropped.

    Source: subtensor coinbase/run_coinbase.rs::reveal_crv3_commits, spec_version 277.
    """
    current = get_epoch_index(netuid, tx.storage.tempo[netuid], tx.block)
    reveal_epoch = max(current - max(tx.storage.reveal_period_epochs[netuid] - 1, 0), 0)
    _drop_before(tx, netuid, reveal_epoch)
    if current >= 2:
        _open_epoch(tx, netuid, 0, reveal_epoch, waits=False)


def reveal_in_epoch_where_on_216(tx: Tx, netuid: int) -> None:
    """The same where commit-reveal is on. Source: subtensor coinbase/run_coinbase.rs::run_coinbase, spec_version 216."""
    if tx.storage.commit_reveal_weights_enabled[netuid]:
        reveal_in_epoch(tx, netuid)


def reveal_commits_301(tx: Tx, netuid: int) -> None:
    """Open the commits whose epoch of reveal this is, in any block; without their pulse they wait.

    Source: subtensor coinbase/reveal_commits.rs::reveal_crv3_commits, spec_version 301.
    """
    _reveal_due(tx, netuid, 1, get_epoch_index(netuid, tx.storage.tempo[netuid], tx.block))


def reveal_commits_320(tx: Tx, netuid: int) -> None:
    """The same for each mechanism. Source: subtensor coinbase/reveal_commits.rs::reveal_crv3_commits, spec_version 320."""
    current = get_epoch_index(netuid, tx.storage.tempo[netuid], tx.block)
    _reveal_due(tx, netuid, tx.storage.mechanism_count_current[netuid], current)


def reveal_everywhere_361(tx: Tx) -> None:
    """Open commits on every subnet, before the block's emission.

    Source: subtensor coinbase/block_step.rs::reveal_crv3_commits, spec_version 361.
    """
    for netuid in known_netuids(tx.storage):
        if netuid != ROOT:
            reveal_commits_320(tx, netuid)


def reveal_everywhere_423(tx: Tx) -> None:
    """Open commits, by the epochs that are counted in storage; where an epoch is deferred, its commits wait with it.

    Source: subtensor coinbase/block_step.rs::reveal_crv3_commits, spec_version 424.
    """
    storage = tx.storage
    if not storage.map(tx.rules.timelock_queue.item):
        return
    deferred = deferred_epochs_423(tx)
    for netuid in known_netuids(storage):
        if netuid != ROOT and netuid not in deferred:
            _reveal_due(tx, netuid, storage.mechanism_count_current[netuid], tx.rules.commit_epoch(tx, netuid))


def _reveal_due(tx: Tx, netuid: int, mechanisms: int, current: int) -> None:
    """Open what was committed one reveal period before the current epoch, and drop what is older."""
    period = tx.storage.reveal_period_epochs[netuid]
    reveal_epoch = max(current - period, 0)
    for mechanism in range(mechanisms):
        _drop_before(tx, tx.rules.storage_index(netuid, mechanism), reveal_epoch)
        if current < period:
            return
        _open_epoch(tx, netuid, mechanism, reveal_epoch, waits=True)


def _drop_before(tx: Tx, index: int, reveal_epoch: int) -> None:
    item = tx.rules.timelock_queue.item
    past = sorted(epoch for of, epoch in tx.storage.map(item) if of == index and epoch < reveal_epoch)
    if past:
        tx.emit(TimelockedCommitsDropped(item=item, netuid=index, epochs=tuple(past)))


def _open_epoch(tx: Tx, netuid: int, mechanism: int, epoch: int, *, waits: bool) -> None:
    """Open an epoch's commits, one after the other. waits: those without a pulse stay."""
    index, item = tx.rules.storage_index(netuid, mechanism), tx.rules.timelock_queue.item
    queue = tx.storage.map(item).get((index, epoch))
    if queue is None:
        return
    waiting = []
    for entry in queue:
        hotkey, commit, reveal_round = entry[0], entry[-2], entry[-1]
        pulse = tx.storage.drand_pulses[reveal_round]
        if pulse is not None:
            _open(tx, netuid, mechanism, hotkey, commit, pulse)
        elif waits:
            waiting.append(entry)
    if not waiting:
        tx.emit(TimelockedCommitsDropped(item=item, netuid=index, epochs=(epoch,)))
    elif len(waiting) < len(queue):
        tx.emit(TimelockedCommitsLeft(item=item, netuid=index, epoch=epoch, commits=tuple(waiting)))


def _open(tx: Tx, netuid: int, mechanism: int, hotkey: bytes, commit: bytes, pulse: bytes) -> None:
    """Store a commit's weights as if its hotkey set them now, if they can be read and may be set."""
    content = tx.rules.open_timelock(commit, pulse)
    payload = None if content is None else tx.rules.read_timelock(content, hotkey)
    if payload is None:
        return
    begin = tx.savepoint()
    try:
        store_weights(tx, asked_weights(tx, netuid, hotkey, *payload, mechanism))
    except ChainError:
        tx.undo(begin)
    else:
        tx.emit(tx.rules.timelock_queue.revealed(netuid=tx.rules.storage_index(netuid, mechanism), hotkey=hotkey))
