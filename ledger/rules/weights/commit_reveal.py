"""Weights in two steps: a hash is committed, and what it is the hash of is revealed some epochs later.

A hotkey's commits on a subnet stand in a queue, oldest first. They expire from the front; a reveal takes its commit out.
"""

from attrs import evolve, frozen

from neuron_ledger.events.calls import BatchCommitWeights, BatchRevealWeights, CommitWeights, RevealWeights
from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.events.weights import WeightCommitsDropped, WeightsBatchRevealed, WeightsCommitted, WeightsRevealed
from neuron_ledger.ledger.errors import (
    CommitRevealDisabled,
    CommittingWeightsTooFast,
    ExpiredWeightCommit,
    InputLengthsUnequal,
    InvalidRevealCommitHashNotMatch,
    NoWeightsCommitFound,
    RevealTooEarly,
    TooManyUnrevealedCommits,
)
from neuron_ledger.ledger.rules.tempo import Commit, RevealWindow, get_reveal_blocks, is_commit_expired, is_reveal_block_range
from neuron_ledger.ledger.rules.weights.calls import caller_uid, ensure_within_rate_limit, run_batch, store_weights
from neuron_ledger.ledger.rules.weights.commit_hash import get_commit_hash
from neuron_ledger.ledger.rules.weights.weight_rows import AskedWeights
from neuron_ledger.ledger.transaction import CallTable, Transaction, ensure_signed

UNREVEALED_COMMITS_MAX = 10
"""Commits that may stand in one queue."""


@frozen
class Queue:
    """A hotkey's commits on a subnet: those still open, and those that have just expired and go away."""

    netuid: int
    hotkey: bytes
    open: tuple[Commit, ...]
    expired: tuple[Commit, ...]


# ------------------------------------------------------------------------------------------------------------ calls


def commit_weights(tx: Transaction, origin: Origin, call: CommitWeights) -> None:
    """Queue a commit; commits that have expired go away.

    Raises: BadOrigin, CommitRevealDisabled, HotKeyNotRegisteredInSubNet, CommittingWeightsTooFast, TooManyUnrevealedCommits.
    Source: subtensor subnets/weights.rs::do_commit_weights, spec_version 277.
    """
    _commit(tx, ensure_signed(origin), call.netuid, call.commit_hash)


def batch_commit_weights(tx: Transaction, origin: Origin, call: BatchCommitWeights) -> None:
    """Commit on several subnets; an item that is refused does not stop the others.

    Raises: BadOrigin, InputLengthsUnequal. Source: subtensor subnets/weights.rs::do_batch_commit_weights, spec_version 277.
    """
    hotkey = ensure_signed(origin)
    if len(call.netuids) != len(call.commit_hashes):
        raise InputLengthsUnequal(netuids=len(call.netuids), commit_hashes=len(call.commit_hashes))
    run_batch(tx, hotkey, call.netuids, lambda item: _commit(tx, hotkey, call.netuids[item], call.commit_hashes[item]))


def reveal_weights(tx: Transaction, origin: Origin, call: RevealWeights) -> None:
    """Set the weights that were committed to. The commit leaves the queue, and so do all before it.

    Raises: BadOrigin, CommitRevealDisabled, NoWeightsCommitFound, ExpiredWeightCommit, InvalidRevealCommitHashNotMatch,
    RevealTooEarly, then as `store_weights`.
    Source: subtensor subnets/weights.rs::do_reveal_weights, spec_version 277.
    """
    hotkey = ensure_signed(origin)
    queue = _queue(tx, call.netuid, hotkey)
    commit_hash = get_commit_hash(hotkey, call.netuid, call.uids, call.values, call.salt, call.version_key)
    if not queue.open and commit_hash not in (expired_hash for expired_hash, *_ in queue.expired):
        raise NoWeightsCommitFound(netuid=call.netuid, hotkey=hotkey, commit_hash=commit_hash)
    position = _position(tx, queue, commit_hash)
    _ensure_may_be_revealed(tx, call.netuid, queue.open[position])
    # The row comes right after the call, which leaves its own weights out where that row tells them (events/entries/codec.py).
    store_weights(tx, AskedWeights(call.netuid, hotkey, call.uids, call.values, call.version_key))
    tx.emit(WeightCommitsDropped(netuid=call.netuid, hotkey=hotkey, commits=queue.open[position + 1 :]))
    tx.emit(WeightsRevealed(netuid=call.netuid, hotkey=hotkey, commit_hash=commit_hash))


