"""What a new subnet costs, and when the next one may be registered."""

from neuron_ledger.ledger.errors import NetworkTxRateLimitExceeded
from neuron_ledger.ledger.rules.emission.coinbase import look_up_block_emission
from neuron_ledger.ledger.rules.last_blocks import NETWORK
from neuron_ledger.ledger.rules.numbers.saturating import mul_u64, sub_u64
from neuron_ledger.ledger.runtime import Tx


def get_network_lock_cost(tx: Tx) -> int:
    """The current cost of a new subnet in rao: twice the last one's, falling to the minimum with the blocks since.

    Source: subtensor coinbase/root.rs::get_network_lock_cost, get_lock_reduction_interval, spec_version 277.
    """
    storage = tx.storage
    last_cost, last_block = storage.network_last_lock_cost.value, tx.rules.last_blocks.read(storage, NETWORK, None)
    emission = look_up_block_emission(storage, storage.total_issuance.value)
    interval = min(storage.network_lock_reduction_interval.value << 64, 2**127 - 1)
    interval = (interval * ((emission << 64) // 1_000_000_000) >> 64) >> 64
    a_block = last_cost // interval if interval else 0
    begin = mul_u64(last_cost, 2 if last_block else 1)
    reduction = mul_u64(a_block, sub_u64(tx.block, last_block))
    return max(begin - reduction, storage.network_min_lock_cost.value)


def ensure_network_may_be_registered(tx: Tx) -> None:
    """Raises: NetworkTxRateLimitExceeded. Source: subtensor subnets/subnet.rs::do_register_network, spec_version 277."""
    last, limit = tx.rules.last_blocks.read(tx.storage, NETWORK, None), tx.storage.network_rate_limit.value
    if sub_u64(tx.block, last) < limit:
        raise NetworkTxRateLimitExceeded(last_registered=last, allowed_from=last + limit)


def ensure_network_may_be_registered_315(tx: Tx) -> None:
    """As before, but the first subnet need not wait.

    Raises: NetworkTxRateLimitExceeded. Source: subtensor utils/rate_limiting.rs::passes_rate_limit, spec_version 424.
    """
    if tx.rules.last_blocks.read(tx.storage, NETWORK, None):
        ensure_network_may_be_registered(tx)
