"""The rules by which recordings were made: those of the runtime, with three exceptions of the test bed.

Calls were made without the guards, which were run separately. A timelocked commit is unencrypted: it opens if it begins with
`CLEAR`, and the rest is its content. A pulse that became known has no signature. None of this applies to a user's ledger.
"""

from attrs import evolve

from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.events.weight_calls import StorePulse
from neuron_ledger.events.weights import PulseStored
from neuron_ledger.ledger.runtime import Runtime, Tx, call_table, handles
from neuron_ledger.ledger.transaction import ensure_root

CLEAR = b"CLEAR"


def recorded_rules(rules: Runtime) -> Runtime:
    """A runtime with the exceptions of the test bed."""
    bare_pulses = call_table(handles(StorePulse, store_bare_pulse))
    return evolve(rules, guards=(), calls={**rules.calls, **bare_pulses}, open_timelock=open_clear_text)


def open_clear_text(commit: bytes, _pulse: bytes) -> bytes | None:
    """The content of an unencrypted commit; None for any other."""
    return commit.removeprefix(CLEAR) if commit.startswith(CLEAR) else None


def store_bare_pulse(tx: Tx, origin: Origin, call: StorePulse) -> None:
    """Record a pulse that has nothing but its round."""
    ensure_root(origin)
    tx.emit(PulseStored(round=call.round, pulse=b""))
