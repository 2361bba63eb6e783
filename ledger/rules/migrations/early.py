"""Migrations of upgrades until 166: the pallet's own, each of which checks the pallet's storage version.

That version is not an item (`:__STORAGE_VERSION__:`); every migration here takes it as an argument, and returns the new one.
Source: subtensor migration.rs, lib.rs::on_runtime_upgrade, spec_versions 121, 133, 143, 146,
149, 156, 159, 165 and 166.
"""

from functools import partial
from typing import Final

from neuron_ledger.ledger.rules.accounts.owners import account_order
from neuron_ledger.ledger.rules.migrations.once import clear
from neuron_ledger.ledger.rules.netuids import ROOT
from neuron_ledger.ledger.rules.numbers.saturating import add_u16, add_u64
from neuron_ledger.ledger.rules.numbers.wrapping import wrapped_u16
from neuron_ledger.ledger.runtime import EarlyMigration, Tx

COUNTED: Final = b"fix_total_coldkey_stake_v7"
"""The name under which 166 notes that it recomputed the stake of coldkeys."""
FOUNDATION: Final = bytes.fromhex("feabaafee293d3b76dae304e2f9d885f77d2b17adab9e17e921b321eccd61c77")
"""The coldkey to which subnets 1 and 11 were given."""
BLOCKS_A_DAY: Final = 7200
ROOT_PARAMETERS: Final = {
    "MaxAllowedUids": 64,
    "MaxAllowedValidators": 64,
    "MinAllowedWeights": 0,
    "MaxWeightsLimit": 65535,
    "Tempo": 100,
    "NetworkRegistrationAllowed": True,
    "TargetRegistrationsPerInterval": 1,
}
CLEARED: Final = (
    *("SubnetworkN", "NetworkModality", "NetworksAdded", "NetworkRegisteredAt"),
    *("Uids", "Keys", "Bonds", "Weights"),
    *("Rank", "Trust", "Active", "Emission", "Incentive", "Consensus", "Dividends", "PruningScores", "LastUpdate"),
    *("ValidatorPermit", "ValidatorTrust"),
    *("Tempo", "Kappa", "Difficulty", "MaxAllowedUids", "ImmunityPeriod", "ActivityCutoff", "EmissionValues"),
    *("MaxWeightsLimit", "MinAllowedWeights"),
    *("RegistrationsThisInterval", "POWRegistrationsThisInterval", "BurnRegistrationsThisInterval"),
)
"""The items cleared of a subnet that a migration removes."""


def separate_emissions(least: int, tx: Tx, version: int) -> int:
    """Make everything loaded for a hotkey its validator's part. least: the version from which there is nothing to do.

    Source: migrate_to_v2_separate_emission, spec_version 121; migrate_to_v1_separate_emission, 133.
    """
    if version >= least:
        return version
    loaded = tx.storage.loaded_emission
    for netuid, entries in list(loaded.items()):
        loaded[netuid] = tuple((hotkey, 0, emission) for hotkey, emission, _ in entries or ())
    return 1


def count_stake_again(tx: Tx, version: int) -> int:
    """Recompute the stake of coldkeys, and the total stake. Source: migrate_to_v2_fixed_total_stake."""
    if version >= 2:
        return version
    storage, of_coldkeys = tx.storage, tx.storage.total_coldkey_stake
    for coldkey in list(of_coldkeys):
        of_coldkeys[coldkey] = 0
    total = 0
    for (_, coldkey), staked in storage.stake.items():
        of_coldkeys[coldkey] = add_u64(of_coldkeys[coldkey], staked)
        total = add_u64(total, staked)
    storage.total_stake.value = total
    return 2


def create_root(tx: Tx, version: int) -> int:
    """Create the root network if there is none, and empty the senate. Source: migrate_create_root_network."""
    storage = tx.storage
    if storage.networks_added[ROOT]:
        return version
    storage.networks_added[ROOT] = True
    storage.total_networks.value = add_u16(storage.total_networks.value, 1)
    for item, value in ROOT_PARAMETERS.items():
        storage.map(item)[ROOT] = value
    if storage.senate_members.value:
        storage.senate_members.value = ()
    return version


def give_to_foundation(tx: Tx, version: int) -> int:
    """Give subnets 1 and 11 an owner, and immunity that begins with the block before.

    Source: migrate_transfer_ownership_to_foundation.
    """
    if version >= 3:
        return version
    storage = tx.storage
    for netuid, registered_at in ((1, add_u64(tx.block, 13 * BLOCKS_A_DAY)), (11, tx.block)):
        storage.subnet_owner[netuid] = FOUNDATION
        storage.network_registered_at[netuid] = registered_at
    return 3


