"""A cache of what builders add to a chain: the same calls after the same head give the same chain, so they are decided once.

A head identifies all that led to it, so what is cached depends on its key alone. It is never shared: each chain gets a copy.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Final, TypeVar

from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.runtimes.timeline import TIMELINE

T = TypeVar("T")

MOST_KEPT: Final = 32
"""How many results are kept, the most recently used ones."""
MOST_ENTRIES: Final = 5_000
"""Longer chains, in entries, are not kept."""

_kept: OrderedDict[Hashable, tuple[Any, Ledger]] = OrderedDict()
_lock = Lock()


def remembered(ledger: Ledger, key: Hashable, build: Callable[[], T]) -> T:
    """The result of `build`, which adds to the ledger; it is not run if the same was done before.

    key: everything that the result depends on besides the ledger's head. The result must be immutable. A ledger in a file, or of
    other runtimes than the chain's, is never taken from the cache. If `build` raises, nothing is recorded.
    """
    keeps = ledger.log.file is None and ledger.timeline is TIMELINE
    whole = ledger.head, ledger.log.spec_version, key
    if keeps:
        with _lock:
            if whole in _kept:
                _kept.move_to_end(whole)
                result, copy = _kept[whole]
                ledger.go_back(copy)
                return result  # type: ignore[no-any-return]
    with ledger.batch():
        result = build()
    if keeps and ledger.head.position <= MOST_ENTRIES:
        with _lock:
            _kept[whole] = result, ledger.copied()
            while len(_kept) > MOST_KEPT:
                _kept.popitem(last=False)
    return result
