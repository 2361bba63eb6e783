"""The calls that set hyperparameters."""

from neuron_ledger.events.calls import SetParam, SudoSet, SudoSetAlphaValues
from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.events.parameter_calls import SetMechanismEmissionSplit
from neuron_ledger.events.storage.hyperparameters import hyperparameter
from neuron_ledger.events.subnets import AlphaValuesSet
from neuron_ledger.ledger.errors import AlphaHighTooLow, AlphaLowOutOfRange, CannotGoOn, LiquidAlphaDisabled
from neuron_ledger.ledger.rules.accounts.owners import ensure_subnet_owner
from neuron_ledger.ledger.rules.hyperparameters.mechanism_setters import set_emission_split
from neuron_ledger.ledger.rules.hyperparameters.setters import set_parameter
from neuron_ledger.ledger.runtime import Tx, call_table, handles
from neuron_ledger.ledger.transaction import ensure_root

ALPHA_HIGH_MIN = 52428
"""Four fifths of 65535: the least upper bound of liquid alpha, and what the lower bound stays below."""


def set_param(tx: Tx, origin: Origin, call: SetParam) -> None:
    """Set a hyperparameter by the pallet's bare setter. Raises: BadOrigin, then as `set_parameter`."""
    ensure_root(origin)
    set_parameter(tx, call.name, call.netuid, call.value)


def sudo_set(tx: Tx, origin: Origin, call: SudoSet) -> None:
    """Set a hyperparameter as the chain's call for it does, step by step.

    Raises: what the runtime's steps for the parameter raise, in their order; CannotGoOn where it has no such call.
    Source: pallets/admin-utils lib.rs and subtensor macros/dispatches.rs, spec_version 277.
    """
    steps = tx.rules.parameter_steps.get(call.name)
    if steps is None:
        name = hyperparameter(call.name).call
        raise CannotGoOn(f"{name} is not a call that the rules of spec_version {tx.rules.spec_version} decide")
    for step in steps:
        step(tx, origin, call)


def sudo_set_alpha_values(tx: Tx, origin: Origin, call: SudoSetAlphaValues) -> None:
    """Set the bounds of a subnet's liquid alpha; its owner signs, a privileged call is not taken.

    Raises: BadOrigin, LiquidAlphaDisabled, AlphaHighTooLow, AlphaLowOutOfRange.
    Source: subtensor epoch/run_epoch.rs::do_set_alpha_values, spec_version 277.
    """
    ensure_subnet_owner(tx, origin, call.netuid)
    if not tx.storage.liquid_alpha_on[call.netuid]:
        raise LiquidAlphaDisabled(netuid=call.netuid)
    if call.alpha_high < ALPHA_HIGH_MIN:
        raise AlphaHighTooLow(alpha_high=call.alpha_high, needed=ALPHA_HIGH_MIN)
    if not 0 < call.alpha_low < ALPHA_HIGH_MIN:
        raise AlphaLowOutOfRange(alpha_low=call.alpha_low, lowest=1, highest=ALPHA_HIGH_MIN - 1)
    tx.emit(AlphaValuesSet(netuid=call.netuid, alpha_low=call.alpha_low, alpha_high=call.alpha_high))


def set_mechanism_emission_split(tx: Tx, origin: Origin, call: SetMechanismEmissionSplit) -> None:
    """Set the split by the pallet's bare setter. Raises: BadOrigin, then as `set_emission_split`."""
    ensure_root(origin)
    set_emission_split(tx, call.netuid, call.maybe_split)


CALLS = call_table(
    handles(SetParam, set_param),
    handles(SudoSet, sudo_set),
    handles(SudoSetAlphaValues, sudo_set_alpha_values),
)

CALLS_320 = call_table(handles(SetMechanismEmissionSplit, set_mechanism_emission_split))
