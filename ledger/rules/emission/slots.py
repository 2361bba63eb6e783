"""The slots of epochs by their schedule, in every block since spec_version 423: which run, are skipped, or wait."""

from collections.abc import Iterator

from neuron_ledger.events.consensus import EpochDeferred, EpochSkipped
from neuron_ledger.ledger.rules.emission.coinbase import run_epochs_of
from neuron_ledger.ledger.rules.epoch.schedule import is_slot_due
from neuron_ledger.ledger.rules.netuids import ROOT, hotkeys_by_uid, known_netuids
from neuron_ledger.ledger.rules.numbers.saturating import add_u64
from neuron_ledger.ledger.runtime import Pending, Tx
from neuron_ledger.projections.storage import Storage


def due_epochs_423(tx: Tx) -> tuple[int, ...]:
    """The netuids whose slot is used in this block, in key order: as many epochs as may run, and those that will be skipped.

    Called before the block hook, which counts this block for all subnets before it checks them.
    Source: subtensor coinbase/run_coinbase.rs::drain_pending, spec_version 424.
    """
    left, used = tx.storage.max_epochs_per_block.value, []
    for netuid in _due_slots(tx, passed=1):
        if left <= 0:
            break
        used.append(netuid)
        left -= has_distinct_hotkeys(tx.storage, netuid)
    return tuple(used)


def deferred_epochs_423(tx: Tx) -> frozenset[int]:
    """The netuids whose slot is due in this block and has to wait, determined before the block is counted.

    Source: subtensor coinbase/run_coinbase.rs::epochs_deferred_this_block, spec_version 424.
    """
    left, waiting = tx.storage.max_epochs_per_block.value, set()
    for netuid in _due_slots(tx, passed=0):
        if left <= 0:
            waiting.add(netuid)
        else:
            left -= has_distinct_hotkeys(tx.storage, netuid)
    return frozenset(waiting)


def run_due_epochs_334(tx: Tx) -> None:
    """Hand out what is pending where an epoch is due and no hotkey holds two uids; elsewhere one more block passed.

    Source: subtensor coinbase/run_coinbase.rs::run_coinbase, spec_version 334.
    """
    run_epochs_of(tx, [netuid for netuid in tx.due_epochs if has_distinct_hotkeys(tx.storage, netuid)])


def run_due_epochs_423(tx: Tx) -> None:
    """Count the block, use the slots that are due, defer the others; then run the epochs and hand out what was pending.

    Source: subtensor coinbase/run_coinbase.rs::drain_pending, distribute_emissions_to_subnets, spec_version 424.
    """
    storage, used, passed = tx.storage, set(tx.due_epochs), tx.storage.blocks_since_last_step
    deferred = set(_due_slots(tx, passed=1)) - used if len(used) >= storage.max_epochs_per_block.value else ()
    taken: dict[int, Pending] = {}
    netuids = known_netuids(storage)
    for netuid, blocks in zip(netuids, passed.values_of(netuids), strict=True):
        if netuid == ROOT:
            continue
        passed[netuid] = add_u64(blocks, 1)
        if netuid in used:
            _use_slot(tx, netuid, taken)
        elif netuid in deferred:
            storage.pending_epoch_at[netuid] = tx.block + 1
            tx.emit(EpochDeferred(netuid=netuid, from_block=tx.block, to_block=tx.block + 1))
    for netuid in sorted(taken):
        tx.rules.drain_pending_emission(tx, netuid, taken[netuid])
        storage.last_mechansim_step_block[netuid] = tx.block


def _use_slot(tx: Tx, netuid: int, taken: dict[int, Pending]) -> None:
    """Take what is pending for the epoch, or skip it; the schedule continues either way."""
    storage = tx.storage
    if has_distinct_hotkeys(storage, netuid):
        for step in tx.rules.before_drain:
            step(tx, netuid)
        storage.blocks_since_last_step[netuid] = 0
        taken[netuid] = tx.rules.take_pending(tx, netuid)
    else:
        tx.emit(EpochSkipped(netuid=netuid, block=tx.block))
    storage.last_epoch_block[netuid] = tx.block
    storage.pending_epoch_at[netuid] = 0
    storage.subnet_epoch_index[netuid] = add_u64(storage.subnet_epoch_index[netuid], 1)


def _due_slots(tx: Tx, passed: int) -> Iterator[int]:
    """The subnets whose slot is due, in key order. passed: blocks not counted yet."""
    storage, block = tx.storage, tx.block
    netuids = known_netuids(storage)
    tables = storage.tempo, storage.last_epoch_block, storage.pending_epoch_at, storage.blocks_since_last_step
    for netuid, tempo, last, pending, since in zip(netuids, *[table.values_of(netuids) for table in tables], strict=True):
        if netuid != ROOT and is_slot_due(tempo, last, pending, since + passed, block):
            yield netuid


def has_distinct_hotkeys(storage: Storage, netuid: int) -> bool:
    """Whether no hotkey holds two uids of a subnet; where one does, its epoch does not run.

    Source: subtensor epoch/run_epoch.rs::is_epoch_input_state_consistent, spec_version 424.
    """
    hotkeys = [hotkey for hotkey in hotkeys_by_uid(storage, netuid) if hotkey is not None]
    return len(set(hotkeys)) == len(hotkeys)
