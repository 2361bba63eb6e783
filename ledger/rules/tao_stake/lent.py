"""A hotkey's stake on a subnet before alpha: what is staked on it, less what it lends to children on the subnet, plus what its
parents there lend it.
"""

from neuron_ledger.ledger.rules.numbers import u96f32
from neuron_ledger.ledger.rules.numbers.saturating import add_u64, sub_u64
from neuron_ledger.ledger.rules.stake.combined import part_lent
from neuron_ledger.projections.storage import Storage


def staked_on_subnet_195(storage: Storage, hotkey: bytes, netuid: int) -> int:
    """The rao with which a hotkey counts on a subnet, up to the subnet's limit for one hotkey.

    Each lent part is rounded down; later the sum was.
    Source: subtensor epoch/run_epoch.rs::get_stake_for_hotkey_on_subnet, spec_version 195.
    """
    staked, on_subnet, most = storage.total_hotkey_stake, (hotkey, netuid), storage.network_max_stake[netuid]
    lent = borrowed = 0
    for proportion, _ in storage.child_keys[on_subnet]:
        lent += u96f32.whole(part_lent(staked[hotkey], proportion))
    for proportion, parent in storage.parent_keys[on_subnet]:
        borrowed += u96f32.whole(part_lent(staked[parent], proportion))
    return min(add_u64(sub_u64(staked[hotkey], lent), borrowed), most)
