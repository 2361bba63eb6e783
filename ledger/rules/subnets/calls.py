"""The calls that create, start and dissolve subnets."""

from neuron_ledger.events.calls import CreateRootNetwork, DissolveNetwork, RegisterNetwork, StartCall
from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.events.identities import RegisterNetworkWithIdentity
from neuron_ledger.events.subnets import EmissionStarted, NetworkAdded, NetworkRemoved, RootNetworkCreated
from neuron_ledger.ledger.errors import (
    FirstEmissionBlockNumberAlreadySet,
    NeedWaitingMoreBlocksToStarCall,
    NetworkTxRateLimitExceeded,
    NotEnoughBalanceToStake,
    NotSubnetOwner,
    RootNetworkExists,
)
from neuron_ledger.ledger.rules.accounts.balances import add_balance, can_remove_balance, remove_balance
from neuron_ledger.ledger.rules.accounts.identities import drop_subnet_identity, put_subnet_identity
from neuron_ledger.ledger.rules.accounts.owners import (
    create_account_if_non_existent,
    ensure_coldkey_owns_hotkey,
    ensure_subnet_owner,
    hotkey_account_exists,
)
from neuron_ledger.ledger.rules.last_blocks import NETWORK
from neuron_ledger.ledger.rules.netuids import ROOT, ensure_subnet_exists, subnet_exists
from neuron_ledger.ledger.rules.numbers.saturating import add_u16, add_u64, sub_u64
from neuron_ledger.ledger.rules.stake.pool import DYNAMIC
from neuron_ledger.ledger.rules.subnets.beginning import ROOT_AT_FIRST, fill_pool, get_network_lock_cost
from neuron_ledger.ledger.rules.subnets.ending import CLEARED_WITH_A_NETWORK, root_weights_without
from neuron_ledger.ledger.rules.subnets.symbols import get_symbol_for_subnet
from neuron_ledger.ledger.runtime import Tx, call_table, handles
from neuron_ledger.ledger.transaction import ensure_root, ensure_signed

DURATION_OF_START_CALL = 50_400
"""Blocks (seven days) after a subnet's registration before its emission can be started."""


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
    """Create a subnet without an identity. Raises: as `do_register_network`.

    Source: subtensor macros/dispatches.rs::register_network, spec_version 277.
    """
    do_register_network(tx, ensure_signed(origin), call.hotkey, None)


def register_network_with_identity(tx: Tx, origin: Origin, call: RegisterNetworkWithIdentity) -> None:
    """Create a subnet with an identity, or without. Raises: as `do_register_network`.

    Source: subtensor macros/dispatches.rs::register_network_with_identity, spec_version 277.
    """
    do_register_network(tx, ensure_signed(origin), call.hotkey, call.identity)


def do_register_network(tx: Tx, coldkey: bytes, hotkey: bytes, identity: tuple[bytes, ...] | None) -> None:
    """Create a dynamic subnet on the lowest free netuid, with the hotkey as its first neuron, for the lock cost.

    Of what is locked the minimum fills the pool, the rest is burned.
    Raises: BadOrigin, NonAssociatedColdKey, NetworkTxRateLimitExceeded, NotEnoughBalanceToStake, ZeroBalanceAfterWithdrawn,
    InvalidIdentity: in this order. Source: subtensor subnets/subnet.rs::do_register_network, spec_version 277.
    """
    storage = tx.storage
    if hotkey_account_exists(tx, hotkey):
        ensure_coldkey_owns_hotkey(tx, coldkey, hotkey)
    last, limit = tx.rules.last_blocks.read(storage, NETWORK, None), storage.network_rate_limit.value
    if sub_u64(tx.block, last) < limit:
        raise NetworkTxRateLimitExceeded(last_registered=last, allowed_from=last + limit)
    lock_cost = get_network_lock_cost(tx)
    if not can_remove_balance(tx, coldkey, lock_cost):
        raise NotEnoughBalanceToStake(needed=lock_cost, balance=storage.balances[coldkey])
    netuid = tx.rules.free_netuid(tx)
    locked = remove_balance(tx, coldkey, lock_cost)
    storage.network_last_lock_cost.value = locked
    for step in tx.rules.begin_subnet:
        step(tx, netuid)
    create_account_if_non_existent(tx, coldkey, hotkey)
    tx.rules.append_neuron(tx, netuid, hotkey)
    fill_pool(storage, netuid, locked)
    tx.rules.last_blocks.write(storage, NETWORK, None, tx.block)
    if identity is not None:
        put_subnet_identity(tx, netuid, identity)
    tx.emit(
        NetworkAdded(
            netuid=netuid,
            mechanism=DYNAMIC,
            owner=coldkey,
            owner_hotkey=hotkey,
            token_symbol=get_symbol_for_subnet(netuid),
            registered_at=tx.block,
        )
    )


def start_call(tx: Tx, origin: Origin, call: StartCall) -> None:
    """Start the emission of a subnet with the next block, and enable its token.

    Raises: SubNetworkDoesNotExist, BadOrigin, FirstEmissionBlockNumberAlreadySet, NeedWaitingMoreBlocksToStarCall: in this order.
    Source: subtensor subnets/subnet.rs::do_start_call, spec_version 277.
    """
    storage, netuid = tx.storage, call.netuid
    ensure_subnet_exists(storage, netuid)
    ensure_subnet_owner(tx, origin, netuid)
    started = storage.first_emission_block_number[netuid]
    if started is not None:
        raise FirstEmissionBlockNumberAlreadySet(netuid=netuid, first_emission_block_number=started)
    allowed_from = add_u64(storage.network_registered_at[netuid], DURATION_OF_START_CALL)
    if tx.block < allowed_from:
        raise NeedWaitingMoreBlocksToStarCall(netuid=netuid, allowed_from=allowed_from)
    tx.emit(EmissionStarted(netuid=netuid, first_emission_block_number=tx.block + 1))


def dissolve_network(tx: Tx, origin: Origin, call: DissolveNetwork) -> None:
    """Remove a subnet of the named coldkey and give back what was locked for it.

    Raises: BadOrigin, SubNetworkDoesNotExist, NotSubnetOwner: in this order.
    Source: subtensor coinbase/root.rs::user_remove_network, remove_network, spec_version 277.
    """
    ensure_root(origin)
    storage, netuid = tx.storage, call.netuid
    ensure_subnet_exists(storage, netuid)
    owner = storage.subnet_owner[netuid]
    if owner != call.coldkey:
        raise NotSubnetOwner(netuid=netuid, owner=owner, coldkey=call.coldkey)
    drop_subnet_identity(tx, netuid)
    add_balance(tx, owner, storage.subnet_locked[netuid])
    storage.subnet_locked[netuid] = 0
    tx.emit(
        NetworkRemoved(
            netuid=netuid,
            total_networks=sub_u64(storage.total_networks.value, 1),
            members=tuple(storage.keys[seat] for seat in sorted(seat for seat in storage.keys if seat[0] == netuid)),
            cleared=CLEARED_WITH_A_NETWORK,
            root_weights=root_weights_without(storage, netuid),
        )
    )


CALLS = call_table(
    handles(CreateRootNetwork, create_root_network),
    handles(RegisterNetwork, register_network),
    handles(RegisterNetworkWithIdentity, register_network_with_identity),
    handles(StartCall, start_call),
    handles(DissolveNetwork, dissolve_network),
)
