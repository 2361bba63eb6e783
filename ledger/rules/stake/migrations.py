"""What becomes of stake, pools and pending emission when the chain is upgraded: the reference's own migrations.

Each is noted in HasMigrationRun under its name there.
Source: subtensor pallets/subtensor/src/migrations, spec_version 424.
"""

from neuron_ledger.ledger.rules.accounts.tao import mint_tao, spend_minted, subnet_account
from neuron_ledger.ledger.rules.netuids import ROOT
from neuron_ledger.ledger.rules.numbers.saturating import add_u64, sub_u64
from neuron_ledger.ledger.runtime import Tx


def remove_tao_dividends_334(tx: Tx) -> None:
    """Dividends in TAO, and what was pending for them, are forgotten.

    Source: migrate_remove_tao_dividends.rs.
    """
    for name in ("TaoDividendsPerSubnet", "PendingAlphaSwapped", "PendingRootDivs"):
        clear(tx, name)
    _note(tx, "migrate_remove_tao_dividends")


def split_pending_emissions_343(tx: Tx) -> None:
    """Pending alpha is split: half of it and of root's for miners, the rest for validators.

    Source: migrate_pending_emissions.rs.
    """
    storage, pending = tx.storage, tx.storage.map("PendingEmission")
    for netuid, alpha in list(pending.items()):
        miners = add_u64(alpha, storage.pending_root_alpha_divs[netuid]) // 2
        validators = storage.pending_validator_emission
        validators[netuid] = add_u64(validators[netuid], sub_u64(alpha, miners))
        storage.pending_server_emission[netuid] = add_u64(storage.pending_server_emission[netuid], miners)
    clear(tx, "PendingEmission")
    _note(tx, "migrate_pending_emissions")


def mint_into_subnet_accounts_411(tx: Tx) -> None:
    """What pools hold, and what subnets have locked above the initial pool, is minted into the subnets' accounts.

    The pallet's issuance is that of balances from then on. Source: migrate_subnet_balances.rs.
    """
    storage = tx.storage
    for netuid, tao in list(storage.subnet_tao.items()):
        _mint_for(tx, netuid, tao)
    for netuid, locked in list(storage.subnet_locked.items()):
        _mint_for(tx, netuid, sub_u64(locked, storage.network_min_lock_cost.value))
    storage.total_issuance.value = storage.balances_total_issuance.value
    _note(tx, "migrate_subnet_balances")


def _mint_for(tx: Tx, netuid: int, amount: int) -> None:
    if netuid != ROOT and netuid not in tx.storage.networks_added:
        return
    minted = mint_tao(tx, amount)
    if not spend_minted(tx, subnet_account(netuid), minted, amount):
        issuance = tx.storage.balances_total_issuance
        issuance.value = sub_u64(issuance.value, minted)


def clear(tx: Tx, name: str) -> None:
    """Remove every entry of an item, one that the runtime has no more too."""
    table = tx.storage.map(name)
    for key in list(table):
        table.remove(key)


def _note(tx: Tx, migration: str) -> None:
    tx.storage.has_migration_run[migration.encode()] = True
