"""Neurons that lost their uids in a block: on the chain, by its storage, and by the rules."""

from collections.abc import Mapping

from attrs import frozen

from neuron_ledger.events.registration import NeuronReplaced
from neuron_ledger.events.wire import ss58
from neuron_ledger.projections.storage import Storage
from neuron_ledger.replay.history.rerun.run import BlockRun
from neuron_ledger.replay.history.rerun.seen_storage import Values

Seat = tuple[int, int]
"""(netuid, uid)."""


@frozen
class Replacement:
    """A uid that changed hands. hotkey, new_hotkey: SS58. score: with which the rules pruned it, None if they did not.

    predicted: whether the rules gave the same uid to the same hotkey in the same block.
    """

    block: int
    netuid: int
    uid: int
    hotkey: str
    new_hotkey: str
    score: int | None
    predicted: bool


def replacements(block: int, run: BlockRun, before: Values, seen: Storage) -> list[Replacement]:
    """Those of a block, on the chain or by the rules. before: the previous values of what the block changed; seen: after it."""
    on_chain, ruled = _on_chain(block, before, seen), _ruled(run)
    return [_compared(block, seat, on_chain.get(seat), ruled.get(seat)) for seat in sorted({*on_chain, *ruled})]


def _on_chain(block: int, before: Values, seen: Storage) -> Mapping[Seat, tuple[bytes, bytes]]:
    """(old, new hotkey). A hotkey that was swapped keeps the block in which it registered."""
    found: dict[Seat, tuple[bytes, bytes]] = {}
    for item, key in before:
        if item == "Keys" and isinstance(key, tuple):
            old, new = before[item, key], seen.keys.get(key, None)
            if isinstance(old, bytes) and new is not None and old != new and seen.block_at_registration[key] == block:
                found[key] = old, new
    return found


def _ruled(run: BlockRun) -> Mapping[Seat, NeuronReplaced]:
    """The last one of each uid."""
    return {(event.netuid, event.uid): event for event in run.replaced}


def _compared(block: int, seat: Seat, on_chain: tuple[bytes, bytes] | None, ruled: NeuronReplaced | None) -> Replacement:
    if ruled is None:
        assert on_chain is not None
        hotkey, new_hotkey, score = *on_chain, None
    else:
        hotkey, new_hotkey, score = ruled.old_hotkey, ruled.new_hotkey, ruled.pruning_score
    predicted = on_chain is not None and ruled is not None and on_chain[1] == ruled.new_hotkey
    return Replacement(block, *seat, ss58.encode(hotkey), ss58.encode(new_hotkey), score, predicted)
