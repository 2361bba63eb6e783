"""The calls that set hyperparameters: the chain's, and the bare ones below them."""

from neuron_ledger.events.calls import SetParam, SudoSet
from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.events.parameters import SetMechanismEmissionSplit
from neuron_ledger.ledger.rules.hyperparameters.mechanism_setters import set_emission_split
from neuron_ledger.ledger.rules.hyperparameters.setters import set_parameter
from neuron_ledger.ledger.runtime import Tx, call_table, handles, not_decided
from neuron_ledger.ledger.transaction import ensure_root


def set_param(tx: Tx, origin: Origin, call: SetParam) -> None:
    """Set a hyperparameter with the pallet's bare setter. Raises: BadOrigin, then as `set_parameter`."""
    ensure_root(origin)
    set_parameter(tx, call.name, call.netuid, call.value)


def sudo_set(tx: Tx, origin: Origin, call: SudoSet) -> None:
    """Set a hyperparameter as the chain's call for it does, step by step.

    Raises: what the runtime's steps for the parameter raise, in their order; CallNotDecided where it has no such call.
    Source: pallets/admin-utils lib.rs and subtensor macros/dispatches.rs, spec_version 277.
    """
    steps = tx.rules.parameter_steps.get(call.name)
    if steps is None:
        raise not_decided(tx.rules, call)
    for step in steps:
        step(tx, origin, call)


def set_mechanism_emission_split(tx: Tx, origin: Origin, call: SetMechanismEmissionSplit) -> None:
    """Set the split with the pallet's bare setter. Raises: BadOrigin, then as `set_emission_split`."""
    ensure_root(origin)
    set_emission_split(tx, call.netuid, call.maybe_split)


CALLS = call_table(
    handles(SetParam, set_param),
    handles(SudoSet, sudo_set),
)

CALLS_320 = call_table(handles(SetMechanismEmissionSplit, set_mechanism_emission_split))
