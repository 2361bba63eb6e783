"""The append-only, hash-chained log in one SQLite file: `Log` is all that its users need; `errors` is what can go wrong.

from neuron_ledger.ledger.log import Log
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from neuron_ledger.ledger.log.store import Log as Log

__all__ = ["Log"]


def __getattr__(name: str) -> Any:
    # Loaded on first use, so that code which needs only an error class does not load SQLite.
    if name != "Log":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from neuron_ledger.ledger.log.store import Log

    return Log
