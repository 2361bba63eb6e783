"""The calls that set hyperparameters."""

from neuron_ledger.events.calls import SetParam, SudoSet, SudoSetAlphaValues
from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.events.storage.hyperparameters import hyperparameter
from neuron_ledger.events.subnets import AlphaValuesSet, HyperparameterSet
from neuron_ledger.ledger.errors import AlphaHighTooLow, AlphaLowOutOfRange, LiquidAlphaDisabled
from neuron_ledger.ledger.rules.accounts.owners import ensure_subnet_owner
from neuron_ledger.ledger.rules.hyperparameters.steps import OF_CHAIN, OF_SUBNET
from neuron_ledger.ledger.runtime import Tx, call_table, handles
from neuron_ledger.ledger.transaction import ensure_root

ALPHA_HIGH_MIN = 52428
"""Four fifths of 65535: the least upper bound of liquid alpha, and what the lower bound stays below."""


def set_param(tx: Tx, origin: Origin, call: SetParam) -> None:
    """Set a hyperparameter of a subnet, or of the whole chain, by the pallet's bare setter. Raises: BadOrigin.

    Source: subtensor utils/misc.rs (setters), spec_version 277.
    """
    ensure_root(origin)
    tx.emit(HyperparameterSet(name=call.name, netuid=call.netuid, value=call.value))


def sudo_set(tx: Tx, origin: Origin, call: SudoSet) -> None:
    """Set a hyperparameter as the chain's call for it does, step by step.

    Raises: BadOrigin, SubnetDoesNotExist, and what the runtime's steps for the parameter raise, in their order.
    Source: pallets/admin-utils lib.rs and subtensor macros/dispatches.rs, spec_version 277.
    """
    for step in tx.rules.parameter_steps.get(call.name, OF_CHAIN if hyperparameter(call.name).whole_chain else OF_SUBNET):
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


CALLS = call_table(
    handles(SetParam, set_param),
    handles(SudoSet, sudo_set),
    handles(SudoSetAlphaValues, sudo_set_alpha_values),
)
