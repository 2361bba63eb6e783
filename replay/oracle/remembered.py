"""What builders add to a chain, remembered: the same calls after the same head give the same entries, so these are decided once.

An entry is immutable, and a head stands for all that led to it. So what is kept is a function of its key alone; no chain sees
another through it.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Final, TypeVar

from neuron_ledger.events.entries.envelope import NewEntry
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.runtimes.timeline import TIMELINE

T = TypeVar("T")

MOST_KEPT: Final = 64
"""How many results are kept, the ones used last."""
MOST_ENTRIES: Final = 5_000
"""Entries of a result that is kept, at most."""

_kept: OrderedDict[Hashable, tuple[Any, tuple[NewEntry, ...]]] = OrderedDict()
_lock = Lock()


def remembered(ledger: Ledger, key: Hashable, build: Callable[[], T]) -> T:
    """What `build` gives, once it has added to the ledger what it adds; it is not run again where the same was done before.

    key: what it goes by besides the ledger's head, all of it. The result must be immutable. Should it raise, nothing is recorded.
    """
    before, kept = ledger.head, None
    whole = before, ledger.log.spec_version, key
    if ledger.timeline is TIMELINE:
        with _lock:
            kept = _kept.get(whole)
            if kept is not None:
                _kept.move_to_end(whole)
    if kept is not None:
        result, entries = kept
        ledger.log.append(entries, expected_position=before.position)
        with ledger.batch():
            pass  # which takes in what is new in the log
        return result  # type: ignore[no-any-return]
    with ledger.batch():
        result = build()
    if ledger.timeline is TIMELINE and ledger.head.position - before.position <= MOST_ENTRIES:
        rows = ledger.log.rows_verified(before.position)
        entries = tuple(NewEntry(block, tag, bytes(payload)) for _, block, tag, payload, _ in rows)
        with _lock:
            _kept[whole] = result, entries
            while len(_kept) > MOST_KEPT:
                _kept.popitem(last=False)
    return result
