"""The calls that set weights: directly, or by a commit and its reveal; one row, or a batch."""

from collections.abc import Callable

from neuron_ledger.events.calls import (
    BatchCommitWeights,
    BatchRevealWeights,
    BatchSetWeights,
    CommitWeights,
    RevealWeights,
    SetWeights,
)
from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.events.weights import (
    BatchCompletedWithErrors,
    BatchWeightItemFailed,
    BatchWeightItemFailedOnSubnet,
    BatchWeightsCompleted,
)
from neuron_ledger.events.wire.record import Event
from neuron_ledger.events.wire.rows import pairs
from neuron_ledger.ledger.errors import ChainError, CommitRevealEnabled, InputLengthsUnequal
from neuron_ledger.ledger.rules.weights.commit_reveal import asked_commit, commit, reveal, reveal_in_turn
from neuron_ledger.ledger.rules.weights.setting import asked_weights, store_weights
from neuron_ledger.ledger.runtime import Tx, call_table, handles
from neuron_ledger.ledger.transaction import ensure_signed
from neuron_ledger.ledger.weights import AskedCommit

# ------------------------------------------------------------------------------------------------------------- directly


def set_weights(tx: Tx, origin: Origin, call: SetWeights) -> None:
    """Set the weights of the caller's uid, if the subnet accepts them directly.

    Raises: CommitRevealEnabled, BadOrigin, then as `store_weights`.
    Source: subtensor macros/dispatches.rs::set_weights, spec_version 277.
    """
    ensure_taken_directly(tx, call.netuid)
    hotkey = ensure_signed(origin)
    store_weights(tx, asked_weights(tx, call.netuid, hotkey, call.dests, call.weights, call.version_key))


def batch_set_weights(tx: Tx, origin: Origin, call: BatchSetWeights) -> None:
    """Set weights on several subnets; an item that is refused does not stop the others.

    Raises: BadOrigin, InputLengthsUnequal. Source: subtensor subnets/weights.rs::do_batch_set_weights, spec_version 277.
    """
    hotkey = ensure_signed(origin)
    if not len(call.netuids) == len(call.weights) == len(call.version_keys):
        raise InputLengthsUnequal(netuids=len(call.netuids), weights=len(call.weights), version_keys=len(call.version_keys))

    def set_item(item: int) -> None:
        netuid, row = call.netuids[item], pairs(call.weights[item])
        ensure_taken_directly(tx, netuid)
        uids, weights = tuple(uid for uid, _ in row), tuple(weight for _, weight in row)
        store_weights(tx, asked_weights(tx, netuid, hotkey, uids, weights, call.version_keys[item]))

    run_batch(tx, hotkey, call.netuids, set_item)


def ensure_taken_directly(tx: Tx, netuid: int) -> None:
    """Refuse direct weights on a subnet with commit-reveal. Raises: CommitRevealEnabled."""
    if tx.storage.commit_reveal_weights_enabled[netuid]:
        raise CommitRevealEnabled(netuid=netuid)


# ------------------------------------------------------------------------------------------------- by commit and reveal


def commit_weights(tx: Tx, origin: Origin, call: CommitWeights) -> None:
    """Queue a commit; expired commits are removed.

    Raises: BadOrigin, CommitRevealDisabled, HotKeyNotRegisteredInSubNet, CommittingWeightsTooFast, TooManyUnrevealedCommits.
    Source: subtensor subnets/weights.rs::do_commit_weights, spec_version 277.
    """
    commit(tx, asked_commit(tx, origin, call.netuid), call.commit_hash)


def batch_commit_weights(tx: Tx, origin: Origin, call: BatchCommitWeights) -> None:
    """Commit on several subnets; an item that is refused does not stop the others.

    Raises: BadOrigin, InputLengthsUnequal. Source: subtensor subnets/weights.rs::do_batch_commit_weights, spec_version 277.
    """
    hotkey = ensure_signed(origin)
    if len(call.netuids) != len(call.commit_hashes):
        raise InputLengthsUnequal(netuids=len(call.netuids), commit_hashes=len(call.commit_hashes))

    def commit_item(item: int) -> None:
        commit(tx, asked_commit(tx, hotkey, call.netuids[item]), call.commit_hashes[item])

    run_batch(tx, hotkey, call.netuids, commit_item)


def reveal_weights(tx: Tx, origin: Origin, call: RevealWeights) -> None:
    """Set the weights that were committed to. The commit leaves the queue, and so do all before it.

    Raises: BadOrigin, CommitRevealDisabled, NoWeightsCommitFound, ExpiredWeightCommit, InvalidRevealCommitHashNotMatch,
    RevealTooEarly, then as `store_weights`.
    Source: subtensor subnets/weights.rs::do_reveal_weights, spec_version 277.
    """
    reveal(tx, asked_weights(tx, call.netuid, ensure_signed(origin), call.uids, call.values, call.version_key), call.salt)


def batch_reveal_weights(tx: Tx, origin: Origin, call: BatchRevealWeights) -> None:
    """Reveal several commits of one subnet, one after the other: all of them or, when one is refused, none.

    Each takes only its own commit out of the queue. Raises: InputLengthsUnequal, then as `reveal_weights`.
    Source: subtensor subnets/weights.rs::do_batch_reveal_weights, spec_version 277.
    """
    if not len(call.uids_list) == len(call.values_list) == len(call.salts_list) == len(call.version_keys):
        raise InputLengthsUnequal(
            uids_list=len(call.uids_list),
            values_list=len(call.values_list),
            salts_list=len(call.salts_list),
            version_keys=len(call.version_keys),
        )
    hotkey = ensure_signed(origin)
    reveals = zip(call.uids_list, call.values_list, call.salts_list, call.version_keys, strict=True)
    reveal_in_turn(tx, AskedCommit(call.netuid, tx.rules.storage_index(call.netuid, 0), hotkey), list(reveals))


# -------------------------------------------------------------------------------------------------------------- batches


def run_batch(tx: Tx, hotkey: bytes, netuids: tuple[int, ...], decide_item: Callable[[int], None]) -> None:
    """Decide each item of a batch, undo those that are refused, and emit events: first of successes, then of failures.

    Source: subtensor subnets/weights.rs::do_batch_set_weights, do_batch_commit_weights, spec_version 277.
    """
    failures: list[Event] = []
    for item, netuid in enumerate(netuids):
        begin = tx.savepoint()
        try:
            decide_item(item)
        except ChainError as error:
            tx.undo(begin)
            failures.append(tx.rules.item_failed(item, netuid, error, tx.rules.error_name(error)))
    if failures:
        tx.emit(BatchCompletedWithErrors())
    for failure in failures:
        tx.emit(failure)
    tx.emit(BatchWeightsCompleted(netuids=netuids, hotkey=hotkey))


def item_failed(item: int, netuid: int, error: ChainError, name: str) -> BatchWeightItemFailed:
    """The event of a refused item; the chain includes only the error."""
    return BatchWeightItemFailed(item=item, netuid=netuid, error=name, detail=error.detail())


def item_failed_411(item: int, netuid: int, error: ChainError, name: str) -> BatchWeightItemFailedOnSubnet:
    """The event of a refused item; the chain also includes the netuid."""
    return BatchWeightItemFailedOnSubnet(item=item, netuid=netuid, error=name, detail=error.detail())


CALLS = call_table(
    handles(SetWeights, set_weights),
    handles(BatchSetWeights, batch_set_weights),
    handles(CommitWeights, commit_weights),
    handles(BatchCommitWeights, batch_commit_weights),
    handles(RevealWeights, reveal_weights),
    handles(BatchRevealWeights, batch_reveal_weights),
)
