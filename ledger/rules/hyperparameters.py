"""Setting hyperparameters."""

from neuron_ledger.events.calls import SudoSet, SudoSetAlphaValues
from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.events.storage.hyperparameters import hyperparameter
from neuron_ledger.events.subnets import AlphaValuesSet, HyperparameterSet
from neuron_ledger.ledger.errors import AlphaHighTooLow, AlphaLowOutOfRange, LiquidAlphaDisabled, SubnetDoesNotExist
from neuron_ledger.ledger.rules.accounts import ensure_subnet_owner
from neuron_ledger.ledger.rules.netuids import subnet_exists
from neuron_ledger.ledger.transaction import CallTable, Transaction, ensure_root

ALPHA_HIGH_MIN = 52428
"""Four fifths of 65535: the least upper bound of liquid alpha, and what the lower bound stays below."""


def sudo_set(tx: Transaction, origin: Origin, call: SudoSet) -> None:
    """Set a hyperparameter of a subnet, or of the whole chain, to a value that its storage item can hold.

    This is the pallet's plain setter: what the privileged call checks or does besides (ranges, small nominations) is left out.
    Raises: BadOrigin, SubnetDoesNotExist (whole-chain parameters take any netuid).
    Source: subtensor utils/misc.rs (setters), pallets/admin-utils lib.rs (existence of the subnet), spec_version 277.
    """
    ensure_root(origin)
    entry = hyperparameter(call.name)
    if not entry.whole_chain and not subnet_exists(tx.storage, call.netuid):
        raise SubnetDoesNotExist(netuid=call.netuid)
    tx.emit(HyperparameterSet(name=call.name, netuid=call.netuid, value=call.value))


def sudo_set_alpha_values(tx: Transaction, origin: Origin, call: SudoSetAlphaValues) -> None:
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


CALLS: CallTable = {SudoSet: sudo_set, SudoSetAlphaValues: sudo_set_alpha_values}
