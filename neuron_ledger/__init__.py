"""Neuron Ledger: replay, audit and re-execute the life of Bittensor's neurons, bit for bit.

    from neuron_ledger import Ledger, calls, errors

Names are loaded when they are first used, so that importing the package takes no time. The four packages below this one are those
of the tree: `events` ◀─ `projections` ◀─ `ledger` ◀─ `replay`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from neuron_ledger.events import calls as calls
    from neuron_ledger.events.wire.ss58 import account as account
    from neuron_ledger.ledger import errors as errors
    from neuron_ledger.ledger.chain import Ledger as Ledger
    from neuron_ledger.ledger.chain import Receipt as Receipt
    from neuron_ledger.replay.proof.audit import audit as audit
    from neuron_ledger.replay.proof.rebuild import rebuild as rebuild
    from neuron_ledger.replay.questions.explain import explain as explain

__version__ = "0.1.0"

_FACE = {
    "Ledger": "ledger.chain:Ledger",
    "Receipt": "ledger.chain:Receipt",
    "account": "events.wire.ss58:account",
    "audit": "replay.proof.audit:audit",
    "calls": "events.calls:",
    "errors": "ledger.errors:",
    "explain": "replay.questions.explain:explain",
    "rebuild": "replay.proof.rebuild:rebuild",
}
"""Where each public name stands: module:name, or module: for a module itself."""

__all__ = [
    "Ledger",
    "Receipt",
    "__version__",
    "account",
    "audit",
    "calls",
    "errors",
    "explain",
    "rebuild",
]


def __getattr__(name: str) -> Any:
    try:
        module, _, attribute = _FACE[name].partition(":")
    except KeyError:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None
    loaded = import_module(f"{__name__}.{module}")
    value = getattr(loaded, attribute) if attribute else loaded
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
