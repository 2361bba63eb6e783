"""Migrations of pools, issuance and pending emission: the reference's own.

Source: subtensor pallets/subtensor/src/migrations, as of the spec_version in each name.
"""

from neuron_ledger.ledger.rules.accounts.tao import mint_tao, subnet_account, with_minted
from neuron_ledger.ledger.rules.migrations.once import clear, once
from neuron_ledger.ledger.rules.netuids import ROOT
from neuron_ledger.ledger.rules.numbers.saturating import add_u64, clamp_u64, sub_u64
from neuron_ledger.ledger.runtime import Tx


def recount_total_issuance(tx: Tx) -> None:
    """Recompute TotalStake as what the pools hold, and TotalIssuance as that plus the balances. At every upgrade until 411.

    Source: migrate_init_total_issuance.rs, spec_version 277.
    """
    storage = tx.storage
    storage.total_stake.value = clamp_u64(sum(storage.subnet_tao.values()))
    storage.total_issuance.value = add_u64(storage.balances_total_issuance.value, storage.total_stake.value)


@once("migrate_fix_root_subnet_tao")
def count_root_tao_283(tx: Tx) -> None:
    """Recompute root's TAO as what all hotkeys with an owner hold there. Source: migrate_fix_root_subnet_tao.rs."""
    storage = tx.storage
    storage.subnet_tao[ROOT] = clamp_u64(sum(storage.total_hotkey_alpha[hotkey, ROOT] for hotkey in storage.owner))
    recount_total_issuance(tx)


@once("migrate_remove_tao_dividends")
def remove_tao_dividends_334(tx: Tx) -> None:
    """Remove dividends in TAO, and what was pending for them. Source: migrate_remove_tao_dividends.rs."""
    clear(tx, "TaoDividendsPerSubnet", "PendingAlphaSwapped", "PendingRootDivs")


@once("migrate_init_tao_flow")
def forget_average_flows_338(tx: Tx) -> None:
    """Reset the averages of TAO flow. Source: migrate_init_tao_flow.rs."""
    clear(tx, "SubnetEmaTaoFlow")


@once("migrate_pending_emissions")
def split_pending_emissions_343(tx: Tx) -> None:
    """Split pending alpha: half of it and of root's for miners, the rest for validators.

    Source: migrate_pending_emissions.rs.
    """
    storage, pending = tx.storage, tx.storage.map("PendingEmission")
    for netuid, alpha in list(pending.items()):
        miners = add_u64(alpha, storage.pending_root_alpha_divs[netuid]) // 2
        validators = storage.pending_validator_emission
        validators[netuid] = add_u64(validators[netuid], sub_u64(alpha, miners))
        storage.pending_server_emission[netuid] = add_u64(storage.pending_server_emission[netuid], miners)
    clear(tx, "PendingEmission")


EMITTED = (
    *("PendingServerEmission", "PendingValidatorEmission", "PendingRootAlphaDivs", "PendingOwnerCut"),
    *("SubnetTaoInEmission", "SubnetAlphaInEmission", "SubnetAlphaOutEmission"),
)
"""A subnet's emission from blocks."""


@once("migrate_reset_unactive_sn")
def forget_emission_before_start_345(tx: Tx) -> None:
    """Clear what is pending on subnets that were not started, if their alpha differs from the initial amount.

    Source: migrate_reset_unactive_sn.rs.
    """
    storage, at_first = tx.storage, tx.storage.network_min_lock_cost.value
    for netuid in [netuid for netuid, added in storage.networks_added.items() if added and netuid != ROOT]:
        alpha = add_u64(storage.subnet_alpha_in[netuid], storage.subnet_alpha_out[netuid])
        if alpha != at_first and storage.first_emission_block_number[netuid] is None:
            for name in EMITTED:
                storage.map(name).remove(netuid)


@once("migrate_subnet_balances", "migrate_fix_total_issuance_evm_fees")
def mint_into_subnet_accounts_411(tx: Tx) -> None:
    """Mint what pools hold, and what subnets have locked above the initial pool, into the subnets' accounts.

    From then on the pallet's issuance is that of balances.
    Source: migrate_subnet_balances.rs, migrate_fix_total_issuance_evm_fees.rs.
    """
    storage = tx.storage
    for netuid, tao in list(storage.subnet_tao.items()):
        _mint_for(tx, netuid, tao)
    for netuid, locked in list(storage.subnet_locked.items()):
        _mint_for(tx, netuid, sub_u64(locked, storage.network_min_lock_cost.value))
    storage.total_issuance.value = storage.balances_total_issuance.value


def _mint_for(tx: Tx, netuid: int, amount: int) -> None:
    if netuid != ROOT and netuid not in tx.storage.networks_added:
        return
    balances, account, minted = tx.storage.balances, subnet_account(netuid), mint_tao(tx, amount)
    balance = with_minted(balances[account], minted, amount)
    if balance is not None:
        balances[account] = balance
    else:
        issuance = tx.storage.balances_total_issuance
        issuance.value = sub_u64(issuance.value, minted)


@once("migrate_tao_in_refund_deployment_block")
def note_block_of_refunds_415(tx: Tx) -> None:
    """Note this block as the first from which TAO added by the chain counts in a refund.

    Source: migrate_tao_in_refund_deployment_block.rs.
    """
    tx.storage.tao_in_refund_deployment_block.value = tx.block
