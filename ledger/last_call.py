"""Whether a log ends where a call ends: a log that was cut off inside a call cannot be continued."""

import sqlite3
from collections.abc import Sequence
from typing import Final

from neuron_ledger.events.calls import AdvanceTo, Observe
from neuron_ledger.events.entries.catalogue import UnknownTag
from neuron_ledger.events.entries.codec import PayloadError
from neuron_ledger.events.entries.envelope import Entry
from neuron_ledger.events.entries.group import Group, entries_of, group_of
from neuron_ledger.events.ledger import ExtrinsicFailed, StorageChanged
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.ledger.decide import decide
from neuron_ledger.ledger.errors import CannotGoOn
from neuron_ledger.ledger.log.errors import ChainBroken, read_error
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.rules.blocks.seals import seal_is_due
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.projections.storage import Storage

_LAST_CALL: Final = "SELECT seq FROM log WHERE seq <= ? AND tag GLOB '[a-z]*' ORDER BY seq DESC LIMIT 1"


def last_call_position(log: Log, until: int) -> int:
    """The position of the last call that begins at or before `until`; 0 if there is none."""
    try:
        found = log.connection.execute(_LAST_CALL, (until,)).fetchone()
    except sqlite3.DatabaseError as error:
        raise read_error(until, error) from error
    return 0 if found is None else int(found[0])


def ensure_whole(storage: Storage, rules: Runtime, entries: Sequence[Entry]) -> None:
    """Refuse a log whose last call is recorded without everything it caused. storage: from before that call; left unchanged.

    Whether the record is correct is for an audit: here the call is decided again only to see whether anything is missing.
    Raises: ChainBroken.
    """
    try:
        group = group_of(entries)
    except (PayloadError, UnknownTag) as error:
        raise ChainBroken(entries[0].position, error.what if isinstance(error, UnknownTag) else str(error)) from error
    missing = _missing(storage, rules, group)
    if missing is not None:
        raise ChainBroken(group.last_position + 1, f"the call at position {group.position} ends too early, {missing} is missing")
    if seal_is_due(group.position, group.last_position):
        raise ChainBroken(group.last_position + 1, "the seal that is due here is missing")


def _missing(storage: Storage, rules: Runtime, group: Group) -> str | None:
    """The tag of the event that would have to come next; None where the call is complete."""
    if any(isinstance(event, ExtrinsicFailed) for event in group.events):
        return None
    if isinstance(group.submission.call, AdvanceTo):
        # It moves the block number, so its last event holds the changes: no need to run the blocks again, which may be many.
        return None if group.events and isinstance(group.events[-1], StorageChanged) else StorageChanged.tag
    if isinstance(group.submission.call, Observe):
        return None if group.events else "what was observed"
    with storage.transaction() as journal:
        try:
            happened = decide(storage, rules, group.submission).happened
        except (CannotGoOn, FieldError):
            return None
        finally:
            journal.rollback()
    caused = [(entry.tag, entry.payload) for entry in entries_of(group.block, group.submission, happened)]
    recorded = [(entry.tag, entry.payload) for entry in group.entries]
    # The call's own entry is abbreviated where its weights follow, so it may differ where they are missing.
    is_cut = len(recorded) < len(caused) and recorded[1:] == caused[1 : len(recorded)]
    return caused[len(recorded)][0] if is_cut else None
