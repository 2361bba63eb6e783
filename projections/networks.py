"""Event → storage, for subnets that begin and end."""

from collections.abc import Callable, Mapping
from typing import Any

from neuron_ledger.events.subnets import (
    EmissionStarted,
    NetworkAdded,
    NetworkInitialized,
    NetworkRemoved,
    RootNetworkCreated,
    SubnetIdentityRemoved,
)
from neuron_ledger.events.wire.record import Event
from neuron_ledger.projections.storage import Storage

ROOT = 0


def root_network_created(storage: Storage, event: RootNetworkCreated) -> None:
    storage.networks_added[ROOT] = True
    storage.total_networks.value = event.total_networks
    storage.subnetwork_n[ROOT] = 0
    storage.tempo[ROOT] = event.tempo
    storage.max_allowed_uids[ROOT] = event.max_allowed_uids
    storage.max_allowed_validators[ROOT] = event.max_allowed_validators
    storage.min_allowed_weights[ROOT] = event.min_allowed_weights
    storage.max_weights_limit[ROOT] = event.max_weights_limit
    storage.network_registration_allowed[ROOT] = True
    storage.target_registrations_per_interval[ROOT] = event.target_registrations_per_interval


def network_initialized(storage: Storage, event: NetworkInitialized) -> None:
    netuid = event.netuid
    storage.networks_added[netuid] = True
    storage.total_networks.value = event.total_networks
    storage.subnetwork_n[netuid] = 0
    storage.network_modality[netuid] = 0
    storage.tempo[netuid] = event.tempo
    storage.kappa[netuid] = event.kappa
    storage.difficulty[netuid] = event.difficulty
    storage.activity_cutoff[netuid] = event.activity_cutoff


def network_added(storage: Storage, event: NetworkAdded) -> None:
    netuid = event.netuid
    storage.subnet_mechanism[netuid] = event.mechanism
    storage.subnet_owner[netuid] = event.owner
    storage.subnet_owner_hotkey[netuid] = event.owner_hotkey
    storage.token_symbol[netuid] = event.token_symbol
    storage.network_registered_at[netuid] = event.registered_at


def emission_started(storage: Storage, event: EmissionStarted) -> None:
    storage.first_emission_block_number[event.netuid] = event.first_emission_block_number
    storage.subtoken_enabled[event.netuid] = True


def subnet_identity_removed(storage: Storage, event: SubnetIdentityRemoved) -> None:
    storage.subnet_identities_v2.remove(event.netuid)


def network_removed(storage: Storage, event: NetworkRemoved) -> None:
    """What is keyed by uid goes, and the parameters that the chain removes; pools, stake, StakeWeight and others stay."""
    netuid = event.netuid
    storage.total_networks.value = event.total_networks
    for (subnet, _), hotkey in list(storage.keys.items()):
        if subnet == netuid:
            storage.is_network_member.remove((hotkey, netuid))
    by_two_keys: tuple[Any, ...] = (storage.uids, storage.keys, storage.bonds, storage.weights)
    for table in by_two_keys:
        for key in [key for key in table if key[0] == netuid]:
            table.remove(key)
    for uid, row in event.root_weights:
        storage.weights[ROOT, uid] = row
    for name in _REMOVED_WITH_A_NETWORK:
        storage.map(name).remove(netuid)


_REMOVED_WITH_A_NETWORK = (
    *("SubnetworkN", "NetworkModality", "NetworksAdded", "NetworkRegisteredAt", "SubnetOwner"),
    *("Rank", "Trust", "Active", "Emission", "Incentive", "Consensus", "Dividends", "PruningScores", "LastUpdate"),
    *("ValidatorPermit", "ValidatorTrust", "Tempo", "Kappa", "Difficulty", "MaxAllowedUids", "ImmunityPeriod"),
    *("ActivityCutoff", "MaxWeightsLimit", "MinAllowedWeights"),
    *("RegistrationsThisInterval", "POWRegistrationsThisInterval", "BurnRegistrationsThisInterval"),
)


FOLDS: Mapping[type[Event], Callable[[Storage, Any], None]] = {
    RootNetworkCreated: root_network_created,
    NetworkInitialized: network_initialized,
    NetworkAdded: network_added,
    EmissionStarted: emission_started,
    SubnetIdentityRemoved: subnet_identity_removed,
    NetworkRemoved: network_removed,
}
"""The folds of these events."""
