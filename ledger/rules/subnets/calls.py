"""The calls that create, start and dissolve subnets, and change a subnet as a whole."""

from neuron_ledger.events.calls import CreateRootNetwork, DissolveNetwork, RegisterNetwork, StartCall
from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.events.identities import RegisterNetworkWithIdentity
from neuron_ledger.events.subnet_calls import (
    AutoParentDelegationEnabledSet,
    RootDissolveNetwork,
    SetAutoParentDelegationEnabled,
    SymbolUpdated,
    UpdateSymbol,
)
from neuron_ledger.events.subnets import EmissionStarted, RootNetworkCreated
from neuron_ledger.ledger.errors import (
    FirstEmissionBlockNumberAlreadySet,
    HotKeyNotRegisteredInSubNet,
    NeedWaitingMoreBlocksToStarCall,
    NotSubnetOwner,
    RootNetworkExists,
)
from neuron_ledger.ledger.networks import NewNetwork
from neuron_ledger.ledger.rules.accounts.owners import (
    ensure_coldkey_owns_hotkey,
    ensure_subnet_owner,
    ensure_subnet_owner_or_root,
)
from neuron_ledger.ledger.rules.netuids import ROOT, ensure_subnet_exists, subnet_exists
from neuron_ledger.ledger.rules.numbers.saturating import add_u16, add_u64
from neuron_ledger.ledger.rules.subnets.beginning import ROOT_AT_FIRST
from neuron_ledger.ledger.rules.subnets.ending import dissolve
from neuron_ledger.ledger.rules.subnets.symbols import ensure_symbol_is_free_290
from neuron_ledger.ledger.runtime import Tx, call_table, handles
from neuron_ledger.ledger.transaction import ensure_root, ensure_signed
from neuron_ledger.projections.storage import Storage

DURATION_OF_START_CALL = 50_400
"""Blocks (seven days) after a subnet's registration before its emission can be started, until spec_version 371."""


def seven_days(_: Storage) -> int:
    return DURATION_OF_START_CALL


def start_call_delay_371(storage: Storage) -> int:
    return storage.start_call_delay.value


def create_root_network(tx: Tx, origin: Origin, _: CreateRootNetwork) -> None:
    """Create the root network with genesis' parameters, and take the issuance of balances as TotalIssuance.

    Raises: BadOrigin, RootNetworkExists. Source: subtensor macros/genesis.rs, spec_version 277.
    """
    ensure_root(origin)
    storage = tx.storage
    if subnet_exists(storage, ROOT):
        raise RootNetworkExists(netuid=ROOT)
    storage.total_issuance.value = storage.balances_total_issuance.value
    tx.emit(
        RootNetworkCreated(
            total_networks=add_u16(storage.total_networks.value, 1),
            values=ROOT_AT_FIRST,
        )
    )


def register_network(tx: Tx, origin: Origin, call: RegisterNetwork) -> None:
    """Create a dynamic subnet, with the hotkey as its first neuron, for the lock cost.

    Raises: BadOrigin, NonAssociatedColdKey, NetworkTxRateLimitExceeded, NotEnoughBalanceToStake, ZeroBalanceAfterWithdrawn: in
    this order; since 320, what the runtime's steps raise, in their order.
    Source: subtensor subnets/subnet.rs::do_register_network, spec_version 277.
    """
    register(tx, NewNetwork(ensure_signed(origin), call.hotkey, None))


def register_network_with_identity(tx: Tx, origin: Origin, call: RegisterNetworkWithIdentity) -> None:
    """Create a subnet, with or without an identity. Raises: as `register_network`; InvalidIdentity at the end.

    Source: subtensor macros/dispatches.rs::register_network_with_identity, spec_version 277.
    """
    register(tx, NewNetwork(ensure_signed(origin), call.hotkey, call.identity))


def register(tx: Tx, network: NewNetwork) -> None:
    """Register a subnet as the runtime does. Raises: what its steps raise, in their order."""
    for step in tx.rules.register_network:
        step(tx, network)


def start_call(tx: Tx, origin: Origin, call: StartCall) -> None:
    """Start the emission of a subnet with the next block, and enable its token.

    Raises: SubNetworkDoesNotExist, BadOrigin, FirstEmissionBlockNumberAlreadySet, NeedWaitingMoreBlocksToStarCall: in this order.
    Source: subtensor subnets/subnet.rs::do_start_call, spec_version 277.
    """
    ensure_may_start(tx, origin, call.netuid)
    tx.emit(EmissionStarted(netuid=call.netuid, first_emission_block_number=tx.block + 1))


