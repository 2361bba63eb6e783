"""The chain's own events, as a node would show them: read off ours."""

from typing import Any

from neuron_ledger.events.storage.hyperparameters import HYPERPARAMETERS
from neuron_ledger.events.subnets import HyperparameterSet
from neuron_ledger.events.wire.record import Event
from neuron_ledger.events.wire.units import BOOL


def deposited(event: Event) -> tuple[Any, ...] | None:
    """(name, argument, …) of the chain's event that this one stands for; None where the chain deposits none."""
    if isinstance(event, HyperparameterSet):
        return _parameter_event(event)
    if event.deposit is None:
        return None
    name, *fields = event.deposit
    return (name, *(_argument(event, field) for field in fields))


def _argument(event: Event, field: str) -> Any:
    """A field's value; of an event whose arguments have names on the chain (`netuid=`), the name and the value."""
    name = field.removesuffix("=")
    value = getattr(event, name)
    return value if name == field else (name, value)


def _parameter_event(event: HyperparameterSet) -> tuple[Any, ...] | None:
    entry = HYPERPARAMETERS[event.name]
    if entry.deposit is None:
        return None
    value = bool(event.value) if entry.storage_item.value == BOOL else event.value
    if entry.named:
        return entry.deposit, ("netuid", event.netuid), (entry.argument, value)
    return (entry.deposit, value) if entry.whole_chain else (entry.deposit, event.netuid, value)
