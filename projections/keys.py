"""Folds of swaps of keys: what is scheduled and announced. What a swap moves is folded with the call's quantities."""

from neuron_ledger.events.swaps import (
    ColdkeySwapAnnounced,
    ColdkeySwapCleared,
    ColdkeySwapDisputed,
    ColdkeySwapReset,
    ColdkeySwapScheduled,
)
from neuron_ledger.projections.fold_table import Folds, fold_table, folds
from neuron_ledger.projections.storage import Storage


def coldkey_swap_scheduled(storage: Storage, event: ColdkeySwapScheduled) -> None:
    swaps, block = storage.scheduled_coldkey_swaps, event.execution_block
    swaps[block] = (*swaps[block], (event.old_coldkey, event.new_coldkey, event.swap_cost))
    storage.coldkey_swap_scheduled[event.old_coldkey] = (block, event.new_coldkey)


def coldkey_swap_announced(storage: Storage, event: ColdkeySwapAnnounced) -> None:
    storage.coldkey_swap_announcements[event.who] = (event.possible_from, event.new_coldkey_hash)


def coldkey_swap_disputed(storage: Storage, event: ColdkeySwapDisputed) -> None:
    storage.coldkey_swap_disputes[event.coldkey] = event.block


def coldkey_swap_cleared(storage: Storage, event: ColdkeySwapCleared) -> None:
    storage.coldkey_swap_announcements.remove(event.who)


def coldkey_swap_reset(storage: Storage, event: ColdkeySwapReset) -> None:
    storage.coldkey_swap_announcements.remove(event.who)
    storage.coldkey_swap_disputes.remove(event.who)


FOLDS: Folds = fold_table(
    folds(ColdkeySwapScheduled, coldkey_swap_scheduled),
    folds(ColdkeySwapAnnounced, coldkey_swap_announced),
    folds(ColdkeySwapDisputed, coldkey_swap_disputed),
    folds(ColdkeySwapCleared, coldkey_swap_cleared),
    folds(ColdkeySwapReset, coldkey_swap_reset),
)
