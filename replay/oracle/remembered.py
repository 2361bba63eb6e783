"""What builders add to a chain, remembered: the same calls after the same head give the same chain, so these are decided once.

A head stands for all that led to it, so what is kept is a function of its key alone. Nobody holds it: a chain gets a copy.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Final, TypeVar

from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.runtimes.timeline import TIMELINE

T = TypeVar("T")

MOST_KEPT: Final = 32
"""How many results are kept, the ones used last."""
MOST_ENTRIES: Final = 5_000
"""Entries of a chain that is kept, at most."""

_kept: OrderedDict[Hashable, tuple[Any, Ledger]] = OrderedDict()
_lock = Lock()


def remembered(ledger: Ledger, key: Hashable, build: Callable[[], T]) -> T:
    """What `build` gives, once it has added to the ledger what it adds; it is not run again where the same was done before.

    key: what it goes by besides the ledger's head, all of it. The result must be immutable. A ledger in a file, and one of other
    runtimes than the chain's, is always built on. Should `build` raise, nothing is recorded.
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
