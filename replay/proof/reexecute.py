"""Run recorded calls again and compare, byte by byte, what they cause with what was recorded."""

from collections.abc import Sequence

from neuron_ledger.events.blocks_seen import BlockSeen, EventSeen, ExtrinsicSeen, RuntimeSeen, StorageMissed
from neuron_ledger.events.calls import Observe
from neuron_ledger.events.difference import Difference
from neuron_ledger.events.entries.envelope import NewEntry
from neuron_ledger.events.entries.group import Group, entries_of
from neuron_ledger.events.ledger import StorageObserved
from neuron_ledger.events.storage.changes import canonical_changes
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.events.wire.record import Event
from neuron_ledger.ledger.decide import decide
from neuron_ledger.ledger.errors import CannotGoOn
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.projections.fold import fold
from neuron_ledger.projections.storage import Storage
from neuron_ledger.replay.first_difference import first_difference
from neuron_ledger.replay.proof.exchanges import are_exchanges


def reexecute(storage: Storage, rules: Runtime, group: Group) -> Difference[int] | None:
    """Decide a recorded call again on the storage before it; leaves storage as the log says it was afterwards.

    An observation is not decided: what was seen is taken as recorded, if it has the form of observations.
    """
    with storage.transaction() as journal:
        if isinstance(group.submission.call, Observe):
            _fold(storage, group)
            return _malformed_observation(group)
        mismatch = _decided_otherwise(storage, rules, group)
        if mismatch is not None:
            journal.rollback()
            _fold(storage, group)
    return mismatch


def _decided_otherwise(storage: Storage, rules: Runtime, group: Group) -> Difference[int] | None:
    """The first difference between the rules and the log; storage is then the rules' result."""
    try:
        decision = decide(storage, rules, group.submission)
    except (CannotGoOn, FieldError) as error:
        return Difference(group.position, "the rules cannot continue here", str(error), "a call")
    except Exception as error:  # rules may fail in any way on damaged storage; that must not hide findings
        why = f"{type(error).__name__}: {error}"
        return Difference(group.position, "the rules cannot decide this call", "a decision", why)
    caused = entries_of(group.block, group.submission, decision.happened)
    if caused == [NewEntry(entry.block, entry.tag, entry.payload) for entry in group.entries]:
        return None
    return first_difference(group.entries, caused)


def _malformed_observation(group: Group) -> Difference[int] | None:
    """An observation is followed by what was seen, once, in canonical order."""
    observed = [event for event in group.events if isinstance(event, StorageObserved)]
    before = group.events[:-1]
    if (
        len(observed) != 1
        or not isinstance(group.events[-1], StorageObserved)
        or not (_is_a_block(before) or are_exchanges(before))
    ):
        caused = ", ".join(event.tag for event in group.events) or "nothing"
        return Difference(group.position, "an observation is not followed by what was seen", StorageObserved.tag, caused)
    changes = observed[0].changes
    if changes and are_exchanges(before):
        what = "exchanges that were observed change storage"
        return Difference(group.last_position, what, "nothing", ", ".join(name for name, _, _ in changes))
    ordered = canonical_changes({name: (dict(entries), list(removed)) for name, entries, removed in changes})
    if ordered != changes:
        parted = next((name for (name, *_), other in zip(changes, ordered, strict=False) if other[0] != name), "an item")
        return Difference(group.last_position, "what was seen is not in canonical order", "the order of items and keys", parted)
    return None


def _is_a_block(events: Sequence[Event]) -> bool:
    """Whether these are a node's answers about a block: it, runtimes, extrinsics, events, what was missed; or nothing."""
    order = (BlockSeen, RuntimeSeen, ExtrinsicSeen, EventSeen, StorageMissed)
    kinds = [order.index(type(event)) if isinstance(event, order) else -1 for event in events]
    return not kinds or (kinds.count(0) == 1 and kinds[0] == 0 and kinds == sorted(kinds))


def _fold(storage: Storage, group: Group) -> None:
    for event in group.events:
        fold(storage, event)
