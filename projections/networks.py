"""Event → storage, for the creation and removal of subnets."""

from typing import Any

from neuron_ledger.events.early_calls import NetworkAddedWithoutHotkey
from neuron_ledger.events.identities import SubnetIdentityRemoved, SubnetIdentitySet
from neuron_ledger.events.storage.named_values import SubnetValues
from neuron_ledger.events.subnet_calls import AutoParentDelegationEnabledSet, SubnetOwnerHotkeySet, SymbolUpdated
from neuron_ledger.events.subnets import (
    EmissionStarted,
    NetworkAdded,
    NetworkInitialized,
    NetworkRemoved,
    RootNetworkCreated,
)
from neuron_ledger.events.wire.units import BOOL, family_of, leaf_of
from neuron_ledger.projections.fold_table import Folds, fold_table, folds
from neuron_ledger.projections.maps import StorageMap
from neuron_ledger.projections.storage import Storage

ROOT = 0


def root_network_created(storage: Storage, event: RootNetworkCreated) -> None:
    storage.total_networks.value = event.total_networks
    _set(storage, ROOT, event.values)


def network_initialized(storage: Storage, event: NetworkInitialized) -> None:
    storage.total_networks.value = event.total_networks
    _set(storage, event.netuid, event.values)


def _set(storage: Storage, netuid: int, values: SubnetValues) -> None:
    for name, value in values:
        table = storage.map(name)
        table[netuid] = stored(table, value)


def stored(table: StorageMap[Any, Any], value: int) -> Any:
    """An event's value in the item's type: as a bool where the item holds a flag."""
    unit = table.item.value
    element = leaf_of(unit).element if family_of(unit) == "vector" else unit
    return bool(value) if element == BOOL else value


def network_added(storage: Storage, event: NetworkAdded) -> None:
    netuid = event.netuid
    storage.subnet_mechanism[netuid] = event.mechanism
    storage.subnet_owner[netuid] = event.owner
    storage.subnet_owner_hotkey[netuid] = event.owner_hotkey
    storage.token_symbol[netuid] = event.token_symbol
    storage.network_registered_at[netuid] = event.registered_at


def network_added_without_hotkey(storage: Storage, event: NetworkAddedWithoutHotkey) -> None:
    storage.map("NetworkModality")[event.netuid] = event.modality
    if event.owner is not None:
        storage.subnet_owner[event.netuid] = event.owner
    if event.registered_at is not None:
        storage.network_registered_at[event.netuid] = event.registered_at


def emission_started(storage: Storage, event: EmissionStarted) -> None:
    storage.first_emission_block_number[event.netuid] = event.first_emission_block_number
    storage.subtoken_enabled[event.netuid] = True


def subnet_identity_set(storage: Storage, event: SubnetIdentitySet) -> None:
    storage.map(event.item)[event.netuid] = event.identity


def subnet_identity_removed(storage: Storage, event: SubnetIdentityRemoved) -> None:
    storage.map(event.item).remove(event.netuid)


def subnet_owner_hotkey_set(storage: Storage, event: SubnetOwnerHotkeySet) -> None:
    storage.subnet_owner_hotkey[event.netuid] = event.hotkey


def network_removed(storage: Storage, event: NetworkRemoved) -> None:
    netuid = event.netuid
    storage.total_networks.value = event.total_networks
    for hotkey in event.members:
        storage.is_network_member.remove((hotkey, netuid))
    for name in event.cleared:
        _clear(storage.map(name), netuid)
    for index in event.indices:
        for name in event.cleared_of_mechanisms:
            _clear(storage.map(name), index)
    for uid, row in event.root_weights:
        storage.weights[ROOT, uid] = row
    storage.not_seen.remove(netuid)


def _clear(table: StorageMap[Any, Any], netuid: int) -> None:
    """Remove everything an item holds for a subnet, or under a storage index."""
    if len(table.item.keys) == 1:
        table.remove(netuid)
    else:
        place = table.item.netuid_place
        for key in [key for key in table if key[place] == netuid]:
            table.remove(key)


def symbol_updated(storage: Storage, event: SymbolUpdated) -> None:
    storage.token_symbol[event.netuid] = event.token_symbol


def auto_parent_delegation_set(storage: Storage, event: AutoParentDelegationEnabledSet) -> None:
    storage.auto_parent_delegation_enabled[event.hotkey] = event.enabled


FOLDS: Folds = fold_table(
    folds(RootNetworkCreated, root_network_created),
    folds(NetworkInitialized, network_initialized),
    folds(NetworkAdded, network_added),
    folds(NetworkAddedWithoutHotkey, network_added_without_hotkey),
    folds(EmissionStarted, emission_started),
    folds(SubnetIdentitySet, subnet_identity_set),
    folds(SubnetIdentityRemoved, subnet_identity_removed),
    folds(SubnetOwnerHotkeySet, subnet_owner_hotkey_set),
    folds(NetworkRemoved, network_removed),
    folds(SymbolUpdated, symbol_updated),
    folds(AutoParentDelegationEnabledSet, auto_parent_delegation_set),
)
"""The folds of these events."""
