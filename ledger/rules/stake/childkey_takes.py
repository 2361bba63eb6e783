"""The part that a child hotkey keeps of its parents' dividends."""

from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.projections.storage import Storage


def childkey_take(tx: Tx, hotkey: bytes, netuid: int) -> int:
    """The part that a child hotkey keeps, in parts of 65535: what was set, but never less than the minimum.

    Source: subtensor staking/set_children.rs::get_childkey_take, spec_version 424.
    """
    return max(tx.storage.childkey_take[hotkey, netuid], tx.rules.least_childkey_take(tx.storage, netuid))


def nothing(_: Storage, __: int) -> int:
    """Until spec_version 411 a child may keep nothing."""
    return 0


def least_childkey_take_411(storage: Storage, netuid: int) -> int:
    """The greater of the chain's minimum take and the subnet's.

    Source: subtensor utils/misc.rs::get_effective_min_childkey_take, spec_version 424.
    """
    return max(storage.min_childkey_take.value, storage.min_childkey_take_per_subnet[netuid])
