"""Setting hyperparameters."""

from events.calls import SudoSet
from events.codec import Origin
from events.hyperparameters import hyperparameter
from events.subnets import HyperparameterSet
from ledger.errors import SubnetDoesNotExist
from ledger.rules.netuids import subnet_exists
from ledger.transaction import CallTable, Transaction, ensure_root


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
    tx.emit(HyperparameterSet(call.name, call.netuid, call.value))


CALLS: CallTable = {SudoSet: sudo_set}
