"""The end of a subnet's tempo: an epoch decides who earned, and what is pending is added to their stake."""

from collections.abc import Callable, Mapping

from neuron_ledger.ledger.rules.emission.dividends import Distribution, distribution
from neuron_ledger.ledger.rules.netuids import ROOT
from neuron_ledger.ledger.rules.numbers import u96f32
from neuron_ledger.ledger.rules.numbers.saturating import add_u64
from neuron_ledger.ledger.rules.stake.positions import (
    increase_stake_for_hotkey_and_coldkey_on_subnet,
    increase_stake_for_hotkey_on_subnet,
)
from neuron_ledger.ledger.runtime import Pending, Tx
from neuron_ledger.projections.maps import StorageMap


def drain_pending_emission(tx: Tx, netuid: int, pending: Pending) -> None:
    """Run the subnet's epoch and hand out what is pending.

    pending: alpha for miners and validators, rao that are root's dividends, the alpha that was sold for them, and alpha for the
    subnet's owner. Source: subtensor coinbase/run_coinbase.rs::drain_pending_emission, distribute_dividends_and_incentives,
    spec_version 277.
    """
    earned = drain_by(tx, netuid, pending, distribution)
    stakes, stakes_of_epoch = tx.storage.total_hotkey_alpha, tx.storage.total_hotkey_alpha_last_epoch
    for hotkey in earned.alpha_dividends:
        stakes_of_epoch[hotkey, netuid] = stakes[hotkey, netuid]


def drain_by(tx: Tx, netuid: int, pending: Pending, distribute: Callable[..., Distribution]) -> Distribution:
    """Run the subnet's epoch and hand out what is pending by a distribution. Returns: who earned what.

    distribute: (tx, netuid, alpha, rao, alpha sold for it, the epoch's emission).
    """
    pending_alpha, pending_tao, pending_swapped, owner_cut = pending
    emission = tx.rules.run_epoch(tx, netuid, add_u64(pending_alpha, pending_swapped))
    earned = distribute(tx, netuid, pending_alpha, pending_tao, pending_swapped, emission)
    tx.rules.pay_owner(tx, netuid, owner_cut)
    tx.rules.pay_miners(tx, netuid, earned.incentives)
    _pay_validators(tx, netuid, netuid, earned.alpha_dividends, tx.storage.alpha_dividends_per_subnet)
    _pay_validators(tx, netuid, ROOT, earned.root_dividends, tx.storage.tao_dividends_per_subnet)
    return earned


def pay_owner(tx: Tx, netuid: int, owner_cut: int) -> None:
    storage = tx.storage
    if netuid in storage.subnet_owner and netuid in storage.subnet_owner_hotkey:
        hotkey, coldkey = storage.subnet_owner_hotkey[netuid], storage.subnet_owner[netuid]
        increase_stake_for_hotkey_and_coldkey_on_subnet(tx, hotkey, coldkey, netuid, owner_cut)


def pay_miners(tx: Tx, netuid: int, incentives: Mapping[bytes, int]) -> None:
    """What the owner's hotkey earned as a miner is burned: nobody gets it."""
    storage = tx.storage
    burned_for = storage.subnet_owner_hotkey.get(netuid)
    for hotkey, incentive in incentives.items():
        if hotkey != burned_for:
            increase_stake_for_hotkey_and_coldkey_on_subnet(tx, hotkey, storage.owner[hotkey], netuid, incentive)


def _pay_validators(
    tx: Tx, netuid: int, paid_on: int, dividends: Mapping[bytes, int], per_subnet: StorageMap[tuple[int, bytes], int]
) -> None:
    """Pay the take to the validator's owner, the rest to everyone behind the hotkey, and store the amounts.

    dividends: in U96F32. paid_on: the netuid whose stake they add to.
    """
    storage = tx.storage
    owner, rests = storage.owner, {}
    for hotkey, bits in dividends.items():
        take = take_of(tx, hotkey, bits) if bits else 0
        rests[hotkey] = rest = u96f32.whole(u96f32.sub(bits, take))
        increase_stake_for_hotkey_and_coldkey_on_subnet(tx, hotkey, owner[hotkey], paid_on, u96f32.whole(take))
        increase_stake_for_hotkey_on_subnet(tx, hotkey, paid_on, rest)
    note_paid(per_subnet, netuid, rests)


def note_paid(per_subnet: StorageMap[tuple[int, bytes], int], netuid: int, paid: Mapping[bytes, int]) -> None:
    """Store what each hotkey was paid, and remove all other entries of the netuid.

    Most have an entry of 0, and are paid 0 again.
    """
    for key in per_subnet.under(netuid):
        if key[1] not in paid:
            per_subnet.remove(key)
    keys = [(netuid, hotkey) for hotkey in paid]
    noted = zip(keys, map(per_subnet.get, keys), paid.values(), strict=True)
    per_subnet.put_all([(key, amount) for key, before, amount in noted if before != amount])


def take_of(tx: Tx, hotkey: bytes, dividend: int) -> int:
    """What a validator's owner keeps of a dividend; both in U96F32."""
    return u96f32.mul(u96f32.of_u16_max(tx.storage.delegates[hotkey]), dividend)
