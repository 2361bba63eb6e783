"""The limit of subnets, and which one makes room for another, since spec_version 320."""

from neuron_ledger.ledger.errors import SubnetLimitReached
from neuron_ledger.ledger.networks import NewNetwork
from neuron_ledger.ledger.rules.netuids import ROOT, known_netuids
from neuron_ledger.ledger.rules.numbers.fixed import U64F64, U96F32
from neuron_ledger.ledger.rules.numbers.saturating import add_u64
from neuron_ledger.ledger.rules.stake.pool import STABLE
from neuron_ledger.ledger.runtime import Tx


def subnets(tx: Tx) -> list[int]:
    """The netuids of all subnets but root, in key order."""
    return [netuid for netuid in known_netuids(tx.storage) if netuid != ROOT and tx.storage.networks_added[netuid]]


def find_one_to_prune_320(tx: Tx, network: NewNetwork) -> None:
    """If the limit of subnets is reached, find the one to be removed for the new one.

    Raises: SubnetLimitReached. Source: subtensor subnets/subnet.rs::do_register_network, spec_version 424.
    """
    count, limit = len(subnets(tx)), tx.storage.subnet_limit.value
    if count >= limit:
        network.pruned = network_to_prune_320(tx)
        if network.pruned is None:
            raise SubnetLimitReached(subnets=count, limit=limit)


def network_to_prune_320(tx: Tx) -> int | None:
    """The subnet past its immunity whose alpha has the lowest moving price, the oldest of these; None where all are immune.

    Source: subtensor coinbase/root.rs::get_network_to_prune, spec_version 424.
    """
    storage = tx.storage
    period, registered_at = storage.network_immunity_period.value, storage.network_registered_at
    prunable = [netuid for netuid in subnets(tx) if tx.block >= add_u64(registered_at[netuid], period)]
    return min(prunable, key=lambda netuid: (_average_price(tx, netuid), registered_at[netuid]), default=None)


def _average_price(tx: Tx, netuid: int) -> int:
    """U96F32 bits; 1 where alpha is exchanged one for one. Source: subtensor staking/stake_utils.rs::get_moving_alpha_price."""
    if tx.storage.subnet_mechanism[netuid] == STABLE:
        return U96F32.one
    # What exceeds 64 integer bits counts as the greatest price of U64F64.
    return min(max(tx.storage.subnet_moving_price[netuid], 0), U64F64.greatest >> U64F64.fraction - U96F32.fraction)
