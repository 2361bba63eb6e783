"""What blocks emitted in the first runtimes with alpha, 233 to 272, where it differs from 277.

Each function is named with the spec_version that introduced it. The chain computed with signed numbers until 260; for amounts
that can occur they give the same results. Source: subtensor coinbase/run_coinbase.rs, staking/stake_utils.rs, spec_versions 233
to 273.
"""

from collections.abc import Callable, Iterable, Mapping

from neuron_ledger.ledger.rules.emission.coinbase import moving_prices, share_by_moving_price, where_any_emits
from neuron_ledger.ledger.rules.emission.dividends import (
    Distribution,
    by_what_is_staked,
    calculate_dividends_and_incentives,
    contributions_of,
    distribution,
    split_by,
)
from neuron_ledger.ledger.rules.emission.drain import drain_by
from neuron_ledger.ledger.rules.netuids import ROOT
from neuron_ledger.ledger.rules.numbers import u96f32
from neuron_ledger.ledger.rules.numbers.saturating import sub_u64
from neuron_ledger.ledger.rules.stake.childkey_takes import childkey_take
from neuron_ledger.ledger.rules.stake.pool import updated_moving_price, updated_moving_price_233
from neuron_ledger.ledger.rules.stake.positions import (
    get_tao_weight,
    increase_stake_for_hotkey_and_coldkey_on_subnet,
)
from neuron_ledger.ledger.runtime import BlockEmission, HotkeyEmission, Pending, Tx

HALVING_246 = 100_800
"""Blocks after which the current price has half of its final weight; since 252 a hyperparameter."""

# --------------------------------------------------------------------------------------------------------- a block's TAO


def share_by_moving_price_233(tx: Tx) -> BlockEmission:
    """As at 277, but a subnet gets no TAO where registration is closed for the burn and open by proof of work."""
    return share_by_moving_price(tx, closed_where_work_is=True)


@where_any_emits
def move_prices_233(tx: Tx, emission: BlockEmission) -> None:
    """Move the average prices towards the current prices by a constant part."""
    alpha = tx.storage.subnet_moving_alpha.value
    _move_prices(tx, emission, lambda _, average, price: updated_moving_price_233(average, price, alpha))


@where_any_emits
def move_prices_234(tx: Tx, emission: BlockEmission) -> None:
    """The same; a current price counts as at most 1."""
    alpha = tx.storage.subnet_moving_alpha.value
    _move_prices(tx, emission, lambda _, average, price: updated_moving_price(average, price, alpha, 1, 0))


@where_any_emits
def move_prices_246(tx: Tx, emission: BlockEmission) -> None:
    """The same; the part grows with the age of the subnet."""
    _move_by_age(tx, emission, lambda _: HALVING_246)


@where_any_emits
def move_prices_252(tx: Tx, emission: BlockEmission) -> None:
    """The same, at the rate set by the subnet's hyperparameter."""
    _move_by_age(tx, emission, tx.storage.ema_price_halving_blocks.__getitem__)


def _move_by_age(tx: Tx, emission: BlockEmission, halving: Callable[[int], int]) -> None:
    alpha, block, registered = tx.storage.subnet_moving_alpha.value, tx.block, tx.storage.network_registered_at

    def moved(netuid: int, average: int, price: int) -> int:
        return updated_moving_price(average, price, alpha, sub_u64(block, registered[netuid]), halving(netuid))

    _move_prices(tx, emission, moved)


def _move_prices(tx: Tx, emission: BlockEmission, moved: Callable[[int, int, int], int]) -> None:
    """Move the average prices of the subnets that emit. moved: (netuid, average, current price) → the new average."""
    netuids, averages, price = emission.netuids, tx.storage.subnet_moving_price, tx.rules.pool.price
    for netuid, average in zip(netuids, moving_prices(tx.storage, netuids), strict=True):
        averages[netuid] = moved(netuid, average, price(tx, netuid))


# ------------------------------------------------------------------------------------------------------- who earns what


def drain_pending_emission_233(tx: Tx, netuid: int, pending: Pending) -> None:
    """Run the subnet's epoch and hand out what is pending; validators get their full dividends, and root's TAO in addition."""
    drain_by(tx, netuid, pending, _distribution_233)


def drain_pending_emission_244(tx: Tx, netuid: int, pending: Pending) -> None:
    """The same; validators get only the part of their dividends that alpha earned."""
    drain_by(tx, netuid, pending, _distribution_244)


def drain_pending_emission_257(tx: Tx, netuid: int, pending: Pending) -> None:
    """As at 277: validators get parts of the alpha that is pending for them. Hotkeys' alpha is not noted yet."""
    drain_by(tx, netuid, pending, distribution)


def _distribution_233(
    tx: Tx, netuid: int, pending_alpha: int, pending_tao: int, _: int, emission: Iterable[HotkeyEmission]
) -> Distribution:
    return _of_the_epoch(tx, netuid, pending_alpha, pending_tao, emission, without_root=False)


def _distribution_244(
    tx: Tx, netuid: int, pending_alpha: int, pending_tao: int, _: int, emission: Iterable[HotkeyEmission]
) -> Distribution:
    return _of_the_epoch(tx, netuid, pending_alpha, pending_tao, emission, without_root=True)


def _of_the_epoch(
    tx: Tx, netuid: int, pending_alpha: int, pending_tao: int, emission: Iterable[HotkeyEmission], *, without_root: bool
) -> Distribution:
    """Dividends in alpha as the epoch gave them, and root's TAO in proportion to what TAO on root earned.

    without_root: whether the dividends in alpha leave out what TAO on root earned.
    Source: subtensor coinbase/run_coinbase.rs::drain_pending_emission, spec_versions 233 and 244.
    """
    incentives, dividends = calculate_dividends_and_incentives(tx, netuid, list(emission))
    stake = tx.storage.total_hotkey_alpha
    stake_map = {hotkey: (stake[hotkey, netuid], stake[hotkey, ROOT]) for hotkey in dividends}
    by_alpha, by_root = by_what_is_staked(get_tao_weight(tx.storage), stake_map, dividends)
    in_alpha = by_alpha if without_root else dividends
    return Distribution(incentives, dividends, stake_map, pending_alpha, in_alpha, split_by(pending_tao, by_root))


def share_with_parents_233(tx: Tx, hotkey: bytes, netuid: int, dividends: int) -> list[tuple[bytes, int]]:
    """What each parent gets of a hotkey's dividends, and, last, what the hotkey keeps: its take of all of them, and the rest.

    Parents of the same coldkey pay the take too.
    Source: subtensor coinbase/run_coinbase.rs::get_dividends_distribution, spec_version 233.
    """
    contributions, total = contributions_of(tx, hotkey, netuid, tx.storage.parent_keys[hotkey, netuid])
    emission = dividends << u96f32.FRACTION
    take = u96f32.mul(u96f32.of_u16_max(childkey_take(tx, hotkey, netuid)), emission)
    shared = u96f32.sub(emission, take)
    parts = [
        (parent, u96f32.whole(u96f32.mul(shared, u96f32.safe_div(contribution, total)))) for parent, contribution in contributions
    ]
    kept = sub_u64(u96f32.whole(u96f32.add(shared, take)), sum(part for _, part in parts))
    return [*parts, (hotkey, kept)]


def pay_miners_233(tx: Tx, netuid: int, incentives: Mapping[bytes, int]) -> None:
    """What the owner's hotkey earned as a miner is paid too."""
    owner = tx.storage.owner
    for hotkey, incentive in incentives.items():
        increase_stake_for_hotkey_and_coldkey_on_subnet(tx, hotkey, owner[hotkey], netuid, incentive)
