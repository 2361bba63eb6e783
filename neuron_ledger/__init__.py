"""Neuron Ledger: replay, audit and re-execute the life of Bittensor's neurons, bit for bit.

    from neuron_ledger import Ledger, calls, errors

Names are loaded on first use, so that importing the package takes next to no time. The four packages below this one are the
folders of the repository: `events` ◀─ `projections` ◀─ `ledger` ◀─ `replay`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from neuron_ledger.events import every_call as calls
    from neuron_ledger.events.wire.errors import NeuronLedgerError as NeuronLedgerError
    from neuron_ledger.events.wire.ss58 import account as account
    from neuron_ledger.ledger import every_error as errors
    from neuron_ledger.ledger.chain import Ledger as Ledger
    from neuron_ledger.ledger.rebuild import rebuild as rebuild
    from neuron_ledger.ledger.receipt import Receipt as Receipt
    from neuron_ledger.replay.history.rerun.recast import recast as recast
    from neuron_ledger.replay.oracle.chain import Oracle as Oracle
    from neuron_ledger.replay.pictures.by_name import picture as picture
    from neuron_ledger.replay.proof.audit import audit as audit
    from neuron_ledger.replay.proof.fleet import audit_fleet as audit_fleet
    from neuron_ledger.replay.questions.compared import whatif as whatif
    from neuron_ledger.replay.questions.life import timeline as timeline
    from neuron_ledger.replay.questions.parting import bisect as bisect
    from neuron_ledger.replay.questions.runtimes import runtimes as runtimes
    from neuron_ledger.replay.questions.storage_diff import diff as diff
    from neuron_ledger.replay.questions.what_if import Change as Change
    from neuron_ledger.replay.questions.why import explain as explain
    from neuron_ledger.replay.report.page import report as report
    from neuron_ledger.replay.tables.export import export_tables as export_tables
    from neuron_ledger.replay.tables.frames import tables as tables
    from neuron_ledger.replay.transparency.checkpoint import Checkpoint as Checkpoint
    from neuron_ledger.replay.transparency.checkpoint import checkpoint as checkpoint
    from neuron_ledger.replay.transparency.keys import PrivateKey as PrivateKey
    from neuron_ledger.replay.transparency.keys import PublicKey as PublicKey
    from neuron_ledger.replay.transparency.proofs import prove_consistency as prove_consistency
    from neuron_ledger.replay.transparency.proofs import prove_entry as prove_entry
    from neuron_ledger.replay.transparency.proofs import verify_proof as verify_proof
    from neuron_ledger.replay.transparency.witness import witness as witness

__version__ = "0.1.0"

_FACE = {
    "Change": "replay.questions.what_if:Change",
    "Checkpoint": "replay.transparency.checkpoint:Checkpoint",
    "Ledger": "ledger.chain:Ledger",
    "Oracle": "replay.oracle.chain:Oracle",
    "NeuronLedgerError": "events.wire.errors:NeuronLedgerError",
    "PrivateKey": "replay.transparency.keys:PrivateKey",
    "PublicKey": "replay.transparency.keys:PublicKey",
    "Receipt": "ledger.receipt:Receipt",
    "account": "events.wire.ss58:account",
    "audit": "replay.proof.audit:audit",
    "audit_fleet": "replay.proof.fleet:audit_fleet",
    "bisect": "replay.questions.parting:bisect",
    "calls": "events.every_call:",
    "checkpoint": "replay.transparency.checkpoint:checkpoint",
    "diff": "replay.questions.storage_diff:diff",
    "errors": "ledger.every_error:",
    "explain": "replay.questions.why:explain",
    "prove_consistency": "replay.transparency.proofs:prove_consistency",
    "prove_entry": "replay.transparency.proofs:prove_entry",
    "rebuild": "ledger.rebuild:rebuild",
    "recast": "replay.history.rerun.recast:recast",
    "export_tables": "replay.tables.export:export_tables",
    "picture": "replay.pictures.by_name:picture",
    "report": "replay.report.page:report",
    "runtimes": "replay.questions.runtimes:runtimes",
    "tables": "replay.tables.frames:tables",
    "timeline": "replay.questions.life:timeline",
    "verify_proof": "replay.transparency.proofs:verify_proof",
    "whatif": "replay.questions.compared:whatif",
    "witness": "replay.transparency.witness:witness",
}
"""Where each public name is defined: module:name, or module: for a module itself."""

__all__ = [
    "Change",
    "Checkpoint",
    "Ledger",
    "NeuronLedgerError",
    "Oracle",
    "PrivateKey",
    "PublicKey",
    "Receipt",
    "__version__",
    "account",
    "audit",
    "audit_fleet",
    "bisect",
    "calls",
    "checkpoint",
    "diff",
    "errors",
    "explain",
    "export_tables",
    "picture",
    "prove_consistency",
    "prove_entry",
    "rebuild",
    "recast",
    "report",
    "runtimes",
    "tables",
    "timeline",
    "verify_proof",
    "whatif",
    "witness",
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