def remove_subnet(netuid: int, noted: int, tx: Tx, version: int) -> int:
    """Remove a subnet, if it exists, with its lock. noted: the version afterwards.

    Source: migrate_delete_subnet_3, migrate_delete_subnet_21.
    """
    storage = tx.storage
    if version >= noted or not storage.networks_added[netuid]:
        return version
    storage.total_networks.value = wrapped_u16(storage.total_networks.value - 1)
    for item in CLEARED:
        table = storage.map(item)
        for key in [key for key in table if key == netuid or (isinstance(key, tuple) and key[0] == netuid)]:
            table.remove(key)
    return noted


def count_issuance_again(tx: Tx, version: int) -> int:
    """Recompute TotalIssuance: staked, in balances, and locked for subnets.

    Source: migration5_total_issuance, spec_version 146.
    """
    if version != 5:
        return version
    storage = tx.storage
    issued = storage.balances_total_issuance.value
    for amounts in (storage.stake, storage.subnet_locked):
        for amount in amounts.values():
            issued = add_u64(issued, amount)
    storage.total_issuance.value = issued
    return 6


def list_owned_hotkeys(tx: Tx, version: int) -> int:
    """If no coldkey has a list of its hotkeys, create all of them. Source: migrate_populate_owned, spec_version 156."""
    storage = tx.storage
    if not storage.owned_hotkeys:
        for hotkey in sorted(storage.owner, key=account_order):
            coldkey = storage.owner[hotkey]
            storage.owned_hotkeys[coldkey] = (*storage.owned_hotkeys[coldkey], hotkey)
    return version


def list_staking_hotkeys(tx: Tx, version: int) -> int:
    """If no coldkey has a list of the hotkeys that it stakes on, create all of them.

    Source: migrate_populate_staking_hotkeys, spec_version 159.
    """
    storage = tx.storage
    if not storage.staking_hotkeys:
        for hotkey, coldkey in sorted(storage.stake, key=lambda key: (account_order(key[0]), key[1])):
            if storage.stake[hotkey, coldkey] > 0:
                storage.staking_hotkeys[coldkey] = (*storage.staking_hotkeys[coldkey], hotkey)
    return version


def count_coldkeys_stake_165(tx: Tx, version: int) -> int:
    """Recompute the stake of coldkeys with a list of hotkeys, at version 7.

    Source: migrate_fix_total_coldkey_stake, spec_version 165.
    """
    if version != 7:
        return version
    _count_listed(tx)
    return 8


def count_coldkeys_stake_166(tx: Tx, version: int) -> int:
    """The same once, at any version; other coldkeys have none. Source: migrate_fix_total_coldkey_stake, 166."""
    storage = tx.storage
    if storage.has_migration_run[COUNTED]:
        return version
    clear(tx, "TotalColdkeyStake")
    _count_listed(tx)
    storage.has_migration_run[COUNTED] = True
    return 7


def _count_listed(tx: Tx) -> None:
    storage = tx.storage
    for coldkey, hotkeys in storage.staking_hotkeys.items():
        total = 0
        for hotkey in hotkeys:
            total = add_u64(total, storage.stake[hotkey, coldkey])
        storage.total_coldkey_stake[coldkey] = total


_REMOVE_3: Final[EarlyMigration] = partial(remove_subnet, 3, 5)
_REMOVE_21: Final[EarlyMigration] = partial(remove_subnet, 21, 4)
_SINCE_133: Final[tuple[EarlyMigration, ...]] = (
    partial(separate_emissions, 1),
    count_stake_again,
    create_root,
    give_to_foundation,
)

MIGRATIONS_121: Final[tuple[EarlyMigration, ...]] = (partial(separate_emissions, 2),)
MIGRATIONS_127: Final[tuple[EarlyMigration, ...]] = _SINCE_133[:2]
MIGRATIONS_133: Final[tuple[EarlyMigration, ...]] = (*_SINCE_133, _REMOVE_3, _REMOVE_21)
MIGRATIONS_146: Final[tuple[EarlyMigration, ...]] = (*MIGRATIONS_133, count_issuance_again)
MIGRATIONS_149: Final[tuple[EarlyMigration, ...]] = (*_SINCE_133, _REMOVE_21, _REMOVE_3, count_issuance_again)
MIGRATIONS_156: Final[tuple[EarlyMigration, ...]] = (*MIGRATIONS_149, list_owned_hotkeys)
MIGRATIONS_159: Final[tuple[EarlyMigration, ...]] = (*MIGRATIONS_156, list_staking_hotkeys)
MIGRATIONS_165: Final[tuple[EarlyMigration, ...]] = (*MIGRATIONS_159, count_coldkeys_stake_165)
MIGRATIONS_166: Final[tuple[EarlyMigration, ...]] = (*MIGRATIONS_159, count_coldkeys_stake_166)
