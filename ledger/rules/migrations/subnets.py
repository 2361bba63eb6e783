"""Migrations of subnets, their neurons and identities: the reference's own.

Source: subtensor pallets/subtensor/src/migrations, as of the spec_version in each name.
"""

from neuron_ledger.events.subnets import HyperparameterSet
from neuron_ledger.ledger.rules.last_blocks import NETWORK
from neuron_ledger.ledger.rules.migrations.once import clear, once
from neuron_ledger.ledger.rules.netuids import ROOT, known_netuids
from neuron_ledger.ledger.rules.numbers.saturating import add_u64
from neuron_ledger.ledger.rules.subnets.symbols import SYMBOLS_290, symbol_of
from neuron_ledger.ledger.runtime import Tx


@once("migrate_set_registration_enable")
def allow_registrations_290(tx: Tx) -> None:
    """Allow registrations on every subnet except root. Source: migrate_set_registration_enable.rs."""
    for netuid in known_netuids(tx.storage):
        if netuid != ROOT and not tx.storage.network_registration_allowed[netuid]:
            tx.emit(HyperparameterSet(name="network_registration_allowed", netuid=netuid, value=1))


@once("migrate_subnet_identities_to_v3")
def move_identities_292(tx: Tx) -> None:
    """Keep name, repository and contact of subnets' identities; their other texts become empty.

    Source: migrate_subnet_identities_to_v3.rs.
    """
    before, storage = tx.storage.map("SubnetIdentitiesV2"), tx.storage
    for netuid, (name, repository, contact, *_) in list(before.items()):
        if netuid not in storage.subnet_identities_v3:
            storage.subnet_identities_v3[netuid] = (name, repository, contact, b"", b"", b"", b"", b"")
            before.remove(netuid)


@once("migrate_subnet_symbols")
def set_symbols_297(tx: Tx) -> None:
    """Set the symbol of every subnet's token to that of its netuid. Source: migrate_subnet_symbols.rs."""
    for netuid in tx.storage.networks_added:
        tx.storage.token_symbol[netuid] = symbol_of(SYMBOLS_290, netuid)


@once("migrate_remove_network_modality")
def remove_modalities_315(tx: Tx) -> None:
    """Remove modalities, of as many netuids as there are networks. Source: migrate_remove_network_modality.rs."""
    for netuid in range(tx.storage.total_networks.value):
        tx.storage.map("NetworkModality").remove(netuid)


# ------------------------------------------------------------------------------------------------------ new networks


@once("migrate_network_immunity_period")
def lengthen_immunity_320(tx: Tx) -> None:
    """Make new subnets immune for 864,000 blocks. Source: migrate_network_immunity_period.rs."""
    tx.emit(HyperparameterSet(name="network_immunity_period", netuid=ROOT, value=864_000))


@once("subnet_limit_to_default")
def limit_subnets_320(tx: Tx) -> None:
    """Reset the limit of subnets to the runtime's default. Source: migrate_subnet_limit_to_default.rs."""
    limit = tx.storage.subnet_limit
    if limit.value != limit.item.default:
        limit.value = limit.item.default


TAO, WEEK, DAY = 10**9, 50_400, 7_200


@once("migrate_network_lock_reduction_interval")
def hold_lock_cost_320(tx: Tx) -> None:
    """Set the cost of a new subnet to 2,000 TAO and block registration for a week; then the cost falls over eight days.

    Source: migrate_network_lock_reduction_interval.rs.
    """
    storage, begin = tx.storage, add_u64(tx.block, WEEK)
    storage.network_lock_reduction_interval.value = 8 * DAY
    storage.network_rate_limit.value = 4 * DAY
    storage.network_last_lock_cost.value = 1_000 * TAO
    tx.rules.last_blocks.write(storage, NETWORK, None, begin)
    storage.network_registration_start_block.value = begin


@once("migrate_network_lock_cost_2500")
def raise_lock_cost_326(tx: Tx) -> None:
    """Set the cost of a new subnet to 2,500 TAO from this block on. Source: migrate_network_lock_cost_2500.rs."""
    tx.storage.network_last_lock_cost.value = 1_250 * TAO
    tx.rules.last_blocks.write(tx.storage, NETWORK, None, max(tx.block, 1))


def remove_senate_334(tx: Tx) -> None:
    """Remove the senate. Source: runtime/src/lib.rs::Migrations (RemovePallet), spec_version 334."""
    clear(tx, "SenateMembers")


@once("kappa_map_to_default")
def set_kappa_334(tx: Tx) -> None:
    """Reset kappa of all subnets to the runtime's default. Source: migrate_kappa_map_to_default.rs."""
    kappa = tx.storage.kappa
    for netuid in [netuid for netuid, value in kappa.items() if value != kappa.item.default]:
        kappa[netuid] = kappa.item.default


# ----------------------------------------------------------------------------------------------- items no longer read


@once("migrate_remove_old_identity_maps")
def remove_old_identities_361(tx: Tx) -> None:
    """Remove earlier forms of identities. Source: migrate_remove_old_identity_maps.rs."""
    clear(tx, "Identities", "SubnetIdentities", "SubnetIdentitiesV2")


@once("migrate_remove_neuron_axon_cert_prom")
def remove_strangers_endpoints_361(tx: Tx) -> None:
    """Remove endpoints and certificates on networks on which their hotkey has no uid.

    Source: migrate_remove_unknown_neuron_axon_cert_prom.rs.
    """
    storage = tx.storage
    for name in ("Axons", "NeuronCertificates", "Prometheus"):
        table = storage.map(name)
        for netuid, hotkey in list(table):
            if netuid in storage.networks_added and (netuid, hotkey) not in storage.uids:
                table.remove((netuid, hotkey))


@once("clear_rank_trust_pruning_maps")
def remove_ranks_365(tx: Tx) -> None:
    """Remove ranks, trust and pruning scores. Source: migrate_clear_rank_trust_pruning_maps.rs."""
    clear(tx, "Rank", "Trust", "PruningScores")


@once("migrate_clear_deprecated_registration_maps_v1")
def remove_work_registrations_397(tx: Tx) -> None:
    """Remove what distinguished work from burn: its permission, and the counters of an interval.

    Source: migrate_clear_deprecated_registration_maps.rs.
    """
    clear(tx, "NetworkPowRegistrationAllowed", "POWRegistrationsThisInterval", "BurnRegistrationsThisInterval")
