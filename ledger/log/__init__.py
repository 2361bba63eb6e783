"""The append-only, hash-chained log in one SQLite file: `Log` is all that its users need; `errors` is what can go wrong.

from neuron_ledger.ledger.log import Log
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from neuron_ledger.ledger.log.store import Log as Log

__all__ = ["Log"]


def __getattr__(name: str) -> Any:
    # When it is first used: whoever wants an error's class alone does not load SQLite.
    if name != "Log":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from neuron_ledger.ledger.log.store import Log

    return Log