def ensure_may_start(tx: Tx, origin: Origin, netuid: int) -> None:
    """Raises: as `start_call`."""
    storage = tx.storage
    ensure_subnet_exists(storage, netuid)
    ensure_subnet_owner(tx, origin, netuid)
    started = storage.first_emission_block_number[netuid]
    if started is not None:
        raise FirstEmissionBlockNumberAlreadySet(netuid=netuid, first_emission_block_number=started)
    allowed_from = add_u64(storage.network_registered_at[netuid], tx.rules.start_call_delay(storage))
    if tx.block < allowed_from:
        raise NeedWaitingMoreBlocksToStarCall(netuid=netuid, allowed_from=allowed_from)


def start_call_257(tx: Tx, origin: Origin, call: StartCall) -> None:
    """Start the emission of a subnet with the next block. Raises: as `start_call`.

    Source: subtensor subnets/subnet.rs::do_start_call, spec_version 257.
    """
    ensure_may_start(tx, origin, call.netuid)
    tx.storage.first_emission_block_number[call.netuid] = tx.block + 1


def dissolve_network(tx: Tx, origin: Origin, call: DissolveNetwork) -> None:
    """Remove a subnet of the named coldkey and return what was locked for it.

    Raises: BadOrigin, SubNetworkDoesNotExist, NotSubnetOwner: in this order.
    Source: subtensor coinbase/root.rs::user_remove_network, remove_network, spec_version 277.
    """
    ensure_root(origin)
    storage, netuid = tx.storage, call.netuid
    ensure_subnet_exists(storage, netuid)
    owner = storage.subnet_owner[netuid]
    if owner != call.coldkey:
        raise NotSubnetOwner(netuid=netuid, owner=owner, coldkey=call.coldkey)
    for step in tx.rules.dissolve_network:
        step(tx, netuid)


def dissolve_network_320(tx: Tx, origin: Origin, call: DissolveNetwork | RootDissolveNetwork) -> None:
    """Remove a subnet, whoever owns it. Raises: BadOrigin, SubnetNotExists: in this order.

    Source: subtensor macros/dispatches.rs::dissolve_network, root_dissolve_network, spec_version 424.
    """
    ensure_root(origin)
    dissolve(tx, call.netuid)


def update_symbol_290(tx: Tx, origin: Origin, call: UpdateSymbol) -> None:
    """Give a subnet's token another symbol. Raises: BadOrigin, SymbolDoesNotExist, SymbolAlreadyInUse: in this order.

    Source: subtensor macros/dispatches.rs::update_symbol, spec_version 424.
    """
    ensure_subnet_owner_or_root(tx, origin, call.netuid)
    ensure_symbol_is_free_290(tx.storage, call.symbol)
    tx.emit(SymbolUpdated(netuid=call.netuid, token_symbol=call.symbol))


def set_auto_parent_delegation_enabled_397(tx: Tx, origin: Origin, call: SetAutoParentDelegationEnabled) -> None:
    """Choose whether a hotkey on root becomes a parent of every new subnet's owner hotkey.

    Raises: BadOrigin, NonAssociatedColdKey, HotKeyNotRegisteredInSubNet: in this order.
    Source: subtensor macros/dispatches.rs::set_auto_parent_delegation_enabled, spec_version 424.
    """
    ensure_coldkey_owns_hotkey(tx, ensure_signed(origin), call.hotkey)
    if not tx.storage.is_network_member[call.hotkey, ROOT]:
        raise HotKeyNotRegisteredInSubNet(netuid=ROOT, hotkey=call.hotkey)
    tx.emit(AutoParentDelegationEnabledSet(hotkey=call.hotkey, enabled=call.enabled))


CALLS = call_table(
    handles(CreateRootNetwork, create_root_network),
    handles(RegisterNetwork, register_network),
    handles(RegisterNetworkWithIdentity, register_network_with_identity),
    handles(StartCall, start_call),
    handles(DissolveNetwork, dissolve_network),
)

CALLS_257 = call_table(
    handles(StartCall, start_call_257),
)
"""Until spec_version 273."""

CALLS_290 = call_table(
    handles(UpdateSymbol, update_symbol_290),
)
CALLS_320 = call_table(
    handles(DissolveNetwork, dissolve_network_320),
    handles(RootDissolveNetwork, dissolve_network_320),
)
CALLS_397 = call_table(
    handles(SetAutoParentDelegationEnabled, set_auto_parent_delegation_enabled_397),
)
