"""Weights in two steps: a hash is committed, and its preimage is revealed some epochs later.

A hotkey's commits on a subnet form a queue, oldest first. They expire from the front; a reveal removes its commit.
"""

from collections.abc import Callable, Sequence

from attrs import evolve, frozen

from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.events.weights import WeightCommitsDropped, WeightsBatchRevealed, WeightsCommitted, WeightsRevealed
from neuron_ledger.ledger.errors import (
    CommitRevealDisabled,
    CommittingWeightsTooFast,
    ExpiredWeightCommit,
    InvalidRevealCommitHashNotMatch,
    NoWeightsCommitFound,
    RevealTooEarly,
    TooManyUnrevealedCommits,
)
from neuron_ledger.ledger.rules.epoch.tempo import get_reveal_blocks, is_commit_expired, is_reveal_block_range
from neuron_ledger.ledger.rules.weights.commit_hash import get_commit_hash
from neuron_ledger.ledger.rules.weights.setting import (
    asked_weights,
    caller_uid,
    ensure_within_rate_limit,
    last_update_of,
    store_weights,
)
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.ledger.transaction import ensure_signed
from neuron_ledger.ledger.weights import AskedCommit, AskedWeights, Commit, RevealWindow

UNREVEALED_COMMITS_MAX = 10
"""The maximum number of commits in a queue."""

Reveal = tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...], int]
"""The preimage of a commit: uids, weights, salt, version key."""


@frozen
class Queue:
    """A hotkey's commits on a subnet: those still open, and those that have just expired and are removed."""

    netuid: int
    open: tuple[Commit, ...]
    expired: tuple[Commit, ...]


# --------------------------------------------------------------------------------------------------------- seams, parts


def new_commit(tx: Tx, netuid: int, commit_hash: bytes) -> Commit:
    """The queue's entry for a commit made in this block."""
    storage = tx.storage
    period = storage.reveal_period_epochs[netuid]
    return (commit_hash, tx.block, *get_reveal_blocks(netuid, storage.tempo[netuid], period, tx.block))


def reveal_window(tx: Tx, netuid: int, commit: Commit) -> RevealWindow:
    """When a commit may be revealed: by the current tempo and reveal period, whatever they were at the commit."""
    storage = tx.storage
    _, block, _, _ = commit
    terms = (netuid, storage.tempo[netuid], storage.reveal_period_epochs[netuid], block)
    first, last = get_reveal_blocks(*terms)
    is_open, is_expired = is_reveal_block_range(*terms, now=tx.block), is_commit_expired(*terms, now=tx.block)
    return RevealWindow("block", block, first, last, tx.block, is_open, is_expired)


def commit(tx: Tx, asked: AskedCommit, commit_hash: bytes) -> None:
    """Queue a hotkey's commit; expired commits are removed.

    Raises: what the runtime's checks raise, in their order (`COMMIT_CHECKS`), TooManyUnrevealedCommits.
    """
    for check in tx.rules.commit_checks:
        check(tx, asked)
    uid = caller_uid(tx, asked.netuid, asked.hotkey)
    unrevealed = _without_expired(tx, asked).open
    if len(unrevealed) >= UNREVEALED_COMMITS_MAX:
        oldest = tx.rules.reveal_window(tx, asked.netuid, unrevealed[0])
        raise TooManyUnrevealedCommits(
            unrevealed=len(unrevealed), allowed=UNREVEALED_COMMITS_MAX, oldest_expires_after=oldest.last, current=oldest.now
        )
    commits = (*unrevealed, tx.rules.new_commit(tx, asked.netuid, commit_hash))
    last_update = last_update_of(tx, asked.index, uid)
    tx.emit(
        WeightsCommitted(
            netuid=asked.index, uid=uid, hotkey=asked.hotkey, commit_hash=commit_hash, commits=commits, last_update=last_update
        )
    )


def reveal(tx: Tx, asked: AskedWeights, salt: tuple[int, ...]) -> None:
    """Store the weights that a hotkey committed to. The commit leaves the queue, and so do all before it.

    Raises: as `reveal_weights`, without BadOrigin.
    """
    netuid, index, hotkey = asked.netuid, asked.index, asked.hotkey
    queue = _queue(tx, AskedCommit(netuid, index, hotkey))
    commit_hash = get_commit_hash(hotkey, index, asked.uids, asked.weights, salt, asked.version_key)
    if not queue.open and commit_hash not in (expired_hash for expired_hash, *_ in queue.expired):
        raise NoWeightsCommitFound(netuid=netuid, hotkey=hotkey, commit_hash=commit_hash)
    position = _position(tx, queue, commit_hash)
    ensure_may_be_revealed(tx, netuid, queue.open[position])
    # The row comes right after the call, which omits its own weights where that row holds them (events/entries/codec.py).
    store_weights(tx, asked)
    tx.emit(WeightCommitsDropped(netuid=index, hotkey=hotkey, commits=queue.open[position + 1 :]))
    tx.emit(WeightsRevealed(netuid=index, hotkey=hotkey, commit_hash=commit_hash))


