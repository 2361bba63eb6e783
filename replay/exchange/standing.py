"""A neuron's standing on a subnet, for deciding whom to answer."""

from collections.abc import Mapping

from attrs import frozen

from neuron_ledger.events.wire import ss58
from neuron_ledger.ledger.rules.numbers.fixed import I64F64
from neuron_ledger.ledger.rules.stake.combined import combined_stake
from neuron_ledger.ledger.rules.stake.positions import get_stake_parts, get_tao_weight
from neuron_ledger.projections.storage import Storage


@frozen
class Standing:
    """A neuron's standing on a subnet. stake: as the epoch counts it, alpha and weighted TAO, in rao."""

    uid: int
    validator_permit: bool
    stake: int


By = Mapping[str, Standing]
"""Hotkey (SS58) → its standing, of all registered ones."""


def standings(storage: Storage, netuid: int) -> By:
    """The standing of every neuron of a subnet."""
    weight = get_tao_weight(storage)
    permits = storage.validator_permit[netuid]
    found: dict[str, Standing] = {}
    for uid in range(storage.subnetwork_n[netuid]):
        hotkey = storage.keys[netuid, uid]
        alpha, tao = get_stake_parts(storage, hotkey, netuid)
        stake = max(combined_stake(alpha, tao, weight), 0) >> I64F64.fraction
        found[ss58.encode(hotkey)] = Standing(uid, uid < len(permits) and permits[uid], stake)
    return found
