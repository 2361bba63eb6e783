"""The calls on subnets in the draft of alpha: they are created for a lock cost, with a mechanism named by the call; none is
removed.

Source: subtensor macros/dispatches.rs, subnets/subnet.rs::do_register_network, spec_version 218 of that draft.
"""

from neuron_ledger.events.calls import CreateRootNetwork
from neuron_ledger.events.early_calls import (
    DissolveOwnNetwork,
    RegisterNetworkOfMechanism,
    RegisterNetworkOfMechanismWithIdentity,
)
from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.ledger.networks import NewNetwork
from neuron_ledger.ledger.rules.subnets.calls import create_root_network, register
from neuron_ledger.ledger.runtime import Tx, call_table, handles
from neuron_ledger.ledger.transaction import ensure_signed


def register_network_218_draft(tx: Tx, origin: Origin, call: RegisterNetworkOfMechanism) -> None:
    """Create a subnet with a hotkey of the signing coldkey, for the lock cost.

    Raises: BadOrigin, HotKeyNotDelegateAndSignerNotOwnHotKey, MechanismDoesNotExist, NetworkTxRateLimitExceeded,
    NotEnoughBalanceToStake, ZeroBalanceAfterWithdrawn: in this order.
    """
    register(tx, NewNetwork(ensure_signed(origin), call.hotkey, None, mechanism=call.mechid))


def register_network_with_identity_218_draft(tx: Tx, origin: Origin, call: RegisterNetworkOfMechanismWithIdentity) -> None:
    """The same, with or without an identity. Raises: as `register_network_218_draft`; InvalidIdentity at the end."""
    register(tx, NewNetwork(ensure_signed(origin), call.hotkey, call.identity, mechanism=call.mechid))


CALLS = call_table(
    handles(CreateRootNetwork, create_root_network),
    handles(RegisterNetworkOfMechanism, register_network_218_draft),
    handles(RegisterNetworkOfMechanismWithIdentity, register_network_with_identity_218_draft),
)
FORMS = {
    "register_network": RegisterNetworkOfMechanism,
    "register_network_with_identity": RegisterNetworkOfMechanismWithIdentity,
    "dissolve_network": DissolveOwnNetwork,
}
"""The chain's own names."""