def reveal_in_turn(tx: Tx, asked: AskedCommit, reveals: Sequence[Reveal]) -> None:
    """Store the weights of several commits, one after the other; each takes only its own commit out of the queue.

    Raises: as `batch_reveal_weights`, without BadOrigin and InputLengthsUnequal.
    """
    netuid, hotkey = asked.netuid, asked.hotkey
    queue = _queue(tx, asked)
    hashes = tuple(get_commit_hash(hotkey, asked.index, *reveal) for reveal in reveals)
    for commit_hash in hashes:
        ensure_may_be_revealed(tx, netuid, queue.open[_position(tx, queue, commit_hash)])
    for commit_hash, (uids, values, _, version_key) in zip(hashes, reveals, strict=True):
        position = _position(tx, queue, commit_hash)
        queue = evolve(queue, open=queue.open[:position] + queue.open[position + 1 :])
        store_weights(tx, asked_weights(tx, netuid, hotkey, uids, values, version_key))
    if not queue.open or queue.open != tx.storage.weight_commits[asked.index, hotkey]:
        tx.emit(WeightCommitsDropped(netuid=asked.index, hotkey=hotkey, commits=queue.open))
    tx.emit(WeightsBatchRevealed(netuid=asked.index, hotkey=hotkey, commit_hashes=hashes))


def asked_commit(tx: Tx, origin: Origin, netuid: int, mechanism: int = 0) -> AskedCommit:
    """The commit that the signer wants to make on a subnet. Raises: what the runtime's `commit_target` raises, BadOrigin."""
    tx.rules.commit_target(tx, netuid, mechanism)
    return AskedCommit(netuid, tx.rules.storage_index(netuid, mechanism), ensure_signed(origin))


def anywhere(_tx: Tx, _netuid: int, _mechanism: int) -> None:
    """A commit's target is not checked before its signer."""


# ----------------------------------------------------------------------------------------- checks, in the chain's order


def commit_reveal_is_on(tx: Tx, asked: AskedCommit) -> None:
    if not tx.storage.commit_reveal_weights_enabled[asked.netuid]:
        raise CommitRevealDisabled(netuid=asked.netuid)


def hotkey_is_registered(tx: Tx, asked: AskedCommit) -> None:
    caller_uid(tx, asked.netuid, asked.hotkey)


def commit_rate_limit_is_over(tx: Tx, asked: AskedCommit) -> None:
    ensure_within_rate_limit(tx, asked, CommittingWeightsTooFast)


COMMIT_CHECKS: tuple[Callable[[Tx, AskedCommit], None], ...] = (
    commit_reveal_is_on,
    hotkey_is_registered,
    commit_rate_limit_is_over,
)
"""What a commit must pass, in this order: the first that does not hold gives the error."""


# ------------------------------------------------------------------------------------------------------------ the queue


def _queue(tx: Tx, asked: AskedCommit) -> Queue:
    """The queue that a reveal looks into. Raises: CommitRevealDisabled, NoWeightsCommitFound."""
    commit_reveal_is_on(tx, asked)
    if (asked.index, asked.hotkey) not in tx.storage.weight_commits:
        raise NoWeightsCommitFound(netuid=asked.netuid, hotkey=asked.hotkey)
    return _without_expired(tx, asked)


def _without_expired(tx: Tx, asked: AskedCommit) -> Queue:
    """The queue, split at its first commit that has not expired."""
    commits = tx.storage.weight_commits[asked.index, asked.hotkey] or ()
    expired = 0
    while expired < len(commits) and tx.rules.reveal_window(tx, asked.netuid, commits[expired]).is_expired:
        expired += 1
    return Queue(asked.netuid, commits[expired:], commits[:expired])


def _position(tx: Tx, queue: Queue, commit_hash: bytes) -> int:
    """The index of the oldest open commit with that hash. Raises: ExpiredWeightCommit, InvalidRevealCommitHashNotMatch."""
    for position, commit in enumerate(queue.open):
        if commit[0] == commit_hash:
            return position
    for commit in queue.expired:
        if commit[0] == commit_hash:
            window = tx.rules.reveal_window(tx, queue.netuid, commit)
            when = {f"commit_{window.counted_in}": window.committed, f"last_reveal_{window.counted_in}": window.last}
            raise ExpiredWeightCommit(**when, current=window.now)
    raise InvalidRevealCommitHashNotMatch(netuid=queue.netuid, commit_hash=commit_hash, open_commits=len(queue.open))


def ensure_may_be_revealed(tx: Tx, netuid: int, commit: Commit) -> None:
    """Refuse a reveal outside its window. Raises: RevealTooEarly."""
    window = tx.rules.reveal_window(tx, netuid, commit)
    if not window.is_open:
        unit = window.counted_in
        when = {f"commit_{unit}": window.committed, f"first_reveal_{unit}": window.first, f"last_reveal_{unit}": window.last}
        raise RevealTooEarly(**when, current=window.now)
