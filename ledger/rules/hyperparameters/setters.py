"""The pallet's setters of hyperparameters, below the calls: nearly all of them store a value; a few check it, or do more."""

from collections.abc import Callable, Mapping

from neuron_ledger.events.subnets import HyperparameterSet
from neuron_ledger.events.wire.converters import people, read
from neuron_ledger.ledger.errors import InvalidValue, RevealPeriodTooLarge, RevealPeriodTooSmall
from neuron_ledger.ledger.runtime import Tx

MIN_REVEAL_PERIOD = 1
MAX_REVEAL_PERIOD = 100
"""Epochs."""

MIN_IMMUNE_OWNER_UIDS = 1
MAX_IMMUNE_OWNER_UIDS = 10

Setter = Callable[[Tx, int, int], None]
"""(netuid, value): sets a hyperparameter."""


def set_parameter(tx: Tx, name: str, netuid: int, value: int) -> None:
    """Set a hyperparameter of a subnet, or of the whole chain, as the pallet's setter does.

    Raises: what the runtime's setter raises; FieldError, which is no refusal, for a hyperparameter or a value that this runtime
    cannot hold. Source: subtensor utils/misc.rs (setters), spec_version 277.
    """
    setter = tx.rules.parameter_setters.get(name)
    if setter is None:
        put(tx, name, netuid, value)
    else:
        setter(tx, netuid, value)


def put(tx: Tx, name: str, netuid: int, value: int) -> None:
    """Store the value. Raises: FieldError, which is no refusal, for what this runtime cannot hold."""
    layout = tx.storage.layout
    parameter = layout.hyperparameter(name)
    if not parameter.is_flag:
        read(people, value, layout.item(parameter.item).value, name)
    tx.emit(HyperparameterSet(name=name, netuid=netuid, value=value))


def put_under(other: str, tx: Tx, netuid: int, value: int) -> None:
    """Store the value in the item of another hyperparameter, where a runtime keeps it. Raises: as `put`."""
    put(tx, other, netuid, value)


def set_reveal_period_306(tx: Tx, netuid: int, value: int) -> None:
    """Raises: RevealPeriodTooLarge, RevealPeriodTooSmall.

    Source: subtensor subnets/weights.rs::set_reveal_period, spec_version 424.
    """
    if value > MAX_REVEAL_PERIOD:
        raise RevealPeriodTooLarge(netuid=netuid, reveal_period=value, most=MAX_REVEAL_PERIOD)
    if value < MIN_REVEAL_PERIOD:
        raise RevealPeriodTooSmall(netuid=netuid, reveal_period=value, needed=MIN_REVEAL_PERIOD)
    put(tx, "reveal_period", netuid, value)


def set_owner_immune_neuron_limit_306(tx: Tx, netuid: int, value: int) -> None:
    """Raises: InvalidValue. Source: subtensor utils/misc.rs::set_owner_immune_neuron_limit, spec_version 424."""
    if not MIN_IMMUNE_OWNER_UIDS <= value <= MAX_IMMUNE_OWNER_UIDS:
        raise InvalidValue(netuid=netuid, value=value, lowest=MIN_IMMUNE_OWNER_UIDS, highest=MAX_IMMUNE_OWNER_UIDS)
    put(tx, "owner_immune_neuron_limit", netuid, value)


def reset_tempo_423(tx: Tx, netuid: int, value: int) -> None:
    """Set the tempo, and restart the subnet's schedule of epochs from this block.

    Source: subtensor utils/misc.rs::apply_tempo_with_cycle_reset, spec_version 424.
    """
    put(tx, "tempo", netuid, value)
    tx.storage.last_epoch_block[netuid] = tx.block


SETTERS: Mapping[str, Setter] = {}
"""At spec_version 277 each of them just stores the value."""

SETTERS_306: Mapping[str, Setter] = {
    "reveal_period": set_reveal_period_306,
    "owner_immune_neuron_limit": set_owner_immune_neuron_limit_306,
}
SETTERS_423: Mapping[str, Setter] = {"tempo_reset": reset_tempo_423}
