"""An extrinsic in a block: what the rules decide, and the chain's events for it."""

from collections.abc import Iterable
from typing import Any, Final, Protocol

from attrs import frozen

from neuron_ledger.events.entries.codec import Origin, Submission
from neuron_ledger.events.storage.layout import Layout
from neuron_ledger.events.wire.record import Call, Event
from neuron_ledger.ledger.decide import decide
from neuron_ledger.ledger.errors import CannotGoOn
from neuron_ledger.ledger.receipt import Receipt
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.projections.storage import Storage
from neuron_ledger.replay.node.chain.blocks import digest
from neuron_ledger.replay.node.chain.plan import Batch, Plan, Shielded, Single, Sudo
from neuron_ledger.replay.node.metadata.errors import OTHER, dispatch_error
from neuron_ledger.replay.node.metadata.events import as_shown
from neuron_ledger.replay.node.types.codec import compact

MOST_ENCRYPTED: Final = 8192
"""The longest encrypted extrinsic, in bytes."""
REQUIRE_SUDO: Final = "Sudo.RequireSudo"


@frozen
class Outcome:
    """The outcome of a call. events: values of `RuntimeEvent`; error: a value of `DispatchError`; why: the error in words."""

    events: tuple[Any, ...] = ()
    error: Any = None
    why: str | None = None


class Decides(Protocol):
    """Decides calls: a ledger, or the record of one."""

    @property
    def rules(self) -> Runtime: ...

    @property
    def storage(self) -> Storage: ...

    def submit(self, call: Call, origin: Origin) -> Receipt: ...


class Inclusion:
    """Executes calls on a ledger. sudo_key: the account that may use sudo."""

    def __init__(self, ledger: Decides, sudo_key: bytes) -> None:
        self.ledger = ledger
        self.sudo_key = sudo_key

    def carry_out(self, plan: Plan, origin: Origin) -> Outcome:
        """Execute a plan, as far as the rules allow."""
        if isinstance(plan, Single):
            return self._decide(plan.call, origin)
        if isinstance(plan, Shielded):
            return self._shielded(plan, origin)
        return self._sudo(plan, origin) if isinstance(plan, Sudo) else self._batch(plan, origin)

    def _shielded(self, plan: Shielded, origin: Origin) -> Outcome:
        if origin is None:
            return self._refused("BadOrigin", "it must be signed by an account")
        if len(plan.ciphertext) > MOST_ENCRYPTED:
            return Outcome(error=OTHER, why=f"at most {MOST_ENCRYPTED} bytes may be encrypted")
        content = origin + compact(len(plan.ciphertext)) + plan.ciphertext
        return Outcome((_event("MevShield", "EncryptedSubmitted", (digest(content), origin)),))

    def _decide(self, call: Call, origin: Origin) -> Outcome:
        layout = self.ledger.rules.layout
        try:
            receipt = self.ledger.submit(call, origin)
        except CannotGoOn as fault:
            return Outcome(error=OTHER, why=str(fault))
        if receipt.error is not None:
            return Outcome(error=dispatch_error(layout, receipt.error.name), why=str(receipt.error))
        return Outcome(shown_events(layout, receipt.events))

    def _sudo(self, plan: Sudo, origin: Origin) -> Outcome:
        if origin != self.sudo_key:
            return self._refused(REQUIRE_SUDO, "only the sudo key may do this")
        inner = self.carry_out(plan.inner, None)
        result = ("Ok", ((),)) if inner.error is None else ("Err", (inner.error,))
        return Outcome((*inner.events, _event("Sudo", "Sudid", (result,))), why=inner.why)

    def _batch(self, plan: Batch, origin: Origin) -> Outcome:
        if plan.kind == "batch_all":
            failed = self._rehearsed(plan, origin)
            if failed is not None:
                return failed
        events: list[Any] = []
        faults: list[str] = []
        for index, inner in enumerate(plan.inner):
            outcome = self.carry_out(inner, origin)
            events += outcome.events
            faults += [outcome.why] if outcome.why is not None else []
            if outcome.error is None:
                events.append(_event("Utility", "ItemCompleted"))
            elif plan.kind == "force_batch":
                events.append(_event("Utility", "ItemFailed", (outcome.error,)))
            else:
                return Outcome((*events, _event("Utility", "BatchInterrupted", (index, outcome.error))), why=outcome.why)
        end = "BatchCompletedWithErrors" if faults else "BatchCompleted"
        return Outcome((*events, _event("Utility", end)), why="; ".join(faults) or None)

    def _rehearsed(self, plan: Plan, origin: Origin) -> Outcome | None:
        """For a plan that does all or nothing: the first refusal, if any; found on a copy of storage."""
        storage = self.ledger.storage.copy()
        with storage.transaction():
            for call, signer in _calls_of(plan, origin, self.sudo_key):
                if call is None:
                    return self._refused(REQUIRE_SUDO, "only the sudo key may do this")
                try:
                    error = decide(storage, self.ledger.rules, Submission(call, signer)).error
                except CannotGoOn as fault:
                    return Outcome(error=OTHER, why=str(fault))
                if error is not None:
                    return self._refused(error.name, str(error))
        return None

    def _refused(self, name: str, why: str) -> Outcome:
        return Outcome(error=dispatch_error(self.ledger.rules.layout, name), why=why)


def _calls_of(plan: Plan, origin: Origin, sudo_key: bytes) -> list[tuple[Call | None, Origin]]:
    """The calls in a plan with their origins, in order; None if one needs the sudo key."""
    if isinstance(plan, Single):
        return [(plan.call, origin)]
    if isinstance(plan, Shielded):
        return []
    if isinstance(plan, Sudo):
        return _calls_of(plan.inner, None, sudo_key) if origin == sudo_key else [(None, origin)]
    return [call for inner in plan.inner for call in _calls_of(inner, origin, sudo_key)]


def shown_events(layout: Layout, events: Iterable[Event]) -> tuple[Any, ...]:
    """The chain's events for these."""
    shown = [as_shown(layout, event) for event in events]
    return tuple(event for event in shown if event is not None)


def _event(pallet: str, name: str, values: tuple[Any, ...] = ()) -> Any:
    return pallet, ((name, values),)


def result_event(outcome: Outcome, kind: str = "Normal") -> Any:
    """The event that ends an extrinsic. kind: its class."""
    info = ((0, 0), kind, "No")
    if outcome.error is None:
        return _event("System", "ExtrinsicSuccess", (info,))
    return _event("System", "ExtrinsicFailed", (outcome.error, info))