def batch_reveal_weights(tx: Transaction, origin: Origin, call: BatchRevealWeights) -> None:
    """Reveal several commits of one subnet, one after the other: all of them or, when one is refused, none.

    Each takes only its own commit out of the queue. Raises: InputLengthsUnequal, then as `reveal_weights`.
    Source: subtensor subnets/weights.rs::do_batch_reveal_weights, spec_version 277.
    """
    lengths = [len(each) for each in (call.uids_list, call.values_list, call.salts_list, call.version_keys)]
    if len(set(lengths)) > 1:
        raise InputLengthsUnequal(**dict(zip(("uids_list", "values_list", "salts_list", "version_keys"), lengths, strict=True)))
    hotkey = ensure_signed(origin)
    queue = _queue(tx, call.netuid, hotkey)
    reveals = list(zip(call.uids_list, call.values_list, call.salts_list, call.version_keys, strict=True))
    hashes = tuple(get_commit_hash(hotkey, call.netuid, *reveal) for reveal in reveals)
    for commit_hash in hashes:
        _ensure_may_be_revealed(tx, call.netuid, queue.open[_position(tx, queue, commit_hash)])
    for commit_hash, (uids, values, _, version_key) in zip(hashes, reveals, strict=True):
        position = _position(tx, queue, commit_hash)
        queue = evolve(queue, open=queue.open[:position] + queue.open[position + 1 :])
        store_weights(tx, AskedWeights(call.netuid, hotkey, uids, values, version_key))
    if not queue.open or queue.open != tx.storage.weight_commits[call.netuid, hotkey]:
        tx.emit(WeightCommitsDropped(netuid=call.netuid, hotkey=hotkey, commits=queue.open))
    tx.emit(WeightsBatchRevealed(netuid=call.netuid, hotkey=hotkey, commit_hashes=hashes))


# ------------------------------------------------------------------------------------------------------- seams, parts


def new_commit(tx: Transaction, netuid: int, commit_hash: bytes) -> Commit:
    """The queue's entry for a commit made in this block."""
    storage = tx.storage
    period = storage.reveal_period_epochs[netuid]
    return (commit_hash, tx.block, *get_reveal_blocks(netuid, storage.tempo[netuid], period, tx.block))


def reveal_window(tx: Transaction, netuid: int, commit: Commit) -> RevealWindow:
    """When a commit may be revealed: by the tempo and the reveal period of now, whatever they were at the commit."""
    storage = tx.storage
    _, block, _, _ = commit
    terms = (netuid, storage.tempo[netuid], storage.reveal_period_epochs[netuid], block)
    first_block, last_block = get_reveal_blocks(*terms)
    return RevealWindow(
        first_block, last_block, is_reveal_block_range(*terms, now=tx.block), is_commit_expired(*terms, now=tx.block)
    )


def _commit(tx: Transaction, hotkey: bytes, netuid: int, commit_hash: bytes) -> None:
    _ensure_commit_reveal(tx, netuid)
    uid = caller_uid(tx, netuid, hotkey)
    ensure_within_rate_limit(tx, netuid, uid, CommittingWeightsTooFast)
    unrevealed = _without_expired(tx, netuid, hotkey).open
    if len(unrevealed) >= UNREVEALED_COMMITS_MAX:
        oldest = tx.rules.reveal_window(tx, netuid, unrevealed[0])
        raise TooManyUnrevealedCommits(
            unrevealed=len(unrevealed), allowed=UNREVEALED_COMMITS_MAX, oldest_expires_after=oldest.last_block, current=tx.block
        )
    commits = (*unrevealed, tx.rules.new_commit(tx, netuid, commit_hash))
    tx.emit(
        WeightsCommitted(netuid=netuid, uid=uid, hotkey=hotkey, commit_hash=commit_hash, commits=commits, last_update=tx.block)
    )


def _ensure_commit_reveal(tx: Transaction, netuid: int) -> None:
    if not tx.storage.commit_reveal_weights_enabled[netuid]:
        raise CommitRevealDisabled(netuid=netuid)


def _queue(tx: Transaction, netuid: int, hotkey: bytes) -> Queue:
    """The queue that a reveal looks into. Raises: CommitRevealDisabled, NoWeightsCommitFound."""
    _ensure_commit_reveal(tx, netuid)
    if (netuid, hotkey) not in tx.storage.weight_commits:
        raise NoWeightsCommitFound(netuid=netuid, hotkey=hotkey)
    return _without_expired(tx, netuid, hotkey)


def _without_expired(tx: Transaction, netuid: int, hotkey: bytes) -> Queue:
    """The queue parted at its first commit that has not expired."""
    commits = tx.storage.weight_commits[netuid, hotkey] or ()
    expired = 0
    while expired < len(commits) and tx.rules.reveal_window(tx, netuid, commits[expired]).is_expired:
        expired += 1
    return Queue(netuid, hotkey, commits[expired:], commits[:expired])


def _position(tx: Transaction, queue: Queue, commit_hash: bytes) -> int:
    """Where the oldest open commit with that hash stands. Raises: ExpiredWeightCommit, InvalidRevealCommitHashNotMatch."""
    for position, commit in enumerate(queue.open):
        if commit[0] == commit_hash:
            return position
    for commit in queue.expired:
        if commit[0] == commit_hash:
            window = tx.rules.reveal_window(tx, queue.netuid, commit)
            raise ExpiredWeightCommit(commit_block=commit[1], last_reveal_block=window.last_block, current=tx.block)
    raise InvalidRevealCommitHashNotMatch(netuid=queue.netuid, commit_hash=commit_hash, open_commits=len(queue.open))


def _ensure_may_be_revealed(tx: Transaction, netuid: int, commit: Commit) -> None:
    window = tx.rules.reveal_window(tx, netuid, commit)
    if not window.is_open:
        raise RevealTooEarly(
            commit_block=commit[1],
            first_reveal_block=window.first_block,
            last_reveal_block=window.last_block,
            current=tx.block,
        )


CALLS: CallTable = {
    CommitWeights: commit_weights,
    BatchCommitWeights: batch_commit_weights,
    RevealWeights: reveal_weights,
    BatchRevealWeights: batch_reveal_weights,
}
