"""Migrations of upgrades from 234 to 276, before the block number moves on. Each except the first runs once on a chain.

Older ones are assumed to have run, as noted on the chain. What the chain kept under an item in another form than here is not
cleared. Source: subtensor migrations, as of the spec_version in each name.
"""

from typing import Final

from neuron_ledger.ledger.rules.migrations.emission import recount_total_issuance
from neuron_ledger.ledger.rules.migrations.once import clear, once, only_noted
from neuron_ledger.ledger.rules.netuids import ROOT, known_netuids
from neuron_ledger.ledger.rules.numbers.saturating import add_u64
from neuron_ledger.ledger.runtime import BlockStep, EarlyMigration, Tx

MIN_DIFFICULTY: Final = 10_000_000
MAX_MOVING_AVERAGE: Final = 975_000
MAX_BURN: Final = 100_000_000_000
ORPHANS: Final = {
    "migrate_remove_last_hotkey_coldkey_emission_on_netuid": "LastHotkeyColdkeyEmissionOnNetuid",
    "migrate_remove_subnet_alpha_emission_sell": "SubnetAlphaEmissionSell",
    "migrate_remove_neurons_to_prune_at_next_epoch": "NeuronsToPruneAtNextEpoch",
    "migrate_remove_total_stake_at_dynamic": "TotalStakeAtDynamic",
    "migrate_remove_subnet_name": "SubnetName",
    "migrate_remove_network_min_allowed_uids": "NetworkMinAllowedUids",
    "migrate_remove_dynamic_block": "DynamicBlock",
}
"""Migrations of 273, and the item that each clears."""


def recount_total_issuance_233(tx: Tx) -> None:
    """Recompute TotalIssuance: staked, in balances or locked for subnets. At every upgrade.

    Source: migrate_init_total_issuance.rs.
    """
    storage, issued = tx.storage, tx.storage.balances_total_issuance.value
    for amount in (storage.total_stake.value, *storage.subnet_locked.values()):
        issued = add_u64(issued, amount)
    storage.total_issuance.value = issued


@once("migrate_set_min_difficulty")
def set_least_difficulty_238(tx: Tx) -> None:
    """Source: migrate_set_min_difficulty.rs."""
    for netuid in known_netuids(tx.storage):
        if netuid != ROOT:
            tx.storage.min_difficulty[netuid] = MIN_DIFFICULTY


@once("migrate_remove_stake_map")
def clear_stake_244(tx: Tx) -> None:
    """Source: migrate_remove_stake_map.rs."""
    clear(tx, "Stake")


@once("migrate_remove_unused_maps_and_values")
def clear_unused_252(tx: Tx) -> None:
    """The limit of subnets is not changed: the reference clears another key.

    Source: migrate_remove_unused_maps_and_values.rs.
    """
    clear(tx, "EmissionValues", "NetworkMaxStake")


@once("migrate_set_first_emission_block_number")
def start_emission_257(tx: Tx) -> None:
    """Start the emission of every subnet. Source: migrate_set_first_emission_block_number.rs."""
    for netuid in known_netuids(tx.storage):
        if netuid != ROOT:
            tx.storage.first_emission_block_number[netuid] = tx.block


@once("migrate_remove_zero_total_hotkey_alpha")
def forget_nothing_257(tx: Tx) -> None:
    """Remove entries of 0 stake. Source: migrate_remove_zero_total_hotkey_alpha.rs."""
    staked = tx.storage.total_hotkey_alpha
    for key in [key for key, alpha in staked.items() if alpha == 0]:
        staked.remove(key)


@once("migrate_revealed_commitments_v2")
def clear_reveals_261(tx: Tx) -> None:
    """Source: migrate_upgrade_revealed_commitments.rs."""
    clear(tx, "Commitments.RevealedCommitments")


@once("migrate_set_subtoken_enabled")
def enable_tokens_273(tx: Tx) -> None:
    """Enable the token of every subnet whose emission has started, and root's. Source: migrate_set_subtoken_enabled.rs."""
    for netuid in known_netuids(tx.storage):
        started = tx.storage.first_emission_block_number[netuid] is not None
        tx.storage.subtoken_enabled[netuid] = netuid == ROOT or started


@once("migrate_remove_total_hotkey_coldkey_stakes_this_interval")
def clear_counted_stakes_273(tx: Tx) -> None:
    """Source: migrate_remove_total_hotkey_coldkey_stakes_this_interval.rs."""
    clear(tx, "TotalHotkeyColdkeyStakesThisInterval")


def clear_orphans_273(tx: Tx) -> None:
    """Source: migrate_orphaned_storage_items.rs."""
    noted = tx.storage.has_migration_run
    for name, item in ORPHANS.items():
        if not noted[name.encode()]:
            clear(tx, item)
            noted[name.encode()] = True


@once("migrate_reset_bonds_moving_average")
def lower_moving_averages_273(tx: Tx) -> None:
    """Source: migrate_reset_bonds_moving_average.rs."""
    averages = tx.storage.bonds_moving_average
    for netuid, average in list(averages.items()):
        averages[netuid] = min(average, MAX_MOVING_AVERAGE)


@once("migrate_reset_max_burn")
def reset_highest_burns_273(tx: Tx) -> None:
    """Source: migrate_reset_max_burn.rs."""
    burns = tx.storage.max_burn
    for netuid in list(burns):
        burns[netuid] = MAX_BURN


def _early(*migrations: BlockStep) -> tuple[EarlyMigration, ...]:
    """The same migrations, ignoring the pallet's storage version."""

    def keeping(migrate: BlockStep) -> EarlyMigration:
        def run(tx: Tx, version: int) -> int:
            migrate(tx)
            return version

        run.__name__ = migrate.__name__
        return run

    return tuple(map(keeping, migrations))


MIGRATIONS_234: Final = _early(recount_total_issuance_233)
MIGRATIONS_238: Final = (*MIGRATIONS_234, *_early(set_least_difficulty_238))
MIGRATIONS_244: Final = (*MIGRATIONS_238, *_early(clear_stake_244))
MIGRATIONS_252: Final = (*_early(recount_total_issuance), *MIGRATIONS_244[1:], *_early(clear_unused_252))
MIGRATIONS_257: Final = (*MIGRATIONS_252, *_early(start_emission_257, forget_nothing_257))
MIGRATIONS_261: Final = (*MIGRATIONS_257, *_early(clear_reveals_261))
MIGRATIONS_273: Final = (
    *MIGRATIONS_261,
    *_early(
        enable_tokens_273,
        clear_counted_stakes_273,
        only_noted("migrate_remove_commitments_rate_limit"),
        clear_orphans_273,
        lower_moving_averages_273,
        reset_highest_burns_273,
        only_noted("migrate_coldkey_swap_scheduled"),
    ),
)
"""The migrations of an upgrade to each of these, or to a later one, in order."""
