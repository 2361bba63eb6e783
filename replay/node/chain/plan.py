"""The plan of a submitted call: one call of the ledger, or a sudo or batch around others."""

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from attrs import frozen

from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.events.wire.record import Call
from neuron_ledger.replay.node.metadata.calls import ledger_call

MOST_CALLS_IN_A_BATCH: Final = 1000
BATCHES: Final = ("batch", "batch_all", "force_batch")


@frozen
class Single:
    """A call that the rules decide."""

    call: Call


@frozen
class Sudo:
    """A call as root, if the sudo key signed."""

    inner: "Plan"


@frozen
class Batch:
    """Calls in order. kind: `batch` stops at a refusal, `force_batch` continues, `batch_all` does all or none."""

    kind: str
    inner: tuple["Plan", ...]


@frozen
class Shielded:
    """An encrypted extrinsic: the one inside follows it in the block, as one of its own."""

    ciphertext: bytes


Plan: TypeAlias = Single | Sudo | Batch | Shielded


def planned(call: Any) -> Plan:
    """The plan of a decoded call. Raises: FieldError for what clients may not submit."""
    pallet, ((name, arguments),) = call
    if pallet == "Sudo":
        return Sudo(planned(arguments["call"]))
    if pallet == "Utility":
        return Batch(name, tuple(planned(inner) for inner in _few_enough(arguments)))
    if pallet == "MevShield":
        return Shielded(arguments["ciphertext"])
    if pallet == "Timestamp":
        raise FieldError("call", "a signed call; the node sets the time itself", f"{pallet}.{name}")
    return Single(ledger_call(name, arguments))


def _few_enough(arguments: Mapping[str, Any]) -> Any:
    calls = arguments["calls"]
    if len(calls) > MOST_CALLS_IN_A_BATCH:
        raise FieldError("calls", f"at most {MOST_CALLS_IN_A_BATCH} calls", f"{len(calls)} calls")
    return calls
