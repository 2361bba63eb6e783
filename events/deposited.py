"""The chain's own events, as a node would show them, derived from ours."""

from typing import Any

from neuron_ledger.events.storage.hyperparameters import HYPERPARAMETERS
from neuron_ledger.events.subnets import HyperparameterSet
from neuron_ledger.events.wire.record import Event
from neuron_ledger.events.wire.units import BOOL


def deposited(event: Event) -> tuple[Any, ...] | None:
    """(name, argument, …) of the chain's event that corresponds to this one; None where the chain deposits none."""
    if isinstance(event, HyperparameterSet):
        return _parameter_event(event)
    if event.deposit is None:
        return None
    name, *fields = event.deposit
    return (name, *(_argument(event, field) for field in fields))


def _argument(event: Event, field: str) -> Any:
    """A field's value; where the argument has a name on the chain (`netuid=`, `to=destination`), the name and the value."""
    name, is_named, own = field.partition("=")
    value = getattr(event, own or name)
    return (name, value) if is_named else value


def argument_names(deposit: tuple[str, ...]) -> list[tuple[str, str]]:
    """For each argument of a chain's event: its on-chain name, empty if unnamed, and the field that holds it."""
    parts = [field.partition("=") for field in deposit[1:]]
    return [(name if is_named else "", own or name) for name, is_named, own in parts]


def _parameter_event(event: HyperparameterSet) -> tuple[Any, ...] | None:
    entry = HYPERPARAMETERS[event.name]
    if entry.deposit is None:
        return None
    value = bool(event.value) if entry.storage_item.value == BOOL else event.value
    if entry.named:
        return entry.deposit, ("netuid", event.netuid), (entry.argument, value)
    return (entry.deposit, value) if entry.whole_chain else (entry.deposit, event.netuid, value)
