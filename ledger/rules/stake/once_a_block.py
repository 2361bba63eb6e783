"""Between spec_version 290 and 422: what was staked in a block cannot leave the hotkey before the next one.

Source: subtensor staking/stake_utils.rs::ensure_stake_operation_limit_not_exceeded, spec_version 290 (in its tree since 285).
"""

from neuron_ledger.ledger.errors.pools import StakingOperationRateLimitExceeded
from neuron_ledger.ledger.runtime import Tx


def note_order_290(tx: Tx, hotkey: bytes, coldkey: bytes, netuid: int) -> None:
    """Note that the coldkey staked on the hotkey in this block."""
    tx.storage.staking_operation_rate_limiter[hotkey, coldkey, netuid] = True


def ensure_no_order_290(tx: Tx, hotkey: bytes, coldkey: bytes, netuid: int) -> None:
    """Refuse to take stake from where the coldkey staked in this block. Raises: StakingOperationRateLimitExceeded."""
    if (hotkey, coldkey, netuid) in tx.storage.staking_operation_rate_limiter:
        raise StakingOperationRateLimitExceeded(hotkey=hotkey, netuid=netuid, allowed_from=tx.block + 1)


def forget_orders_290(tx: Tx) -> None:
    """A block has passed. (The chain does this at its end.)"""
    noted = tx.storage.staking_operation_rate_limiter
    for key in list(noted):
        noted.remove(key)
