"""The end of a subnet's tempo since spec_version 334: what was pending becomes stake, and root's dividends become claimable.

Source: subtensor coinbase/run_coinbase.rs::distribute_emission, distribute_dividends_and_incentives, spec_version 424.
"""

from collections.abc import Iterator, Mapping

from neuron_ledger.events.claims import AutoStakeAdded
from neuron_ledger.ledger.rules.emission.dividends import Distribution, split_by_epoch
from neuron_ledger.ledger.rules.emission.drain import note_paid, pay_owner, take_of
from neuron_ledger.ledger.rules.numbers import u96f32
from neuron_ledger.ledger.rules.numbers.saturating import add_u64, clamp_u64
from neuron_ledger.ledger.rules.stake.alpha import burn_subnet_alpha, recycle_subnet_alpha
from neuron_ledger.ledger.rules.stake.locks import auto_lock_owner_cut
from neuron_ledger.ledger.rules.stake.positions import (
    increase_stake_for_hotkey_and_coldkey_on_subnet,
    increase_stakes_of_hotkeys_on_subnet,
    increase_stakes_on_subnet,
)
from neuron_ledger.ledger.rules.stake.root_claims import increase_root_claimable_334
from neuron_ledger.ledger.runtime import HotkeyEmission, Pending, Tx

RECYCLE = "Recycle"


def distribute_emission_334(tx: Tx, netuid: int, pending: Pending) -> None:
    """Run the subnet's epoch and hand out what is pending: alpha for miners, for validators, for root, for the owner."""
    emission = tx.rules.run_epoch(tx, netuid, clamp_u64(sum(pending[:3])))
    earned = distribution_334(tx, netuid, pending, emission)
    tx.rules.pay_owner(tx, netuid, pending[3])
    tx.rules.pay_miners(tx, netuid, earned.incentives)
    _pay_validators(tx, netuid, earned.alpha_dividends)
    _pay_root(tx, netuid, earned.root_dividends)


def distribution_334(tx: Tx, netuid: int, pending: Pending, emission: list[HotkeyEmission]) -> Distribution:
    """Split what is pending by an epoch's emission. Where no miner earns, validators get the miners' part too."""
    miners, validators, root, _ = pending
    if not any(incentive for _, incentive, _ in emission):
        validators = add_u64(validators, miners)
    return split_by_epoch(tx, netuid, validators, root, emission)


# ----------------------------------------------------------------------------------------------------------- the owner


def pay_owner_411(tx: Tx, netuid: int, owner_cut: int) -> None:
    """Stake the owner's cut, and lock it where the owner chose so."""
    pay_owner(tx, netuid, owner_cut)
    if netuid in tx.storage.subnet_owner and netuid in tx.storage.subnet_owner_hotkey:
        auto_lock_owner_cut(tx, netuid, owner_cut)


# -------------------------------------------------------------------------------------------------------------- miners


def pay_miners_315(tx: Tx, netuid: int, incentives: Mapping[bytes, int]) -> None:
    """Miners are paid where their owners chose; what the owner's hotkey earned is burned."""
    burned_for = tx.storage.subnet_owner_hotkey.get(netuid)
    _pay_miners(tx, netuid, {hotkey: incentive for hotkey, incentive in incentives.items() if hotkey != burned_for})


def pay_miners_320(tx: Tx, netuid: int, incentives: Mapping[bytes, int]) -> None:
    """As before; what any of the owner's hotkeys earned is recycled or burned, as the owner chose."""
    _pay_or_withhold(tx, netuid, incentives)


def pay_miners_421(tx: Tx, netuid: int, incentives: Mapping[bytes, int]) -> None:
    """As before; the part that was withheld is also noted."""
    withheld = _pay_or_withhold(tx, netuid, incentives)
    total = clamp_u64(sum(incentives.values()))
    tx.storage.miner_burned[netuid] = u96f32.safe_div(withheld << u96f32.FRACTION, total << u96f32.FRACTION)


