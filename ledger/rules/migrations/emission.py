"""What becomes of pools, issuance and pending emission when the chain is upgraded: the reference's own migrations.

Source: subtensor pallets/subtensor/src/migrations, as each stood at the spec_version in its name.
"""

from neuron_ledger.ledger.rules.accounts.tao import mint_tao, subnet_account, with_minted
from neuron_ledger.ledger.rules.migrations.once import clear, once
from neuron_ledger.ledger.rules.netuids import ROOT
from neuron_ledger.ledger.rules.numbers.saturating import add_u64, clamp_u64, sub_u64
from neuron_ledger.ledger.runtime import Tx


def recount_total_issuance(tx: Tx) -> None:
    """What is staked is what the pools hold, and all TAO is that and the balances. At every upgrade until 411.

    Source: migrate_init_total_issuance.rs, spec_version 277.
    """
    storage = tx.storage
    storage.total_stake.value = clamp_u64(sum(storage.subnet_tao.values()))
    storage.total_issuance.value = add_u64(storage.balances_total_issuance.value, storage.total_stake.value)


@once("migrate_fix_root_subnet_tao")
def count_root_tao_283(tx: Tx) -> None:
    """Root's TAO is what all hotkeys that have an owner hold there. Source: migrate_fix_root_subnet_tao.rs."""
    storage = tx.storage
    storage.subnet_tao[ROOT] = clamp_u64(sum(storage.total_hotkey_alpha[hotkey, ROOT] for hotkey in storage.owner))
    recount_total_issuance(tx)


@once("migrate_remove_tao_dividends")
def remove_tao_dividends_334(tx: Tx) -> None:
    """Dividends in TAO, and what was pending for them, are forgotten. Source: migrate_remove_tao_dividends.rs."""
    clear(tx, "TaoDividendsPerSubnet", "PendingAlphaSwapped", "PendingRootDivs")


@once("migrate_init_tao_flow")
def forget_average_flows_338(tx: Tx) -> None:
    """Averages of TAO flow begin anew. Source: migrate_init_tao_flow.rs."""
    clear(tx, "SubnetEmaTaoFlow")


@once("migrate_pending_emissions")
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


EMITTED = (
    *("PendingServerEmission", "PendingValidatorEmission", "PendingRootAlphaDivs", "PendingOwnerCut"),
    *("SubnetTaoInEmission", "SubnetAlphaInEmission", "SubnetAlphaOutEmission"),
)
"""What a subnet is given by blocks."""


@once("migrate_reset_unactive_sn")
def forget_emission_before_start_345(tx: Tx) -> None:
    """A subnet that was not started has nothing pending, where there is more or less alpha than it began with.

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
    """What pools hold, and what subnets have locked above the initial pool, is minted into the subnets' accounts.

    The pallet's issuance is that of balances from then on.
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
    """This block is the first from which TAO put in by the chain counts in a refund.

    Source: migrate_tao_in_refund_deployment_block.rs.
    """
    tx.storage.tao_in_refund_deployment_block.value = tx.block