def _pay_or_withhold(tx: Tx, netuid: int, incentives: Mapping[bytes, int]) -> int:
    """Returns: what was withheld, since the owner's hotkeys earned it."""
    owners = owner_hotkeys(tx, netuid)
    withhold = recycle_subnet_alpha if tx.storage.recycle_or_burn[netuid] == RECYCLE else burn_subnet_alpha
    withheld, paid = 0, {}
    for hotkey, incentive in incentives.items():
        if hotkey in owners:
            withheld = add_u64(withheld, incentive)
            withhold(tx, netuid, incentive)
        else:
            paid[hotkey] = incentive
    _pay_miners(tx, netuid, paid)
    return withheld


def owner_hotkeys(tx: Tx, netuid: int) -> frozenset[bytes]:
    """The hotkeys that the subnet's owner has on it, and the owner's hotkey.

    Source: subtensor coinbase/run_coinbase.rs::get_owner_hotkeys, spec_version 424 (whose order does not matter here).
    """
    storage = tx.storage
    owned = storage.owned_hotkeys[storage.subnet_owner[netuid]]
    named = storage.subnet_owner_hotkey.get(netuid)
    candidates = owned if named is None else (*owned, named)
    return frozenset(hotkey for hotkey in candidates if (netuid, hotkey) in storage.uids)


def _pay_miners(tx: Tx, netuid: int, incentives: Mapping[bytes, int]) -> None:
    increase_stakes_on_subnet(tx, netuid, _where_owners_chose(tx, netuid, incentives))


def _where_owners_chose(tx: Tx, netuid: int, incentives: Mapping[bytes, int]) -> Iterator[tuple[bytes, bytes, int]]:
    """(hotkey, owner, incentive) of each payment; an event is emitted before one that does not go to the miner's own hotkey."""
    chosen, owners = tx.storage.auto_stake_destination, tx.storage.owner.values_of(incentives)
    for (hotkey, incentive), owner in zip(incentives.items(), owners, strict=True):
        destination = chosen.get((owner, netuid))
        if destination is not None:
            tx.emit(AutoStakeAdded(netuid=netuid, destination=destination, hotkey=hotkey, owner=owner, incentive=incentive))
        yield destination or hotkey, owner, incentive


# ---------------------------------------------------------------------------------------------------------- validators


def _pay_validators(tx: Tx, netuid: int, dividends: Mapping[bytes, int]) -> None:
    storage = tx.storage
    takes = {hotkey: take_of(tx, hotkey, bits) if bits else 0 for hotkey, bits in dividends.items()}
    rests = {hotkey: u96f32.whole(u96f32.sub(bits, takes[hotkey])) if bits else 0 for hotkey, bits in dividends.items()}
    owners = storage.owner.values_of(takes)
    paid = zip(takes.items(), owners, strict=True)
    increase_stakes_on_subnet(tx, netuid, ((hotkey, owner, u96f32.whole(take)) for (hotkey, take), owner in paid))
    increase_stakes_of_hotkeys_on_subnet(tx, netuid, rests)
    note_paid(storage.alpha_dividends_per_subnet, netuid, rests)
    on_subnet = [(hotkey, netuid) for hotkey in dividends]
    stakes = storage.total_hotkey_alpha.values_of(on_subnet)
    storage.total_hotkey_alpha_last_epoch.put_all(zip(on_subnet, stakes, strict=True))


def _pay_root(tx: Tx, netuid: int, dividends: Mapping[bytes, int]) -> None:
    """Note what root's stakers earn as claimable."""
    rests = {}
    for hotkey, bits in dividends.items():
        rests[hotkey] = rest = _pay_take(tx, netuid, hotkey, bits) if bits else 0
        increase_root_claimable_334(tx, hotkey, netuid, rest)
    note_paid(tx.storage.root_alpha_dividends_per_subnet, netuid, rests)


def _pay_take(tx: Tx, netuid: int, hotkey: bytes, bits: int) -> int:
    """Pay the validator's owner its take of a dividend (U96F32). Returns: the rest, u64."""
    take = take_of(tx, hotkey, bits)
    increase_stake_for_hotkey_and_coldkey_on_subnet(tx, hotkey, tx.storage.owner[hotkey], netuid, u96f32.whole(take))
    return u96f32.whole(u96f32.sub(bits, take))
